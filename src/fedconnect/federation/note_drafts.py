"""From another server's Note to a draft of ours: who may see it, which boards it names, clean HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from fedconnect.activitypub.vocabulary import Note
from fedconnect.activitypub.vocabulary.media import MAX_ATTACHMENTS
from fedconnect.drafts import Attachment, Poll, PostDraft, Visibility
from fedconnect.federation.event_words import event_html
from fedconnect.forum import titles
from fedconnect.forum.boards import board_uri, slug_of
from fedconnect.foundation import clock, html, link_display, sentences
from fedconnect.foundation.html import Cleaned
from fedconnect.foundation.html_elements import KNOWN
from fedconnect.foundation.html_rewriter import InlinePicture

_LONGEST_TITLE = 1000
_LONGEST_WARNING = 500
_LONGEST_ALT = 5000
#: A name is plain text, and "Vec<String>" is one; yet some software writes HTML there.
_NO_ELEMENT = re.compile(r"<(?!/?(?:" + "|".join(sorted(KNOWN)) + r")\b|!--)", re.IGNORECASE)
_HALF_A_TAG = re.compile(r"</?[a-zA-Z][^<>]*\Z")
_SIZE = re.compile(r"-\d{1,5}x\d{1,5}(\.[a-zA-Z]{3,4})$")
_MICROBLOG_TYPES = frozenset(
    {"Note", "Question"}
)  # their summary is a content warning; elsewhere it is one where it says so


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
    words = _words(note)
    attachments, are_cut = _attachments(note, words.cleaned.pictures)
    poll, is_poll_cut = _poll(note.poll)
    is_cut = words.is_cut or words.cleaned.is_shortened or are_cut or is_poll_cut
    return PostDraft(
        uri=note.id,
        author_uri=note.author,
        html=words.html,
        source=html.within(words.source),  # all that was read, so that it can be cleaned again
        visibility=visibility_of(note),
        published=note.published or clock.now(),
        updated=note.updated,
        url=note.url,
        language=note.language,
        warning=words.warning,
        in_reply_to=note.in_reply_to,
        boards=tuple(board_uri(slug) for slug in named_boards(note)),
        mentions=note.mentions,
        addressees=tuple(dict.fromkeys((*note.to, *note.cc)))[:20],
        hashtags=note.hashtags,
        attachments=attachments,
        emojis=note.emojis,
        poll=poll,
        quote_uri=note.quote,
        may_reply=_may_reply(note),
        may_boost=()
        if note.may_boost is None
        else tuple(dict.fromkeys((note.author, *note.may_boost)))[:100],
        is_sensitive=note.is_sensitive,
        title=words.title,
        is_left_out=note.is_left_out or is_cut,
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """What a post says, cleaned; `is_cut`: its title or its warning was longer than we keep."""

    title: str
    warning: str
    html: str
    source: str
    cleaned: Cleaned
    is_cut: bool


def _words(note: Note) -> _Words:
    """Return the words: a title first, when and where an event is, and a summary where there is no content and nothing to warn
    of, as Mastodon shows both."""
    is_warning = note.kind in _MICROBLOG_TYPES or note.is_sensitive
    warning, is_warning_cut = _one_line(note.warning, _LONGEST_WARNING) if is_warning else ("", False)
    title, is_title_cut = _one_line(note.title, _LONGEST_TITLE)
    source = note.html
    if note.event is not None:
        told = event_html(note.event, note.language)
        source = told + source if title else source + told
    cleaned = html.cleaned(source, note.url)
    if not is_warning and note.warning and not html.text_of(html.clean(note.html)):
        source = note.warning + source
        cleaned = html.cleaned(source, note.url)
    body = html.without_quote_line(cleaned.html) if note.quote else cleaned.html
    body = link_display.with_mentions(body, dict(note.mention_names))
    if title and not titles.begins_with(body, title):
        body, source = html.paragraphs(title) + body, html.paragraphs(title) + source
    return _Words(title, warning, body, source, cleaned, is_warning_cut or is_title_cut)


def _attachments(note: Note, pictures: tuple[InlinePicture, ...]) -> tuple[tuple[Attachment, ...], bool]:
    """Return what is attached, and the pictures among the words that are not, and whether anything of it was cut."""
    found = [
        Attachment(
            medium.url,
            html.plain(medium.media_type, 100),
            _plain(medium.alt, _LONGEST_ALT),
            _plain(medium.warning, 500),
        )
        for medium in note.attachments
    ]
    known = {_file_of(one.url) for one in found}
    inline = [one for one in pictures if _file_of(one.url) not in known]
    found += [Attachment(one.url, "image/*", one.alt) for one in inline[: MAX_ATTACHMENTS - len(found)]]
    return tuple(found), any(len(medium.alt) > _LONGEST_ALT for medium in note.attachments)


def _file_of(url: str) -> str:
    """Return what two addresses of one picture have in common: no query, and no size as WordPress writes it."""
    return _SIZE.sub(r"\1", url.partition("?")[0])


def _plain(text: str, limit: int) -> str:
    return sentences.shortened(html.plain(text, len(text)), limit)


def _poll(poll: Poll | None) -> tuple[Poll | None, bool]:
    if poll is None:
        return None, False
    named = [_one_line(option.name, 500) for option in poll.options]
    options = tuple(replace(option, name=name) for option, (name, _) in zip(poll.options, named, strict=True))
    return replace(poll, options=options), any(is_cut for _, is_cut in named)


def _may_reply(note: Note) -> tuple[str, ...]:
    """Return who may answer: whom the policy names, and whoever is mentioned. Empty for anybody."""
    if note.may_reply is None:
        return ()
    return tuple(dict.fromkeys((note.author, *note.may_reply, *note.mentions)))[:100]


def _one_line(text: str, limit: int) -> tuple[str, bool]:
    """Return a text in one line, with a sign where it is cut, and whether it is; what is mostly markup may be cut before its words
    are as many as the limit."""
    source = text.strip()
    is_long = len(source) > 4 * limit
    if is_long:
        source = _HALF_A_TAG.sub("", source[: 4 * limit])
    line = html.line_of(_NO_ELEMENT.sub("&lt;", source), 2 * limit)
    if is_long and len(line) < limit:
        return f"{line}…", True
    return sentences.shortened(line, limit - 1), len(line) >= limit
