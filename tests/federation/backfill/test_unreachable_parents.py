"""A post that names a board and answers what nobody can reach stands on the board, and says what it answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine

from support.forum import Forum
from support.remote import RemotePerson, RemoteServer


def test_within_ten_minutes_it_begins_a_conversation_of_its_own(
    forum: Forum, ana: RemotePerson, other_remote: RemoteServer
) -> None:
    lost = f"{other_remote.base}/notes/1"
    other_remote.close()
    note = ana.note("I think so too, and my sister as well.", forum.board(), inReplyTo=lost)
    forum.tell(ana, ana.create(note))
    assert forum.titles() == []
    begun = datetime.now(UTC)
    for minutes in range(1, 10):
        with time_machine.travel(begun + timedelta(minutes=minutes), tick=True):
            forum.run_backfill()
            forum.work()
    assert forum.titles() == ["I think so too, and my sister as well."]
    page = forum.get(forum.thread_path("I think so too, and my sister as well.")).get_data(as_text=True)
    assert f'In answer to <a href="{lost}"' in page
    assert "that is not on this board" in page
