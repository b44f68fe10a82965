"""Lists of servers to keep away from: subscribed to or imported, and read again each day. What they come to is
consensus.py's affair."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from fedconnect.blocklists import blocklist_formats, instance_policies
from fedconnect.blocklists.blocklist_formats import Listed
from fedconnect.foundation import clock, database, fetch
from fedconnect.foundation.errors import FedConnectError, FetchFailed, Malformed, NotFound
from fedconnect.foundation.ids import new_id
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.foundation.translatable_sentences import to_row
from fedconnect.models.base import table_of
from fedconnect.models.blocklist import Blocklist, ListedServer
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.instance import Policy

log = structlog.get_logger()
READ_EVERY = timedelta(hours=24)
_PATIENCE_S = 30.0
MOST_LISTS = 50
_MANY = 500


def home_list(host: str) -> str:
    """Return where a Mastodon server tells whom it keeps away from."""
    return f"https://{host}/api/v1/instance/domain_blocks"


def add_list(source: str, body: bytes | None, at_most: Policy = Policy.BLOCKED) -> int:
    """Import a file (`body`), or subscribe to an address; return how many servers it names. Opens its own transactions.

    Raises:
        Malformed: no list, or too many. FetchFailed: it is not to be had.
    """
    is_subscribed = body is None
    found = blocklist_formats.read_list(_fetch(source) if body is None else body)
    with database.transaction() as session:
        known = session.execute(select(Blocklist).where(Blocklist.source == source)).scalar_one_or_none()
        if known is None and len(list_lists(session)) >= MOST_LISTS:
            raise Malformed("lists", safe="Fifty lists are enough; leave one first.")
        one = known or Blocklist(source=source, is_subscribed=is_subscribed)
        session.add(one)
        one.is_subscribed, one.at_most = is_subscribed, at_most
        session.flush()  # its servers name it
        _take_over(session, one, found)
    return len(found)


def add_while_waiting(source: str, body: bytes | None, at_most: Policy) -> int:
    """The same for somebody who waits for it in a browser. Raises Malformed also where the list is not to be had, and
    Busy where too many wait for other servers."""
    try:
        with outbound_slot():
            return add_list(source, body, at_most)
    except FetchFailed as error:
        raise Malformed(
            error.detail, safe="The list is not to be had. Is its address right, and public?"
        ) from error


def remove_list(session: Session, list_id: int) -> None:
    """Leave a list; what it closed alone opens when the lists are put in force again. Raises NotFound."""
    one = session.get(Blocklist, list_id)
    if one is None:
        raise NotFound("no such list")
    session.delete(one)
    session.flush()  # what it alone closed opens


def list_lists(session: Session) -> list[tuple[Blocklist, int]]:
    """Return the lists with how many servers each names."""
    rows = session.execute(
        select(Blocklist, func.count(ListedServer.id))
        .outerjoin(ListedServer, ListedServer.list_id == Blocklist.id)
        .group_by(Blocklist.id)
        .order_by(Blocklist.source)
    )
    return [(row[0], row[1]) for row in rows]


def read_due() -> int:
    """Read subscribed lists again, once a day each; return how many were due. Opens its own transactions."""
    before = clock.now() - READ_EVERY
    with database.read_transaction() as session:
        due = select(Blocklist).where(
            Blocklist.is_subscribed.is_(True), (Blocklist.tried_at < before) | Blocklist.tried_at.is_(None)
        )
        waiting = list(session.execute(due).scalars())
    for one in waiting:
        _read_again(one.id, one.source)
    return len(waiting)


def export(session: Session) -> str:
    """Return the servers that are closed here, by hand or by lists, for other installations."""
    closed = instance_policies.list_policies(session)
    said = (
        select(Decision.subject_uri, Decision.reason)
        .where(Decision.kind == DecisionKind.SERVER)
        .order_by(Decision.at)
    )
    reasons = {row[0]: row[1] for row in session.execute(said)}
    return blocklist_formats.write_list(closed, reasons)


def _fetch(source: str) -> bytes:
    with fetch.time_limit(_PATIENCE_S):
        answer = fetch.get(
            source,
            headers={"Accept": "text/csv, application/json, text/plain"},
            max_bytes=blocklist_formats.MOST_BYTES,
        )
    if answer.status != 200:
        raise FetchFailed(
            f"HTTP {answer.status}",
            safe="The list is not to be had: its server answers %(status)s.",
            status=answer.status,
        )
    return answer.body


def _read_again(list_id: int, source: str) -> None:
    """Read a list anew; one that cannot be read stays as it was, and says why."""
    problem, found = "", None
    try:
        found = blocklist_formats.read_list(_fetch(source))
    except FedConnectError as error:
        problem = to_row(error.sentence)
        log.info("blocklist_unread", source=source, reason=error.detail)
    with database.transaction() as session:
        one = session.get(Blocklist, list_id)
        if one is None:
            return
        if found is not None:
            _take_over(session, one, found)
        one.problem, one.tried_at = problem[:300], clock.now()


def _take_over(session: Session, one: Blocklist, found: list[Listed]) -> None:
    one.read_at = one.tried_at = clock.now()
    one.problem = ""
    session.execute(delete(ListedServer).where(ListedServer.list_id == one.id))
    rows = [
        {"id": new_id(), "list_id": one.id, "host": each.host, "digest": each.digest, "policy": each.policy}
        for each in found
    ]
    for start in range(0, len(rows), _MANY):
        session.execute(table_of(ListedServer).insert(), rows[start : start + _MANY])
