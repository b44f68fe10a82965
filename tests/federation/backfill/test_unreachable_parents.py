"""A post that names a board and answers what nobody can reach stands on the board, and says what it answers."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from fedconnect.foundation import clock, database
from fedconnect.models.fetch_task import FetchState, FetchTask
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
    waited = timedelta(0)
    while not forum.titles() and waited < timedelta(minutes=10):
        (task,) = forum.rows(FetchTask, FetchTask.state == FetchState.QUEUED)
        waited += task.due_at - clock.now()  # as long as the timetable would
        with database.transaction() as session:
            session.execute(update(FetchTask).values(due_at=clock.now()))
        forum.run_backfill()
        forum.work()
    assert forum.titles() == ["I think so too, and my sister as well."]
    page = forum.get(forum.thread_path("I think so too, and my sister as well.")).get_data(as_text=True)
    assert f'In answer to <a href="{lost}"' in page
    assert "that is not on this board" in page
