"""Undo of what the signer did, seen or not yet seen. Ref: ActivityPub §7.10 (Undo)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.federation import authority
from fedconnect.federation.activities.activity_type import (
    ActivityType,
    AnyActivityType,
    Envelope,
    Incoming,
    nothing,
)
from fedconnect.federation.activities.result import UNSEEN, Handled, Ignored, Result
from fedconnect.forum import tombstones


def declare(types: Mapping[str, AnyActivityType]) -> ActivityType[None]:
    """Return the type Undo, which asks each of the others how it is taken back."""

    def apply(session: Session, incoming: Incoming, prepared: None) -> Result:
        """Take back what the signer did; a bare id may be of any type that can be undone by it."""
        undo = incoming.activity
        if not authority.may_undo(undo):
            return Ignored("somebody else's activity")
        if not undo.object_uri and not undo.inner_target:
            return Ignored("an Undo of nothing")
        if undo.object_kind:
            undone = types.get(undo.object_kind)
            if undone is None or undone.undo is None:
                return Ignored(f"Undo of {undo.object_kind[:40]}")
            return undone.undo(session, incoming)
        ends = [one.undo(session, incoming) for one in types.values() if one.is_undone_by_id and one.undo]
        if any(
            end != Handled(UNSEEN) for end in ends
        ):  # it was one of these, and is not waited for as another
            tombstones.forget(session, undo.object_uri, undo.actor)
        return Handled("undone")

    def in_envelope(session: Session, envelope: Envelope) -> Result:
        undone = envelope.inner.get("object")
        found = types.get(vocabulary.kind_of(undone)) if isinstance(undone, dict) else None
        if not isinstance(undone, dict) or found is None or found.undo_in_envelope is None:
            return Ignored("an Undo that changes nothing here")
        target = vocabulary.reference(undone.get("object")) or ""
        return found.undo_in_envelope(session, replace(envelope, inner=undone, target=target))

    return ActivityType("Undo", nothing, apply, in_envelope=in_envelope, is_relayed=True)
