"""The promise to each post: so many qualified impressions within two days, then by merit alone."""

from __future__ import annotations

from collections.abc import Sequence

from fedconnect.surfacing.parameters import HearingParameters


def promise(floor: int, examined_a_day: float, posts_a_day: float, parameters: HearingParameters) -> int:
    """Return k_eff: what can be promised to every post, from what readers look at in a day."""
    if posts_a_day <= 0:
        return floor
    return min(floor, int(parameters.supply_share * examined_a_day / posts_a_day))


def is_heard(seen: int, floor: int) -> bool:
    """Whether the floor is reached."""
    return seen >= floor


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


def is_answered(answerers: int, parameters: HearingParameters) -> bool:
    """Whether enough other people have answered for the hearing to end early."""
    return answerers >= parameters.answers


def has_quota(
    hearings_in_a_day: int, is_first: bool, parameters: HearingParameters, *, is_answer: bool = False
) -> bool:
    """Whether one more post of an author gets a floor: so many questions and so many answers a day, and the first
    post always. The two are counted apart."""
    return is_first or hearings_in_a_day < (parameters.answers_a_day if is_answer else parameters.posts_a_day)
