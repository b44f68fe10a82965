"""Lists of servers to keep away from: read, weighed against each other, tried first, and put in force.

What was decided by hand stands, and what is on the allow-list no list closes. A server is closed as strictly as at
least so many lists agree on; when they agree no longer, it opens by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.activitypub.trust import lineage
from fedconnect.foundation import clock, database, fetch
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.errors import FedConnectError, FetchFailed, Malformed, NotFound
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.blocklist import AllowedServer, Blocklist, ListAgreement, ListedServer
from fedconnect.models.board import Follow, Moderator
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader import Reader
from fedconnect.moderation import listed, servers
from fedconnect.moderation.listed import Listed, digest_of

log = structlog.get_logger()
READ_EVERY = timedelta(hours=24)
_PATIENCE_S = 30.0
_MOST_LISTS = 50
_MANY = 500
STRICTNESS = (Policy.OPEN, Policy.SILENCED, Policy.LIMITED, Policy.BLOCKED)


@dataclass(frozen=True, slots=True)
class Change:
    """What would become of a server, and who is there: people who follow boards, wrote on them, read or moderate."""

    host: str
    old: Policy
    new: Policy
    followers: int = 0
    authors: int = 0
    readers: int = 0
    moderators: int = 0

    @property
    def touches_people(self) -> bool:
        """Whether anybody known here is there."""
        return bool(self.followers or self.authors or self.readers or self.moderators)


@dataclass(frozen=True, slots=True)
class Plan:
    """What putting the lists in force would change, where so many must agree; those with people known here first."""

    lists: int
    agree: int
    changes: tuple[Change, ...]

    @property
    def touching(self) -> tuple[Change, ...]:
        """The changes that anybody known here would notice."""
        return tuple(one for one in self.changes if one.touches_people)


def home_list(host: str) -> str:
    """Return where a Mastodon server tells whom it keeps away from."""
    return f"https://{host}/api/v1/instance/domain_blocks"


def add_list(source: str, body: bytes | None, at_most: Policy = Policy.BLOCKED) -> int:
    """Import a file (`body`), or subscribe to an address; return how many servers it names. Opens its own transactions.

    Raises:
        Malformed: no list, or too many. FetchFailed: it is not to be had.
    """
    is_subscribed = body is None
    found = listed.read_list(_fetch(source) if body is None else body)
    with database.transaction() as session:
        known = session.execute(select(Blocklist).where(Blocklist.source == source)).scalar_one_or_none()
        if known is None and len(list_lists(session)) >= _MOST_LISTS:
            raise Malformed("lists", safe="Fifty lists are enough; leave one first.")
        one = known or Blocklist(source=source, is_subscribed=is_subscribed)
        session.add(one)
        one.is_subscribed, one.at_most = is_subscribed, at_most
        session.flush()  # its servers name it
        _take_over(session, one, found)
    return len(found)


def remove_list(session: Session, list_id: int) -> None:
    """Leave a list; what it closed alone opens when the lists are put in force again. Raises NotFound."""
    one = session.get(Blocklist, list_id)
    if one is None:
        raise NotFound("no such list")
    session.delete(one)


def list_lists(session: Session) -> list[tuple[Blocklist, int]]:
    """Return the lists with how many servers each names."""
    rows = session.execute(
        select(Blocklist, func.count(ListedServer.id))
        .outerjoin(ListedServer, ListedServer.list_id == Blocklist.id)
        .group_by(Blocklist.id)
        .order_by(Blocklist.source)
    )
    return [(row[0], row[1]) for row in rows]


def agreement(session: Session) -> int:
    """Return how many lists must agree; 0 where none are in force."""
    return session.execute(select(ListAgreement.lists)).scalar() or 0


def plan(session: Session, agree: int) -> Plan:
    """Return what putting the lists in force would change, and nothing is changed (8 queries).

    Raises:
        Malformed: no number of lists.
    """
    if not 1 <= agree <= _MOST_LISTS:
        raise Malformed("agree", safe="At least 1 list must agree, 50 at most.")
    count = session.execute(select(func.count(Blocklist.id))).scalar_one()
    wanted = _agreed(session, agree)
    hosts = {
        row[1]: row[0] for row in session.execute(select(ListedServer.host, ListedServer.digest)) if row[0]
    }
    allowed = set(session.execute(select(AllowedServer.host)).scalars())
    rows = session.execute(select(Instance.host, Instance.policy, Instance.by_lists)).all()
    known = {row[0]: (row[1], row[2]) for row in rows}
    named = {hosts[digest] for digest in wanted if digest in hosts} - {own_keys.host()}
    changes = []
    for host in sorted(named | set(known)):
        old, by_lists = known.get(host, (Policy.OPEN, True))
        if old is not Policy.OPEN and not by_lists:
            continue
        new = _wanted_of(host, wanted, allowed)
        if new is not old:
            changes.append((host, old, new))
    return Plan(count, agree, _with_people(session, changes))


def put_in_force(session: Session, agree: int, by: Person | None = None) -> Plan:
    """Close and open servers as the lists agree; one line in the public log says how many.

    Raises:
        Malformed: no number of lists.
    """
    made = plan(session, agree)
    session.execute(delete(ListAgreement))
    session.add(ListAgreement(lists=agree, at=clock.now()))
    for start in range(0, len(made.changes), _MANY):
        part = made.changes[start : start + _MANY]
        fresh = [
            {
                "id": new_id(),
                "host": one.host,
                "policy": one.new,
                "failures": 0,
                "bad_days": 0,
                "by_lists": True,
            }
            for one in part
        ]
        session.connection().execute(insert_or_skip(session, table_of(Instance)), fresh)
        for policy in STRICTNESS:
            named = [one.host for one in part if one.new is policy]
            values = {"policy": policy, "by_lists": policy is not Policy.OPEN}
            session.execute(update(Instance).where(Instance.host.in_(named)).values(**values))
    if made.changes:
        counts = ", ".join(
            f"{policy.value}: {sum(1 for one in made.changes if one.new is policy)}" for policy in STRICTNESS
        )
        reason = f"So far as at least {agree} of {made.lists} lists agree."
        servers.log_policy(session, "lists", f"lists ({counts})", reason, by)
    return made


def read_due() -> None:
    """Read subscribed lists again, once a day each, and put in force what has changed; opens its own transactions."""
    before = clock.now() - READ_EVERY
    with database.reading() as session:
        due = select(Blocklist).where(
            Blocklist.is_subscribed.is_(True), (Blocklist.tried_at < before) | Blocklist.tried_at.is_(None)
        )
        waiting = list(session.execute(due).scalars())
    for one in waiting:
        _read_again(one.id, one.source)
    if waiting:
        with database.transaction() as session:
            agree = agreement(session)
            if agree:
                put_in_force(session, agree)


def export(session: Session) -> str:
    """Return the servers that are closed here, by hand or by lists, for other installations."""
    closed = servers.list_policies(session)
    said = (
        select(Decision.subject_uri, Decision.reason)
        .where(Decision.kind == DecisionKind.SERVER)
        .order_by(Decision.at)
    )
    reasons = {row[0]: row[1] for row in session.execute(said)}
    return listed.write_list(closed, reasons)


def _fetch(source: str) -> bytes:
    with fetch.at_most(_PATIENCE_S):
        answer = fetch.get(
            source, headers={"Accept": "text/csv, application/json, text/plain"}, max_bytes=listed.MOST_BYTES
        )
    if answer.status != 200:
        raise FetchFailed(
            f"HTTP {answer.status}", safe=f"The list is not to be had: its server answers {answer.status}."
        )
    return answer.body


def _read_again(list_id: int, source: str) -> None:
    """Read a list anew; one that cannot be read stays as it was, and says why."""
    problem, found = "", None
    try:
        found = listed.read_list(_fetch(source))
    except FedConnectError as error:
        problem = error.safe or error.detail
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


def _agreed(session: Session, agree: int) -> dict[str, Policy]:
    """Return, by digest, the strictest policy on which at least so many lists agree."""
    said: dict[str, list[int]] = {}
    rows = session.execute(
        select(ListedServer.digest, ListedServer.policy, Blocklist.at_most).join(
            Blocklist, Blocklist.id == ListedServer.list_id
        )
    )
    for digest, policy, at_most in rows:
        said.setdefault(digest, []).append(min(STRICTNESS.index(policy), STRICTNESS.index(at_most)))
    agreed = {digest: sorted(levels, reverse=True) for digest, levels in said.items()}
    return {
        digest: STRICTNESS[levels[agree - 1]]
        for digest, levels in agreed.items()
        if len(levels) >= agree and levels[agree - 1] > 0
    }


def _wanted_of(host: str, wanted: Mapping[str, Policy], allowed: set[str]) -> Policy:
    """Return how a server is to be trusted: as strictly as it or a domain that it belongs to is listed."""
    strictest = Policy.OPEN
    for name in lineage(host):
        if name in allowed:
            return strictest  # what it belongs to says no more
        strictest = max(strictest, wanted.get(digest_of(name), Policy.OPEN), key=STRICTNESS.index)
    return strictest


def _with_people(session: Session, changes: list[tuple[str, Policy, Policy]]) -> tuple[Change, ...]:
    hosts = {host for host, _, _ in changes}
    followers = _count(session, select(Person.host, func.count(Follow.person_id.distinct())).join(Follow, Follow.person_id == Person.id), hosts)  # fmt: skip
    shown = Post.state == PostState.VISIBLE
    authors = _count(session, select(Person.host, func.count(Post.person_id.distinct())).join(Post, Post.person_id == Person.id).where(shown), hosts)  # fmt: skip
    readers = _count(
        session, select(Person.host, func.count()).join(Reader, Reader.person_id == Person.id), hosts
    )
    moderators = _count(session, select(Person.host, func.count(Moderator.person_id.distinct())).join(Moderator, Moderator.person_id == Person.id), hosts)  # fmt: skip
    found = [
        Change(
            host,
            old,
            new,
            followers.get(host, 0),
            authors.get(host, 0),
            readers.get(host, 0),
            moderators.get(host, 0),
        )
        for host, old, new in changes
    ]
    return tuple(sorted(found, key=lambda one: (not one.touches_people, one.host)))


def _count(session: Session, wanted: object, hosts: set[str]) -> dict[str, int]:
    rows = session.execute(wanted.group_by(Person.host))  # type: ignore[attr-defined]
    return {row[0]: row[1] for row in rows if row[0] in hosts}
