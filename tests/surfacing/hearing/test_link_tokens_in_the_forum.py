"""A link in a private message, from the server that fetches it to the person who reads behind it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import structlog
from sqlalchemy import update
from werkzeug.test import TestResponse

from fedconnect.foundation import database
from fedconnect.models.hearing import Hearing, HearingState, Impression
from fedconnect.models.link_token import LinkToken
from fedconnect.models.post import Post
from fedconnect.surfacing.hearing import link_tokens
from fedconnect.surfacing.hearing.link_tokens import LinkReader
from fedconnect.web import view_tracking
from support.forum import BASE, Forum
from support.readership import Readership
from support.remote import RemotePerson

CARE = "Respite care: who looks after my mother with dementia while I sleep?"


@pytest.fixture
def uri(readers: Readership, ana: RemotePerson) -> str:
    """A post that was promised two readers."""
    uri = readers.write(ana, CARE)
    with database.transaction() as session:
        session.execute(update(Hearing).values(floor=2))
    return uri


def links(readers: Readership, uri: str, count: int, reader_id: int | None = None) -> list[str]:
    """Links to a post in so many messages, as paths."""
    with database.transaction() as session:
        post = session.get_one(Post, readers.hearing(uri).post_id)
        path = f"/boards/respite/threads/{post.thread_id}"
        made = [
            link_tokens.make(session, post.id, path, LinkReader(True, f"{n}.example", reader_id), "letter")
            for n in range(count)
        ]
    return [one.removeprefix(BASE) for one in made]


def ask(forum: Forum, method: str, path: str, **more: Any) -> TestResponse:
    return forum.client.open(path, method=method, base_url=BASE, **more)


def say(forum: Forum, path: str, **form: str) -> TestResponse:
    return ask(forum, "POST", path, data=form, headers={"Origin": BASE})


def counted(readers: Readership, uri: str) -> tuple[int, int, int]:
    """How many looks are counted, how many of them qualified, and how many links are left."""
    view_tracking.flush()
    one = readers.hearing(uri)
    assert len(readers.forum.rows(Impression)) == one.seen
    return one.seen, one.qualified, len(readers.forum.rows(LinkToken))


def test_a_home_server_that_fetches_every_link_of_every_message_at_once_makes_no_impression(
    readers: Readership, forum: Forum, ana: RemotePerson, uri: str
) -> None:
    everything = links(readers, uri, 20)
    other = readers.write(ana, "Bread without an oven?")
    (elsewhere,) = links(readers, other, 1)
    for path in everything:
        for accept in ("text/html", "*/*", "application/activity+json"):
            for method in ("GET", "HEAD", "GET"):
                assert ask(forum, method, path, headers={"Accept": accept}).status_code in {200, 303}
    path, _, secret = everything[0].partition("?link=")
    post, about = readers.hearing(uri).post_id, readers.hearing(other).post_id
    for tokens in (
        "",
        secret,
        f"{post}.",
        f"{about}.{secret}",
        f"{post}.{secret[::-1]}",
        f"{post}.{elsewhere[-32:]}",
    ):
        assert say(forum, "/seen", tokens=tokens).status_code in {204, 401}
        pressed = "" if tokens == secret else tokens  # that alone is what the button sends
        answer = say(forum, f"{path}/{post}/opened", link=pressed)
        assert "Not counted" in answer.get_data(as_text=True)
    assert say(forum, everything[0]).status_code == 405, "the page itself takes nothing"
    from_elsewhere = {"tokens": f"{post}.{secret}", "link": secret}
    for address in ("/seen", f"{path}/{post}/opened"):
        for headers in ({}, {"Origin": "https://evil.example"}):
            assert ask(forum, "POST", address, data=from_elsewhere, headers=headers).status_code == 403
    view_tracking.flush()
    assert forum.rows(Impression) == []
    assert (readers.hearing(uri).seen, readers.hearing(other).seen) == (0, 0)
    assert len(forum.rows(LinkToken)) == 21


def test_what_the_page_sends_counts_once_and_two_people_fulfil_the_promise(
    readers: Readership, forum: Forum, uri: str
) -> None:
    first, second = links(readers, uri, 2)
    page = ask(forum, "GET", first).get_data(as_text=True)
    (token,) = re.findall(r'data-seen="([^"]+)"', page)
    for _ in range(3):
        assert say(forum, "/seen", tokens=token).status_code == 204
    assert counted(readers, uri) == (1, 1, 1)
    assert "data-seen" not in ask(forum, "GET", first).get_data(as_text=True), "it is used"
    page = ask(forum, "GET", second).get_data(as_text=True)
    (button,) = re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
    (address,), (secret,) = re.findall(r'action="([^"]+)"', button), re.findall(r'value="([^"]+)"', button)
    assert "I have read this" in button
    thanks = say(forum, address, link=secret).get_data(as_text=True)
    assert "That counts as one reader of this post. Nobody learns that it was you." in thanks
    assert counted(readers, uri) == (2, 2, 0)
    assert readers.hearing(uri).state is HearingState.HEARD
    assert {row.channel for row in forum.rows(Impression)} == {"letter"}


def test_a_browser_that_is_signed_in_counts_as_that_reader_once(readers: Readership, uri: str) -> None:
    dora = readers.reader("dora", topics="dementia")
    (link,) = links(readers, uri, 1, readers.reader_id("dora"))
    readers.look(dora, link)
    assert counted(readers, uri) == (1, 1, 1)
    assert {row.channel for row in readers.forum.rows(Impression)} == {"thread"}
    post = readers.hearing(uri).post_id
    assert say(readers.forum, "/seen", tokens=f"{post}.{link.partition('?link=')[2]}").status_code == 204
    assert counted(readers, uri) == (1, 1, 0), "read again without being signed in"


def test_a_token_stands_in_no_header_log_feed_or_link_and_leaves_to_no_other_site(
    readers: Readership, forum: Forum, uri: str
) -> None:
    (link,) = links(readers, uri, 1)
    path, _, secret = link.partition("?link=")
    with structlog.testing.capture_logs() as logged:
        answer = ask(forum, "GET", link)
        ask(forum, "GET", f"{link}&page=9")
        say(forum, "/seen", tokens=f"{readers.hearing(uri).post_id}.{secret}x")
    page = answer.get_data(as_text=True)
    assert secret not in str(logged)
    assert secret not in str(answer.headers)
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert not [one for one in re.findall(r'(?:href|content|src)="([^"]*)"', page) if secret in one]
    assert secret not in ask(forum, "GET", f"{path}/feed.atom").get_data(as_text=True)
    assert secret not in ask(forum, "GET", link, headers={"Accept": "application/activity+json"}).location
