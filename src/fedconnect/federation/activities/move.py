"""Move: an account goes to another address and takes along what it holds here. Ref: FEP-7628."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from fedconnect.activitypub import remote_actors
from fedconnect.activitypub.vocabulary import Actor
from fedconnect.federation import authority
from fedconnect.federation.activities.activity_type import ActivityType, Incoming
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.forum import account_migration


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The account that somebody moves to, asked at its own server just now; nobody, where no Move of theirs is named."""

    actor: Actor | None


def prepare(incoming: Incoming) -> NewAccount:
    """Ask the server of the new account about it."""
    activity = incoming.activity
    if activity.object_uri != activity.actor or not activity.target_uri:
        return NewAccount(None)
    return NewAccount(remote_actors.fetch_actor(activity.target_uri))


def apply(session: Session, incoming: Incoming, new: NewAccount) -> Result:
    """Pass follows, roles, bans and sisterhood on, where the new account names the old one."""
    target = new.actor
    if incoming.activity.object_uri != incoming.person.uri or target is None:
        return Ignored("no Move of the signer's own")
    if not authority.may_move(incoming.person, target):
        return Ignored("the new account does not confirm it, or it moved lately")
    account_migration.move_person(session, incoming.person, remote_actors.remember(session, target))
    return Handled("moved")


MOVE = ActivityType("Move", prepare, apply)
