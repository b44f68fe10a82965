"""Quotes of the board's own notes: asked for, stamped, fetched (FEP-044f)."""

from __future__ import annotations

import pytest

from fedconnect.models.post import Post
from fedconnect.models.quote_approval import QuoteApproval
from support.forum import Forum
from support.forum import ana as ana  # on a server that answers over HTTP, not the row of conftest.py
from support.remote import RemotePerson, RemoteServer


@pytest.fixture
def welcome(forum: Forum) -> str:
    return str(forum.rows(Post, Post.uri.startswith(forum.board() + "/posts/"))[0].uri)


def test_leave_to_quote_is_given_with_a_stamp_that_anybody_can_fetch(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, welcome: str
) -> None:
    quoting = ana.note("Look at this", quote=welcome)
    request = ana.activity("QuoteRequest", welcome, instrument=quoting)
    forum.tell(ana, request)
    forum.deliver()
    (accept,) = remote.delivered("Accept")
    assert accept["object"]["id"] == request["id"]
    stamp = forum.ap(accept["result"]).json
    assert stamp["type"] == "QuoteAuthorization"
    assert (stamp["attributedTo"], stamp["interactingObject"], stamp["interactionTarget"]) == (
        forum.board(), quoting["id"], welcome,
    )  # fmt: skip
    assert forum.ap(welcome).json["interactionPolicy"]["canQuote"]["automaticApproval"]
    forum.tell(ana, {**request, "id": request["id"] + "-again"})
    assert len(forum.rows(QuoteApproval)) == 1


def test_nobody_gets_a_stamp_for_somebody_elses_post(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson, welcome: str
) -> None:
    theirs = ana.note("Hers", quote=welcome)
    board_post = ana.note("On the board", forum.board())
    forum.tell(ana, ana.create(board_post))
    forum.tell(mallory, mallory.activity("QuoteRequest", welcome, instrument=theirs))
    forum.tell(mallory, mallory.activity("QuoteRequest", welcome, instrument=theirs["id"]))
    forum.tell(mallory, mallory.activity("QuoteRequest", board_post["id"], instrument=mallory.note("Q")))
    for strange in (None, 1, [], {}, "x"):
        forum.tell(mallory, mallory.activity("QuoteRequest", welcome, instrument=strange))
    assert forum.rows(QuoteApproval) == []


def test_a_quote_in_a_post_is_a_link_that_says_where_it_leads(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("See there", forum.board(), quote="https://other.example/notes/1")
    note["content"] += '<p class="quote-inline">RE: <a href="https://other.example/notes/1">other</a></p>'
    forum.tell(ana, ana.create(note))
    page = forum.get(forum.thread_path("See there")).get_data(as_text=True)
    assert 'href="https://other.example/notes/1"' in page
    assert "a post on other.example" in page
    assert "RE:" not in page
