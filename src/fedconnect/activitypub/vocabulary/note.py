"""A post as its author's server describes it, of any of the types that peers use for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fedconnect.activitypub.vocabulary.event import EventFacts, event_of
from fedconnect.activitypub.vocabulary.media import NoteAttachment, is_sensitive, media_of
from fedconnect.activitypub.vocabulary.properties import (
    MAX_TAGS,
    MEDIA_TYPE,
    POST_TYPES,
    PUBLIC,
    Document,
    emojis,
    kind_of,
    listed,
    page,
    recipients,
    reference,
    string,
    tags,
    text_in_language,
    unique,
    uri,
)
from fedconnect.drafts import Emoji, Poll, PollOption
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed

MAX_MENTIONS = 100
MAX_OPTIONS = 20


@dataclass(frozen=True, slots=True)
class Note:
    """A post; html is not sanitised yet.

    `title` is what its author calls it; a vote has none, though its answer stands there.
    `is_sensitive`: its media should not be seen unasked. `is_left_out`: there was more of it than we take.
    `also_answers`: what else it is in reply to, beside the first.
    `may_reply` names who may answer without asking (GoToSocial's canReply), None for anybody; `may_boost` likewise (canAnnounce);
    `approval` is where leave to answer another's post is proven.
    """

    id: str
    kind: str
    author: str
    html: str
    title: str
    warning: str
    language: str
    in_reply_to: str | None
    published: datetime | None
    updated: datetime | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    audience: tuple[str, ...]
    mentions: tuple[str, ...]
    hashtags: tuple[str, ...]
    attachments: tuple[NoteAttachment, ...]
    url: str
    mention_names: tuple[tuple[str, str], ...] = ()
    emojis: tuple[Emoji, ...] = ()
    poll: Poll | None = None
    quote: str = ""
    may_reply: tuple[str, ...] | None = None
    may_boost: tuple[str, ...] | None = None
    approval: str = ""
    is_sensitive: bool = False
    replies: str = ""
    context: str = ""
    event: EventFacts | None = None
    is_left_out: bool = False
    also_answers: tuple[str, ...] = ()

    @property
    def is_public(self) -> bool:
        return PUBLIC in self.to

    @property
    def is_unlisted(self) -> bool:
        return PUBLIC in self.cc and not self.is_public


def parse_note(document: Document) -> Note:
    """Read a post of any of the types that peers use for one.

    Raises:
        Malformed: no usable id, author or type.
    """
    kind = kind_of(document, POST_TYPES)
    if not kind:
        raise Malformed("not a post")
    identity = uri(document.get("id"))
    author = author_of(document)
    if identity is None or author is None:
        raise Malformed("a post needs an http(s) id and one author")
    found = tags(document)
    mentions = [tag for tag in found if kind_of(tag) == "Mention"][:MAX_MENTIONS]
    html, language = text_in_language(document, "content")
    if string(document.get("mediaType")) in {"text/plain", "text/markdown"}:
        html = _as_html(html)
    if not html and isinstance(source := document.get("source"), dict):
        html = _as_html(string(source.get("content")))  # as it was typed, where nothing else is told
    warning, other = text_in_language(document, "summary")
    title, another = text_in_language(document, "name")
    replies_to = unique(reference(one) for one in listed(document.get("inReplyTo"))[:5])
    attachments, is_left_out = media_of(document, kind)
    poll = _poll(document) if kind == "Question" else None
    return Note(
        id=identity,
        kind=kind,
        author=author,
        html=html,
        title=title if kind != "Note" or html.strip() or not replies_to else "",
        warning=warning,
        language=language or other or another,
        in_reply_to=next(iter(replies_to), None),
        published=clock.parse_instant(document.get("published")),
        updated=clock.parse_instant(document.get("updated")),
        to=recipients(document.get("to")),
        cc=recipients(document.get("cc")),
        audience=recipients(document.get("audience")),
        mentions=unique(reference(tag.get("href")) for tag in mentions),
        mention_names=tuple(
            (string(tag.get("name")), where)
            for tag in mentions
            if (where := reference(tag.get("href"))) is not None and string(tag.get("name"))
        ),
        hashtags=unique(_hashtag(t.get("name")) for t in found if kind_of(t) == "Hashtag")[:MAX_TAGS],
        attachments=attachments,
        url=page(document.get("url")) or identity,
        emojis=emojis(found),
        poll=poll,
        quote=_quote(document, found),
        may_reply=_allowed(document.get("interactionPolicy"), "canReply"),
        may_boost=_allowed(document.get("interactionPolicy"), "canAnnounce"),
        approval=uri(document.get("replyAuthorization") or document.get("approvedBy")) or "",
        is_sensitive=document.get("sensitive") is True or is_sensitive(document),
        replies=reference(document.get("replies")) or "",
        context=uri(document.get("context")) or "",
        also_answers=replies_to[1:],
        event=event_of(document) if kind == "Event" else None,
        is_left_out=is_left_out or (poll is not None and len(_choices(document)) > MAX_OPTIONS),
    )


def author_of(document: Document) -> str | None:
    """Return whom a document says that it is by, where that is one."""
    return _single_author(document.get("attributedTo"))


def _single_author(value: Any) -> str | None:
    """Return the one author; of several (a video's channel and its person), the one that is a Person."""
    if isinstance(value, list):
        people = [one for one in value[:10] if isinstance(one, dict) and kind_of(one) == "Person"]
        value = value[0] if len(value) == 1 else people[0] if len(people) == 1 else None
    return reference(value)


def _as_html(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    blocks = (block.strip().replace("\n", "<br>") for block in escaped.split("\n\n"))
    return "".join(f"<p>{block}</p>" for block in blocks if block)


def _hashtag(name: Any) -> str | None:
    if not isinstance(name, str):
        return None
    name = name.lstrip("#＃").lower()
    return name if 0 < len(name) <= 100 and name.isprintable() and " " not in name else None


def _poll(document: Document) -> Poll | None:
    is_multiple = bool(listed(document.get("anyOf")))
    options = tuple(
        PollOption(name, _votes(choice.get("replies")))
        for choice in _choices(document)[:MAX_OPTIONS]
        if isinstance(choice, dict) and (name := text_in_language(choice, "name")[0]).strip()
    )
    if not options:
        return None
    closed = document.get("closed")
    ends = clock.parse_end(closed) or clock.parse_end(document.get("endTime"))
    is_closed = closed is True or (ends is not None and ends <= clock.now())
    return Poll(options, is_multiple, ends, is_closed)


def _choices(document: Document) -> list[Any]:
    return listed(document.get("anyOf")) or listed(document.get("oneOf"))


def _votes(replies: Any) -> int | None:
    total = replies.get("totalItems") if isinstance(replies, dict) else None
    return total if type(total) is int and 0 <= total < 1 << 40 else None


def _quote(document: Document, found: list[Document]) -> str:
    """Return what a post quotes, in any of the words that peers use. Ref: FEP-044f, FEP-e232."""
    for name in ("quote", "_misskey_quote", "quoteUrl", "quoteUri"):
        for value in listed(document.get(name))[:1]:
            if (quoted := reference(value)) is not None:
                return quoted
    for tag in found:
        kind = string(tag.get("mediaType"))
        if kind_of(tag) == "Link" and (kind == MEDIA_TYPE or kind.startswith("application/ld+json")):
            return reference(tag.get("href")) or ""
    return ""


def _allowed(policy: Any, what: str) -> tuple[str, ...] | None:
    """Return who may do something without asking; the older word for it is `always`. Ref: GoToSocial's policies."""
    rule = policy.get(what) if isinstance(policy, dict) else None
    if not isinstance(rule, dict):
        return None
    allowed = rule.get("automaticApproval", rule.get("always"))
    found = recipients(allowed)
    return None if allowed is None or PUBLIC in found else found[:50]
