"""An actor as its own server describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fedconnect.activitypub.vocabulary.properties import (
    ACTOR_TYPES,
    Document,
    emojis,
    listed,
    page,
    recipients,
    string,
    tags,
    uri,
)
from fedconnect.drafts import Emoji
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that an actor document lists. `is_proven`: its own address says whose it is."""

    id: str
    owner: str
    pem: str
    is_proven: bool


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
    kind = document.get("type")
    identity = uri(document.get("id"))
    inbox = uri(document.get("inbox"))
    username = document.get("preferredUsername")
    if not isinstance(kind, str) or kind not in ACTOR_TYPES or identity is None or inbox is None:
        raise Malformed("an actor needs a known type, an id and an inbox")
    if not isinstance(username, str) or not 0 < len(username) <= 255 or not username.isprintable():
        raise Malformed("an actor needs a preferredUsername")
    endpoints = document.get("endpoints")
    shared = endpoints.get("sharedInbox") if isinstance(endpoints, dict) else document.get("sharedInbox")
    return Actor(
        id=identity,
        kind=kind,
        username=username,
        name=string(document.get("name")),
        summary=string(document.get("summary"))[:20_000],
        url=page(document.get("url")) or identity,
        inbox=inbox,
        shared_inbox=uri(shared),
        indexable=document.get("indexable") is True,
        keys=_keys(document.get("publicKey"), identity),
        emojis=emojis(tags(document)),
        also_known_as=recipients(document.get("alsoKnownAs")),
        moved_to=uri(document.get("movedTo")),
        published=clock.parse_instant(document.get("published")),
        webfinger=string(document.get("webfinger"))[:600],
    )


def _keys(value: Any, owner: str) -> tuple[PublicKey, ...]:
    found: list[PublicKey] = []
    for key in listed(value)[:10]:
        if not isinstance(key, dict):
            continue
        identity, pem = uri(key.get("id")), key.get("publicKeyPem")
        if identity and key.get("owner") == owner and isinstance(pem, str) and len(pem) <= 8192:
            found.append(PublicKey(identity, owner, pem, identity.partition("#")[0] == owner))
    return tuple(found)
