"""What falls due by time alone is done where nothing else happens: the timetable rings for it."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest
from sqlalchemy import update

from fedconnect.foundation import clock, database, queue
from fedconnect.jobs import listening
from fedconnect.listening import asks
from fedconnect.models.hearing import Hearing
from fedconnect.models.listener import ListenerAsk
from fedconnect.models.post import Post
from fedconnect.surfacing.hearing import outcome, scheduling
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer


def test_it_asks_tells_and_lets_answers_be_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    did: list[str] = []
    monkeypatch.setattr(queue, "clear", lambda job: did.append(f"cleared {job}"))
    monkeypatch.setattr(listening.sweep, "mind_the_clock", lambda: did.append("clock"))
    monkeypatch.setattr(scheduling, "hear_unanswered_replies", lambda: did.append("answers"))
    monkeypatch.setattr(asks, "ask_next", lambda: did.append("asks"))
    monkeypatch.setattr(outcome, "tell_ended", lambda: did.append("outcomes"))
    listening.run()
    assert did == ["cleared listening", "clock", "answers", "asks", "outcomes"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_where_nothing_else_happens_a_listener_is_asked_because_the_time_has_come(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing runs but what the timetable rings for, and what that rings for."""
    dora = remote.person("dora", key=7)
    forum.tell(dora, dora.create(dora.note("listen", forum.board(), to=[forum.board()], cc=[])))
    forum.tell(ana, ana.create(ana.note("Who knows a quiet place?", forum.board())))
    forum.hear()
    with database.transaction() as session:
        session.execute(update(Hearing).values(begun_at=clock.now() - timedelta(hours=2)))
    assert forum.rows(ListenerAsk) == []
    with monkeypatch.context() as timetable:
        rung: list[str] = []
        timetable.setattr(queue, "enqueue_once", rung.append)
        timetable.setattr(queue, "_take", lambda *_: True)  # every mark of the timetable has fallen away
        queue.enqueue_recurring()
        for job in rung:
            importlib.import_module(f"fedconnect.jobs.{job}").run()
            assert len(rung) < 100
    (ask,) = forum.rows(ListenerAsk)
    forum.deliver()
    (_, asked) = [one["object"] for one in remote.delivered("Create") if one["to"] == [dora.uri]]
    assert ask.answered_at is None
    assert asked["inReplyTo"].startswith(dora.uri.rpartition("/users/")[0])
    assert asked["content"].startswith(f'<p><a href="{forum.rows(Post)[-1].url}">')
