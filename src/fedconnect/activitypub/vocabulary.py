"""ActivityStreams documents as frozen dataclasses: parse(dict) bounds everything, nothing is fetched.

Ref: ActivityStreams 2.0 core and vocabulary, ActivityPub §3 and §4; how Mastodon writes them: its FEDERATION.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from fedconnect.foundation import clock, fetch
from fedconnect.foundation.errors import AddressRefused, Malformed

ACTIVITYSTREAMS = "https://www.w3.org/ns/activitystreams"
SECURITY = "https://w3id.org/security/v1"
PUBLIC = ACTIVITYSTREAMS + "#Public"
MEDIA_TYPE = "application/activity+json"
LD_MEDIA_TYPE = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
ACCEPT = f"{MEDIA_TYPE}, {LD_MEDIA_TYPE}"

MAX_URI = 1024  # two of them fit into one PostgreSQL index row
MAX_RECIPIENTS = 500
MAX_MENTIONS = 100
MAX_TAGS = 50
MAX_ATTACHMENTS = 16
_PUBLIC_NAMES = frozenset({PUBLIC, "as:Public", "Public"})
ACTOR_TYPES = frozenset({"Person", "Group", "Organization", "Application", "Service"})
POST_TYPES = frozenset({"Note", "Article", "Page", "Question", "Event", "Image", "Video", "Audio"})

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity. `embedded` is its object as sent, where it was more than an id."""

    id: str
    kind: str
    actor: str
    object_uri: str
    embedded: Document | None
    published: datetime | None

    @property
    def object_kind(self) -> str:
        """The embedded object's type, or the empty string."""
        kind = self.embedded.get("type") if self.embedded else ""
        return kind if isinstance(kind, str) else ""


@dataclass(frozen=True, slots=True)
class Medium:
    """One attachment: where it lies, what it is, its description in plain text."""

    url: str
    media_type: str
    alt: str


@dataclass(frozen=True, slots=True)
class Note:
    """A post as its author's server describes it; html is not sanitised yet."""

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
    mentions: tuple[str, ...]
    hashtags: tuple[str, ...]
    attachments: tuple[Medium, ...]
    url: str

    @property
    def is_public(self) -> bool:
        return PUBLIC in self.to

    @property
    def is_unlisted(self) -> bool:
        return PUBLIC in self.cc and not self.is_public


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that an actor document lists."""

    id: str
    owner: str
    pem: str


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor as its own server describes it."""

    id: str
    kind: str
    username: str
    name: str
    summary: str
    url: str
    inbox: str
    shared_inbox: str | None
    followers: str | None
    indexable: bool
    keys: tuple[PublicKey, ...] = field(default=())


