"""Authors who choose who may answer (GoToSocial's canReply) are obeyed."""

from __future__ import annotations

import pytest

from fedconnect.forum import removal
from fedconnect.foundation import database
from fedconnect.models.post import Post, PostState
from support.forum import Forum
from support.remote import PUBLIC, Document, RemotePerson


def asks(*allowed: str, old: bool = False) -> Document:
    return {"canReply": {"always" if old else "automaticApproval": list(allowed), "manualApproval": [PUBLIC]}}


def shown(forum: Forum, text: str) -> bool:
    return bool(forum.rows(Post, Post.source.contains(text)))


@pytest.fixture(params=[False, True], ids=["new words", "old words"])
def question(forum: Forum, ana: RemotePerson, request: pytest.FixtureRequest) -> Document:
    question = ana.note("Only some may answer", forum.board())
    question["interactionPolicy"] = asks(ana.uri + "/followers", old=request.param)
    forum.tell(ana, ana.create(question))
    return question


def test_an_answer_without_leave_is_not_shown(
    forum: Forum, ben: RemotePerson, mallory: RemotePerson, question: Document
) -> None:
    forum.tell(mallory, mallory.create(mallory.note("Uninvited", forum.board(), inReplyTo=question["id"])))
    assert not shown(forum, "Uninvited")


def test_the_author_and_whoever_is_mentioned_may_always_answer(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    question = ana.note("Ben, what do you think?", forum.board())
    question["tag"].append({"type": "Mention", "href": ben.uri, "name": "@ben"})
    question["interactionPolicy"] = asks()
    forum.tell(ana, ana.create(question))
    forum.tell(ana, ana.create(ana.note("Let me add", forum.board(), inReplyTo=question["id"])))
    forum.tell(ben, ben.create(ben.note("I think so", forum.board(), inReplyTo=question["id"])))
    assert shown(forum, "Let me add")
    assert shown(forum, "I think so")


STAMPS = ("ReplyAuthorization", "LikeAuthorization", "AnnounceAuthorization", "QuoteAuthorization", "Note")
FAULTS = (
    "none", "author", "neighbour", "two authors", "no author", "object", "target", "no target", "origin", "revoked", "gone",
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("stamp", STAMPS)
def test_l_leave_counts_only_if_the_author_of_what_is_answered_gave_it_for_this_very_answer(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, mallory: RemotePerson, stamp: str, fault: str
) -> None:
    """CVE-2026-47777's kind: stamps of each kind, each with one thing wrong. Ben lives on Ana's server."""
    question = ana.note("Only some may answer", forum.board(), interactionPolicy=asks(ana.uri + "/followers"))
    forum.tell(ana, ana.create(question))
    answer = mallory.note("Invited", forum.board(), inReplyTo=question["id"])
    server = mallory.server if fault == "origin" else ana.server
    leave = {
        "id": server.base + "/users/ana/approvals/1", "type": stamp, "attributedTo": ana.uri,
        "interactingObject": answer["id"], "interactionTarget": question["id"],
    }  # fmt: skip
    wrong: dict[str, Document] = {
        "author": {"attributedTo": mallory.uri},
        "neighbour": {"attributedTo": ben.uri},
        "two authors": {"attributedTo": [ben.uri, ana.uri]},
        "object": {"interactingObject": mallory.uri + "/other"},
        "target": {"interactionTarget": ana.uri + "/other"},
    }
    leave |= wrong.get(fault, {})
    if fault in {"no author", "no target"}:
        del leave["attributedTo" if fault == "no author" else "interactionTarget"]
    answer["replyAuthorization"] = leave["id"]
    if fault != "gone":
        server.serve(leave)
    if fault == "revoked":
        forum.tell(ana, ana.delete(leave["id"]))
    forum.tell(mallory, mallory.create(answer))
    assert shown(forum, "Invited") is (stamp == "ReplyAuthorization" and fault == "none")


@pytest.fixture
def leave(forum: Forum, ana: RemotePerson, mallory: RemotePerson, question: Document) -> Document:
    """Leave for an answer, which was given and is used."""
    answer = mallory.note("Invited", forum.board(), inReplyTo=question["id"])
    leave = {
        "id": ana.uri + "/approvals/1", "type": "ReplyApproval", "attributedTo": ana.uri,
        "interactingObject": answer["id"], "interactionTarget": question["id"],
    }  # fmt: skip
    answer["approvedBy"] = ana.server.serve(leave)
    forum.tell(mallory, mallory.create(answer))
    (post,) = forum.rows(Post, Post.source.contains("Invited"))
    assert post.approval_uri == leave["id"], "where it stands is kept"
    return leave


def test_l_leave_that_its_author_deletes_takes_the_answer_out_of_sight_for_good(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, mallory: RemotePerson, leave: Document
) -> None:
    forum.tell(ben, ben.delete(leave["id"]))
    assert shown(forum, "Invited"), "a neighbour takes nothing back"
    forum.tell(ana, ana.delete(leave["id"]))
    assert not shown(forum, "Invited")
    answer = mallory.note(
        "Invited", forum.board(), inReplyTo=leave["interactionTarget"], id=leave["interactingObject"]
    )
    answer["approvedBy"] = leave["id"]
    forum.tell(mallory, mallory.update(answer, "again"))
    assert not shown(forum, "Invited")


@pytest.mark.parametrize("status", [404, 410, 500])
def test_l_leave_that_is_not_there_any_more_takes_the_answer_out_of_sight(
    forum: Forum, ana: RemotePerson, leave: Document, status: int
) -> None:
    path = leave["id"].removeprefix(ana.server.base)
    del ana.server.documents[path]
    ana.server.special[path] = (status, {}, b"")
    forum.hurry()
    forum.run_backfill()
    assert shown(forum, "Invited") is (status == 500), "a server that is ill takes nothing back"


@pytest.mark.parametrize("state", [PostState.REMOVED, PostState.HELD])
def test_l_an_answer_waits_while_its_conversation_is_out_of_sight(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, state: PostState
) -> None:
    starter = ana.note("A beginning", forum.board())
    forum.tell(ana, ana.create(starter))
    first = ben.note("An early answer", forum.board(), inReplyTo=starter["id"])
    forum.tell(ben, ben.create(first))
    with database.transaction() as session:
        post = session.query(Post).filter_by(uri=starter["id"]).one()
        {
            PostState.REMOVED: lambda: removal.remove(session, post),
            PostState.HELD: lambda: removal.hold(session, post),
        }[state]()
    forum.tell(ben, ben.create(ben.note("To the beginning", forum.board(), inReplyTo=starter["id"])))
    forum.tell(ana, ana.create(ana.note("To the answer", forum.board(), inReplyTo=first["id"])))
    assert not shown(forum, "To the")
    with database.transaction() as session:
        post = session.query(Post).filter_by(uri=starter["id"]).one()
        assert removal.restore(session, post) or removal.release(session, post)
    forum.work()
    assert shown(forum, "To the beginning")
    assert shown(forum, "To the answer")


@pytest.mark.parametrize("policy", [{}, {"canReply": {}}, {"canReply": {"always": [PUBLIC]}}, None, 1, []])
def test_without_such_a_choice_anybody_may_answer(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson, policy: object
) -> None:
    question = ana.note("For all", forum.board(), interactionPolicy=policy)
    forum.tell(ana, ana.create(question))
    forum.tell(mallory, mallory.create(mallory.note("Welcome", forum.board(), inReplyTo=question["id"])))
    assert shown(forum, "Welcome")
