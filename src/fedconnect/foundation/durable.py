"""One engine for every durable row: claimed with a token and a lease, worked on, ended only while the token stands.

Each kind of row is declared once, as a `Kind`. Whatever dies, hangs or comes twice on the way, a row is either
open and due again, or its end was written by whoever held it. Ref: docs/decisions/0001.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Select, delete, or_, select, update
from sqlalchemy.orm import Session

from fedconnect.foundation import database
from fedconnect.foundation.database import changed, database_now
from fedconnect.foundation.durable_kind import Claim, Done, End, Failed, Item, Kind, RetryLater
from fedconnect.foundation.errors import FedConnectError, LostClaim

log = structlog.get_logger()
_SLICE = 500
MOST_ROUNDS = 50  # of rows that are passed over, in one transaction


def due(kind: Kind[Any], now: datetime, *conditions: ColumnElement[bool]) -> Select[Any]:
    """Return the query for rows that are due and held by nobody."""
    row = kind.row
    found = select(row).where(
        row.state.in_(kind.open),
        row.due_at <= now,
        or_(row.lease_until.is_(None), row.lease_until <= now),
        *conditions,
    )
    if kind.lane is not None:
        held = select(kind.lane).where(row.state.in_(kind.open), row.lease_until > now)
        found = found.where(kind.lane.not_in(held))
    return found


def is_due(kind: Kind[Any]) -> bool:
    """Whether a row of this kind waits for a worker; opens a session of its own."""
    with database.read_transaction() as session:
        found = due(kind, database_now(session)).with_only_columns(kind.row.id).limit(1)
        return session.execute(found).first() is not None


def claim(
    kind: Kind[Item], *conditions: ColumnElement[bool], limit: int = 1, order: Sequence[Any] = ()
) -> list[Claim[Item]]:
    """Take up to `limit` due rows for the length of a lease, the longest due first, in a transaction of its own.

    Rows that cannot be decoded, or that have ended their workers too often, fail and are passed over; where all of
    them do, the next ones are taken, so that who gets none may rest.
    """
    with database.transaction() as session:
        now = database_now(session)
        wanted = due(kind, now, *conditions).order_by(*order, kind.row.due_at, kind.row.id).limit(limit)
        wanted = wanted.with_for_update(skip_locked=True, of=kind.row)
        for _ in range(MOST_ROUNDS):
            rows, found = _load(session, kind, wanted)
            claimed = _take(
                session, kind, sorted(rows, key=lambda one: int(one.id)) if not order else rows, now
            )
            if claimed or not found:
                return claimed
            session.flush()  # what failed is not found again
    return []


def _take(session: Session, kind: Kind[Item], rows: Sequence[Any], now: datetime) -> list[Claim[Item]]:
    token = secrets.token_hex(16)
    claimed: list[Claim[Item]] = []
    if rows:
        kind.load(session, rows)
    for row in rows:
        row.claims += 1
        try:
            item = kind.decode(row)
        except Exception as error:
            log.exception("row_unreadable", kind=kind.name, id=row.id)
            _fail(kind, row, f"cannot be read: {type(error).__name__}: {error}")
            continue
        if row.claims > kind.most_claims:
            _fail(kind, row, "claimed too often without an end")
            kind.given_up(session, item)
            continue
        row.token, row.lease_until = token, now + kind.lease
        claimed.append(Claim(row.id, token, row.attempts, item))
    return claimed


def _load(session: Session, kind: Kind[Any], wanted: Select[Any]) -> tuple[list[Any], int]:
    """Return rows, and how many there were; one that holds a word which this release does not know fails alone."""
    try:
        rows = list(session.execute(wanted).scalars())
        return rows, len(rows)
    except LookupError:
        found = []
        numbers = list(session.execute(wanted.with_only_columns(kind.row.id)).scalars())
        for number in numbers:
            try:
                found.append(session.get_one(kind.row, number))
            except LookupError as error:
                log.error("row_unreadable", kind=kind.name, id=number, reason=str(error)[:200])
                session.execute(
                    update(kind.row)
                    .where(kind.row.id == number)
                    .values(state=kind.failed, outcome=f"cannot be read: {error}"[:200])
                    .execution_options(synchronize_session=False)
                )
        return found, len(numbers)


def end(session: Session, kind: Kind[Any], *claims: Claim[Any], **values: object) -> None:
    """Write how some rows of one claim ended, while it stands: all of them, or none.

    Raises:
        LostClaim: somebody else has one of them by now; whatever this transaction did is to be undone.
    """
    save(session, kind, *claims, token=None, lease_until=None, claims=0, **values)


def remove(session: Session, kind: Kind[Any], *claims: Claim[Any]) -> None:
    """Delete rows that had their effect, while the claim stands. Raises: as `end`."""
    gone = session.execute(
        delete(kind.row).where(*_held(kind, claims)).execution_options(synchronize_session=False)
    )
    _check(kind, changed(gone), claims)


def save(session: Session, kind: Kind[Any], *claims: Claim[Any], **values: object) -> None:
    """Write how far some rows are, and keep the claim. Raises: as `end`."""
    if "outcome" in values:
        values["outcome"] = str(values["outcome"])[:200]
    written = session.execute(
        update(kind.row)
        .where(*_held(kind, claims))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    _check(kind, changed(written), claims)


def renew(kind: Kind[Any], *claims: Claim[Any]) -> None:
    """Begin the lease anew, in a transaction of its own. Raises: as `end`."""
    with database.transaction() as session:
        save(session, kind, *claims, lease_until=database_now(session) + kind.lease)


def put_off(session: Session, kind: Kind[Item], claimed: Claim[Item], later: RetryLater) -> None:
    """Let a row be due again after a while; after `most_attempts` failures, or too late, it has failed. Raises: as
    `end`."""
    now = database_now(session)
    attempts = claimed.attempts + later.counts
    if (later.counts and attempts >= kind.most_attempts) or (later.until is not None and now > later.until):
        give_up(session, kind, claimed, later.reason)
        return
    wait = kind.backoff.wait(max(attempts, 1)) if later.wait is None else later.wait
    state = {"state": kind.retrying} if kind.retrying is not None and later.counts else {}
    end(
        session, kind, claimed,
        due_at=now + wait, attempts=attempts, outcome=later.reason, **state,
    )  # fmt: skip


def give_up(session: Session, kind: Kind[Item], claimed: Claim[Item], reason: str) -> None:
    """Let a row fail for good: it stands there to be looked at, and is tried again when asked. Raises: as `end`."""
    log.warning("row_failed", kind=kind.name, id=claimed.id, reason=reason[:200])
    end(session, kind, claimed, state=kind.failed, attempts=claimed.attempts + 1, outcome=reason)
    kind.given_up(session, claimed.item)


def work(kind: Kind[Item], claimed: Claim[Item], do: Callable[[Claim[Item]], End]) -> None:
    """Do the work of one claimed row with no transaction open, and write how it ended."""
    try:
        ended = do(claimed)
    except LostClaim as error:
        log.info("claim_lost", kind=kind.name, id=claimed.id, reason=error.detail)
        return
    except FedConnectError as error:
        reason = error.detail or type(error).__name__
        ended = RetryLater(reason) if error.retryable else Failed(reason)
    except Exception as error:
        log.exception("row_unforeseen", kind=kind.name, id=claimed.id)
        ended = RetryLater(f"unforeseen: {type(error).__name__}")
    settle(kind, claimed, ended)


def settle(kind: Kind[Item], claimed: Claim[Item], ended: End) -> None:
    """Write how the work of one row ended, in a transaction of its own; a lost claim changes nothing."""
    try:
        with database.transaction() as session:
            write_end(session, kind, claimed, ended)
    except FedConnectError as error:  # the row is due again when its lease ends
        log.info("end_not_written", kind=kind.name, id=claimed.id, reason=error.detail)


def write_end(session: Session, kind: Kind[Item], claimed: Claim[Item], ended: End) -> None:
    """Write how the work of one row ended. Raises: as `end`."""
    match ended:
        case RetryLater():
            put_off(session, kind, claimed, ended)
        case Failed():
            give_up(session, kind, claimed, ended.reason)
        case Done():
            if kind.done is None:
                remove(session, kind, claimed)
            else:
                end(session, kind, claimed, state=kind.done, outcome=ended.outcome)
            if ended.then is not None:
                ended.then(session)


def retry(session: Session, kind: Kind[Any], ids: Sequence[int] = ()) -> int:
    """Let failed rows be due now, all of a kind or some; return how many."""
    row = kind.row
    chosen = [row.id.in_(ids)] if ids else []
    state = kind.open[0] if kind.reopened is None else kind.reopened
    again = update(row).where(row.state == kind.failed, *chosen)
    values = {"state": state, "due_at": database_now(session), "attempts": 0, "claims": 0}
    done = session.execute(again.values(values).execution_options(synchronize_session=False))
    if changed(done):
        database.enqueue_after_commit(session, kind.name)
    return changed(done)


def turn_back(session: Session, kind: Kind[Any], by: timedelta) -> int:
    """After the clock was put back, let open rows be due as soon as they would have been; return how many."""
    row, now = kind.row, database_now(session)
    moved = 0
    after = 0
    while True:
        ahead = session.execute(
            select(row.id, row.due_at, row.lease_until)
            .where(row.state.in_(kind.open), or_(row.due_at > now, row.lease_until > now), row.id > after)
            .order_by(row.id)
            .limit(_SLICE)
        ).all()
        if not ahead:
            return moved
        for number, due_at, lease_until in ahead:
            values: Mapping[str, object] = {
                "due_at": max(min(due_at, now), due_at - by),
                "lease_until": lease_until and max(min(lease_until, now), lease_until - by),
            }
            session.execute(
                update(row)
                .where(row.id == number)
                .values(values)
                .execution_options(synchronize_session=False)
            )
        moved, after = moved + len(ahead), ahead[-1][0]


def _held(kind: Kind[Any], claims: Sequence[Claim[Any]]) -> tuple[ColumnElement[bool], ...]:
    row = kind.row
    return (row.id.in_([one.id for one in claims]), row.token == claims[0].token)


def _check(kind: Kind[Any], count: int, claims: Sequence[Claim[Any]]) -> None:
    if count != len(claims):
        raise LostClaim(f"{kind.name} {claims[0].id}: {count} of {len(claims)} are held")


def _fail(kind: Kind[Any], row: Any, reason: str) -> None:
    log.error("row_failed", kind=kind.name, id=row.id, reason=reason[:200])
    row.move(kind.failed)
    row.outcome, row.token, row.lease_until = reason[:200], None, None
