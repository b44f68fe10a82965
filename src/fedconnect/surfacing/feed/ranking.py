"""One visit, one page: what a reader cares for most, and in between what has not been heard yet.

Pure. It is given how well each post fits this reader and how far each hearing is; it is not given who
wrote what, only whether two posts have the same author, and it cannot ask for more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fedconnect.surfacing.hearing.pacing import is_behind, target
from fedconnect.surfacing.parameters import HearingParameters, RankingParameters

Floats = NDArray[np.float64]
Likeness = Callable[[NDArray[np.intp]], NDArray[np.float32]]
_BEHIND = 1e3  # standard deviations: what a reader has looked at comes after all that is new to them


@dataclass(frozen=True, slots=True)
class Candidates:
    """Posts that a reader may be shown, newest last; arrays of one length.

    `fit`: how well each fits the reader. `age_h`: hours since it was published. `heard`: qualified
    impressions so far; `shown`: all of them. `floor`: what it was promised, 0 without a hearing. `hours`: the time for that.
    `in_audience`: whether this reader counts for it. `author`, `duplicates`: equal numbers for one author,
    for one family of near-duplicates. `barred`: repeats another or is in safeguarding, so on its board's page alone.
    `answers`: no thread's starter; it may stand in a reserved place, not by merit. `seen`: the reader has looked at it.
    `board`: equal numbers for one board. `passed`: 1 for the post that was passed on to this reader and comes first, 2 for the
    next, and so on; 0 for all others. `answered`: somebody has answered it.
    """

    fit: Floats
    age_h: Floats
    heard: Floats
    shown: Floats
    floor: Floats
    hours: Floats
    in_audience: NDArray[np.bool_]
    author: NDArray[np.int64]
    duplicates: NDArray[np.int64]
    barred: NDArray[np.bool_]
    answers: NDArray[np.bool_]
    seen: NDArray[np.bool_]
    board: NDArray[np.int64]
    passed: NDArray[np.int64]
    answered: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.fit)


@dataclass(frozen=True, slots=True)
class Page:
    """Places in Candidates in the order in which they are shown; which of them stand in reserved slots, and which because
    they were passed on to this reader."""

    order: list[int]
    reserved: frozenset[int]
    passed: frozenset[int] = frozenset()


def arrange(
    found: Candidates, likeness: Likeness, ranking: RankingParameters, hearing: HearingParameters,
    *, personal: bool = True, slots: bool = True, in_rounds: float = 0.0,
) -> Page:  # fmt: skip
    """Put a page together.

    `personal`: the rest by relevance, what the reader has looked at after all else; otherwise plainly the newest first.
    `slots`: whether quiet posts may stand between, and what was passed on. `likeness` returns the cosines among some of the candidates. `in_rounds`: the share of places,
    among those by merit, that go round by author instead, as few readers want it (see `share_in_rounds`).
    """
    z = standardised(found.fit)
    worth = z - ranking.sharing * np.log1p(found.shown / hearing.floor) if personal else np.zeros_like(z)
    if personal:
        worth = worth - _BEHIND * (found.seen + 0.5 * _one_too_many(found, worth, ranking.before_others))
    # Where nothing weighs, the cost of being alike would decide alone, and put an old post before a new one.
    variety = ranking.variety if personal else 0.0
    by_merit = _by_merit(found, worth, likeness, variety, ranking)
    if personal and in_rounds > 0:
        by_merit = _mixed(by_merit, rounds(found, ranking, hearing)[: ranking.page], in_rounds, ranking.page)
    if not slots:
        return Page(by_merit[: ranking.page], frozenset())
    passed = passed_ones(found, ranking)
    by_merit = [place for place in by_merit if place not in passed]
    taken = {*passed, *by_merit[: ranking.page]}
    quiet = quiet_ones(found, z, taken, ranking, hearing)
    by_merit, answers = _with_answers(by_merit[: ranking.page], found, z, taken, quiet, ranking, hearing)
    quiet = [place for place in quiet if place not in answers]
    page = _interleave(by_merit, quiet, passed, found.answers, ranking)
    return replace(page, reserved=page.reserved | (answers & frozenset(page.order)))


def _one_too_many(found: Candidates, worth: Floats, most: int) -> NDArray[np.bool_]:
    """Return which posts are new to the reader and not among their author's best: those of others come first."""
    new = np.flatnonzero(~(found.seen | found.barred | found.answers))
    order = new[np.lexsort((found.age_h[new], -worth[new], found.author[new]))]
    _, first, counts = np.unique(found.author[order], return_index=True, return_counts=True)
    place = np.arange(len(order)) - np.repeat(first, counts)
    beyond = np.zeros(len(found), bool)
    beyond[order[place >= most]] = True
    return beyond


