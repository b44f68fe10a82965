"""Move: an account goes to another address and takes along what it holds here. Ref: FEP-7628."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.activitypub import remote_actors
from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation import authority
from fedconnect.federation.results import Gathered, Handled, Ignored, Result
from fedconnect.forum import moving


def apply(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Pass follows, roles, bans and sisterhood on, where the new account names the old one."""
    target = gathered.actor
    if activity.object_uri != gathered.person.uri or target is None:
        return Ignored("no Move of the signer's own")
    if not authority.may_move(gathered.person, target):
        return Ignored("the new account does not confirm it, or it moved lately")
    moving.move_person(session, gathered.person, remote_actors.remember(session, target))
    return Handled("moved")
