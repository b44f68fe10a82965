"""Safeguarding in time: what is urgent is out of sight when nobody is there, and climbs where nobody looks."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from fedconnect.events import CaseClimbed, CaseReported, emit
from fedconnect.forum import removal
from fedconnect.forum.local_only import plain_text
from fedconnect.foundation import clock, database
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, CaseState, Severity
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.moderation import danger_signs
from fedconnect.moderation.cases import response_deadlines
from fedconnect.moderation.cases.triage import severity_of
from fedconnect.moderation.hold_reason import HoldReason
from fedconnect.moderation.posts import author_status_query, held_posts

TOP = 2  # admins
_AT_ONCE = 100


def mind_urgent(session: Session, event: CaseReported) -> None:
    """Outside a board's hours, hold a post that may be about somebody's safety, send its author help-lines, and call
    the deputies at once; within them its moderators have an hour."""
    case = session.get_one(Case, event.case_id)
    if case.severity != Severity.DANGER:
        return
    board, now = session.get_one(Board, case.board_id), clock.now()
    if response_deadlines.is_attended(board, now):
        return
    post = session.get(Post, case.post_id) if case.post_id is not None else None
    if post is not None and _is_credible(session, case, post) and removal.hold(session, post):
        held_posts.put_on_hold(session, post, HoldReason("why_danger"), severity=Severity.DANGER)
    if case.climbed == 0:  # they are called once, by its words or by the first report
        _climb(session, case)


def _is_credible(session: Session, case: Case, post: Post) -> bool:
    """Whether a post is put out of sight before anybody looked: somebody reported it, and its own words sound like it or a
    reader of this forum says so. A report from elsewhere alone calls people, and hides nothing: that would be a way to
    silence; and what nobody reported stays where its author put it."""
    if case.times == 0:
        return False
    return severity_of(plain_text(post)) is Severity.DANGER or danger_signs.is_reported_here(session, case)


def climb_overdue() -> int:
    """Call the next where nobody looked in time: deputies, then admins; return how many cases climbed."""
    with database.read_transaction() as session:
        late = [case.id for case in session.execute(_overdue().limit(_AT_ONCE)).scalars()]
    for case_id in late:
        with database.transaction() as session:
            still = _overdue().where(Case.id == case_id).with_for_update(skip_locked=True)
            case = session.execute(still).scalar_one_or_none()
            if case is not None:
                _climb(session, case)
    return len(late)


def release_in_time() -> int:
    """Show posts of slow mode whose time has come; return how many."""
    is_due = (Post.state == PostState.HELD, Post.held_until <= clock.now())
    with database.read_transaction() as session:
        due = session.execute(select(Post.id).where(*is_due).limit(_AT_ONCE)).scalars().all()
    for post_id in due:
        with database.transaction() as session:  # one each: a good deal follows from a post that is shown
            waiting = select(Post).where(Post.id == post_id, *is_due).with_for_update(skip_locked=True)
            post = session.execute(waiting).scalar_one_or_none()
            if post is not None:
                _release(session, post)
    return len(due)


def _release(session: Session, post: Post) -> None:
    if not _may_be_shown(session, post):
        post.held_until = None  # somebody looks first
        return
    removal.release(session, post)
    held_posts.forget_hold(session, post)


def _may_be_shown(session: Session, post: Post) -> bool:
    """Whether its author was not kept off, or asked to be seen first, while a post waited."""
    author = session.get(Person, post.person_id) if post.person_id is not None else None
    if author is None:
        return True
    author_status = author_status_query.read_author_status(
        session, session.get_one(Board, post.board_id), author
    )
    return not (author_status.is_banned or author_status.is_held)


def _overdue() -> Select[Case]:
    now = clock.now()
    return select(Case).where(
        Case.state == CaseState.OPEN,
        Case.due_at <= now,
        Case.climbed < TOP,
        or_(Case.claimed_until.is_(None), Case.claimed_until <= now),
    )


def _climb(session: Session, case: Case) -> None:
    if case.climbed >= TOP:
        return
    if (
        case.kind is CaseKind.APPEAL
    ):  # its moderators had their fortnight; it stays late until somebody hears it
        case.climbed = TOP
        emit(session, CaseClimbed(case.id))
        return
    case.climbed += 1
    within = response_deadlines.WITHIN.get(Severity(case.severity), timedelta(days=1))
    case.due_at = clock.now() + within
    emit(session, CaseClimbed(case.id))
