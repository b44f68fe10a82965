"""Seeking them out, as a board's moderators and everybody else see it: a question elsewhere, a day, an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from fedconnect.foundation import clock, database
from fedconnect.jobs import hourly, questions
from fedconnect.models.hashtag import AnsweredQuestion, HashtagPost
from fedconnect.models.person import Person
from fedconnect.surfacing.hearing import opt_outs
from support.forum import Forum
from support.home import FakeHomeServer
from support.remote import Document, RemotePerson, RemoteServer
from support.visitor import Visitor

PATH = "/boards/respite/gathered"
TOLD = "this board’s moderators answered"


@pytest.fixture
def mo(forum: Forum, visitor: Visitor, home: FakeHomeServer) -> Visitor:
    """A moderator of @respite who gathers #dementia with their own token."""
    home.resident("mo")
    visitor.sign_in(home, "mo")
    forum.moderate(home.people["mo"])
    visitor.permit(home, "mo", "gather")
    assert visitor.post(PATH, {"tag": "dementia"}).status_code == 303
    return visitor


@pytest.fixture
def opal(remote: RemoteServer) -> RemotePerson:
    return remote.person("opal", key=6)


@pytest.fixture
def question(home: FakeHomeServer, opal: RemotePerson) -> Document:
    """What opal asked a day ago under #dementia, as mo's home tells it; nobody has replied."""
    note = opal.note("Does anybody know a day centre? #dementia")
    opal.server.serve(note)
    return told(home, opal, note)


def told(home: FakeHomeServer, opal: RemotePerson, note: Document) -> Document:
    written = (clock.now() - timedelta(hours=25)).isoformat()
    account = {
        "id": "6",
        "acct": f"opal@{opal.server.host}",
        "uri": opal.uri,
        "indexable": True,
        "bot": False,
        "note": "",
    }
    status: Document = {
        "id": "77", "uri": note["id"], "url": note["url"], "visibility": "public", "reblog": None, "in_reply_to_id": None,
        "sensitive": False, "account": account, "content": note["content"], "created_at": written, "replies_count": 0,
    }  # fmt: skip
    home.statuses["77"] = status
    home.mutes["/api/v1/timelines/tag/dementia"] = [status]
    return status


def an_hour_passes() -> None:
    hourly.run()
    questions.run()


def answered_by(home: FakeHomeServer, acct: str) -> None:
    home.statuses["77"]["replies_count"] = 1
    answer: Any = {
        "account": {"id": "9", "acct": acct},
        "visibility": "public",
        "created_at": clock.now().isoformat(),
    }
    home.descendants["77"] = [answer]


def test_nobody_but_the_boards_own_moderators_sees_or_leaves_a_question(
    forum: Forum, app: Flask, mo: Visitor, home: FakeHomeServer, opal: RemotePerson, question: Document
) -> None:
    an_hour_passes()
    (row,) = forum.rows(HashtagPost)
    home.resident("eve", key=2)
    eve = Visitor(app)
    eve.sign_in(home, "eve")
    forum.moderate(home.people["eve"], "benefits")
    for path in (
        "/",
        "/quiet",
        "/boards/respite",
        "/boards/respite/quiet",
        "/boards/respite/hearing",
        "/boards/respite/log",
        "/hearing",
    ):
        for somebody in (eve, Visitor(app)):
            assert question["url"] not in somebody.get(path).get_data(as_text=True), path
    for board in ("respite", "benefits"):
        assert eve.post(f"/boards/{board}/gathered/{row.id}/leave").status_code == 404
    assert question["url"] not in eve.page("/boards/benefits/gathered")
    assert question["url"] in mo.page(PATH)
    forum.deliver()
    assert [one for one in opal.server.received if one.method == "POST"] == [], "who asked is not told"


@pytest.mark.parametrize("change", [{"note": "<p>Please #nobot</p>"}, {"indexable": False}])
def test_p08_whoever_no_longer_wants_to_be_found_is_shown_no_more(
    forum: Forum, mo: Visitor, home: FakeHomeServer, question: Document, change: dict[str, Any]
) -> None:
    an_hour_passes()
    assert question["url"] in mo.page(PATH)
    question["account"].update(change)
    an_hour_passes()
    assert question["url"] not in mo.page(PATH)
    assert forum.rows(HashtagPost) == []


def test_p08_whoever_says_no_here_is_shown_no_more_from_the_same_moment_on(
    forum: Forum, mo: Visitor, home: FakeHomeServer, opal: RemotePerson, question: Document
) -> None:
    forum.tell(opal, opal.create(opal.note("I post here too", forum.board("benefits"))))
    an_hour_passes()
    assert question["url"] in mo.page(PATH)
    with database.transaction() as session:
        opt_outs.opt_out(session, forum.rows(Person, Person.username == "opal")[0].id)
    assert question["url"] not in mo.page(PATH)
    an_hour_passes()
    assert forum.rows(HashtagPost) == []


def test_a_question_is_answered_at_home_and_counted_and_nobody_is_named(
    forum: Forum, app: Flask, mo: Visitor, home: FakeHomeServer, question: Document
) -> None:
    an_hour_passes()
    page = mo.page(PATH)
    assert "Unanswered for a day" in page
    assert "Reply as yourself" in page
    assert f"{home.host}/authorize_interaction?uri=" in page
    assert TOLD not in Visitor(app).page("/boards/respite/hearing")
    answered_by(home, "mo")
    an_hour_passes()
    an_hour_passes()
    assert question["url"] not in mo.page(PATH)
    told = Visitor(app).page("/boards/respite/hearing")
    assert f"{TOLD} 1 question elsewhere that nobody had answered." in told
    assert question["url"] not in told
    assert TOLD not in Visitor(app).page("/boards/benefits/hearing")
    assert len(forum.rows(AnsweredQuestion)) == 1


def test_what_somebody_else_answered_is_no_question_and_may_be_boosted_as_before(
    forum: Forum, app: Flask, mo: Visitor, home: FakeHomeServer, question: Document
) -> None:
    an_hour_passes()
    answered_by(home, "kind@far.example")
    an_hour_passes()
    page = mo.page(PATH)
    assert "Asked, and not answered" not in page
    assert question["url"] in page
    assert TOLD not in Visitor(app).page("/boards/respite/hearing")
    (row,) = forum.rows(HashtagPost)
    assert mo.post(f"{PATH}/{row.id}/boost").status_code == 303


def test_what_is_left_is_shown_and_asked_about_no_more(
    forum: Forum, mo: Visitor, home: FakeHomeServer, question: Document
) -> None:
    an_hour_passes()
    (row,) = forum.rows(HashtagPost)
    assert mo.post(f"{PATH}/{row.id}/leave").status_code == 303
    asked = len(home.calls("/api/v1/statuses/77"))
    an_hour_passes()
    assert question["url"] not in mo.page(PATH)
    assert len(home.calls("/api/v1/statuses/77")) == asked
