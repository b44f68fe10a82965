"""What is promised in public, and what came of it: over all posts, without anybody's name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing, HearingState, Impression
from fedconnect.models.thread import Thread
from fedconnect.surfacing.hearing import promise
from fedconnect.surfacing.parameters import in_force

PERIOD = timedelta(days=30)
FEWEST = 3  # months with fewer first posts are not told: they would be about single people
_MONTHS = timedelta(days=190)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FirstPosts:
    """The first posts of a month, `2026-10`: how many, and how many somebody answered within a day."""

    month: str
    posts: int
    answered: int


@dataclass(frozen=True, slots=True)
class Record:
    """The last thirty days of an installation or a board.

    `promised` is k_eff, what supply allows; `floor` and `hours` are what was set. Of `ended` hearings and
    excluded posts together: `heard`, `answered` early, `missed`, and `excluded` by cause.
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
        """The share of all posts that were heard, or answered before they were; None before any ended."""
        return (self.heard + self.answered) / self.ended if self.ended else None


@dataclass(frozen=True, slots=True)
class Supply:
    """What readers look at in a day, and how many posts ask to be heard; means of a week."""

    examined_a_day: float
    posts_a_day: float

    def promise(self, floor: int) -> int:
        """Return k_eff: what can be promised to each post."""
        if self.examined_a_day == 0:
            return 0
        return promise.promise(floor, self.examined_a_day, self.posts_a_day, in_force().hearing)


def read_record(session: Session, board: Board | None = None) -> Record:
    """Return the record of a board or of all of them (4 queries)."""
    parameters = in_force()
    states: Counter[HearingState] = Counter()
    excluded: Counter[Exclusion] = Counter()
    chosen = select(Hearing.state, Hearing.exclusion, func.count()).where(
        Hearing.begun_at > clock.now() - PERIOD, Hearing.is_starter.is_(True)
    )
    if board is not None:
        chosen = chosen.where(Hearing.board_id == board.id)
    for state, exclusion, count in session.execute(chosen.group_by(Hearing.state, Hearing.exclusion)):
        states[state] += count
        if state is HearingState.CLOSED:
            excluded[exclusion] += count
    floor = board.hearing_floor if board is not None else parameters.hearing.floor
    return Record(
        promised=measure_supply(session).promise(floor),
        floor=floor,
        hours=board.hearing_hours if board is not None else int(parameters.hearing.hours),
        ended=sum(states.values()) - states[HearingState.OPEN] - states[HearingState.WAITING],
        heard=states[HearingState.HEARD],
        answered=states[HearingState.ANSWERED],
        missed=states[HearingState.MISSED],
        excluded=dict(excluded),
        running=states[HearingState.OPEN] + states[HearingState.WAITING],
        months=_first_posts(session, board),
    )


def formulas(record: Record) -> list[str]:
    """Return the ranking as formulas, with the numbers in force; the same in every language."""
    parameters = in_force()
    cared, heard = parameters.interests, parameters.hearing
    return [
        f"z = (cos(p, x) − {cared.against} · cos(n, x) + {cared.board_prior} · b − μ) / σ",
        f"z′ = z − {parameters.ranking.sharing} · ln(1 + s / {heard.floor})",
        "v = z + 2 · (t − q) / k + (a / T)²",
        f"t = k · min(1, a / ({heard.pace} · T)),  k = {record.floor},  T = {record.hours} h",
        f"k_eff = min(k, {heard.supply_share} · E / A) = {record.promised}",
    ]


def measure_supply(session: Session) -> Supply:
    """Return what was looked at and asked for in the last week on all boards, whose readers are shared, as
    means of a day (2 queries)."""
    since = clock.now() - _WEEK
    seen = select(func.count(Impression.id), func.min(Impression.at)).where(Impression.at > since)
    asked = select(func.count(Hearing.id), func.min(Hearing.begun_at)).where(
        Hearing.begun_at > since, Hearing.exclusion == Exclusion.NONE
    )
    days = 7.0
    examined, first_seen = session.execute(seen).one()
    posts, first_asked = session.execute(asked).one()
    begun = [one for one in (first_seen, first_asked) if one is not None]
    if begun:
        days = max(1.0, (clock.now() - min(begun)) / _DAY)
    return Supply(examined / days, posts / days)


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