def uri(value: Any) -> str | None:
    """Return an http(s) URI with a host that a server can have, or None."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_URI or not value.isprintable():
        return None
    if not value.startswith(("https://", "http://")) or " " in value:
        return None
    try:
        fetch.host_of(value)
    except AddressRefused:
        return None
    return value


def host(value: str) -> str:
    """Return the host (with its port, where unusual) that a URI's claims are judged by.

    Raises:
        AddressRefused: no http(s) URI.
    """
    return fetch.host_of(value)


def same_origin(one: str, other: str) -> bool:
    """Whether two URIs have the same scheme, host and port."""
    return urlsplit(one).scheme == urlsplit(other).scheme and host(one) == host(other)


def reference(value: Any) -> str | None:
    """Return the id of a value that is an id or an embedded object."""
    if isinstance(value, dict):
        value = value.get("id")
    return uri(value)


def parse_activity(document: Document) -> Activity:
    """Read an activity's envelope.

    Raises:
        Malformed: no ActivityStreams context, or no usable type, id, actor.
    """
    if not _speaks_activitystreams(document.get("@context")):
        raise Malformed("no ActivityStreams @context")
    kind = document.get("type")
    if not isinstance(kind, str) or not 0 < len(kind) <= 40:
        raise Malformed("an activity needs one type")
    actor = reference(document.get("actor"))
    if actor is None:
        raise Malformed("an activity needs an actor with an http(s) id")
    identity = uri(document.get("id"))
    if identity is None:
        raise Malformed("an activity needs an http(s) id")
    object_ = document.get("object")
    if isinstance(object_, list) and len(object_) == 1:
        object_ = object_[0]
    return Activity(
        id=identity,
        kind=kind,
        actor=actor,
        object_uri=reference(object_) or "",
        embedded=object_ if isinstance(object_, dict) else None,
        published=clock.parse_instant(document.get("published")),
    )


def parse_note(document: Document) -> Note:
    """Read a post of any of the types that peers use for one.

    Raises:
        Malformed: no usable id, author or type.
    """
    kind = document.get("type")
    if not isinstance(kind, str) or kind not in POST_TYPES:
        raise Malformed("not a post")
    identity = uri(document.get("id"))
    author = _single_author(document.get("attributedTo"))
    if identity is None or author is None:
        raise Malformed("a post needs an http(s) id and one author")
    tags = [tag for tag in _list(document.get("tag"))[:500] if isinstance(tag, dict)]
    html, language = _text(document, "content")
    warning, _ = _text(document, "summary")
    return Note(
        id=identity,
        kind=kind,
        author=author,
        html=html,
        title=_string(document.get("name")) if kind != "Note" else "",
        warning=warning,
        language=language,
        in_reply_to=reference(document.get("inReplyTo")),
        published=clock.parse_instant(document.get("published")),
        updated=clock.parse_instant(document.get("updated")),
        to=recipients(document.get("to")),
        cc=recipients(document.get("cc")),
        mentions=_unique(reference(t.get("href")) for t in tags if t.get("type") == "Mention")[:MAX_MENTIONS],
        hashtags=_unique(_hashtag(t.get("name")) for t in tags if t.get("type") == "Hashtag")[:MAX_TAGS],
        attachments=_media(document.get("attachment")),
        url=_page(document.get("url")) or identity,
    )


def parse_actor(document: Document) -> Actor:
    """Read an actor.

    Raises:
        Malformed: no usable id, type, inbox or name.
    """
    kind = document.get("type")
    identity = uri(document.get("id"))
    inbox = uri(document.get("inbox"))
    username = document.get("preferredUsername")
    if kind not in ACTOR_TYPES or identity is None or inbox is None:
        raise Malformed("an actor needs a known type, an id and an inbox")
    if not isinstance(username, str) or not 0 < len(username) <= 255 or not username.isprintable():
        raise Malformed("an actor needs a preferredUsername")
    endpoints = document.get("endpoints")
    shared = endpoints.get("sharedInbox") if isinstance(endpoints, dict) else document.get("sharedInbox")
    return Actor(
        id=identity,
        kind=str(kind),
        username=username,
        name=_string(document.get("name")),
        summary=_string(document.get("summary"))[:20_000],
        url=_page(document.get("url")) or identity,
        inbox=inbox,
        shared_inbox=uri(shared),
        followers=uri(document.get("followers")),
        indexable=document.get("indexable") is True,
        keys=_keys(document.get("publicKey"), identity),
    )


def recipients(value: Any) -> tuple[str, ...]:
    """Return the addressees, the public audience under its one full name."""
    found: dict[str, None] = {}
    for entry in _list(value)[:MAX_RECIPIENTS]:
        if isinstance(entry, str) and entry in _PUBLIC_NAMES:
            found[PUBLIC] = None
        elif (name := reference(entry)) is not None:
            found[name] = None
    return tuple(found)


def _speaks_activitystreams(context: Any) -> bool:
    return ACTIVITYSTREAMS in (context if isinstance(context, list) else [context])


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _single_author(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    return reference(value)


def _text(document: Document, name: str) -> tuple[str, str]:
    """Return a text and its language; a language map's first entry is how Mastodon says both."""
    texts = document.get(name + "Map")
    language = next(iter(texts), "") if isinstance(texts, dict) else ""
    text = document.get(name)
    if not isinstance(text, str):
        text = texts.get(language) if isinstance(texts, dict) else ""
    return _string(text), language if len(language) <= 35 and language.replace("-", "").isalnum() else ""


def _hashtag(name: Any) -> str | None:
    if not isinstance(name, str):
        return None
    name = name.lstrip("#").lower()
    return name if 0 < len(name) <= 100 and name.isprintable() and " " not in name else None


def _media(value: Any) -> tuple[Medium, ...]:
    found: list[Medium] = []
    for item in _list(value)[:MAX_ATTACHMENTS]:
        if isinstance(item, dict) and (where := _page(item.get("url"))) is not None:
            alt = _string(item.get("name")) or _string(item.get("summary"))
            found.append(Medium(where, _string(item.get("mediaType"))[:100], alt[:10_000]))
    return tuple(found)


def _page(value: Any) -> str | None:
    """Return the one URL of a `url` property: a string, a Link, or a list with text/html preferred."""
    links = _list(value)[:20]
    links.sort(key=lambda link: not (isinstance(link, dict) and link.get("mediaType") == "text/html"))
    for link in links:
        if (found := uri(link.get("href") if isinstance(link, dict) else link)) is not None:
            return found
    return None


def _keys(value: Any, owner: str) -> tuple[PublicKey, ...]:
    found: list[PublicKey] = []
    for key in _list(value)[:10]:
        if not isinstance(key, dict):
            continue
        identity, pem = uri(key.get("id")), key.get("publicKeyPem")
        if identity and key.get("owner") == owner and isinstance(pem, str) and len(pem) <= 8192:
            found.append(PublicKey(identity, owner, pem))
    return tuple(found)


def _unique(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))
