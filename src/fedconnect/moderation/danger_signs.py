"""A new post whose own words sound as if somebody were in danger: a quiet case at once, which nobody had to report. Until
somebody has looked the post stays where it is, and is brought to listeners and moderators alone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import CaseReported, DecisionMade, PostEdited, PostNeedsCare, PostPublished, emit
from fedconnect.forum.local_only import plain_text
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, CaseState, Report, Severity
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader import Reader
from fedconnect.moderation.cases import cases
from fedconnect.moderation.cases.triage import severity_of
from fedconnect.surfacing.hearing import lifecycle

_NEW = timedelta(days=1)  # what was backfilled from years ago calls nobody out of bed
_TO_LISTENERS = (DecisionKind.SAFEGUARD, DecisionKind.UNSAFEGUARD)


def look_for_danger(session: Session, event: PostPublished | PostEdited) -> None:
    """Open a case about a post that somebody may be in danger behind, and have its author written to; once for a post, and
    not where a moderator has decided on it."""
    post = session.get_one(Post, event.post_id)
    if post.person_id is None or post.published < clock.now() - _NEW or post.state is not PostState.VISIBLE:
        return
    if severity_of(plain_text(post)) is not Severity.DANGER or _was_looked_at(session, post):
        return
    board = session.get_one(Board, post.board_id)
    case = cases.find_case(session, board.id, CaseKind.REPORT, post.uri)
    if case is None:
        cases.open_case(
            session, board, CaseKind.REPORT, post.uri, Severity.DANGER, "", post_id=post.id, times=0
        )
    else:  # reported before as less, and edited since
        cases.worsen(session, board, case, Severity.DANGER)
        cases.reopen(session, case)
    lifecycle.safeguard(session, post)
    emit(session, PostNeedsCare(post.id))


def wait_for_a_look(session: Session, event: CaseReported) -> None:
    """Bring a post that a reader of this forum reported as danger, or as hurting or exposing somebody, to nobody else
    until somebody has looked. A report from elsewhere alone does not: that would be a way to silence."""
    case = session.get_one(Case, event.case_id)
    post = session.get(Post, case.post_id) if case.post_id is not None else None
    if post is None or case.kind is not CaseKind.REPORT or case.severity > Severity.HURT:
        return
    if post.state is PostState.VISIBLE and is_reported_here(session, case):
        lifecycle.safeguard(session, post)


def end_wait(session: Session, event: DecisionMade) -> None:
    """Once a moderator has looked, let a post be heard like others, unless they gave it to listeners alone; where what
    they decided is taken back, it waits again."""
    decision = session.get_one(Decision, event.decision_id)
    post = session.get(Post, decision.post_id) if decision.post_id is not None else None
    if post is None or decision.is_automated or post.state is not PostState.VISIBLE:
        return
    if decision.kind is DecisionKind.REOPEN:
        if severity_of(plain_text(post)) is Severity.DANGER:
            lifecycle.safeguard(session, post)
    elif not is_given_to_listeners(session, post) and not _has_open_case(session, post):
        lifecycle.end_safeguarding(session, post)


def is_given_to_listeners(session: Session, post: Post) -> bool:
    """Whether a moderator decided that a post goes to listeners and moderators alone."""
    last = (
        select(Decision.kind)
        .where(Decision.post_id == post.id, Decision.kind.in_(_TO_LISTENERS))
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return session.execute(last).scalar_one_or_none() is DecisionKind.SAFEGUARD


def is_reported_here(session: Session, case: Case) -> bool:
    """Whether a reader of this forum, who joined more than a day ago, is among those who reported."""
    told_here = (
        select(Report.id)
        .join(Reader, Reader.person_id == Report.person_id)
        .where(Report.case_id == case.id, Reader.joined_at < clock.now() - timedelta(days=1))
    )
    return session.execute(told_here.limit(1)).first() is not None


def _was_looked_at(session: Session, post: Post) -> bool:
    """Whether a moderator has decided on a post since it came."""
    decided = select(Decision.id).where(Decision.post_id == post.id, Decision.is_automated.is_(False))
    return session.execute(decided.limit(1)).first() is not None


def _has_open_case(session: Session, post: Post) -> bool:
    waiting = select(Case.id).where(
        Case.post_id == post.id, Case.kind == CaseKind.REPORT, Case.state == CaseState.OPEN
    )
    return session.execute(waiting.limit(1)).first() is not None