def standardised(fit: Floats) -> Floats:
    """Return fits in standard deviations from this reader's own mean; zeros where nothing tells them apart."""
    spread = float(fit.std()) if len(fit) else 0.0
    return (fit - fit.mean()) / spread if spread > 1e-9 else np.zeros_like(fit)


def passed_ones(found: Candidates, ranking: RankingParameters) -> list[int]:
    """Return posts that somebody passed on to this reader, in their order, no more than have places of their own."""
    places = np.flatnonzero((found.passed > 0) & ~found.barred)
    first: list[int] = places[np.argsort(found.passed[places], kind="stable")][: ranking.passed_on].tolist()
    return first


def quiet_ones(
    found: Candidates, z: Floats, shown: set[int], ranking: RankingParameters, hearing: HearingParameters
) -> list[int]:
    """Return posts that are behind with their floor and would not be shown otherwise, the most pressing first. Answers
    come after what begins a thread, and are few: a board promises by its questions alone."""
    behind = is_behind(found.age_h, found.heard, found.floor, found.hours, hearing.pace)
    return _most_pressing(found, behind, z, shown, ranking, hearing)


def _with_answers(
    by_merit: list[int], found: Candidates, z: Floats, shown: set[int], quiet: list[int], ranking: RankingParameters,
    hearing: HearingParameters,
) -> tuple[list[int], frozenset[int]]:  # fmt: skip
    """Put answers that nobody has looked at yet after all else that is new to the reader and before what they know, where
    they take no place from anything; return the places, and which of them are answers."""
    new = len(by_merit)
    while new and found.seen[by_merit[new - 1]]:
        new -= 1
    room = min(ranking.page - new, ranking.slots - int((~found.answers[quiet]).sum()))
    if room <= 0:
        return by_merit, frozenset()
    unheard = found.answers & (found.heard < found.floor)
    answers = _most_pressing(found, unheard, z, shown, replace(ranking, answer_slots=room), hearing)[:room]
    return [*by_merit[:new], *answers, *by_merit[new:]], frozenset(answers)


def _most_pressing(
    found: Candidates, waiting: NDArray[np.bool_], z: Floats, shown: set[int], ranking: RankingParameters,
    hearing: HearingParameters,
) -> list[int]:  # fmt: skip
    """Return which of those that wait may have reserved places on a page, the most pressing first."""
    waiting = waiting & found.in_audience & (found.floor > 0) & ~found.barred & (found.age_h <= found.hours)
    places = np.flatnonzero(waiting)
    if len(places) == 0:
        return []
    due = target(found.age_h, found.floor, found.hours, hearing.pace)
    lack = np.maximum(0.0, due[places] - found.heard[places]) / found.floor[places]
    lack = np.where(found.answered[places], hearing.answered_lack * lack, lack)
    press = z[places] + 2 * lack + np.minimum(1.0, found.age_h[places] / found.hours[places]) ** 2
    chosen: list[int] = []
    of_author: dict[int, int] = {}
    of_board: dict[int, int] = {}
    most_of_board = board_caps(found.board, ranking)
    families = {int(found.duplicates[place]) for place in shown}
    answers = 0
    for place in places[np.lexsort((-press, found.answers[places]))].tolist():
        if place in shown or (found.answers[place] and answers == ranking.answer_slots):
            continue
        author, family = int(found.author[place]), int(found.duplicates[place])
        board = int(found.board[place])
        if of_author.get(author, 0) >= ranking.an_author or family in families:
            continue
        if of_board.get(board, 0) >= most_of_board[board]:
            continue
        of_author[author] = of_author.get(author, 0) + 1
        of_board[board] = of_board.get(board, 0) + 1
        families.add(family)
        answers += int(found.answers[place])
        chosen.append(place)
        if len(chosen) == ranking.slots:
            break
    return chosen


def share_in_rounds(readers: int, ranking: RankingParameters) -> float:
    """Return how much of a page goes round by author where so many people read: all of it in a small forum, nothing in
    a large one, and in between the less the more there are, so that nothing turns over when one of them comes or goes."""
    few, many = ranking.rounds_below, ranking.rounds_up_to
    return min(1.0, max(0.0, (many - readers) / (many - few)))


