"""Accept and Reject: a remote Group answers a board that asked to follow it; somebody says no to a boost of ours.

Ref: ActivityPub §7.6, §7.7.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.federation.activities.activity_type import ActivityType, Incoming, nothing
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.federation.outbound import refused_boosts
from fedconnect.forum import linked_groups
from fedconnect.forum.boards import boards_named, slug_of
from fedconnect.models.board import Board
from fedconnect.models.person import Person


def accept(session: Session, incoming: Incoming, prepared: None) -> Result:
    """Begin to take in what a Group brings."""
    return _answer(session, incoming, linked_groups.accept, "a sister board now")


def reject(session: Session, incoming: Incoming, prepared: None) -> Result:
    """Take a Group's no, now or later; or somebody's no to a boost of ours."""
    activity = incoming.activity
    if activity.object_kind in {"Announce", ""}:
        refused = refused_boosts.refuse(session, incoming.person, activity.object_uri)
        if refused is not None:
            return Handled(refused)
    return _answer(session, incoming, linked_groups.reject, "not a sister board")


def _answer(
    session: Session,
    incoming: Incoming,
    take: Callable[[Session, Person, str, Board | None], bool],
    outcome: str,
) -> Result:
    activity = incoming.activity
    if activity.object_kind not in {"Follow", ""}:
        return Ignored(f"an answer to a {activity.object_kind[:40]}")
    asker = vocabulary.reference((activity.embedded or {}).get("actor"))
    slug = slug_of(asker) if asker else None
    board = next(iter(boards_named(session, (slug,))), None) if slug else None
    if asker and board is None:
        return Ignored("an answer to somebody else")
    if take(session, incoming.person, activity.object_uri, board):
        return Handled(outcome)
    return Ignored("an answer to nothing that we asked")


ACCEPT = ActivityType("Accept", nothing, accept)
REJECT = ActivityType("Reject", nothing, reject)
