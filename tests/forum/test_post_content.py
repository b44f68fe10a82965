"""What is stored of a draft: a title that covers what its author covered, and words ready to be shown."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.drafts import Attachment, Emoji, Poll, PollOption, PostDraft
from fedconnect.forum import post_content
from fedconnect.models.post import Post
from fedconnect.models.proxied_image import ProxiedImage
from support.forum import BASE
from support.unit import a_board, a_draft, a_person, a_thread

BOARD = f"{BASE}/boards/respite"
PICTURE = Attachment("https://home.example/1.png", "image/png", "A cat")
FILM = Attachment("https://home.example/1.webm", "video/webm", "")
SMILE = Emoji(":smile:", "https://home.example/smile.png")


def draft(session: Session, text: str = "Words", **values: Any) -> PostDraft:
    return a_draft(a_person(session), text, **values)


@pytest.mark.parametrize(("length", "title"), [(199, "w" * 199), (201, "w" * 199 + "…")])
def test_a_content_warning_is_the_title_and_nothing_of_what_it_covers(
    session: Session, length: int, title: str
) -> None:
    head = post_content.headline(draft(session, "Terrible words", warning="w" * length))
    assert head.title == title
    assert head.body_html == "<p>Terrible words</p>"


@pytest.mark.parametrize(
    ("html", "attachments", "title"),
    [
        ("", (PICTURE,), "A cat"),
        ("", (FILM,), "A video"),
        ("", (), "A post"),
        ("<p>Words</p>", (PICTURE,), "Words"),
        ("<p>Good morning!</p>", (PICTURE,), "A cat"),
        ("<p>🐈</p>", (FILM, PICTURE), "A cat"),
        ("<p>Good morning!</p>", (), "Good morning!"),
    ],
)
def test_without_words_a_title_says_what_there_is_and_never_who_wrote(
    session: Session, html: str, attachments: tuple[Attachment, ...], title: str
) -> None:
    head = post_content.headline(draft(session, html=html, attachments=attachments))
    assert head.title == title


def test_the_description_of_a_folded_picture_is_no_title(session: Session) -> None:
    wounds = Attachment("https://home.example/1.png", "image/png", "A wound", "Blood")
    warned = draft(session, html="", attachments=(wounds,))
    assert post_content.headline(warned).title == "A picture"
    folded = replace(warned, attachments=(PICTURE,), is_sensitive=True)
    assert post_content.headline(folded).title == "A picture"


def test_what_its_author_calls_it_goes_before_everything_else(session: Session) -> None:
    given = draft(session, html="<p>Mill</p><p>Words</p>", title="Mill", warning="Tells who did it")
    assert post_content.headline(given).title == "Mill"
    assert post_content.headline(given).body_html == "<p>Words</p>"
    long = replace(given, html=f"<p>{'w ' * 150}w</p><p>Words</p>", title="w " * 150 + "w")
    assert post_content.headline(long).title.endswith("w…")
    assert post_content.headline(long).body_html == long.html


def put(session: Session, wanted: PostDraft, covered: str | None = None) -> Post:
    _, post = a_thread(session, a_board(session), a_person(session, "ben"))
    post.covered = covered
    post_content.put_words(session, post, wanted, wanted.html)
    session.flush()
    return post


def test_what_a_moderator_covered_stays_covered_whatever_its_author_says_now(session: Session) -> None:
    post = put(session, draft(session), covered="Grief")
    assert (post.warning, post.is_sensitive) == ("Grief", True)
    assert "Words" not in post.excerpt


def test_an_authors_own_warning_goes_before_a_moderators(session: Session) -> None:
    assert put(session, draft(session, warning="Own"), covered="Grief").warning == "Own"


@pytest.mark.parametrize("is_sensitive", [True, False])
def test_a_post_is_as_sensitive_as_its_author_says(session: Session, is_sensitive: bool) -> None:
    post = put(session, draft(session, is_sensitive=is_sensitive))
    assert (post.is_sensitive, post.warning) == (is_sensitive, "")


def test_pictures_are_remembered_for_the_proxy_and_films_are_not(session: Session) -> None:
    put(session, draft(session, "I :smile:", attachments=(PICTURE, FILM), emojis=(SMILE,)))
    assert set(session.scalars(select(ProxiedImage.url))) == {PICTURE.url, SMILE.url}


def test_custom_emoji_are_shown_by_our_own_proxy(session: Session) -> None:
    post = put(session, draft(session, "I :smile:", emojis=(SMILE,)))
    assert SMILE.url not in post.body_html
    assert "<img" in post.body_html
    assert json.loads(post.emojis) == [{"shortcode": ":smile:", "url": SMILE.url}]


def test_what_a_post_carries_is_kept_beside_its_words(session: Session) -> None:
    post = put(
        session,
        draft(
            session, hashtags=("care", "respite"), may_reply=("https://a.example/1", "https://a.example/2"),
            quote_uri="https://home.example/7", language="de", attachments=(PICTURE,),
        ),
    )  # fmt: skip
    assert (post.hashtags, post.quote_uri, post.language) == ("care respite", "https://home.example/7", "de")
    assert post.may_reply.split("\n") == ["https://a.example/1", "https://a.example/2"]
    assert json.loads(post.attachments)[0]["url"] == PICTURE.url
    assert post.poll == ""


@pytest.mark.parametrize("ends", [None, datetime(2026, 11, 30, tzinfo=UTC)])
def test_a_poll_is_kept_with_its_end_where_it_has_one(ends: datetime | None) -> None:
    poll = Poll((PollOption("yes", 1), PollOption("no", 0)), is_multiple=False, ends=ends, is_closed=False)
    kept = json.loads(post_content.poll_json(poll))
    assert [one["name"] for one in kept["options"]] == ["yes", "no"]
    assert kept["ends"] == (ends.isoformat() if ends is not None else None)
