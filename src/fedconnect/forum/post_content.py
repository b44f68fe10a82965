"""What is stored of a draft's words: title and body, and what a post carries beside them."""

from __future__ import annotations

import json
from dataclasses import asdict

from sqlalchemy.orm import Session

from fedconnect.drafts import Poll, PostDraft
from fedconnect.forum.proxied_images import picture_path, remember_pictures
from fedconnect.forum.titles import TitleAndBody, excerpt_of, split_title, without_board_mentions
from fedconnect.foundation.html import SANITISER_VERSION
from fedconnect.foundation.link_display import with_emojis
from fedconnect.models.post import Post


def headline(draft: PostDraft) -> TitleAndBody:
    """Return a thread's title and the body of its first post.

    A content warning is the title, so that a list shows nothing that the author covered. A title never says who wrote:
    lists may go without names.
    """
    if draft.warning:
        body = without_board_mentions(draft.html, draft.boards)
        return TitleAndBody(draft.warning[:140], body)
    head = split_title(draft.html, draft.boards)
    if head.title:
        return head
    return TitleAndBody("A picture" if draft.attachments else "A post", head.body_html)


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
    post.may_reply, post.may_boost = "\n".join(draft.may_reply), "\n".join(draft.may_boost)
    shown = [item.url for item in draft.attachments if item.media_type.startswith("image/")]
    remember_pictures(session, [*shown, *(emoji.url for emoji in draft.emojis)])


def poll_json(poll: Poll | None) -> str:
    """Return a poll as it is stored; empty where there is none."""
    if poll is None:
        return ""
    ends = poll.ends.isoformat() if poll.ends is not None else None
    return json.dumps({**asdict(poll), "ends": ends})
