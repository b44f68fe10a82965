"""An actor as its own server describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

from fedconnect.activitypub.vocabulary.properties import (
    ACTOR_TYPES,
    Document,
    emojis,
    host,
    kind_of,
    page,
    recipients,
    reference,
    string,
    tags,
    uri,
)
from fedconnect.activitypub.vocabulary.public_key import PublicKey, read_keys
from fedconnect.drafts import Emoji
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor. `webfinger` is the handle that it claims (FEP-2c59), not proven."""

    id: str
    kind: str
    username: str
    name: str
    summary: str
    url: str
    inbox: str
    shared_inbox: str | None
    indexable: bool
    keys: tuple[PublicKey, ...] = field(default=())
    emojis: tuple[Emoji, ...] = field(default=())
    also_known_as: tuple[str, ...] = field(default=())
    moved_to: str | None = None
    published: datetime | None = None
    webfinger: str = ""


def parse_actor(document: Document) -> Actor:
    """Read an actor.

    Raises:
        Malformed: no usable id, type, inbox or name.
    """
    kind = kind_of(document, ACTOR_TYPES)
    identity = uri(document.get("id"))
    inbox = reference(document.get("inbox"))
    if not kind or identity is None or inbox is None:
        raise Malformed("an actor needs a known type, an id and an inbox")
    endpoints = document.get("endpoints")
    shared = endpoints.get("sharedInbox") if isinstance(endpoints, dict) else document.get("sharedInbox")
    return Actor(
        id=identity,
        kind=kind,
        username=_username(document, identity),
        name=string(document.get("name")),
        summary=string(document.get("summary"))[:20_000],
        url=page(document.get("url")) or identity,
        inbox=inbox,
        shared_inbox=uri(shared),
        indexable=document.get("indexable") is True,
        keys=read_keys(document, identity),
        emojis=emojis(tags(document)),
        also_known_as=recipients(document.get("alsoKnownAs")),
        moved_to=uri(document.get("movedTo")),
        published=clock.parse_instant(document.get("published")),
        webfinger=string(document.get("webfinger"))[:600],
    )


def _username(document: Document, identity: str) -> str:
    """Return the name in an actor's handle. ActivityPub §4.1 does not ask for one: without it, its own claim of a handle
    tells it, or the last part of its address.

    Raises:
        Malformed: it has a name that nobody can read.
    """
    said = string(document.get("preferredUsername"))
    if said and not _is_readable(said):
        raise Malformed("an actor's preferredUsername must be printable and at most 255 characters long")
    claimed = string(document.get("webfinger")).removeprefix("acct:").lstrip("@").partition("@")[0]
    last = unquote(urlsplit(identity).path.rstrip("/").rpartition("/")[2]).lstrip("@")
    return next(name for name in (said, claimed, last, host(identity)) if _is_readable(name))


def _is_readable(name: str) -> bool:
    return 0 < len(name) <= 255 and name.isprintable() and not name.isspace()
