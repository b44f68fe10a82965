"""A decision, for whom it concerns: what was decided, their own words, and how to object."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.sessions import Visit
from fedconnect.forum import staying
from fedconnect.foundation import database, ids
from fedconnect.foundation.counts import RateLimit
from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.moderation import appeals
from fedconnect.moderation.actions import registry
from fedconnect.web import visitors
from fedconnect.web.headers import personal_page

deciding = Blueprint("deciding", __name__)
_appeals = RateLimit("objections of a reader", 10, 3600)
_MOST = 100


@deciding.get("/you/decisions")
def mine() -> Response:
    """Every decision that concerns a reader, the latest first."""
    visit = visitors.get_visit()
    with database.reading() as session:
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
    return personal_page("decisions.html", rows=[(row[0], row[1]) for row in rows])


@deciding.get("/decisions/<decision_id>")
def show(decision_id: str) -> Response:
    """One decision: which rule, why, by a human or not, and what it took away."""
    visit = visitors.get_visit()
    with database.reading() as session:
        decision = _get(session, visit, decision_id)
        post = session.get(Post, decision.post_id) if decision.post_id is not None else None
        return personal_page(
            "decision.html",
            decision=decision,
            board=session.get_one(Board, decision.board_id),
            post=post,
            words=staying.plain_text(post) if post is not None and post.sealed else "",
            thread=session.get(Thread, post.thread_id) if post is not None else None,
            appeal=appeals.find_appeal(session, decision),
            may_object=appeals.may_object(session, decision, visit.person_id),
            hears=appeals.who_hears(session, session.get_one(Board, decision.board_id)),
        )


@deciding.post("/decisions/<decision_id>/appeal")
def object_to(decision_id: str) -> BaseResponse:
    """Ask for somebody else to look at a decision again."""
    visit = visitors.get_visit()
    visitors.limit(_appeals, str(visit.reader_id))
    with database.transaction() as session:
        decision = _get(session, visit, decision_id)
        person = session.get_one(Person, visit.person_id)
        appeals.object_to(session, decision, person, request.form.get("words", ""))
    return redirect(f"/decisions/{decision_id}", 303)


def _get(session: Session, visit: Visit, decision_id: str) -> Decision:
    """Return a decision that concerns who is asking. Raises NotFound, the same whether or not there is one."""
    decision = session.get(Decision, ids.parse_id(decision_id) or 0)
    if decision is None or decision.board_id is None or decision.kind not in registry.APPEALABLE:
        raise NotFound("no such decision")
    if appeals.concerns(session, decision) != visit.person_id:
        raise NotFound("somebody else's decision")
    return decision
