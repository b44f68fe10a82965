"""Sending through one's own server: once, after everything that could be wrong was looked at."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from fedconnect.accounts import unsent_posts
from fedconnect.accounts.mastodon_api import HomeAway
from fedconnect.accounts.outgoing_status import NotReady
from fedconnect.accounts.post_form import PostForm
from fedconnect.accounts.sessions import Visit
from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation import caches, database
from fedconnect.foundation.errors import NotFound
from fedconnect.home_servers import original_text, publishing
from fedconnect.home_servers.publishing import Sent
from fedconnect.models.post import Post
from fedconnect.models.submission import Submission, UnsentPost
from fedconnect.moderation.posts import writing_places
from support.forum import Forum
from support.home import FakeHomeServer
from support.rows import signed_in, visit_of
from support.visitor import Visitor
from support.visitor import home as home  # a server that answers over HTTP, not the table of conftest.py

FORM = PostForm(text="Who looks after the carer?", visibility="public")


@pytest.fixture
def dora(forum: Forum, visitor: Visitor, home: FakeHomeServer) -> Visit:
    caches.clear_all()
    home.resident("dora")
    visitor.sign_in(home, "dora", wanted=("write",))
    return visit_of(visitor)


def send(visit: Visit, form: PostForm = FORM, key: str = "") -> Sent:
    with database.read_transaction() as session:
        place = writing_places.place_to_start(session, visit, "respite")
    return publishing.send(visit, place, form, key=key or str(uuid.uuid4()), accepts_no_alt=False)


@pytest.mark.parametrize(
    "form", [replace(FORM, visibility=""), replace(FORM, text=" "), replace(FORM, text="a" * 501), replace(FORM, options="One")]
)  # fmt: skip
def test_what_is_not_ready_is_kept_nowhere_and_said_to_nobody(
    forum: Forum, home: FakeHomeServer, dora: Visit, form: PostForm
) -> None:
    with pytest.raises(NotReady):
        send(dora, form)
    assert forum.rows(Submission) == []
    assert home.calls("/api/v1/statuses") == []


def test_a_form_that_is_sent_twice_is_one_post(forum: Forum, home: FakeHomeServer, dora: Visit) -> None:
    key = str(uuid.uuid4())
    first, second = send(dora, key=key), send(dora, key=key)
    assert first.post is not None
    assert second.post is not None
    assert (first.submission_id, first.post.id) == (second.submission_id, second.post.id)
    assert len(home.statuses) == 1


def test_how_far_it_has_come_is_its_authors_to_know(forum: Forum, dora: Visit) -> None:
    done = send(dora)
    with database.read_transaction() as session:
        shown = publishing.read_sent(session, dora, done.submission_id)
        for visit, number in ((signed_in("eve"), done.submission_id), (dora, 1)):
            with pytest.raises(NotFound):
                publishing.read_sent(session, visit, number)
    assert (shown.board.slug, shown.waits, shown.why) == ("respite", False, "")
    assert shown.post is not None


def test_a_draft_comes_before_an_empty_form(forum: Forum, dora: Visit) -> None:
    with database.read_transaction() as session:
        place = writing_places.place_to_start(session, dora, "respite")
    assert publishing.begin_form(dora, place).text == ""
    with database.transaction() as session:
        unsent_posts.save_unsent(session, dora.reader_id, place.board.id, "", FORM)
    assert publishing.begin_form(dora, place) == FORM
    assert len(forum.rows(UnsentPost)) == 1


def test_an_edit_begins_with_the_words_as_they_were_typed(
    forum: Forum, home: FakeHomeServer, dora: Visit
) -> None:
    post = send(dora).post
    assert post is not None
    with database.read_transaction() as session:
        place = writing_places.place_to_edit(session, dora, PostAddress("respite", post.thread_id, post.id))
    form = publishing.begin_form(dora, place)
    assert (form.text, form.visibility, form.media) == (FORM.text, "public", ())


def test_a_post_without_its_parts_is_not_edited_from_here(
    forum: Forum, home: FakeHomeServer, dora: Visit
) -> None:
    post = send(dora).post
    assert isinstance(post, Post)
    home.refusing["/api/v1/statuses/1"] = (200, {"Content-Type": "application/json"}, b'{"id": "1"}')
    with pytest.raises(HomeAway):
        original_text.fetch_original(dora, post, "@respite@forum.example")
