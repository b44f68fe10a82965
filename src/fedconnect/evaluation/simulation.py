"""A replay: the same visits and the same dice for every policy, and what each makes of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fedconnect.evaluation.answers import Answers, ReplayedAnswer, beside
from fedconnect.evaluation.board_supplies import BoardSupplies
from fedconnect.evaluation.domain_shares import DomainShares
from fedconnect.evaluation.elsewhere import Elsewhere
from fedconnect.evaluation.listening import Listening
from fedconnect.evaluation.offered import NEVER, offered
from fedconnect.evaluation.policies import WITHOUT_ANSWERS, Policy, Sight
from fedconnect.evaluation.run import Run, nothing_yet
from fedconnect.evaluation.visits import Visits
from fedconnect.evaluation.world import World
from fedconnect.surfacing.feed.ranking import Candidates, Page
from fedconnect.surfacing.hearing import pacing, promise
from fedconnect.surfacing.parameters import Parameters

TEN = 10
_SOCKS_AFTER_H = 1.0
_AT_HOME_H = 12.0  # until somebody sees at home that they were answered, on average


def replay(
    world: World, policy: Policy, visits: Visits, parameters: Parameters, seed: int,
    elsewhere: Sequence[tuple[float, int]] = (),
) -> Run:  # fmt: skip
    """Let everybody visit under one policy. `elsewhere`: when somebody turned to which post at home, in order of time."""
    going = _Replay(world, policy, visits, parameters, seed, elsewhere)
    for number in range(len(visits.reader)):
        going.visit(number)
    return going.run


class _Replay:
    """A replay under way. Who looked at what, whether they were in its audience then, and when they had it open: readers
    by posts."""

    def __init__(
        self, world: World, policy: Policy, visits: Visits, parameters: Parameters, seed: int,
        elsewhere: Sequence[tuple[float, int]],
    ) -> None:  # fmt: skip
        self.world, self.policy, self.visits, self.parameters = world, policy, visits, parameters
        self.run = nothing_yet(len(world.arrival_h), visits.reader)
        self.looked_at = np.zeros(world.liked.shape, bool)
        self.was_inside = np.zeros(world.liked.shape, bool)
        self.opened_h = np.full(world.liked.shape, NEVER, np.float32)
        self.last_answer_h = np.full(len(world.arrival_h), NEVER, np.float32)  # no more exact than `opened_h`
        self.hosts: dict[int, list[str]] = {}  # of those who answered each post
        self.month = np.zeros(world.follows.shape[1])
        self.dice = np.random.default_rng([seed, 13])
        self.supplies = BoardSupplies(world, np.random.default_rng([seed, 41]))
        self.shares = DomainShares(world)
        self.listening = Listening(world, self.run, parameters, seed)
        self.answers = Answers(parameters.hearing.hours, parameters.hearing)
        self.run.answers = self.answers.all
        self.own: dict[int, list[int]] = {}  # posts of each author that came so far
        self.come_back = np.random.default_rng([seed, 47])
        self.elsewhere = Elsewhere(world, elsewhere)
        self.placed = self.socked = 0
        self.examined_p = 1 / np.log2(1 + np.arange(1, parameters.ranking.page + 1))

    def visit(self, number: int) -> None:
        """Let somebody come, be shown their page, and do what their dice say."""
        world, run = self.world, self.run
        now, reader = float(self.visits.at_h[number]), int(self.visits.reader[number])
        self._place(now)
        self._let_socks_answer(now)
        for answer in self.listening.until(now):
            self._answer(answer.reader, answer.place, answer.at_h)
        self._hear_answers(now)
        self.supplies.came(reader, now)
        self._answer_back(reader, now)
        places = offered(
            world, reader, now, self.opened_h[reader], self.last_answer_h, run.heard, run.floors, run.ended_h,
            self.parameters,
        )  # fmt: skip
        offered_answers = (
            self.answers.offered(reader, now, world.follows[reader], self.opened_h[reader])
            if self.policy not in WITHOUT_ANSWERS
            else []
        )
        if len(places) + len(offered_answers) == 0:
            return
        sight = self._sight(places, offered_answers, reader, now)
        page = self.policy(sight, self.parameters)
        run.shown += len(page.order)
        run.reserved += len(page.reserved)
        is_new = ~self.looked_at[reader]
        relevant = np.array(
            [
                one < len(places) and bool(world.liked[reader, places[one]] and is_new[places[one]])
                for one in page.order
            ],
            bool,
        )
        possible = int((world.liked[reader, places] & is_new[places]).sum())
        run.dcg[number] = self.examined_p[: len(relevant)][relevant].sum()
        run.ideal[number] = self.examined_p[:possible].sum()
        self._examine(number, sight, page, [*places.tolist(), *offered_answers], relevant)

    def _examine(
        self, number: int, sight: Sight, page: Page, lines: list[int | ReplayedAnswer], relevant: NDArray[np.bool_]
    ) -> None:  # fmt: skip
        reader = int(self.visits.reader[number])
        rolled = self.visits.dice[number, : len(page.order)]
        examined = np.flatnonzero(rolled[:, 0] < self.examined_p[: len(page.order)])
        for rank in examined.tolist():
            if not self.world.counts[reader]:
                continue
            line, inside = lines[page.order[rank]], bool(sight.found.in_audience[page.order[rank]])
            if isinstance(line, ReplayedAnswer):
                self._look_at_answer(line, reader, sight.now_h, inside, float(rolled[rank, 2]))
            elif self._look(reader, line, sight.now_h, inside):
                self._engage(reader, line, sight.now_h, bool(relevant[rank]), rolled[rank])
        self.run.examined += len(examined)
        self.run.met += int(relevant[examined].sum())

    def _sight(
        self, places: NDArray[np.intp], answers: list[ReplayedAnswer], reader: int, now: float
    ) -> Sight:
        world, run = self.world, self.run
        found = self._posts(places, reader, now)
        if answers:
            found = beside(found, answers, world, reader, now, self.parameters.hearing)
        about = np.append(places, np.array([one.about for one in answers], np.intp))

        def likeness(some: NDArray[np.intp]) -> NDArray[np.float32]:
            own = about[some]
            return world.alike[np.ix_(own, own)].astype(np.float32)

        boards = world.boards[about]
        return Sight(
            found, likeness, world.follows[reader, boards], run.engaged[about], self.month[boards], now, self.dice,
            len(world.counts), *self.elsewhere.until(now, about),
        )  # fmt: skip

    def _posts(self, places: NDArray[np.intp], reader: int, now: float) -> Candidates:
        world, run = self.world, self.run
        age = now - world.arrival_h[places]
        fit = world.fits[reader, places].astype(np.float64)
        hours = world.hours[places]
        is_over = (run.ended_h[places] <= age) | self.was_inside[reader, places]
        floor = np.where(is_over | ~world.has_floor[places], 0.0, run.floors[places])
        step = pacing.step_of(age, run.heard[places], run.floors[places], hours, self.parameters.hearing.pace)
        follows = world.follows[reader, world.boards[places]]
        in_audience = (fit >= world.thresholds[places, step]) | (world.with_followers[places] & follows)
        return Candidates(
            fit, age, run.heard[places], run.seen[places].astype(np.float64), floor, hours, in_audience,
            world.authors[places], world.duplicates[places], world.barred[places],
            np.zeros(len(places), bool), self.looked_at[reader, places], world.boards[places],
            np.zeros(len(places), np.int64), self.last_answer_h[places] > NEVER,
        )  # fmt: skip

    def _place(self, now: float) -> None:
        """Promise each post that has come since, by what its board has at that moment."""
        world, run = self.world, self.run
        come = int(np.searchsorted(world.arrival_h, now))
        for place in range(self.placed, come):
            board, at = int(world.boards[place]), float(world.arrival_h[place])
            most, _ = world.hostility.promises.get(board, (world.floor, 0))
            run.floors[place] = self.supplies.of(board, at).promise(most, self.parameters.hearing)
            self.shares.place(place, int(run.floors[place]))
            self.own.setdefault(int(world.authors[place]), []).append(place)
            if not world.barred[place]:  # placed now, and among those that ask
                self.supplies.asked(board, at, over_quota=bool(world.over_quota[place]))
            self._let_lookers_look(place, at)
        self.placed = come

    def _let_lookers_look(self, place: int, at: float) -> None:
        hostile = len(self.world.hostility.lookers)
        if not hostile:
            return
        inside = self.world.in_audience(place)
        for reader in range(len(inside) - hostile, len(inside)):
            self.supplies.came(reader, at)
            self._look(reader, place, at, bool(inside[reader]))

    def _let_socks_answer(self, now: float) -> None:
        """Let three accounts say something to each post of others. Nobody honest has answered by that."""
        world, hostile = self.world, self.world.hostility
        if not hostile.socks:
            return
        come = int(np.searchsorted(world.arrival_h, now - _SOCKS_AFTER_H))
        for place in range(self.socked, come):
            if int(world.authors[place]) in hostile.authors:
                continue
            self.last_answer_h[place] = float(world.arrival_h[place]) + _SOCKS_AFTER_H
            if hostile.are_met:
                self.hosts.setdefault(place, []).extend(hostile.socks)
                self._end_if_answered(place, _SOCKS_AFTER_H)
        self.socked = come

    def _look(self, reader: int, place: int, now: float, inside: bool) -> bool:
        """Note that somebody looked at a post; return whether it is the first time."""
        world, run = self.world, self.run
        fresh = not self.looked_at[reader, place]
        if fresh:
            self.supplies.looked(int(world.boards[place]), now)
            run.seen[place] += 1
        self.looked_at[reader, place] = True
        if not inside or self.was_inside[reader, place]:
            return fresh
        self.was_inside[reader, place] = True
        age = now - world.arrival_h[place]
        if reader < len(world.counts) - len(world.hostility.lookers):
            run.really[place] += 1
            if promise.is_heard(int(run.really[place]), int(run.floors[place])):
                run.when_really_h[place] = min(run.when_really_h[place], age)
        if not self.shares.counts(place, reader):
            return fresh
        run.heard[place] += 1
        if promise.is_heard(int(run.heard[place]), int(run.floors[place])):
            run.when_heard_h[place] = min(run.when_heard_h[place], age)
        if run.heard[place] == TEN:
            run.when_ten_h[place] = age
        return fresh

    def _engage(
        self, reader: int, place: int, now: float, relevant: bool, rolled: NDArray[np.float32]
    ) -> None:
        run, evaluation = self.run, self.parameters.evaluation
        often = evaluation.answer_again if run.answerers[place] else evaluation.answer
        answers = self.world.answerable[place] and rolled[2] < often
        if not answers and rolled[1] >= (evaluation.engage_relevant if relevant else evaluation.engage_other):
            return
        run.engaged[place] += 1
        run.engagements.append((now, place))
        self.opened_h[reader, place] = now
        self.month[self.world.boards[place]] += 1
        if answers:
            self._answer(reader, place, now)

    def _answer(self, reader: int, place: int, now: float) -> None:
        world, run = self.world, self.run
        self.answers.write(place, reader, now)
        run.answerers[place] += 1
        self.last_answer_h[place] = now
        age = now - world.arrival_h[place]
        run.first_answer_h[place] = min(run.first_answer_h[place], age)
        server = reader if world.domains is None else int(world.domains[reader])
        self.hosts.setdefault(place, []).append(f"{server}.example")
        self._let_stranger_answer_back(place, now)
        self._end_if_answered(place, age)

    def _hear_answers(self, now: float) -> None:
        """Promise each answer that nobody replied to for long enough what its board has."""
        for answer in self.answers.due(now):
            at, board = answer.at_h, int(self.world.boards[answer.about])
            floor = self.supplies.of(board, at).promise(self.world.floor, self.parameters.hearing)
            self.answers.begin(answer, promise.of_an_answer(floor, self.parameters.hearing), board)

    def _look_at_answer(
        self, answer: ReplayedAnswer, reader: int, now: float, inside: bool, rolled: float
    ) -> None:
        if not self.answers.look(answer, reader, now, inside=inside):
            return
        self.supplies.looked(int(self.world.boards[answer.about]), now)
        if rolled < self.parameters.evaluation.answer_again:
            answer.replied_h = min(answer.replied_h, now)
            self._answer(reader, answer.about, now)

    def _answer_back(self, author: int, now: float) -> None:
        """Let an author who comes again and finds answers reply to them, or never."""
        for place in self.own.get(author, ()):
            found = [one for one in self.answers.to(place) if not one.author_came]
            if not found:
                continue
            replies = self.come_back.random() < self.parameters.evaluation.answer_back
            for answer in found:
                answer.author_came = True
                answer.replied_h = now if replies else answer.replied_h
            if replies:
                self.last_answer_h[place] = now
                self._end_by_author(place, now)

    def _let_stranger_answer_back(self, place: int, now: float) -> None:
        """Let an author who does not read here hear of an answer at home, and reply within some hours, or never."""
        if self.world.authors[place] < len(self.world.counts) or self.answers.to(place)[:-1]:
            return
        if self.come_back.random() < self.parameters.evaluation.answer_back:
            self._end_by_author(place, now + self.come_back.exponential(_AT_HOME_H))

    def _end_by_author(self, place: int, at_h: float) -> None:
        """Note that an author replies to an answer, which ends their hearing: they know best that they were answered."""
        run, age = self.run, at_h - self.world.arrival_h[place]
        run.author_back_h[place] = min(run.author_back_h[place], age)
        run.ended_h[place] = min(run.ended_h[place], age)

    def _end_if_answered(self, place: int, age: float) -> None:
        if promise.is_answered(self.hosts[place], self.parameters.hearing):
            self.run.ended_h[place] = min(self.run.ended_h[place], age)
