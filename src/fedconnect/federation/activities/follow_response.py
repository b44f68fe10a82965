"""Accept and Reject: a remote Group answers who asked to follow it for a board; somebody says no to a boost of ours, a server to an
envelope.

Ref: ActivityPub §7.6, §7.7.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.federation import authority
from fedconnect.federation.activities.activity_type import ActivityType, Incoming, nothing
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.federation.outbound import refused_boosts, refused_envelopes
from fedconnect.forum import linked_groups
from fedconnect.models.person import Person


def accept(session: Session, incoming: Incoming, prepared: None) -> Result:
    """Begin to take in what a Group brings."""
    return _answer(session, incoming, linked_groups.accept, "a sister board now")


def reject(session: Session, incoming: Incoming, prepared: None) -> Result:
    """Take a Group's no, now or later; somebody's no to a boost of ours, or a server's to an envelope."""
    activity = incoming.activity
    if activity.object_kind in {"Announce", ""}:
        refused = refused_boosts.refuse(session, incoming.person, activity.object_uri)
        if refused is not None:
            return Handled(refused)
        if refused_envelopes.refuse(session, incoming.person, activity.embedded or {}):
            return Handled("an envelope that is not taken there")
    return _answer(session, incoming, linked_groups.reject, "not a sister board")


def _answer(
    session: Session,
    incoming: Incoming,
    take: Callable[[Session, Person, str, str], bool],
    outcome: str,
) -> Result:
    activity = incoming.activity
    if activity.object_kind not in {"Follow", ""}:
        return Ignored(f"an answer to a {activity.object_kind[:40]}")
    asker = vocabulary.reference((activity.embedded or {}).get("actor")) or ""
    if asker and not authority.is_ours(asker):
        return Ignored("an answer to somebody else")
    if take(session, incoming.person, activity.object_uri, asker):
        return Handled(outcome)
    return Ignored("an answer to nothing that we asked")


ACCEPT = ActivityType("Accept", nothing, accept)
REJECT = ActivityType("Reject", nothing, reject)
