"""Listeners at work in a replay, asked by the product's own rules about posts that nobody answers.

Assumed, since no data tells: half of the listeners have time all day and half in the evening; they answer an ask with a
chance, within an hour or so of their hours. They enlisted long ago, and get ordinary first posts only. One moderator is
asked at any hour, as in the product, and answers by day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from fedconnect.evaluation.run import Run
from fedconnect.evaluation.world import World
from fedconnect.surfacing.hearing.asking import Askable, QuietPost, share_out
from fedconnect.surfacing.hearing.listening_hours import Hours
from fedconnect.surfacing.parameters import Parameters

_MODERATOR = 0  # the first of them
_BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
_LONG_AGO = _BEGIN - timedelta(days=365)
_EVERY_H = 0.5  # how often it is looked whose turn it is
_ANSWERS_AFTER_H = 1.0  # on average
_DAY_H = 24.0
_ALL_DAY, _EVENINGS, _ANY_HOUR = (7, 22), (17, 22), Hours(0, 23, "UTC")


@dataclass(frozen=True, slots=True)
class PromptedAnswer:
    """An answer to an ask: of which reader to which post, and when."""

    reader: int
    place: int
    at_h: float


@dataclass(slots=True)
class _Listener:
    reader: int
    awake: Hours
    asked_h: list[float] = field(default_factory=list)
    last_author: int | None = None


class Listening:
    """Who listens, whom they were asked about, and what they will answer."""

    def __init__(self, world: World, run: Run, parameters: Parameters, seed: int) -> None:
        self._world, self._run, self._parameters = world, run, parameters
        self._dice = np.random.default_rng([seed, 79])
        self._listeners = [self._listener(number) for number in range(world.listeners)]
        self._asked: dict[int, tuple[float, frozenset[int]]] = {}
        self._answers: list[PromptedAnswer] = []
        self._looked_h = 0.0

    def until(self, now_h: float) -> Iterator[PromptedAnswer]:
        """Ask whoever is due until a moment, and return the answers that came by then, in their order."""
        while self._listeners and self._looked_h + _EVERY_H <= now_h:
            self._looked_h += _EVERY_H
            self._answers.sort(key=lambda one: one.at_h)
            while self._answers and self._answers[0].at_h <= self._looked_h:
                yield self._answers.pop(0)
            self._ask(self._looked_h)

    def _listener(self, number: int) -> _Listener:
        """The first readers of a data set are no others than the rest."""
        zone = 0 if self._world.zones is None else int(self._world.zones[number])
        first, last = _ALL_DAY if number == _MODERATOR or self._dice.random() < 0.5 else _EVENINGS
        return _Listener(number, Hours(first, last, f"Etc/GMT{-zone:+d}"))

    def _ask(self, at_h: float) -> None:
        """Ask whoever's turn it is, as the product does each time that it looks."""
        people = [self._askable(one, at_h) for one in self._listeners]
        chosen = share_out(self._quiet_posts(at_h), people, _moment(at_h), self._parameters.listening)
        for post, one in chosen:
            self._note(post.post_id, self._listeners[one.person_id], at_h, post.kept_away)

    def _quiet_posts(self, at_h: float) -> list[QuietPost]:
        world, listening = self._world, self._parameters.listening
        low = int(np.searchsorted(world.arrival_h, at_h - listening.until_days * _DAY_H))
        high = int(np.searchsorted(world.arrival_h, at_h - listening.soon_hours, side="right"))
        quiet = np.flatnonzero(np.isinf(self._run.first_answer_h[low:high])) + low
        found = []
        for place in quiet.tolist():
            asked_h, people = self._asked.get(place, (None, frozenset()))
            found.append(QuietPost(
                place, int(world.authors[place]), _moment(float(world.arrival_h[place])), bool(world.first[place]),
                int(self._run.floors[place]), asked_at=None if asked_h is None else _moment(asked_h),
                kept_away=people, asked_moderator=_MODERATOR in people,
            ))  # fmt: skip
        return found

    def _askable(self, one: _Listener, at_h: float) -> Askable:
        listening, is_moderator = self._parameters.listening, one.reader == _MODERATOR
        return Askable(
            one.reader, _ANY_HOUR if is_moderator else one.awake,
            listening.most_a_day if is_moderator else listening.a_day, _LONG_AGO, may_have_all=is_moderator,
            asked_today=sum(asked > at_h - _DAY_H for asked in one.asked_h),
            asked_at=_moment(one.asked_h[-1]) if one.asked_h else None, last_author_id=one.last_author,
            listens=not is_moderator, is_moderator=is_moderator,
        )  # fmt: skip

    def _note(self, place: int, listener: _Listener, at_h: float, before: frozenset[int]) -> None:
        listener.asked_h.append(at_h)
        age = at_h - self._world.arrival_h[place]
        self._run.asked_h[place] = min(self._run.asked_h[place], age)
        listener.last_author = int(self._world.authors[place])
        self._asked[place] = (at_h, before | {listener.reader})
        answers = self._dice.random() < self._parameters.evaluation.answers_an_ask
        if not answers or not self._world.answerable.any():  # where nobody answers anybody
            return
        answers_h = at_h + self._dice.exponential(_ANSWERS_AFTER_H)
        while not listener.awake.hold(_moment(answers_h)):
            answers_h += _EVERY_H  # asleep, or busy
        self._answers.append(PromptedAnswer(listener.reader, place, answers_h))


def _moment(at_h: float) -> datetime:
    return _BEGIN + timedelta(hours=at_h)
