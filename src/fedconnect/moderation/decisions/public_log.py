"""The public log: what was decided, by which rule and why; never by whom, about whom, or who asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, CaseState
from fedconnect.models.decision import Appeal, AppealState, Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread
from fedconnect.moderation.actions.registry import TYPES

A_PAGE = 50
PERIOD = timedelta(days=365)
_HANDLE = re.compile(
    r"(?<![\w.+-])@?[\w.+-]++@[\w-]++(?:\.[\w-]++)++|https?://\S+|(?<!\w)@\w+|\+?\d[\d ()/-]{6,}\d"
)
_KEPT_INSIDE = tuple(kind for kind, one in TYPES.items() if not one.is_public)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One decision as anybody may read it; `path` leads to its thread where that can still be read. `is_gentle`: with care
    for its author, who broke no rule. `decided_on`: the server on
    which a moderator decided without naming a rule, as other software lets them."""

    id: int
    kind: DecisionKind
    board_slug: str
    board_name: str
    rule: str
    reason: str
    detail: str
    is_automated: bool
    appeal: AppealState | None
    path: str
    until: datetime | None
    at: datetime
    decided_on: str = ""
    is_gentle: bool = False


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log, the latest first."""

    lines: Sequence[LogEntry]
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class Transparency:
    """A year's decisions by kind, and what came of appeals; `waits` is how much is open now."""

    decisions: Sequence[tuple[DecisionKind, int]]
    automated: int
    appeals: int
    won: int
    open_appeals: int
    reports: int
    waits: int
    median_hours: float | None


def list_decisions(session: Session, board: Board | None, words: str = "", page: int = 1) -> LogPage:
    """Return a page of a board's log, or of the installation's, with these words in rule or reason."""
    wanted = (
        select(Decision, Board, Appeal.state, Post, Thread)
        .outerjoin(Board, Board.id == Decision.board_id)
        .outerjoin(Appeal, Appeal.decision_id == Decision.id)
        .outerjoin(Post, Post.id == Decision.post_id)
        .outerjoin(Thread, Thread.id == Post.thread_id)
        .where(Decision.kind.not_in(_KEPT_INSIDE))
        .order_by(Decision.at.desc(), Decision.id.desc())
        .offset((page - 1) * A_PAGE)
        .limit(A_PAGE + 1)
    )
    if board is not None:
        wanted = wanted.where(Decision.board_id == board.id)
    for word in words.casefold().split()[:5]:
        wanted = wanted.where(
            or_(
                func.lower(Decision.reason).contains(word, autoescape=True),
                func.lower(Decision.rule).contains(word, autoescape=True),
            )
        )
    rows = session.execute(wanted).all()
    lines = [_line(*row) for row in rows[:A_PAGE]]
    return LogPage(lines, page, len(rows) > A_PAGE)


def without_names(text: str) -> str:
    """Return a moderator's words without handles, addresses and telephone numbers."""
    return _HANDLE.sub("[…]", text)


def measure(session: Session, board: Board | None = None) -> Transparency:
    """Return what a year of decisions and appeals came to (5 queries)."""
    since = clock.now() - PERIOD
    here = [Decision.board_id == board.id] if board is not None else []
    kinds: Counter[DecisionKind] = Counter()
    automated = 0
    for kind, by_itself, count in session.execute(
        select(Decision.kind, Decision.is_automated, func.count())
        .where(Decision.at > since, *here)
        .group_by(Decision.kind, Decision.is_automated)
    ):
        kinds[kind] += count
        automated += count if by_itself else 0
    heard = (
        select(Appeal.state, func.count())
        .join(Decision, Decision.id == Appeal.decision_id)
        .where(Appeal.at > since, *here)
        .group_by(Appeal.state)
    )
    outcomes = dict(session.execute(heard).all())
    on_board = [Case.board_id == board.id] if board is not None else []
    reported = select(func.count()).select_from(Case).where(
        Case.kind == CaseKind.REPORT, Case.times > 0, Case.first_at > since, *on_board
    )  # fmt: skip
    waits = select(func.count()).select_from(Case).where(Case.state == CaseState.OPEN, *on_board)
    return Transparency(
        decisions=sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0])),
        automated=automated,
        appeals=sum(outcomes.values()),
        won=outcomes.get(AppealState.OVERTURNED, 0),
        open_appeals=outcomes.get(AppealState.OPEN, 0),
        reports=session.execute(reported).scalar() or 0,
        waits=session.execute(waits).scalar() or 0,
        median_hours=_median_hours(session, since, on_board),
    )


def _median_hours(session: Session, since: datetime, on_board: list[ColumnElement[bool]]) -> float | None:
    """Return within how many hours half of what was asked was decided; None for fewer than three."""
    rows = session.execute(
        select(Case.first_at, Decision.at)
        .join(Decision, Decision.case_id == Case.id)
        .where(Case.first_at > since, *on_board)
        .limit(5000)
    ).all()
    hours = sorted((decided - asked).total_seconds() / 3600 for asked, decided in rows)
    return hours[len(hours) // 2] if len(hours) >= 3 else None


def _line(
    decision: Decision,
    board: Board | None,
    appeal: AppealState | None,
    post: Post | None,
    thread: Thread | None,
) -> LogEntry:
    can_be_read = (
        post is not None and thread is not None and board is not None
        and post.state is PostState.VISIBLE and post.visibility.is_open and thread.is_listed
        and TYPES[decision.kind].is_about_thread
    )  # fmt: skip
    return LogEntry(
        id=decision.id,
        kind=decision.kind,
        board_slug=board.slug if board is not None else "",
        board_name=board.name if board is not None else "",
        rule="" if decision.gentle else without_names(decision.rule),
        reason="" if decision.gentle else without_names(decision.reason),
        detail=decision.detail if TYPES[decision.kind].shows_detail else "",
        is_automated=decision.is_automated,
        appeal=appeal,
        path=f"/boards/{board.slug}/threads/{post.thread_id}"
        if can_be_read and board and post and thread
        else "",
        until=decision.until,
        at=decision.at,
        decided_on="" if decision.rule else decision.said_on,
        is_gentle=bool(decision.gentle),
    )
