"""Every type of activity that is understood; FEDERATION.md is checked against this table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation.activities import announce, undo
from fedconnect.federation.activities.activity_type import AnyActivityType
from fedconnect.federation.activities.block import BLOCK
from fedconnect.federation.activities.collection import ADD, REMOVE
from fedconnect.federation.activities.create import CREATE
from fedconnect.federation.activities.delete import DELETE
from fedconnect.federation.activities.dislike import DISLIKE
from fedconnect.federation.activities.flag import FLAG
from fedconnect.federation.activities.follow import FOLLOW
from fedconnect.federation.activities.follow_response import ACCEPT, REJECT
from fedconnect.federation.activities.like import LIKE
from fedconnect.federation.activities.lock import LOCK
from fedconnect.federation.activities.move import MOVE
from fedconnect.federation.activities.quote_request import QUOTE_REQUEST
from fedconnect.federation.activities.update import UPDATE
from fedconnect.models.person import Person

_types: dict[str, AnyActivityType] = {
    one.name: one
    for one in (
        ACCEPT, ADD, BLOCK, CREATE, DELETE, DISLIKE, FLAG, FOLLOW, LIKE, LOCK, MOVE, QUOTE_REQUEST, REJECT, REMOVE,
        UPDATE,
    )
}  # fmt: skip
for _one in (announce.declare(_types), undo.declare(_types)):  # these two hold others, each other too
    _types[_one.name] = _one

ACTIVITIES: Mapping[str, AnyActivityType] = MappingProxyType(_types)


def carries_post(activity: Activity) -> bool:
    """Whether an activity carries a post, and not its own actor."""
    found = ACTIVITIES.get(activity.kind)
    return found is not None and found.carries_post and activity.object_uri != activity.actor


def is_about_its_actor(activity: Activity) -> bool:
    """Whether an activity is about its actor's own account."""
    found = ACTIVITIES.get(activity.kind)
    return found is not None and found.can_be_about_actor and activity.object_uri == activity.actor


def can_end_account(activity: Activity) -> bool:
    """Whether the actor of an activity may be gone by now."""
    found = ACTIVITIES.get(activity.kind)
    return found is not None and found.can_end_account


def can_be_forwarded(activity: Activity) -> bool:
    """Whether an activity that somebody else passes on is a hint to ask its object's origin."""
    found = ACTIVITIES.get(activity.kind)
    return found is not None and found.can_be_forwarded


def is_once(activity: Activity) -> bool:
    """Whether an activity under a known id is the same again, whatever has happened since."""
    found = ACTIVITIES.get(activity.kind)
    return found is None or found.is_once


def concerns(session: Session, activity: Activity, person: Person) -> bool:
    """Whether an activity of this person concerns us by its type, whatever it names."""
    found = ACTIVITIES.get(activity.kind)
    return found is not None and found.concerns(session, person)
