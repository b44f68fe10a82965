"""What was taken back stays away, also when it arrives after its own deletion."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.inbound import InboundActivity, InboundState
from fedconnect.models.instance import Instance
from fedconnect.models.person import Person
from fedconnect.models.post import Tombstone

_NAMES_ANEW = frozenset({"lemmy"})  # UndoFollow and UndoVote make their inner activity anew
_ON_ITS_WAY = timedelta(hours=1)  # so long an activity may come after its own Undo


def take_back(session: Session, uri: str, actor_uri: str) -> None:
    """Remember that `actor_uri` took `uri` back, now for the last time. Binds only things of that same actor."""
    table, now = table_of(Tombstone), clock.now()
    added = session.execute(
        insert_or_skip(session, table).values(id=new_id(), uri=uri, actor_uri=actor_uri, at=now)
    )
    if not changed(added):
        session.execute(
            update(table).where(table.c.uri == uri, table.c.actor_uri == actor_uri).values(at=now)
        )


def was_taken_back(session: Session, uri: str, actor_uri: str) -> bool:
    """Whether what comes now was taken back before it came, within the last hour. What comes later is news: servers that make
    a name out of the two parties give the same one to it."""
    if not is_taken_back(session, uri, actor_uri):
        return False
    table = table_of(Tombstone)
    old = delete(table).where(
        table.c.uri == uri, table.c.actor_uri == actor_uri, table.c.at < clock.now() - _ON_ITS_WAY
    )
    return not changed(session.execute(old)) or is_taken_back(session, uri, actor_uri)


def take_back_unseen(session: Session, uri: str, actor_uri: str) -> None:
    """Remember that something was taken back that is not here, unless it was: then it is gone already, and what comes later
    under its name is news."""
    if not has_come(session, uri, actor_uri):
        take_back(session, uri, actor_uri)


def is_named_anew(session: Session, uri: str, actor: Person) -> bool:
    """Whether what somebody takes back goes by a name that was made for its Undo alone: so Lemmy writes it, and what it is about
    tells which is meant. Of all others, it is on its way."""
    software = select(Instance.software).where(Instance.host == actor.host)
    if session.execute(software).scalar_one_or_none() not in _NAMES_ANEW:
        return False
    return not has_come(session, uri, actor.uri)


def has_come(session: Session, uri: str, actor_uri: str) -> bool:
    """Whether an activity of this actor's has come and been worked on."""
    open_ones = (InboundState.RECEIVED, InboundState.WAITING)
    found = select(InboundActivity.id).where(
        InboundActivity.activity_uri == uri,
        InboundActivity.actor_uri == actor_uri,
        InboundActivity.state.not_in(open_ones),
    )
    return session.execute(found).first() is not None


def is_taken_back_since(session: Session, uri: str, actor_uri: str, moment: datetime) -> bool:
    """Whether this actor took this thing back after a moment, or is gone with everything of theirs."""
    since = or_(Tombstone.at > moment, Tombstone.uri == actor_uri)
    found = select(Tombstone.id).where(
        Tombstone.uri.in_((uri, actor_uri)), Tombstone.actor_uri == actor_uri, since
    )
    return session.execute(found).first() is not None


def forget(session: Session, uri: str, actor_uri: str) -> None:
    """Let what this actor took back come again."""
    session.execute(delete(table_of(Tombstone)).where(Tombstone.uri == uri, Tombstone.actor_uri == actor_uri))


def is_taken_back(session: Session, uri: str, actor_uri: str) -> bool:
    """Whether this actor took this thing back, or is gone with everything of theirs."""
    return (
        session.execute(
            select(Tombstone.id).where(Tombstone.uri.in_((uri, actor_uri)), Tombstone.actor_uri == actor_uri)
        ).first()
        is not None
    )
