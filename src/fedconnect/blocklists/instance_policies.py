"""Decisions on how far other servers are trusted, each with its reason in the public log."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from fedconnect.accounts import forced_sign_out, sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.activitypub.instance_trust import lineage
from fedconnect.forum import moderators
from fedconnect.foundation import clock, own_address
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.errors import Malformed, NotFound, NotPermitted
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.blocklist import AllowedServer
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.moderation.authorization import MAX_REASON, ModerationContext, check_words
from fedconnect.moderation.boards.board_identity import BY_ADMIN

RULE = "Whoever runs the forum decides which servers it speaks with."


def set_policy(session: Session, host: str, policy: Policy, reason: str, by: Person | None = None) -> None:
    """Decide how far a server and its subdomains are trusted, and why. What is opened by hand, no list closes again.

    Raises:
        Malformed: without a reason, or it is our own server or the decider's. NotPermitted: they do not run the forum.
    """
    if by is not None and not moderators.is_admin(session, by):
        raise NotPermitted("does not run the installation")
    if host == own_address.host():
        raise Malformed("host", safe="That is this forum itself.")
    if by is not None and policy is Policy.BLOCKED and host in lineage(by.host):
        raise Malformed(
            "host", safe="You come from there yourself: you would be signed out, and could not undo it."
        )
    log_policy(session, host, f"{host}: {policy.value}", reason, by)
    fresh = {"id": new_id(), "host": host, "policy": policy, "failures": 0, "bad_days": 0}
    session.connection().execute(insert_or_skip(session, table_of(Instance)), fresh)
    below = Instance.host.endswith(f".{host}", autoescape=True)
    session.execute(
        update(Instance).where((Instance.host == host) | below).values(policy=policy, by_lists=False)
    )
    session.execute(delete(AllowedServer).where(AllowedServer.host == host))
    if policy is Policy.BLOCKED:
        forced_sign_out.end_where_blocked(session, host)
    if policy is Policy.OPEN:
        session.add(AllowedServer(host=host, reason=reason[:500], at=clock.now()))


def get_admin(session: Session, visit: Visit) -> Person:
    """Return who is asking, where they run the installation. Raises NotFound, as if there were no such page."""
    person = sessions.person_of(session, visit)
    if not moderators.is_admin(session, person):
        raise NotFound("does not run the installation")
    return person


def admin_context(session: Session, visit: Visit, board: Board) -> ModerationContext:
    """Return the ground on which who runs the installation changes a board. Raises NotFound where they do not."""
    return ModerationContext(board, get_admin(session, visit), "Set by those who run the forum.", BY_ADMIN)


def list_policies(session: Session) -> list[Instance]:
    """Return the servers that are not simply open, by name."""
    closed = select(Instance).where(Instance.policy != Policy.OPEN).order_by(Instance.host)
    return list(session.execute(closed).scalars())


def list_allowed(session: Session) -> list[AllowedServer]:
    """Return the servers that no list may close, by name."""
    return list(session.execute(select(AllowedServer).order_by(AllowedServer.host)).scalars())


def log_policy(session: Session, subject: str, detail: str, reason: str, by: Person | None = None) -> None:
    """Write a decision on servers down. Raises Malformed where no reason was given."""
    check_words(reason, RULE)
    session.add(
        Decision(
            board_id=None, kind=DecisionKind.SERVER, subject_uri=subject, rule=RULE, reason=reason[:MAX_REASON],
            detail=detail[:500], person_id=by.id if by is not None else None, at=clock.now(),
        )
    )  # fmt: skip
