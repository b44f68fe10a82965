"""What several lists agree on: tried first, with whom it would touch, and put in force.

What was decided by hand stands, and what is on the allow-list no list closes. A server is closed as strictly as at
least so many lists agree on; when they agree no longer, it opens by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, delete, func, select, true, update
from sqlalchemy.orm import Session

from fedconnect.accounts import forced_sign_out
from fedconnect.activitypub.instance_trust import lineage
from fedconnect.blocklists import blocklists, instance_policies
from fedconnect.blocklists.blocklist_formats import digest_of
from fedconnect.blocklists.blocklists import MOST_LISTS
from fedconnect.foundation import clock, database, own_address
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.blocklist import AllowedServer, Blocklist, ListAgreement, ListedServer
from fedconnect.models.board import Follow, Moderator
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.models.visibility import in_sight

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
class BlockPlan:
    """What putting the lists in force would change, where so many must agree; those with people known here first."""

    lists: int
    agree: int
    changes: tuple[Change, ...]

    @property
    def touching(self) -> tuple[Change, ...]:
        """The changes that anybody known here would notice."""
        return tuple(one for one in self.changes if one.touches_people)


def in_force(session: Session) -> int:
    """Return how many lists must agree; 0 where none are in force."""
    return session.execute(select(ListAgreement.lists)).scalar() or 0


def plan(session: Session, agree: int, *, counting: bool = False) -> BlockPlan:
    """Return what putting the lists in force would change, and nothing is changed (8 queries). `counting`: only the
    lists that count already.

    Raises:
        Malformed: no number of lists.
    """
    if not 1 <= agree <= MOST_LISTS:
        raise Malformed("agree", safe="At least 1 list must agree, 50 at most.")
    considered = Blocklist.counts.is_(True) if counting else true()
    count = session.execute(select(func.count(Blocklist.id)).where(considered)).scalar_one()
    wanted = _agreed(session, agree, considered)
    hosts = {
        row[1]: row[0] for row in session.execute(select(ListedServer.host, ListedServer.digest)) if row[0]
    }
    allowed = set(session.execute(select(AllowedServer.host)).scalars())
    rows = session.execute(select(Instance.host, Instance.policy, Instance.by_lists)).all()
    known = {row[0]: (row[1], row[2]) for row in rows}
    named = {hosts[digest] for digest in wanted if digest in hosts} - {own_address.host()}
    changes = []
    for host in sorted(named | set(known)):
        old, by_lists = known.get(host, (Policy.OPEN, True))
        if old is not Policy.OPEN and not by_lists:
            continue
        new = _wanted_of(host, wanted, allowed)
        if new is not old:
            changes.append((host, old, new))
    return BlockPlan(count, agree, _with_people(session, changes))


def put_in_force(session: Session, agree: int, by: Person | None = None) -> BlockPlan:
    """Let every list count, and close and open servers as they agree; one line in the public log says how many.

    Raises:
        Malformed: no number of lists.
    """
    made = plan(session, agree)
    session.execute(update(Blocklist).values(counts=True))
    session.execute(delete(ListAgreement))
    session.add(ListAgreement(lists=agree, at=clock.now()))
    _carry_out(session, made, by)
    return made


def keep_up(session: Session, by: Person | None = None) -> BlockPlan | None:
    """Follow what has changed on the lists that count, or that one of them was left; one that was only tried still
    changes nothing. None where no list is in force."""
    agree = in_force(session)
    if not agree:
        return None
    made = plan(session, agree, counting=True)
    _carry_out(session, made, by)
    return made


def _carry_out(session: Session, made: BlockPlan, by: Person | None) -> None:
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
    if any(one.new is Policy.BLOCKED for one in made.changes):
        forced_sign_out.end_where_blocked(session)
    if made.changes:
        counts = ", ".join(
            f"{policy.value}: {sum(1 for one in made.changes if one.new is policy)}" for policy in STRICTNESS
        )
        reason = f"So far as at least {made.agree} of {made.lists} lists agree."
        instance_policies.log_policy(session, "lists", f"lists ({counts})", reason, by)


def follow_lists() -> None:
    """Read subscribed lists again, once a day each, and put in force what has changed; opens its own transactions."""
    if blocklists.read_due():
        with database.transaction() as session:
            keep_up(session)


def _agreed(session: Session, agree: int, considered: ColumnElement[bool]) -> dict[str, Policy]:
    """Return, by digest, the strictest policy on which at least so many lists agree."""
    said: dict[str, list[int]] = {}
    rows = session.execute(
        select(ListedServer.digest, ListedServer.policy, Blocklist.at_most)
        .join(Blocklist, Blocklist.id == ListedServer.list_id)
        .where(considered)
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
    follow = select(Person.host, func.count(Follow.person_id.distinct())).join(
        Follow, Follow.person_id == Person.id
    )
    wrote = select(Person.host, func.count(Post.person_id.distinct())).join(Post, Post.person_id == Person.id)
    read = select(Person.host, func.count()).join(Reader, Reader.person_id == Person.id)
    look_after = select(Person.host, func.count(Moderator.person_id.distinct())).join(
        Moderator, Moderator.person_id == Person.id
    )
    followers, authors = (
        _by_host(session, follow),
        _by_host(session, wrote.where(in_sight())),
    )
    readers, moderators = _by_host(session, read), _by_host(session, look_after)
    found = [
        Change(
            host, old, new, followers.get(host, 0), authors.get(host, 0), readers.get(host, 0), moderators.get(host, 0)
        )
        for host, old, new in changes
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (not one.touches_people, one.host)))


def _by_host(session: Session, wanted: Select[str, int]) -> dict[str, int]:
    return dict(session.execute(wanted.group_by(Person.host)).all())
