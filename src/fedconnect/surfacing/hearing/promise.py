"""The promise to each post: so many qualified impressions within two days, by what its own board has; then by merit alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fedconnect.foundation.registrable_domains import registrable_domain
from fedconnect.surfacing.parameters import HearingParameters


@dataclass(frozen=True, slots=True)
class Supply:
    """What a board has for its posts, as means of a day over the last week: how many of them were looked at
    (`examined_a_day`; empty while that is not known for a day), how many began to ask to be heard (`posts_that_ask`;
    answers do not), and how many people come within two days: its followers here, and of those who open links in
    messages as many as are certain."""

    examined_a_day: float | None
    posts_a_day: float
    coming: float

    def promise(self, floor: int, parameters: HearingParameters) -> int:
        """Return k_b: what a board can promise to each of its posts, `floor` at most; 0 where too few read there."""
        spread = parameters.supply_spread
        most = min(floor, _safely(parameters.coming_share, self.coming, spread, 1 / parameters.coming_share))
        if self.examined_a_day is None or self.posts_a_day <= 0:
            return most
        looks = self.examined_a_day / self.posts_a_day
        return min(most, _safely(parameters.supply_share, looks, spread, 1.0))


def posts_that_ask(asking: int, over_quota: int) -> int:
    """Return how many posts a board's looks have to do for: what was written beyond its authors' quota is read as well, but
    lowers nobody's promise by more than half, however much that is."""
    return asking + min(asking, over_quota)


def _safely(share: float, expected: float, spread: float, enough_for_one: float) -> int:
    """Return what a share of an expected number comes to also where it falls short by so many roots of it, which is how
    far what comes by chance is spread: much where few read. One at least where there is enough for one."""
    return max(int(share * (expected - spread * math.sqrt(expected))), int(expected >= enough_for_one))


def of_an_answer(floor: int, parameters: HearingParameters) -> int:
    """Return what an answer is promised on a board that promises `floor` to what begins a thread: fewer, since what a board
    can keep is reckoned by its questions alone."""
    return min(floor, parameters.answer_floor)


def is_heard(seen: int, floor: int) -> bool:
    """Whether the floor is reached; without one nothing was promised, and nothing is kept."""
    return 0 < floor <= seen


def domain_share(floor: int) -> int:
    """Return how much of a floor the readers of one domain may fill where others are there for the rest."""
    return max(1, floor // 3)


def domain_cap(floor: int, readers: Sequence[int], exempt: int) -> int:
    """Return how many readers of one domain count: its share, or the fewest with which this audience can reach
    the floor. `readers` are those of each domain in the audience, `exempt` those who count in any case. The
    largest domain is taken to have more to come, so that a cap never rises for want of its people.
    """
    others = sorted(readers)[:-1]
    for cap in range(domain_share(floor), floor):
        if exempt + cap + sum(min(count, cap) for count in others) >= floor:
            return cap
    return max(1, floor)


def is_answered(hosts: Sequence[str], parameters: HearingParameters) -> bool:
    """Whether enough other people, one host each, have answered for the hearing to end early; more than one domain of
    them, since many accounts on one server may be one person."""
    domains = {registrable_domain(host) for host in hosts}
    return len(hosts) >= parameters.answers and len(domains) > 1


def has_quota(
    hearings_in_a_day: int, is_first: bool, parameters: HearingParameters, *, is_answer: bool = False
) -> bool:
    """Whether one more post of an author gets a floor: so many questions and so many answers a day, and the first
    post always. The two are counted apart."""
    return is_first or hearings_in_a_day < (parameters.answers_a_day if is_answer else parameters.posts_a_day)
