"""Activities of ours and their Delivery rows: stored once, one row an inbox. Inserts only, inside the
transaction of what caused them.

What was not sent yet is withdrawn rather than sent and undone, so nobody receives a boost of a post that
was deleted in the meantime, and order of arrival leaves no trace.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys, strict_json
from fedconnect.activitypub.vocabulary import Document
from fedconnect.federation.instances import ensure_instances
from fedconnect.federation.outbound.dialects import Dialect, dialect_of
from fedconnect.federation.outbound.send_outcome import UNANSWERED
from fedconnect.forum.followers import REMEMBERED
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.board import Board, Follow
from fedconnect.models.instance import Instance
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity
from fedconnect.models.person import Person

_WITHDRAWN = "withdrawn"  # as a delivery's outcome
_MAY_HAVE_ARRIVED = (_WITHDRAWN, UNANSWERED)


class _Inbox(NamedTuple):
    url: str
    dialect: Dialect


def send(
    session: Session, board: Board, document: Document, about: str, inboxes: Iterable[str], *, urgent: bool
) -> None:
    """Queue one activity of a board for some inboxes; `about` orders it among its like. A board that stays here says
    nothing to anybody."""
    if board.is_local_only:
        return
    deliver(session, store(session, board, document, about), about, inboxes, urgent=urgent)


def send_as_instance(
    session: Session, document: Document, about: str, inboxes: Iterable[str], *, urgent: bool = False
) -> None:
    """Queue one activity of the installation's own actor."""
    deliver(session, store(session, None, document, about), about, inboxes, urgent=urgent)


def send_as(
    session: Session,
    actor: str,
    document: Document,
    about: str,
    inboxes: Iterable[str],
    *,
    urgent: bool = False,
) -> None:
    """Queue one activity of another actor of ours, by the name of its key."""
    deliver(session, store(session, None, document, about, actor), about, inboxes, urgent=urgent)


def store(
    session: Session, board: Board | None, document: Document, about: str, actor: str = own_keys.INSTANCE
) -> int:
    """Keep an activity of ours, once; return its row's id. Without a board it is `actor`'s."""
    row = {
        "id": new_id(),
        "uri": document["id"],
        "actor": f"board:{board.slug}" if board is not None else actor,
        "board_id": board.id if board is not None else None,
        "kind": document["type"],
        "object_uri": about,
        "body": strict_json.dumps(document).decode(),
        "created_at": clock.now(),
    }
    stored = session.connection().execute(insert_or_skip(session, table_of(OutboundActivity)), row)
    if changed(stored) == 1:
        return int(row["id"])
    return session.execute(
        select(OutboundActivity.id).where(OutboundActivity.uri == document["id"])
    ).scalar_one()


def deliver(
    session: Session, activity_id: int, about: str, inboxes: Iterable[str], *, urgent: bool = False
) -> None:
    """Write one Delivery for each distinct inbox: many rows, two statements, one job."""
    now = clock.now()
    rows = [
        {
            "id": new_id(),
            "activity_id": activity_id,
            "inbox": inbox,
            "host": urlsplit(inbox).netloc.lower(),
            "object_uri": about,
            "urgent": urgent,
            "state": DeliveryState.QUEUED,
            "attempts": 0,
            "due_at": now,
            "created_at": now,
            "claims": 0,
            "outcome": "",
        }
        for inbox in sorted(set(inboxes))
    ]
    if not rows:
        return
    ensure_instances(session, sorted({str(row["host"]) for row in rows}))
    session.connection().execute(insert_or_skip(session, table_of(Delivery)), rows)
    database.enqueue_after_commit(session, "delivery")


def inboxes_of_followers(session: Session, board: Board, dialect: Dialect, *also: int) -> list[str]:
    """Return the inboxes, shared where there is one, of a board's followers and of some people besides.

    A transaction asks once for each board and person, for both dialects: a batch is mostly about the same few.
    """
    known: dict[tuple[str, int], list[_Inbox]] = session.info.setdefault(REMEMBERED, {})
    asked: dict[tuple[str, int], ColumnElement[bool]] = {
        ("board", board.id): Person.id.in_(_followers(board))
    }
    for one in also:
        asked["person", one] = Person.id == one
    for name, who in asked.items():
        if name not in known:
            known[name] = _inboxes(session, who)
    return sorted({inbox.url for name in asked for inbox in known[name] if inbox.dialect is dialect})


