"""What is stored of a draft's words: title and body, and what a post carries beside them."""

from __future__ import annotations

import json
from dataclasses import asdict

from sqlalchemy.orm import Session

from fedconnect.drafts import Poll, PostDraft
from fedconnect.forum.boards import board_uri
from fedconnect.forum.proxied_images import picture_path, remember_pictures
from fedconnect.forum.stored_json import pictures_in
from fedconnect.forum.titles import (
    MAX_GIVEN,
    TitleAndBody,
    excerpt_of,
    first_sentence,
    split_given,
    split_title,
    without_board_mentions,
)  # fmt: skip
from fedconnect.foundation.html import SANITISER_VERSION, clean, paragraphs
from fedconnect.foundation.link_display import with_emojis
from fedconnect.foundation.sentences import shortened
from fedconnect.models.board import Board
from fedconnect.models.post import Post, PostState


def headline(draft: PostDraft) -> TitleAndBody:
    """Return a thread's title and the body of its first post.

    What its author calls it is the title; else a content warning is, so that a list shows nothing that the author covered; else
    its first line or sentence, or what its picture shows. A title never says who wrote: lists may go without names.
    """
    if draft.title:
        return _given(draft)
    if draft.warning:
        return TitleAndBody(_as_title(draft.warning), without_board_mentions(draft.html, draft.boards))
    head = split_title(draft.html, draft.boards, draft.language)
    if head.title and head.is_own:
        return head
    described = next((one.alt for one in draft.attachments if one.alt and not one.warning), "")
    if described and not draft.is_sensitive:
        return TitleAndBody(first_sentence(described, draft.language), head.body_html)
    return TitleAndBody(head.title or _what(draft), head.body_html)


def _what(draft: PostDraft) -> str:
    if draft.attachments:
        kind = draft.attachments[0].media_type.partition("/")[0]
        return {"image": "A picture", "video": "A video", "audio": "A recording"}.get(kind, "A file")
    return "A poll" if draft.poll is not None else "A post"


def _as_title(text: str) -> str:
    return text if len(text) <= MAX_GIVEN else shortened(text, MAX_GIVEN - 1)


def _given(draft: PostDraft) -> TitleAndBody:
    """Split off the title that the author gave; where it is too long for a title it stands above the body as well."""
    above = paragraphs(draft.title)
    title = _as_title(draft.title)
    if not draft.html.startswith(above):
        return split_given(draft.html, draft.boards, draft.title, draft.language)
    body = draft.html if title != draft.title else draft.html.removeprefix(above)
    return TitleAndBody(title, without_board_mentions(body, draft.boards))


def put_words(session: Session, post: Post, draft: PostDraft, body: str) -> None:
    """Store a post's words and what it carries beside them, ready to be shown."""
    pictures = {emoji.shortcode: picture_path(emoji.url) for emoji in draft.emojis}
    post.body_html = with_emojis(body, pictures)
    post.source, post.sanitiser = draft.source, SANITISER_VERSION
    post.language, post.warning = draft.language, draft.warning or post.covered or ""
    post.excerpt = excerpt_of(post.body_html, post.warning)
    post.hashtags = " ".join(draft.hashtags)
    post.attachments = json.dumps([asdict(item) for item in draft.attachments])
    post.emojis = json.dumps([asdict(item) for item in draft.emojis])
    post.poll = poll_json(draft.poll)
    post.quote_uri = draft.quote_uri
    post.is_sensitive = draft.is_sensitive or post.covered is not None
    post.is_left_out = draft.is_left_out
    post.may_reply, post.may_boost = "\n".join(draft.may_reply), "\n".join(draft.may_boost)
    shown = [item.url for item in draft.attachments if item.media_type.startswith("image/")]
    remember_pictures(session, [*shown, *(emoji.url for emoji in draft.emojis)])


def let_title_be_words(session: Session, post: Post) -> None:
    """Put a starter's first line, which was its thread's title and no longer is, back among its words."""
    if post.state is PostState.DELETED or not post.source:
        return
    board = session.get_one(Board, post.board_id)
    words = without_board_mentions(clean(post.source, post.url), (board_uri(board.slug),))
    post.body_html = with_emojis(words, pictures_in(post.emojis))
    post.excerpt = excerpt_of(post.body_html, post.warning)


def poll_json(poll: Poll | None) -> str:
    """Return a poll as it is stored; empty where there is none."""
    if poll is None:
        return ""
    ends = poll.ends.isoformat() if poll.ends is not None else None
    return json.dumps({**asdict(poll), "ends": ends})
