"""Answers as posts in a replay: one that nobody replied to for twelve hours has a hearing of its own, as in the product.

What an answer says is taken to be about what it answers: it fits the same readers, and has the same audience. Domains do
not cap it. It is shown to followers of its board alone, since only threads are matched.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from fedconnect.evaluation.world import World
from fedconnect.surfacing.feed.ranking import Candidates
from fedconnect.surfacing.hearing import promise
from fedconnect.surfacing.hearing.pacing import step_of
from fedconnect.surfacing.hearing.scheduling import UNANSWERED_AFTER
from fedconnect.surfacing.parameters import HearingParameters

_AFTER_H = UNANSWERED_AFTER.total_seconds() / 3600
_DAY_H = 24.0


@dataclass(slots=True)
class ReplayedAnswer:
    """One answer: to which post, by which reader and when; when somebody replied to it, else inf. With a hearing: when it
    began, what it was promised, and who looked at it, in its audience or not."""

    about: int
    author: int
    at_h: float
    replied_h: float = np.inf
    begun_h: float = np.inf
    floor: int = 0
    shown: int = 0
    heard: int = 0
    when_heard_h: float = np.inf
    looked: dict[int, bool] = field(default_factory=dict)
    author_came: bool = False


class Answers:
    """All answers of a replay, and those whose hearings are under way."""

    def __init__(self, hours: float, parameters: HearingParameters) -> None:
        self.all: list[ReplayedAnswer] = []
        self._hours, self._parameters = hours, parameters
        self._waiting: deque[ReplayedAnswer] = deque()
        self._running: dict[int, list[ReplayedAnswer]] = {}  # by board
        self._begun: dict[int, list[float]] = {}
        self._of: dict[int, list[ReplayedAnswer]] = {}

    def write(self, about: int, author: int, now_h: float) -> None:
        """Note an answer."""
        answer = ReplayedAnswer(about, author, now_h)
        self.all.append(answer)
        self._waiting.append(answer)
        self._of.setdefault(about, []).append(answer)

    def to(self, about: int) -> list[ReplayedAnswer]:
        """Return the answers to a post that nobody replied to."""
        return [one for one in self._of.get(about, ()) if one.replied_h == np.inf]

    def due(self, now_h: float) -> list[ReplayedAnswer]:
        """Return those for which a hearing begins now: nobody replied for twelve hours, and their author's quota allows it."""
        found = []
        while self._waiting and self._waiting[0].at_h + _AFTER_H <= now_h:
            answer = self._waiting.popleft()
            if answer.replied_h < np.inf:
                continue
            moment = answer.at_h + _AFTER_H
            recent = [one for one in self._begun.get(answer.author, ()) if one >= moment - _DAY_H]
            if promise.has_quota(len(recent), False, self._parameters, is_answer=True):
                self._begun[answer.author] = [*recent, moment]
                found.append(answer)
        return found

    def begin(self, answer: ReplayedAnswer, floor: int, board: int) -> None:
        """Begin its hearing on a board."""
        answer.begun_h, answer.floor = answer.at_h + _AFTER_H, floor
        if floor > 0:
            self._running.setdefault(board, []).append(answer)

    def offered(
        self, reader: int, now_h: float, follows: NDArray[np.bool_], opened_h: NDArray[np.float32]
    ) -> list[ReplayedAnswer]:
        """Return those under way that a reader may be shown; `opened_h`: when they had each thread open."""
        found = []
        for board in [one for one in self._running if follows[one]]:
            own = [one for one in self._running[board] if self._is_running(one, now_h)]
            self._running[board] = own
            found += [one for one in own if one.author != reader and opened_h[one.about] < one.at_h]
        return found

    def look(self, answer: ReplayedAnswer, reader: int, now_h: float, *, inside: bool) -> bool:
        """Note that somebody looked at an answer; return whether it is the first time."""
        fresh = reader not in answer.looked
        answer.shown += fresh
        if inside and not answer.looked.get(reader, False):
            answer.heard += 1
            if promise.is_heard(answer.heard, answer.floor):
                answer.when_heard_h = min(answer.when_heard_h, now_h)
        answer.looked[reader] = inside or answer.looked.get(reader, False)
        return fresh

    def _is_running(self, answer: ReplayedAnswer, now_h: float) -> bool:
        is_over = now_h > answer.begun_h + self._hours or answer.replied_h <= now_h
        return not is_over and answer.heard < answer.floor


def beside(
    found: Candidates, answers: Sequence[ReplayedAnswer], world: World, reader: int, now_h: float, parameters: HearingParameters
) -> Candidates:  # fmt: skip
    """Return candidates with answers after them, each of its own family."""
    about = np.array([one.about for one in answers])
    age = np.array([now_h - one.begun_h for one in answers])
    heard = np.array([one.heard for one in answers], float)
    promised = np.array([one.floor for one in answers], float)
    hours = np.full(len(answers), parameters.hours)
    step = step_of(age, heard, promised, hours, parameters.pace)
    fit = world.fits[reader, about].astype(np.float64)
    follows = world.follows[reader, world.boards[about]]
    was_inside = np.array([one.looked.get(reader, False) for one in answers], bool)
    of_answers = Candidates(
        fit=fit, age_h=age, heard=heard, shown=np.array([one.shown for one in answers], float),
        floor=np.where(was_inside, 0.0, promised), hours=hours,
        in_audience=(fit >= world.thresholds[about, step]) | (world.with_followers[about] & follows),
        author=np.array([one.author for one in answers]),
        duplicates=len(world.arrival_h) + np.arange(len(answers)), barred=np.zeros(len(answers), bool),
        answers=np.ones(len(answers), bool), seen=np.array([reader in one.looked for one in answers], bool),
        board=world.boards[about], passed=np.zeros(len(answers), np.int64), answered=np.zeros(len(answers), bool),
    )  # fmt: skip
    return Candidates(
        *(np.append(getattr(found, one.name), getattr(of_answers, one.name)) for one in fields(Candidates))
    )
