"""Case C1: until something here is concerned, nothing is cleaned and nobody is asked anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from fedconnect.federation.activities import post
from fedconnect.foundation import clock, database
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.person import Person
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer

HOSTILE = "<" + "a" * 63_990


def outcome(forum: Forum, activity: dict[str, Any]) -> tuple[str, str]:
    (row,) = forum.rows(InboundActivity, InboundActivity.activity_uri == activity["id"])
    return str(row.state), row.outcome


@pytest.fixture
def cleaned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the posts that were cleaned."""
    told: list[str] = []
    real = post.draft_of
    monkeypatch.setattr(post, "draft_of", lambda note: told.append(note.id) or real(note))
    return told


def test_c1_a_post_that_names_no_board_is_neither_cleaned_nor_looked_into(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, cleaned: list[str]
) -> None:
    remote.runs("mastodon")
    create = ana.create(ana.note("x", content=HOSTILE))
    like = ana.activity("Like", "https://elsewhere.example/1")
    boost = ana.activity("Announce", "https://elsewhere.example/1")
    forum.tell(ana, create, like, boost)
    assert outcome(forum, create) == ("ignored", "names no board of ours")
    assert cleaned == []
    assert [one.path for one in remote.received if one.method == "GET"] == ["/users/ana"], (
        "her key, and no more"
    )


def test_c1_somebody_known_for_long_is_not_asked_for_again_where_nobody_is_concerned(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.create(ana.note("A thread", forum.board())))
    with database.transaction() as session:
        session.execute(update(Person).values(fetched_at=clock.now() - timedelta(days=60)))
    before = len(remote.received)
    forum.tell(ana, ana.create(ana.note("Elsewhere")))
    assert [one.path for one in remote.received[before:] if one.method == "GET"] == []
    forum.tell(ana, ana.create(ana.note("Another thread", forum.board())))
    assert remote.received[-1].path == "/users/ana"


def test_c1_an_answer_waits_uncleaned_until_what_it_answers_is_here(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, cleaned: list[str]
) -> None:
    thread = ana.note("A thread", forum.board())
    answer = ben.note("An answer", inReplyTo=thread["id"])
    create = ben.create(answer)
    forum.tell(ben, create)
    assert outcome(forum, create)[0] == "waiting"
    assert cleaned == []
    forum.tell(ana, ana.create(thread))
    forum.work()
    assert outcome(forum, create) == ("handled", "published")
    assert cleaned == [thread["id"], answer["id"]]


def test_c1_a_thread_and_its_answer_in_one_batch_need_no_second_look(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    thread = ana.note("A thread", forum.board())
    create = ben.create(ben.note("An answer", inReplyTo=thread["id"]))
    assert forum.post(ana, ana.create(thread)).status_code == 202
    assert forum.post(ben, create).status_code == 202
    forum.work()
    assert outcome(forum, create) == ("handled", "published")


def test_c1_an_edit_counts_where_the_post_is_here_and_a_private_message_where_it_is_for_us(
    forum: Forum, ana: RemotePerson, cleaned: list[str]
) -> None:
    note = ana.note("A thread", forum.board())
    forum.tell(ana, ana.create(note), ana.update(note, "Edited"))
    stray = ana.update(ana.note("Elsewhere"), "Edited")
    private = ana.note("For a friend", to=["https://elsewhere.example/u"], cc=[], tag=[])
    told = ana.create(private)
    forum.tell(ana, stray, told)
    assert cleaned == [note["id"], note["id"]]
    assert outcome(forum, stray) == ("ignored", "names no board of ours")
    assert outcome(forum, told) == ("ignored", "private: not kept")
    (row,) = forum.rows(InboundActivity, InboundActivity.activity_uri == told["id"])
    assert row.body == ""


def test_c1_a_post_that_is_only_named_is_fetched_once_and_nobody_else_asked(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, cleaned: list[str]
) -> None:
    note = ana.note("Only named")
    remote.serve(note)
    create = ana.activity("Create", note["id"])
    forum.tell(ana, create)
    assert outcome(forum, create) == ("ignored", "names no board of ours")
    asked = [one.path for one in remote.received if one.method == "GET"]
    assert asked == ["/users/ana", note["id"].removeprefix(remote.base)]
    assert cleaned == []