def rounds(found: Candidates, ranking: RankingParameters, hearing: HearingParameters) -> list[int]:
    """Return posts in rounds: one of each author, then everybody's second, and so on. All that is new to the reader comes
    before anything that they have looked at; within a round, and among an author's own, what is furthest behind its
    promise (or was seen by nobody, where nothing is promised) while there is time, then what fits best; what has an
    answer yields to what has none. What a reader has looked at of an author this week was their turn, beyond the first
    few: who writes without end buries nobody."""
    places = np.flatnonzero(~found.barred & ~found.answers)
    owed = np.maximum(1.0, found.floor)
    got = np.where(found.floor > 0, found.heard, found.shown)
    is_owed = (found.age_h <= found.hours) & (got < owed)
    behind = np.where(is_owed, found.age_h / found.hours - got / owed, 0.0)
    behind = np.where(found.answered & (behind > 0), hearing.answered_lack * behind, behind)
    fit = np.where(is_owed, 0.0, found.fit)
    places = places[np.lexsort((-found.age_h[places], -fit[places], -behind[places], ~is_owed[places]))]
    authors, counts = np.unique(found.author[found.seen], return_counts=True)
    turn = {
        (False, author): max(0, count - ranking.before_others) - 1
        for author, count in zip(authors.tolist(), counts.tolist(), strict=True)
    }
    keyed = []
    for place in places.tolist():
        whose = (bool(found.seen[place]), int(found.author[place]))
        turn[whose] = turn.get(whose, -1) + 1
        keyed.append((whose[0], turn[whose], place))
    keyed.sort(key=lambda one: one[:2])  # stable
    return [place for _, _, place in keyed]


def _mixed(by_merit: list[int], in_turn: list[int], share: float, most: int) -> list[int]:
    """Return a page's places, so many of them in turn, and each post once."""
    merit, turn = iter(by_merit), iter(in_turn)
    order: list[int] = []
    known: set[int] = set()
    for place in range(most):
        takes_turn = int((place + 1) * share) > int(place * share)
        for source in (turn, merit) if takes_turn else (merit, turn):
            following = next((one for one in source if one not in known), None)
            if following is not None:
                order.append(following)
                known.add(following)
                break
    return order


def board_caps(boards: NDArray[np.int64], ranking: RankingParameters) -> dict[int, int]:
    """Return how many reserved places each board may have: twice its share of what this reader may be shown, one at
    least. A board that promises its posts much, and soon, takes no places from others by that."""
    numbers, counts = np.unique(boards, return_counts=True)
    share = counts / max(1, len(boards))
    most = np.maximum(1, (ranking.board_share * share * ranking.slots + 1e-9).astype(np.int64))
    return dict(zip(numbers.tolist(), most.tolist(), strict=True))


def _by_merit(
    found: Candidates, z: Floats, likeness: Likeness, variety: float, ranking: RankingParameters
) -> list[int]:
    """Return the pool's best, one for each family, what is like others a little further down."""
    pool = _pool(found, z, ranking)
    if len(pool) <= 1 or variety <= 0:
        return [int(place) for place in pool[: ranking.page]]
    worth = z[pool].copy()
    alike = likeness(pool)
    nearest = np.zeros(len(pool))
    order: list[int] = []
    for _ in range(min(ranking.page, len(pool))):
        best = int((worth - variety * nearest).argmax())
        order.append(int(pool[best]))
        worth[best] = -np.inf
        np.maximum(nearest, alike[best], out=nearest)
    return order


def _pool(found: Candidates, z: Floats, ranking: RankingParameters) -> NDArray[np.intp]:
    """Return candidates by fit, the newer first where they fit alike; of near-duplicates the first alone."""
    worth = np.where(found.barred | found.answers, -np.inf, z - found.age_h * 1e-9)
    most = min(len(worth), 2 * ranking.pool)
    order = np.argpartition(-worth, most - 1)[:most] if most else np.zeros(0, np.intp)
    order = order[np.argsort(-worth[order], kind="stable")]
    order = order[np.isfinite(worth[order])]
    _, firsts = np.unique(found.duplicates[order], return_index=True)
    pool: NDArray[np.intp] = order[np.sort(firsts)][: ranking.pool]
    return pool


def _interleave(
    by_merit: list[int], quiet: list[int], passed: list[int], is_answer: NDArray[np.bool_], ranking: RankingParameters
) -> Page:  # fmt: skip
    """Put the quiet ones at every second place, from the second on, answers at the last of these; what was passed on at
    the third, the seventh, and so on, so that neither takes the other's place."""
    order: list[int] = []
    rest, waiting, sent = iter(by_merit), list(quiet), list(passed)
    for place in range(ranking.page):
        if sent and place % 4 == 2:
            order.append(sent.pop(0))
            continue
        is_due = bool(waiting) and (not is_answer[waiting[0]] or place // 2 >= ranking.slots - len(waiting))
        if is_due and place % 2 == 1:
            order.append(waiting.pop(0))
            continue
        following = next(rest, None)
        if following is None:
            order.extend([*sent, *waiting][: ranking.page - len(order)])
            break
        order.append(following)
    return Page(order, frozenset(quiet) & frozenset(order), frozenset(passed) & frozenset(order))
