"""Authors who choose who may answer (GoToSocial's canReply) are obeyed."""

from __future__ import annotations

import pytest

from fedconnect.models.post import Post
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


@pytest.mark.parametrize(
    ("wrong", "counts"),
    [
        ({}, True),
        ({"interactingObject": "https://x.example/other"}, False),
        ({"interactionTarget": "https://x.example/other"}, False),
        ({"type": "Note"}, False),
    ],
)
def test_an_answer_with_leave_is_shown_and_leave_for_another_is_none(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson, question: Document, wrong: Document, counts: bool
) -> None:
    answer = mallory.note("Invited", forum.board(), inReplyTo=question["id"])
    answer["replyAuthorization"] = ana.server.serve(
        {"id": ana.uri + "/approvals/1", "type": "ReplyAuthorization", "attributedTo": ana.uri,
         "interactingObject": answer["id"], "interactionTarget": question["id"], **wrong}
    )  # fmt: skip
    forum.tell(mallory, mallory.create(answer))
    assert shown(forum, "Invited") is counts


def test_leave_from_the_answerers_own_server_is_none(
    forum: Forum, mallory: RemotePerson, question: Document
) -> None:
    answer = mallory.note("Self-invited", forum.board(), inReplyTo=question["id"])
    answer["approvedBy"] = mallory.server.serve(
        {"id": mallory.uri + "/approvals/1", "type": "ReplyAuthorization",
         "interactingObject": answer["id"], "interactionTarget": question["id"]}
    )  # fmt: skip
    forum.tell(mallory, mallory.create(answer))
    assert not shown(forum, "Self-invited")


@pytest.mark.parametrize("policy", [{}, {"canReply": {}}, {"canReply": {"always": [PUBLIC]}}, None, 1, []])
def test_without_such_a_choice_anybody_may_answer(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson, policy: object
) -> None:
    question = ana.note("For all", forum.board(), interactionPolicy=policy)
    forum.tell(ana, ana.create(question))
    forum.tell(mallory, mallory.create(mallory.note("Welcome", forum.board(), inReplyTo=question["id"])))
    assert shown(forum, "Welcome")
