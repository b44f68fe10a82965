"""From another server's Note to a draft of ours: who may see it, which boards it names, clean HTML."""

from __future__ import annotations

from dataclasses import replace

from fedconnect.activitypub.vocabulary import Note
from fedconnect.drafts import Attachment, Poll, PostDraft, Visibility
from fedconnect.forum.boards import board_uri, slug_of
from fedconnect.foundation import clock, html, link_display

_MICROBLOG_TYPES = frozenset({"Note", "Question"})  # their summary is a content warning; elsewhere, a summary


def named_boards(note: Note) -> tuple[str, ...]:
    """Return the slugs of our boards that a post names: mentions first, then addressees."""
    found = (slug_of(uri) for uri in (*note.mentions, *note.to, *note.cc, *note.audience))
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
    return PostDraft(
        uri=note.id,
        author_uri=note.author,
        html=_body(note),
        source=note.html[: html.MAX_HTML_CHARS],
        visibility=visibility_of(note),
        published=note.published or clock.now(),
        updated=note.updated,
        url=note.url,
        language=note.language,
        warning=_one_line(note.warning, 500) if note.kind in _MICROBLOG_TYPES else "",
        in_reply_to=note.in_reply_to,
        boards=tuple(board_uri(slug) for slug in named_boards(note)),
        mentions=note.mentions,
        addressees=tuple(dict.fromkeys((*note.to, *note.cc)))[:20],
        hashtags=note.hashtags,
        attachments=tuple(
            Attachment(medium.url, html.plain(medium.media_type, 100), html.plain(medium.alt, 1500))
            for medium in note.attachments
        ),
        emojis=note.emojis,
        poll=_poll(note.poll),
        quote_uri=note.quote,
        may_reply=_may_reply(note),
        may_boost=()
        if note.may_boost is None
        else tuple(dict.fromkeys((note.author, *note.may_boost)))[:100],
        is_sensitive=note.is_sensitive,
    )


def _body(note: Note) -> str:
    """Return the words: a title first, and a summary where there is no content, as Mastodon shows both."""
    body = html.clean(note.html)
    if note.quote:
        body = html.without_quote_line(body)
    if not html.text_of(body) and note.kind not in _MICROBLOG_TYPES:
        body = html.clean(note.warning) + body
    if note.title:
        body = html.paragraphs(_one_line(note.title, 140)) + body
    return link_display.with_mentions(body, dict(note.mention_names))


def _poll(poll: Poll | None) -> Poll | None:
    if poll is None:
        return None
    options = tuple(replace(option, name=_one_line(option.name[:1000], 500)) for option in poll.options)
    return replace(poll, options=options)


def _may_reply(note: Note) -> tuple[str, ...]:
    """Return who may answer: whom the policy names, and whoever is mentioned. Empty for anybody."""
    if note.may_reply is None:
        return ()
    return tuple(dict.fromkeys((note.author, *note.may_reply, *note.mentions)))[:100]


def _one_line(text: str, limit: int) -> str:
    return html.line_of(text, limit)
