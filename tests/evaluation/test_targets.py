"""Whether what was promised of the ranking held: each promise by itself."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from fedconnect.evaluation import attacks
from fedconnect.evaluation.assumptions import EVERYBODY
from fedconnect.evaluation.attacks import FORGED
from fedconnect.evaluation.figures import (
    AttackFigures,
    Estimate,
    Figures,
)
from fedconnect.evaluation.targets import TargetVerdict, judge
from fedconnect.evaluation.trials import BASE, NEWEST, OURS, Result, Trial

FAIR = Figures(
    seen_by_10=1.0, seen_by_k=1.0, answered_only=0.0, neither=0.0, unseen=0.0, attained=1.0, kept=1.0, no_views=0.0, promised=10.0,
    over_quota=0.0, near_duplicate=0.0, not_over_yet=0.0,
    ndcg=0.5, ndcg_few=0.5, recall=0.5, gini=0.5, gini_within=0.5, engaged_per_1000=1.0,
    without_engagement=0.0, reserved=0.05, first_answered_in_a_day=1.0, first_answered_in_an_hour=0.5, first_answered_in_half_a_day=0.75, first_author_back=0.5,
    answers_a_post=0.0, three_answers=0.0, answers_heard=1.0, author_back=0.0,
)  # fmt: skip


def result(ours: Figures = FAIR, seed: int = 1, source: str = "brook", **values: Any) -> Result:
    known: dict[str, Any] = {
        "trial": Trial(source, seed, (BASE, OURS), assumptions=replace(EVERYBODY, answering=0.78)), "name": source, "posts": 4, "readers": 2,
        "visits": 2, "demand": 0.2, "figures": {
            NEWEST: replace(FAIR, attained=0.9), BASE: replace(FAIR, gini=0.6), OURS: ours,
        },
    }  # fmt: skip
    return Result(**{**known, **values})


def of(*names: str, before: dict[str, float] | None = None, **values: float) -> dict[str, Any]:
    """What came of attacks that were just borne, and of the same without them."""
    fine = AttackFigures(exposure=1.2, attained=0.99, really_seen=0.97, unseen=0.0)
    return {name: (replace(fine, **values), replace(fine, **(before or {}))) for name in names}


ALL = "of all posts, answered, seen as promised, or asked about"
BESIDE = "the same beside the newest first"


def missed(*results: Result) -> list[str]:
    return [one.target for one in judge(results) if not one.holds]


@pytest.mark.parametrize(
    ("worse", "target"),
    [
        ({"kept": 0.9899}, ALL),
        ({"ndcg": 0.48}, "nDCG lost against relevance only"),
        ({"recall": 0.47}, "recall lost"),
        ({"ndcg_few": 0.47}, "nDCG lost by readers hardly known"),
        ({"reserved": 0.061}, "places that are reserved"),
        ({"gini": 0.55}, "Gini of exposure beside relevance only"),
    ],
)
def test_each_promise_is_missed_by_itself(worse: dict[str, float], target: str) -> None:
    assert missed(result()) == []
    assert missed(result(replace(FAIR, **worse))) == [target]


def test_where_nobody_answers_anybody_a_little_less_is_asked_for() -> None:
    silent = Trial("brook", 1, (BASE, OURS))
    assert missed(result(replace(FAIR, kept=0.97), trial=silent)) == []
    assert missed(result(replace(FAIR, kept=0.969), trial=silent)) == [ALL]


def test_nothing_that_was_not_measured_holds() -> None:
    assert missed(result(replace(FAIR, kept=math.nan, attained=math.nan))) == [ALL, BESIDE]
    others = {BASE: replace(FAIR, gini=0.6), OURS: FAIR}
    assert missed(result(figures=others)) == [BESIDE], "without the newest first nobody is beside it"


def test_ours_is_no_more_than_a_post_in_two_hundred_behind_the_newest_first() -> None:
    def beside(newest: float) -> list[str]:
        figures = {NEWEST: replace(FAIR, attained=newest), BASE: replace(FAIR, gini=0.6), OURS: ours}
        return missed(result(figures=figures))

    ours = replace(FAIR, attained=0.995)
    assert beside(0.9999) == []
    assert beside(1.0001) == [BESIDE]


@pytest.mark.parametrize(("demand", "count"), [(0.36, 7), (0.37, 2), (0.83, 2)])
def test_where_more_is_asked_for_only_the_promise_is_judged(demand: float, count: int) -> None:
    verdicts = judge([result(demand=demand)])
    assert [one.target for one in verdicts[:2]] == [ALL, BESIDE]
    assert (len(verdicts), verdicts[0].bound) == (count, 0.99)


def test_an_attack_may_get_its_share_and_silence_nobody() -> None:
    names = ("one author", "near-duplicates", FORGED)
    assert missed(result(attacks=of(*names))) == []
    assert missed(result(attacks=of(*names, exposure=1.21))) == [
        "one author: exposure over its share", "near-duplicates: exposure over its share",
    ]  # fmt: skip
    assert missed(result(attacks=of(*names, attained=0.989))) == [
        f"{name}: other people's posts answered or seen as promised" for name in names
    ]


@pytest.mark.parametrize(
    "name", [attacks.OLD_LOOKERS, attacks.SPREAD_LOOKERS, attacks.NEW_SOCKS, attacks.MET_SOCKS]
)
def test_what_only_looks_heard_is_judged_by_who_really_saw_it(name: str) -> None:
    assert missed(result(attacks=of(name, exposure=9.0, attained=0.0))) == []
    assert missed(result(attacks=of(name, really_seen=0.969))) == [f"{name}: posts really seen as promised"]


def test_a_greedy_moderator_is_judged_beside_their_board_without_and_by_the_others() -> None:
    greedy = attacks.GREEDY
    assert missed(result(attacks=of(greedy, exposure=2.0, before={"exposure": 1.7}))) == []
    assert missed(result(attacks=of(greedy, exposure=1.3, before={"exposure": 1.0}))) == [
        f"{greedy}: exposure beside the same board without"
    ]
    assert missed(result(attacks=of(greedy, attained=0.989))) == [
        f"{greedy}: other people's posts answered or seen as promised"
    ]


def test_who_writes_fifty_a_day_may_hide_one_more_in_a_hundred() -> None:
    flood = attacks.FIFTY_A_DAY
    assert (
        missed(result(attacks=of(flood, exposure=9.0, attained=0.0, unseen=0.059, before={"unseen": 0.05})))
        == []
    )
    assert missed(result(attacks=of(flood, unseen=0.061, before={"unseen": 0.05}))) == [
        f"{flood}: more of other people's posts unseen"
    ]


def test_an_attack_of_which_nothing_was_measured_holds_nothing() -> None:
    for name in attacks.ATTACKS:
        nothing = of(name, **dict.fromkeys(("exposure", "attained", "really_seen", "unseen"), math.nan))
        assert missed(result(attacks=nothing)), name


def test_a_promise_of_twenty_is_judged_where_it_was_made_and_by_the_mean_of_the_seeds() -> None:
    assert missed(result(twice={OURS: replace(FAIR, attained=0.98, ndcg=0.45)})) == [
        "the same where 20 are asked for", "nDCG lost with 20",
    ]  # fmt: skip
    assert missed(result(twice={OURS: replace(FAIR, attained=0.99, ndcg=0.456)})) == []
    assert missed(result(), result(replace(FAIR, reserved=0.065), seed=2)) == []
    assert judge([result(figures={OURS: FAIR})]) == []


@pytest.mark.parametrize(
    ("name", "most"), [("forum-3-5", 0.23), ("forum-10-5", 0.03), ("forum-10-10", 0.03), ("forum-30-20", 0.0), ("forum-60-10", 0.0)]
)  # fmt: skip
def test_in_a_small_forum_hardly_a_post_is_seen_by_nobody(name: str, most: float) -> None:
    few: dict[str, Any] = {"name": name, "demand": 2.0}
    assert missed(result(replace(FAIR, unseen=most), **few)) == []
    assert missed(result(replace(FAIR, unseen=most + 0.001), **few)) == ["posts that nobody saw in a week"]
    assert missed(result(replace(FAIR, unseen=1.0))) == [], "of a large one it is not asked"


def test_where_people_listen_first_posts_are_answered_within_a_day() -> None:
    late = replace(FAIR, first_answered_in_a_day=0.949)
    heard: dict[str, Any] = {"name": "listening-30-2", "demand": 2.0}
    assert missed(result(late, **heard)) == ["first posts answered within a day"]
    assert missed(result(replace(FAIR, first_answered_in_a_day=0.95), **heard)) == []
    assert missed(result(late)) == [], "where nobody listens it is not asked"


def test_where_too_little_was_promised_it_is_said_how_much() -> None:
    (one,) = [
        one
        for one in judge([result(replace(FAIR, kept=0.5, no_views=0.25, promised=1.25))])
        if one.target == ALL
    ]
    assert one.because == "its boards promise 1.2 on average, and no views to 25% of posts"


def test_only_a_missed_gini_is_explained_and_a_bound_is_met_by_reaching_it() -> None:
    whys = {one.target: one.because for one in judge([result(replace(FAIR, gini=0.59, reserved=0.5))])}
    assert "among the posts of one board" in whys.pop("Gini of exposure beside relevance only")
    assert set(whys.values()) == {""}
    for is_least in (True, False):
        assert TargetVerdict("w", "t", Estimate(0.5, 0.5, 0.5), 0.5, is_least).holds
        assert not TargetVerdict("w", "t", Estimate(0.6 - is_least * 0.2, 0, 0), 0.5, is_least).holds
