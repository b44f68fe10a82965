"""Flag: reports from every dialect reach the board's moderators, and nobody learns who made them."""

from __future__ import annotations

import json

import pytest

from fedconnect.models.case import Case, Report
from support.forum import Forum
from support.forum import ana as ana  # on a server that answers over HTTP, not the row of conftest.py
from support.remote import Document, RemotePerson, RemoteServer


@pytest.fixture
def note(forum: Forum, ana: RemotePerson) -> Document:
    note = ana.note("Something", forum.board())
    forum.tell(ana, ana.create(note))
    return note


def test_mastodons_form_names_the_person_and_the_posts_and_says_it_in_content(
    forum: Forum, note: Document, ana: RemotePerson, mallory: RemotePerson
) -> None:
    flag = mallory.activity(
        "Flag", [ana.uri, note["id"], "https://elsewhere.example/1"], content="Spam, I think"
    )
    del flag["to"]
    forum.tell(mallory, flag)
    (case,) = forum.rows(Case)
    assert (case.subject_uri, case.words, case.times) == (note["id"], "Spam, I think", 1)


def test_lemmys_form_names_the_post_and_says_it_in_summary(
    forum: Forum, note: Document, lea: RemotePerson
) -> None:
    forum.tell(
        lea, lea.activity("Flag", note["id"], summary="Rule 3", to=[forum.board()], audience=forum.board())
    )
    assert forum.rows(Case)[0].words == "Rule 3"


def test_a_person_is_reported_to_the_board_that_is_addressed(
    forum: Forum, note: Document, ana: RemotePerson, lea: RemotePerson
) -> None:
    forum.tell(lea, lea.activity("Flag", ana.uri, summary="Writes to people", to=[forum.board()]))
    assert forum.rows(Case)[0].subject_uri == ana.uri
    forum.tell(lea, lea.activity("Flag", forum.board(), content="The board itself"))
    assert [case.subject_uri for case in forum.rows(Case)] == [ana.uri, forum.board()]


def test_s29_a_thousand_reports_are_one_case(
    forum: Forum, other_remote: RemoteServer, note: Document, lea: RemotePerson
) -> None:
    for number in range(30):
        person = other_remote.person(f"r{number}", key=7)
        forum.post(person, person.activity("Flag", note["id"], content=f"because {number}"))
    for _ in range(20):
        forum.post(lea, lea.activity("Flag", note["id"], content="again and again"))
    forum.work()
    forum.hurry()  # a server that is met for the first time has its say bit by bit
    forum.work()
    (case,) = forum.rows(Case)
    assert case.times == 31
    assert len(forum.rows(Report)) == 31
    assert len(case.words) <= 5000


@pytest.mark.parametrize(
    "about", ["https://nowhere.example/1", "private", [], [""], None, 7, {"type": "Note"}]
)
def test_s29_a_report_about_nothing_here_is_answered_alike(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson, about: object
) -> None:
    if about == "private":
        private = ana.note("Secret", to=[ana.uri + "/followers"], cc=[])
        forum.tell(ana, ana.create(private))
        about = private["id"]
    assert forum.post(mallory, mallory.activity("Flag", about, content="x")).status_code == 202
    forum.work()
    assert forum.rows(Case) == []


def test_s29_moderators_elsewhere_are_told_by_the_installation_and_not_by_whom(
    forum: Forum, remote: RemoteServer, other_remote: RemoteServer, note: Document, ana: RemotePerson,
    ben: RemotePerson, lea: RemotePerson,
) -> None:  # fmt: skip
    forum.moderate(lea)
    forum.tell(lea, lea.follow(forum.board()))  # so that her server is known for what it is
    forum.tell(ben, ben.activity("Flag", [ana.uri, note["id"]], content="Please look"))
    forum.deliver()
    (flag,) = other_remote.delivered("Flag")
    assert flag["actor"] == "https://forum.example/actor"
    assert flag["summary"] == flag["content"] == "Please look"
    assert (flag["object"], flag["to"]) == (note["id"], [forum.board()])
    assert ben.uri not in json.dumps(flag)
    assert remote.delivered("Flag") == [], "not to the reported, nor to a microblog's admins"
    (post,) = [one for one in other_remote.received if one.method == "POST" and one.json["type"] == "Flag"]
    assert 'keyId="https://forum.example/actor#main-key"' in post.headers["signature"]


def test_a_closed_case_opens_again_and_is_told_again(
    forum: Forum, note: Document, lea: RemotePerson, mallory: RemotePerson
) -> None:
    from fedconnect.foundation import database
    from fedconnect.models.case import CaseState

    forum.tell(lea, lea.activity("Flag", note["id"], content="one"))
    with database.transaction() as session:
        session.query(Case).one().move(CaseState.CLOSED)
    forum.tell(mallory, mallory.activity("Flag", note["id"], content="two"))
    (case,) = forum.rows(Case)
    assert (case.state, case.words) == (CaseState.OPEN, "one\ntwo")