def those_that_run(session: Session, inboxes: Iterable[str], software: frozenset[str]) -> set[str]:
    """Return those of some inboxes whose servers run one of these programs (1 query)."""
    hosts = {inbox: urlsplit(inbox).netloc.lower() for inbox in inboxes}
    running = select(Instance.host).where(
        Instance.host.in_(sorted(set(hosts.values()))), Instance.software.in_(software)
    )
    found = set(session.execute(running).scalars())
    return {inbox for inbox, host in hosts.items() if host in found}


def those_elsewhere(inboxes: Iterable[str], about: str, fetching: Collection[str]) -> list[str]:
    """Return some inboxes without those (of `fetching` ones) whose server holds what is said something about: NodeBB takes no
    word of a Group's on its own posts, and answers none."""
    host = urlsplit(about).netloc.lower()
    return [inbox for inbox in inboxes if inbox not in fetching or urlsplit(inbox).netloc.lower() != host]


def inboxes_of(session: Session, dialect: Dialect, person_uri: str) -> list[str]:
    """Return the inbox of one person's server, where it speaks this dialect."""
    return [one.url for one in _inboxes(session, Person.uri == person_uri) if one.dialect is dialect]


def _followers(board: Board) -> Select[int]:
    return select(Follow.person_id).where(Follow.board_id == board.id)


def _inboxes(session: Session, who: ColumnElement[bool]) -> list[_Inbox]:
    reached = (
        select(func.coalesce(Person.shared_inbox, Person.inbox), func.coalesce(Instance.software, ""))
        .outerjoin(Instance, Instance.host == Person.host)
        .where(who, Person.gone_at.is_(None))
        .distinct()
    )
    return [_Inbox(url, dialect_of(software)) for url, software in session.execute(reached)]


def find_activity(session: Session, uri: str) -> OutboundActivity | None:
    """Return an activity of ours by its id."""
    return session.execute(select(OutboundActivity).where(OutboundActivity.uri == uri)).scalar_one_or_none()


def send_again(session: Session, activity: OutboundActivity) -> None:
    """Queue anew what was settled before."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.activity_id == activity.id,
            Delivery.state.in_((DeliveryState.DELIVERED, DeliveryState.ABANDONED)),
        )
        .values(state=DeliveryState.QUEUED, due_at=clock.now(), attempts=0, claims=0, created_at=clock.now())
    )
    database.enqueue_after_commit(session, "delivery")


def withdraw_unsent(session: Session, activity_uri: str) -> list[str]:
    """Drop the deliveries of an activity that nobody tried yet; return the inboxes it may have reached."""
    activity_id = session.execute(
        select(OutboundActivity.id).where(OutboundActivity.uri == activity_uri)
    ).scalar_one_or_none()
    if activity_id is None:
        return []
    untried = (Delivery.state == DeliveryState.QUEUED, Delivery.attempts == 0, Delivery.claims == 0)
    session.execute(delete(Delivery).where(Delivery.activity_id == activity_id, *untried))
    reached = list(
        session.execute(
            select(Delivery.inbox).where(
                Delivery.activity_id == activity_id,
                or_(Delivery.state != DeliveryState.ABANDONED, Delivery.outcome.in_(_MAY_HAVE_ARRIVED)),
            )
        ).scalars()
    )
    if not reached:
        session.execute(delete(OutboundActivity).where(OutboundActivity.id == activity_id))
    return reached


def withdraw(session: Session, activity_uri: str) -> list[str]:
    """As `withdraw_unsent`, and what failed is not tried again either: a server that was away is not told of a post
    when it comes back, only that it is gone. What failed may have arrived all the same, so it is among those returned.
    """
    reached = withdraw_unsent(session, activity_uri)
    activity_id = select(OutboundActivity.id).where(OutboundActivity.uri == activity_uri).scalar_subquery()
    session.execute(
        update(Delivery)
        .where(
            Delivery.activity_id == activity_id,
            Delivery.state.in_((DeliveryState.QUEUED, DeliveryState.RETRYING)),
        )
        .values(state=DeliveryState.ABANDONED, outcome=_WITHDRAWN, token=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    return reached
