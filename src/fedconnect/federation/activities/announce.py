"""Announce: a person boosts a post that is here; or a sister board brings what was written to it.

What a sister brings is looked up at its origin: an envelope is no proof of what is inside.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.federation import authority
from fedconnect.federation.activities import linked_group, reaction
from fedconnect.federation.activities.activity_type import (
    ActivityType,
    AnyActivityType,
    Envelope,
    Incoming,
    nothing,
)
from fedconnect.federation.activities.result import Ignored, Result
from fedconnect.forum import post_lookup
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import ReactionKind


def declare(types: Mapping[str, AnyActivityType]) -> ActivityType[None]:
    """Return the type Announce, which asks each of the others what it does in a sister board's envelope."""

    def apply(session: Session, incoming: Incoming, prepared: None) -> Result:
        """Record a boost; from a sister board, open the envelope, or fetch what it announces."""
        activity = incoming.activity
        boards = authority.carries_for(session, incoming.person)
        if activity.object_kind in types:
            return _open(session, incoming, boards)
        if boards and activity.object_uri and post_lookup.find_post(session, activity.object_uri) is None:
            return linked_group.fetch(session, incoming, activity.object_uri, boards[0])
        return reaction.put(session, incoming, ReactionKind.BOOST)

    def _open(session: Session, incoming: Incoming, boards: list[Board]) -> Result:
        inner, kind = incoming.activity.embedded or {}, incoming.activity.object_kind
        if not boards:
            return Ignored("an envelope of nobody that a board follows")
        target = vocabulary.reference(inner.get("object")) or ""
        if not target or authority.is_ours(target):
            return Ignored("an envelope about nothing of theirs")
        found = types.get(kind)
        if found is None or found.in_envelope is None:
            return Ignored(f"{kind} on a sister board is its own affair")
        return found.in_envelope(session, Envelope(incoming, inner, target, boards[0]))

    return ActivityType(
        "Announce", nothing, apply, undo, concerns=_is_from_linked_group, is_undone_by_id=True, is_once=True
    )


def undo(session: Session, incoming: Incoming) -> Result:
    """Take a boost back."""
    return reaction.take_back(session, incoming, ReactionKind.BOOST)


def _is_from_linked_group(session: Session, person: Person) -> bool:
    return bool(authority.carries_for(session, person))
