"""The words that every document shares: ids, addressees, texts in languages; all of them bounded."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Any
from urllib.parse import urlsplit

from fedconnect.drafts import Emoji
from fedconnect.foundation import fetch
from fedconnect.foundation.errors import AddressRefused

ACTIVITYSTREAMS = "https://www.w3.org/ns/activitystreams"
SECURITY = "https://w3id.org/security/v1"
PUBLIC = ACTIVITYSTREAMS + "#Public"
MEDIA_TYPE = "application/activity+json"
LD_MEDIA_TYPE = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
ACCEPT = f"{MEDIA_TYPE}, {LD_MEDIA_TYPE}"

MAX_URI = 1024  # two of them fit into one PostgreSQL index row
MAX_RECIPIENTS = 500
MAX_UNENCODED = 20  # addressees whose names are not ASCII: to encode a host is dear
MAX_TAGS = 50
_PREFIXES = (
    ACTIVITYSTREAMS + "#",
    "as:",
    "http://joinmastodon.org/ns#",
    "toot:",
)  # of types, where no context shortens them
_PUBLIC_NAMES = frozenset({PUBLIC, "as:Public", "Public"})
ACTOR_TYPES = frozenset({"Person", "Group", "Organization", "Application", "Service"})
POST_TYPES = frozenset({"Note", "Article", "Page", "Question", "Event", "Image", "Video", "Audio"})
_NOTHING = re.compile(r"<[^<>]*+>|&nbsp;|\s", re.IGNORECASE)
_MEDIUM = re.compile(r"<(?:img|video|audio|iframe|embed|object|input)\b", re.IGNORECASE)
_SHORTCODE = re.compile(r":[A-Za-z0-9_]{1,60}:", re.ASCII)

Document = dict[str, Any]


def uri(value: Any) -> str | None:
    """Return an http(s) URI with a host that a server can have, or None. Spaces in it are encoded: servers make ids out of names
    (NodeBB's Accept)."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_URI or not value.isprintable():
        return None
    found: str = value.replace(" ", "%20")
    if not found.startswith(("https://", "http://")) or len(found) > MAX_URI:
        return None
    try:
        fetch.host_of(found)
    except AddressRefused:
        return None
    return found


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
    """Return the id of a value that is an id or an embedded object, alone or as the one entry of a list."""
    value = _only(value)
    if isinstance(value, dict):
        value = value.get("id") or value.get("@id")
    return uri(value)


def kind_of(document: Document, among: Container[str] | None = None) -> str:
    """Return a document's type under its short name: its only one, or the first `among` those that are known. Nothing where it
    has none. Ref: ActivityStreams 2.0 §2.2 (JSON-LD compaction): one value and a list of it say the same."""
    kinds = [
        _short(kind)
        for kind in listed(document.get("type", document.get("@type")))[:10]
        if isinstance(kind, str)
    ]
    if among is None:
        return kinds[0] if len(kinds) == 1 else ""
    return next((kind for kind in kinds if kind in among), "")


def _short(kind: str) -> str:
    for prefix in _PREFIXES:
        kind = kind.removeprefix(prefix)
    return kind


def recipients(value: Any) -> tuple[str, ...]:
    """Return the addressees, the public audience under its one full name."""
    found: dict[str, None] = {}
    unencoded = 0
    for entry in listed(value)[:MAX_RECIPIENTS]:
        if isinstance(entry, str) and entry in _PUBLIC_NAMES:
            found[PUBLIC] = None
        elif isinstance(entry, str) and not entry.isascii() and (unencoded := unencoded + 1) > MAX_UNENCODED:
            continue
        elif (name := reference(entry)) is not None:
            found[name] = None
    return tuple(found)


def listed(value: Any) -> list[Any]:
    """Return a value that may be one, many or none as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def string(value: Any) -> str:
    """Return a text, alone or as the one entry of a list; nothing where it is no text."""
    value = _only(value)
    return value if isinstance(value, str) else ""


def _only(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def unique(values: Iterable[str | None]) -> tuple[str, ...]:
    """Return what is there, each once, in order."""
    return tuple(dict.fromkeys(value for value in values if value is not None))


def text_in_language(document: Document, name: str) -> tuple[str, str]:
    """Return a text and its language.

    A map's first entry is how Mastodon says both; where the plain text stands beside a map, its language is
    that of the entry with the same text. A text in which nothing stands counts as none. Ref: ActivityStreams 2.0 §4.7.
    """
    texts = document.get(name + "Map")
    text, language = _said(document.get(name))
    if not isinstance(texts, dict) or not texts:
        return text, _language(language)
    said = {key: _said(value)[0] for key, value in list(texts.items())[:50]}
    if _is_empty(text):
        language = next((key for key, value in said.items() if not _is_empty(value)), next(iter(said)))
        text = said[language]
    else:
        language = next((key for key, value in said.items() if value == text), next(iter(said)))
    return text, _language(language)


def _said(value: Any) -> tuple[str, str]:
    """Return a text that is one, the first of several, or an object of JSON-LD with its language."""
    for one in listed(value)[:10]:
        if isinstance(one, dict):
            text, language = string(one.get("@value")), string(one.get("@language"))
        else:
            text, language = string(one), ""
        if text:
            return text, language
    return "", ""


def _language(tag: str) -> str:
    known = len(tag) <= 35 and tag.isascii() and tag.replace("-", "").isalnum()
    return tag if known and tag != "und" else ""


def _is_empty(text: str) -> bool:
    return not _NOTHING.sub("", text) and not _MEDIUM.search(text)


def page(value: Any) -> str | None:
    """Return the one URL of a `url` property: a string, a Link, or a list with text/html preferred."""
    links = listed(value)[:20]
    links.sort(key=lambda link: not (isinstance(link, dict) and link.get("mediaType") == "text/html"))
    for link in links:
        if (found := uri(link.get("href") if isinstance(link, dict) else link)) is not None:
            return found
    return None


def tags(document: Document) -> list[Document]:
    """Return the entries of `tag` that are objects, their types by their short names."""
    found = [tag for tag in listed(document.get("tag"))[:500] if isinstance(tag, dict)]
    return [{**tag, "type": kind_of(tag)} if "type" in tag else tag for tag in found]


def emojis(found: Iterable[Document]) -> tuple[Emoji, ...]:
    """Return the custom emoji among tags, each shortcode once."""
    known: dict[str, Emoji] = {}
    for tag in found:
        if kind_of(tag) != "Emoji" or len(known) >= MAX_TAGS:
            continue
        name, icon = string(tag.get("name")), tag.get("icon")
        name = name if name.startswith(":") else f":{name}:"
        where = page(icon.get("url")) if isinstance(icon, dict) else uri(icon)
        if where is not None and _SHORTCODE.fullmatch(name):
            known.setdefault(name, Emoji(name, where))
    return tuple(known.values())
