"""What is promised in public, and what came of it: over all posts, without anybody's name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.thread import Thread
from fedconnect.surfacing.hearing.supply import measure_supplies, supply_of
from fedconnect.surfacing.parameters import in_force

PERIOD = timedelta(days=30)
FEWEST = 3  # months with fewer first posts are not told: they would be about single people
_MONTHS = timedelta(days=190)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FirstPosts:
    """The first posts of a month, `2026-10`: how many, and how many somebody answered within a day."""

    month: str
    posts: int
    answered: int


@dataclass(frozen=True, slots=True)
class Record:
    """The last thirty days of an installation or a board.

    `promised` is k_b, what a board promises now (of all boards: the least of any where something was written in the last
    week); `floor` and `hours` are what was set. Of `ended` hearings and excluded posts together: `heard`, those that got
    what they were promised; `answered` by somebody without that; `missed`; and `excluded` by cause.
    """

    promised: int
    floor: int
    hours: int
    ended: int
    heard: int
    answered: int
    missed: int
    excluded: dict[Exclusion, int]
    running: int
    months: Sequence[FirstPosts]

    @property
    def attained(self) -> float | None:
        """The share of all posts that were heard or answered; None before any ended."""
        return (self.heard + self.answered) / self.ended if self.ended else None


def read_record(session: Session, board: Board | None = None, *, with_months: bool = True) -> Record:
    """Return the record of a board or of all of them (6 queries, 5 `with_months` left empty)."""
    parameters = in_force()
    ends: Counter[str] = Counter()
    excluded: Counter[Exclusion] = Counter()
    each = select(
        Hearing.state,
        Hearing.exclusion,
        and_(Hearing.floor > 0, Hearing.qualified >= Hearing.floor).label("is_heard"),
        (Hearing.answerers > 0).label("is_answered"),
    ).where(Hearing.begun_at > clock.now() - PERIOD, Hearing.is_starter.is_(True))
    if board is not None:
        each = each.where(Hearing.board_id == board.id)
    kinds = list(each.subquery().c)
    counted: Select[Any] = select(*kinds, func.count()).group_by(*kinds)
    for state, exclusion, is_heard, is_answered, count in session.execute(counted):
        if state in {HearingState.OPEN, HearingState.WAITING}:
            ends["running"] += count
        elif state is HearingState.CLOSED:
            excluded[exclusion] += count
        else:
            ends["heard" if is_heard else "answered" if is_answered else "missed"] += count
    floor = board.hearing_floor if board is not None else parameters.hearing.floor
    return Record(
        promised=_promised(session, board),
        floor=floor,
        hours=board.hearing_hours if board is not None else int(parameters.hearing.hours),
        ended=ends["heard"] + ends["answered"] + ends["missed"] + sum(excluded.values()),
        heard=ends["heard"],
        answered=ends["answered"],
        missed=ends["missed"],
        excluded=dict(excluded),
        running=ends["running"],
        months=_first_posts(session, board) if with_months else (),
    )


def formulas(record: Record) -> list[str]:
    """Return the ranking as formulas, with the numbers in force; the same in every language."""
    parameters = in_force()
    cared, heard = parameters.interests, parameters.hearing
    return [
        f"z = (cos(p, x) − {cared.against} · cos(n, x) + {cared.board_prior} · b − μ) / σ",
        f"z′ = z − {parameters.ranking.sharing} · ln(1 + s / {heard.floor})",
        f"v = z + 2 · w · (t − q) / k_b + (a / T)²,  w = {heard.answered_lack} ∨ 1",
        f"t = k_b · min(1, a / ({heard.pace} · T)),  t − q ≥ ½,  k = {record.floor},  T = {record.hours} h",
        f"k_b = min(k, s({heard.supply_share}, E / A, 1), s({heard.coming_share}, C, 1 / {heard.coming_share})) = {record.promised}",
        f"s(p, x, m) = max(⌊p · (x − {heard.supply_spread} · √x)⌋, [x ≥ m])",
    ]


def _promised(session: Session, board: Board | None) -> int:
    """Return what a board promises to a post that comes now; of all boards, the least where anybody wrote this week."""
    parameters = in_force().hearing
    supplies = measure_supplies(session, board)
    if board is not None:
        return supply_of(supplies, board.id).promise(board.hearing_floor, parameters)
    floors = {row[0]: row[1] for row in session.execute(select(Board.id, Board.hearing_floor))}
    active = [
        one.promise(floors[number], parameters) for number, one in supplies.items() if one.posts_a_day > 0
    ]
    return min(active, default=0)


def attention(session: Session) -> list[int]:
    """Return how often each post of the last thirty days was seen, for curves; without saying which."""
    rows = session.execute(
        select(Hearing.seen)
        .where(Hearing.begun_at > clock.now() - PERIOD, Hearing.is_starter.is_(True))
        .limit(100_000)
    )
    return [row[0] for row in rows]


def _first_posts(session: Session, board: Board | None) -> list[FirstPosts]:
    chosen = (
        select(Thread.month, Hearing.begun_at, Hearing.first_answer_at)
        .join(Thread, Thread.id == Hearing.thread_id)
        .where(
            Hearing.is_starter.is_(True),
            Hearing.is_first.is_(True),
            Hearing.begun_at.between(clock.now() - _MONTHS, clock.now() - _DAY),
        )
        .limit(20_000)
    )
    if board is not None:
        chosen = chosen.where(Hearing.board_id == board.id)
    months: dict[str, list[bool]] = defaultdict(list)
    for month, begun_at, answered_at in session.execute(chosen):
        months[month].append(answered_at is not None and answered_at - begun_at <= _DAY)
    return [
        FirstPosts(month, len(answers), sum(answers))
        for month, answers in sorted(months.items(), reverse=True)
        if len(answers) >= FEWEST
    ]
