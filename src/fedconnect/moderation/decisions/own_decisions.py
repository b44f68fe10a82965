"""Decisions as those see them whom they concern: the list, one of them, and objecting to it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fedconnect.accounts import sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.forum import local_only
from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.decision import Appeal, Decision
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.moderation.actions import registry
from fedconnect.moderation.decisions import appeals

_MOST = 100


@dataclass(frozen=True, slots=True)
class OwnDecision:
    """A decision with what it is about: the post, its `words` where the board keeps them sealed, its thread, and the
    appeal against it. `hears` is as in `appeals.who_hears`."""

    decision: Decision
    board: Board
    post: Post | None
    words: str
    thread: Thread | None
    appeal: Appeal | None
    may_object: bool
    hears: str


def list_decisions(session: Session, visit: Visit) -> list[tuple[Decision, Board]]:
    """Return every decision that concerns a reader, the latest first, each with its board (1 query)."""
    rows = session.execute(
        select(Decision, Board)
        .join(Board, Board.id == Decision.board_id)
        .outerjoin(Post, Post.id == Decision.post_id)
        .where(
            or_(Post.person_id == visit.person_id, Decision.subject_uri == visit.person_uri),
            Decision.kind.in_(registry.APPEALABLE),
        )
        .order_by(Decision.at.desc())
        .limit(_MOST)
    ).all()
    return [(row[0], row[1]) for row in rows]


def read_decision(session: Session, visit: Visit, decision_id: int) -> OwnDecision:
    """Return a decision that concerns who is asking. Raises NotFound, the same whether or not there is one."""
    decision = _get(session, visit, decision_id)
    post = session.get(Post, decision.post_id) if decision.post_id is not None else None
    board = session.get_one(Board, decision.board_id)
    return OwnDecision(
        decision=decision,
        board=board,
        post=post,
        words=local_only.plain_text(post) if post is not None and post.sealed else "",
        thread=session.get(Thread, post.thread_id) if post is not None else None,
        appeal=appeals.find_appeal(session, decision),
        may_object=appeals.may_object(session, decision, visit.person_id),
        hears=appeals.who_hears(session, board),
    )


def object_to(session: Session, visit: Visit, decision_id: int, words: str) -> Appeal:
    """Ask for somebody else to look at a decision again. Raises: as read_decision, and as `appeals.object_to`."""
    decision = _get(session, visit, decision_id)
    return appeals.object_to(session, decision, sessions.person_of(session, visit), words)


def _get(session: Session, visit: Visit, decision_id: int) -> Decision:
    decision = session.get(Decision, decision_id)
    if decision is None or decision.board_id is None or decision.kind not in registry.APPEALABLE:
        raise NotFound("no such decision")
    if appeals.concerns(session, decision) != visit.person_id:
        raise NotFound("somebody else's decision")
    return decision
