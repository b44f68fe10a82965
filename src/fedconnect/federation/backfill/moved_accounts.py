"""Accounts that moved, and whose Move never came: read anew at their own server, and their follows passed on.

A Move is sent once, and a server that was down, or that its people left, says nothing again. What stays true is the actor:
it names the new account, and the new account names it. Ref: ActivityPub actors as Mastodon writes them (`movedTo`,
`alsoKnownAs`), FEP-7628.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Exists, exists, or_, select, update
from sqlalchemy.orm import Session

from fedconnect.activitypub import remote_actors
from fedconnect.activitypub.vocabulary import Actor
from fedconnect.events import ActorMoved, InboxGone
from fedconnect.federation import authority, fetch_budget
from fedconnect.federation.backfill import fetch_queue
from fedconnect.forum import account_migration
from fedconnect.foundation import clock, database
from fedconnect.foundation.durable_kind import Done
from fedconnect.foundation.registrable_domains import registrable_domain
from fedconnect.models.board import Follow, Moderator
from fedconnect.models.decision import Ban
from fedconnect.models.fetch_task import FetchTask
from fedconnect.models.person import Person

CHECK_EVERY = timedelta(days=30)
AT_ONCE = 200  # follows that are looked at an hour
MOST_A_DOMAIN = 20  # actors that one registrable domain is asked for an hour, of its fifty fetches
_PUT_OFF = timedelta(days=1)  # so that one large server's people do not stand before everybody else
_SPREAD = timedelta(minutes=55)
_AT_A_TIME = 10  # in one transaction
_MOST_OF_AN_INBOX = 5  # that several people say is theirs


def read_actor(task: FetchTask) -> Done:
    """Read an actor anew; where it and the account that it moved to name each other, pass on what it holds here.

    Raises what the fetch budget and the fetches do.
    """
    charge = partial(fetch_budget.charge, task.cause)
    charge(task.uri)
    actor = remote_actors.fetch_actor(task.uri)
    with database.transaction() as session:
        remote_actors.remember(session, actor)
    if not actor.moved_to or authority.is_ours(actor.moved_to):
        return Done("read")
    charge(actor.moved_to)  # which refuses a blocked server, too
    return Done(_pass_on(actor, remote_actors.fetch_actor(actor.moved_to)))


def _pass_on(actor: Actor, target: Actor) -> str:
    with database.transaction() as session:
        person = remote_actors.find_person(session, actor.id)
        if person is None or not authority.may_move(person, target):
            return "the new account does not confirm it, or it moved lately"
        account_migration.move_person(session, person, remote_actors.remember(session, target))
    return "moved"


def queue_followers_due() -> int:
    """Mean to read followers anew whose actors were read a month ago, spread over the next hour; return how many. A few at
    a time, so that nobody waits for the database. Opens its own transactions."""
    checked = _look()
    uris = [one.uri for one in checked if one.uri]
    waits = {uri: _SPREAD * (number / len(uris)) for number, uri in enumerate(uris)}
    for start in range(0, len(checked), _AT_A_TIME):
        with database.transaction() as session:
            for one in checked[start : start + _AT_A_TIME]:
                session.execute(update(Follow).where(Follow.id == one.follow_id).values(checked_at=one.at))
                if one.uri:
                    fetch_queue.fetch_actor(session, one.uri, wait=waits[one.uri])
    return len(uris)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A follow that was looked at: `at` counts as when its actor was read; `uri` is read anew, where it is not empty."""

    follow_id: int
    at: datetime
    uri: str = ""


def _look() -> list[_Checked]:
    """Return what is to be written of the follows that were not looked at for the longest time."""
    now = clock.now()
    month_ago = now - CHECK_EVERY
    with database.read_transaction() as session:
        rows = session.execute(
            select(Follow.id, Person.uri, Person.host, Person.fetched_at)
            .join(Person, Person.id == Follow.person_id)
            .where(Follow.checked_at < month_ago)
            .order_by(Follow.checked_at, Follow.id)
            .limit(AT_ONCE)
        ).all()
    checked: list[_Checked] = []
    due: set[str] = set()
    of_domain: Counter[str] = Counter()
    for follow_id, uri, host, fetched_at in rows:
        domain = registrable_domain(host)
        if fetched_at >= month_ago:  # they were met since
            checked.append(_Checked(follow_id, fetched_at))
        elif uri in due:
            checked.append(_Checked(follow_id, now))
        elif of_domain[domain] == MOST_A_DOMAIN:
            checked.append(_Checked(follow_id, month_ago + _PUT_OFF))
        else:
            of_domain[domain] += 1
            due.add(uri)
            checked.append(_Checked(follow_id, now, uri))
    return checked


def read_whose_inbox_is_gone(session: Session, event: InboxGone) -> None:
    """Mean to read followers anew whose own inbox is answered 410."""
    followers = (
        select(Person.uri)
        .where(Person.host == event.host, Person.inbox == event.inbox, _holds(Follow))
        .limit(_MOST_OF_AN_INBOX)
    )
    for uri in session.execute(followers).scalars():
        fetch_queue.fetch_actor(session, uri)


def read_who_moved(session: Session, event: ActorMoved) -> None:
    """Mean to follow a move that an actor names and that no Move told of, where it holds something here."""
    held = or_(_holds(Follow), _holds(Moderator), _holds(Ban))
    uri = session.execute(select(Person.uri).where(Person.id == event.person_id, held)).scalar_one_or_none()
    if uri is not None:
        fetch_queue.fetch_actor(session, uri)


def _holds(held: type[Follow] | type[Moderator] | type[Ban]) -> Exists:
    return exists().where(held.person_id == Person.id)
