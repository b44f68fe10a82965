"""An activity's envelope: who says that what was done to what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fedconnect.activitypub.vocabulary.properties import (
    ACTIVITYSTREAMS,
    Document,
    kind_of,
    listed,
    recipients,
    reference,
    string,
    unique,
    uri,
)
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed

MAX_OBJECTS = 20
MAX_REASON = 5000


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity. `embedded` is its object as sent, where it was more than an id.

    `about` are the ids of all its objects (a Flag names several); `reason` is its `summary`, else its
    `content`; `until` its `endTime`; `named` are everybody in to, cc, audience; `to` and `cc` are told apart for what itself
    says nothing of whom it is for.
    """

    id: str
    kind: str
    actor: str
    object_uri: str
    embedded: Document | None
    published: datetime | None
    about: tuple[str, ...] = ()
    target_uri: str = ""
    instrument: Any = None
    reason: str = ""
    until: datetime | None = None
    named: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()

    @property
    def object_kind(self) -> str:
        """The embedded object's type, or the empty string."""
        return kind_of(self.embedded) if self.embedded else ""

    @property
    def inner_target(self) -> str:
        """What the embedded activity was about, where this one undoes or carries another; or nothing."""
        return reference((self.embedded or {}).get("object")) or ""


def parse_activity(document: Document, *, inner: bool = False) -> Activity:
    """Read an activity's envelope; an `inner` one stands inside another and needs no context of its own.

    Raises:
        Malformed: no ActivityStreams context, or no usable type, id, actor.
    """
    if not inner and not _speaks_activitystreams(document.get("@context")):
        raise Malformed("no ActivityStreams @context")
    kind = kind_of(document)
    if not 0 < len(kind) <= 40:
        raise Malformed("an activity needs one type")
    actor = reference(document.get("actor"))
    if actor is None:
        raise Malformed("an activity needs an actor with an http(s) id")
    identity = uri(document.get("id"))
    if identity is None:
        raise Malformed("an activity needs an http(s) id")
    objects = listed(document.get("object"))
    first = objects[0] if len(objects) == 1 else None
    reason = string(document.get("summary")) or string(document.get("content"))
    to, cc, audience = (recipients(document.get(field)) for field in ("to", "cc", "audience"))
    return Activity(
        id=identity,
        kind=kind,
        actor=actor,
        object_uri=reference(first) or "",
        embedded=first if isinstance(first, dict) else None,
        published=clock.parse_instant(document.get("published")),
        about=unique(reference(one) for one in objects[:MAX_OBJECTS]),
        target_uri=reference(document.get("target")) or "",
        instrument=document.get("instrument"),
        reason=reason[:MAX_REASON],
        until=clock.parse_end(document.get("endTime") or document.get("expires")),
        named=unique((*to, *cc, *audience)),
        to=to,
        cc=unique((*cc, *audience)),
    )


def _speaks_activitystreams(context: Any) -> bool:
    return ACTIVITYSTREAMS in (context if isinstance(context, list) else [context])
