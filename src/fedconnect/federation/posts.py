"""From another server's Note to a draft of ours: who may see it, which boards it names, clean HTML."""

from __future__ import annotations

from fedconnect.activitypub.vocabulary import Note
from fedconnect.drafts import Attachment, PostDraft, Visibility
from fedconnect.forum.boards import board_uri, slug_of
from fedconnect.foundation import clock, html


def named_boards(note: Note) -> tuple[str, ...]:
    """Return the slugs of our boards that a post names: mentions first, then addressees."""
    found = (slug_of(uri) for uri in (*note.mentions, *note.to, *note.cc))
    return tuple(dict.fromkeys(slug for slug in found if slug is not None))


def visibility_of(note: Note) -> Visibility:
    """Return who may see a post, by its addressees. Ref: ActivityPub §5.6, as Mastodon reads it."""
    if note.is_public:
        return Visibility.PUBLIC
    if note.is_unlisted:
        return Visibility.UNLISTED
    own = note.author.rstrip("/") + "/followers"
    return Visibility.FOLLOWERS if own in {*note.to, *note.cc} else Visibility.DIRECT


def draft_of(note: Note) -> PostDraft:
    """Return a draft with sanitised HTML; the costly part, so it is done outside any transaction."""
    body = html.clean(note.html)
    if note.title:
        body = html.paragraphs(html.plain(html.text_of(note.title[:4000]), 140)) + body
    return PostDraft(
        uri=note.id,
        author_uri=note.author,
        html=body,
        source=note.html[: html.MAX_HTML_CHARS],
        visibility=visibility_of(note),
        published=note.published or clock.now(),
        updated=note.updated,
        url=note.url,
        language=note.language,
        warning=html.plain(html.text_of(note.warning[:4000]), 500)
        if note.kind in {"Note", "Question"}
        else "",
        in_reply_to=note.in_reply_to,
        boards=tuple(board_uri(slug) for slug in named_boards(note)),
        mentions=note.mentions,
        hashtags=note.hashtags,
        attachments=tuple(
            Attachment(medium.url, html.plain(medium.media_type, 100), html.plain(medium.alt, 1500))
            for medium in note.attachments
        ),
    )
