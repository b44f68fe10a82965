"""The report: what is told to people, to programs and as a drawing; and where nothing was measured."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from fedconnect.evaluation.assumptions import Assumptions
from fedconnect.evaluation.figures import Estimate, Figures
from fedconnect.evaluation.report import as_json, as_svg, grid_table, table, verdict_lines
from fedconnect.evaluation.targets import TargetVerdict
from fedconnect.evaluation.trials import BASE, OURS, Result, Trial

FAIR = Figures(
    seen_by_10=0.8, seen_by_k=0.9, answered_only=0.09, neither=0.01, unseen=0.005, attained=0.99, kept=0.995, no_views=0.0025, promised=7.25,
    over_quota=0.01, near_duplicate=0.02, not_over_yet=0.04,
    ndcg=0.12345, ndcg_few=0.5, recall=0.25, gini=0.4567, gini_within=0.3333, engaged_per_1000=12.34,
    without_engagement=0.75, reserved=0.0505, answers_a_post=0.0, three_answers=0.0, answers_heard=1.0, author_back=0.0, first_answered_in_a_day=1.0, first_answered_in_an_hour=0.5, first_answered_in_half_a_day=0.75, first_author_back=0.5,
)  # fmt: skip


def result(ours: Figures = FAIR, seed: int = 1, **values: Any) -> Result:
    known: dict[str, Any] = {
        "trial": Trial("brook", seed, (BASE, OURS)), "name": "brook", "posts": 4321, "readers": 1500,
        "visits": 9876,
        "demand": 0.2, "figures": {BASE: FAIR, OURS: ours},
        "curves": {OURS: [0.0, 0.5, 1.0], BASE: [0.0, 0.25, 1.0], "Hacker News": [0.0, 0.1, 1.0]},
    }  # fmt: skip
    return Result(**{**known, **values})


def row(text: str, policy: str) -> list[str]:
    (line,) = [one for one in text.splitlines() if one.startswith(f"  {policy} ")]
    return line.removeprefix(f"  {policy}").split()


def test_each_figure_stands_under_its_own_title() -> None:
    text = table([result()])
    cells = {
        "by 10": "80.00", "by k": "90.00", "answered": "9.00", "neither": "1.00", "no views": "0.25", "kept": "99.50", "unseen": "0.50", "k": "7.2", "Gini": "0.457",
        "a board's": "0.333", "nDCG": "0.1235", "recall": "25.00", "eng/1000": "12.3", "none": "75.00",
        "reserved": "5.05", "ans. heard": "100.00", "first: 1 h": "50.00", "12 h": "75.00", "24 h": "100.00", "back": "50.00",
    }  # fmt: skip
    (titles,) = [line for line in text.splitlines() if line.startswith("  policy")]
    assert row(text, OURS) == list(cells.values())
    assert [titles[19 + 10 * number :][:10].strip() for number in range(len(cells))] == list(cells)


def test_a_table_says_the_mean_of_the_seeds_and_a_dash_where_nothing_was_measured() -> None:
    text = table([result(), result(replace(FAIR, seen_by_k=0.7, promised=3.25, ndcg=math.nan), seed=2)])
    assert row(text, OURS)[:8] == ["80.00", "80.00", "9.00", "1.00", "0.25", "99.50", "0.50", "5.2"]
    assert row(text, OURS)[10] == "0.1235"
    assert row(text, BASE)[1] == "90.00"
    nothing = table([result(replace(FAIR, ndcg=math.nan))])
    assert row(nothing, OURS)[10] == "–"


def test_a_table_says_how_much_was_replayed_and_that_it_is_about_all_posts() -> None:
    assert table([result()]).splitlines()[0] == (
        "brook: 4,321 posts, 1,500 readers, 9,876 visits; ten for each would be 0.20 of what is looked at; "
        "all posts, over quota among them"
    )


def test_what_has_no_reserved_places_or_no_time_yet_is_told_by_its_cause() -> None:
    text = table([result(), result(replace(FAIR, over_quota=0.03), seed=2)])
    assert text.endswith("of all posts: 2.0 % over quota, 2.0 % near duplicate, 4.0 % not over yet")


def verdict(figure: Estimate, **values: Any) -> TargetVerdict:
    known: dict[str, Any] = {"dataset": "brook", "target": "heard", "bound": 0.5, "is_least": True}
    return TargetVerdict(**{**known, "figure": figure, **values})


@pytest.mark.parametrize(
    ("one", "begins", "ends"),
    [
        (verdict(Estimate(0.5, 0.4, 0.6)), "  holds  heard", "0.5000 [0.4000, 0.6000]   at least 0.5"),
        (verdict(Estimate(0.4, math.nan, math.nan)), "  MISSED heard", " 0.4000   at least 0.5"),
        (verdict(Estimate(math.nan, math.nan, math.nan)), "  MISSED heard", "not measured   at least 0.5"),
        (verdict(Estimate(0.6, 0.6, 0.6), is_least=False), "  MISSED heard", "at most 0.5"),
        (verdict(Estimate(0.4, 0.4, 0.4), because="so"), "  MISSED heard",
         "at least 0.5\n         because so"),
    ],
)  # fmt: skip
def test_a_verdict_says_whether_it_holds_how_sure_that_is_and_why_not(
    one: TargetVerdict, begins: str, ends: str
) -> None:
    line = verdict_lines([one])
    assert line.startswith(begins)
    assert line.endswith(ends)


def test_verdicts_stand_one_a_line() -> None:
    one = verdict(Estimate(0.5, 0.4, 0.6))
    assert verdict_lines([one, one]).count("\n") == 1
    assert verdict_lines([]) == ""


def test_what_was_replayed_under_some_seeds_alone_is_a_mean_of_these() -> None:
    fewer = result(replace(FAIR, seen_by_k=0.7))
    more = result(figures={BASE: FAIR, "random": FAIR, OURS: FAIR})
    for results in ([more, fewer], [fewer, more]):
        text = table(results)
        assert (row(text, OURS)[1], row(text, "random")[1]) == ("80.00", "90.00")
        (told,) = json.loads(as_json([results], {}))["datasets"]
        assert told["policies"]["random"]["seen_by_k"]["mean"] == 0.9


def test_programs_read_every_figure_of_every_policy_and_which_targets_hold() -> None:
    second = result(replace(FAIR, attained=0.97, kept=0.9), seed=7)
    found = json.loads(as_json([[result(), second], [result(name="river")]], {"floor": 10}))
    assert found["parameters"] == {"floor": 10}
    brook, river = found["datasets"]
    assert (brook["name"], brook["seeds"], river["name"], river["seeds"]) == ("brook", [1, 7], "river", [1])
    assert (brook["posts"], brook["readers"], brook["demand"]) == (4321, 1500, 0.2)
    assert set(brook["policies"]) == {BASE, OURS}
    attained = brook["policies"][OURS]["attained"]
    assert attained["mean"] == pytest.approx(0.98)
    assert attained["low"] < 0.98 < attained["high"]
    assert brook["policies"][BASE]["attained"]["mean"] == 0.99
    assert set(brook["policies"][OURS]) == set(FAIR.__dataclass_fields__)
    holds = {one["target"]: one["holds"] for one in brook["targets"]}
    assert holds["of all posts, answered, seen as promised, or asked about"] is False
    assert holds["recall lost"] is True


def test_a_drawing_shows_three_curves_of_the_first_seed_ours_drawn_through() -> None:
    other = result(seed=2, curves={OURS: [0.0, 0.9, 1.0]})
    drawn = as_svg([result(curves={**result().curves, "chronological": [0.0, 0.3, 1.0]}), other])
    names = [drawn.index(f">{name}</text>") for name in ("chronological", BASE, OURS)]
    assert names == sorted(names)
    assert "Hacker News" not in drawn
    assert "L216.0 216.0L" in drawn, "half of all attention at the middle, as in the first seed"
    assert ">chronological</text>" not in as_svg([result()])
    assert "brook: which part of all attention" in drawn


def test_a_grid_has_a_line_for_each_pair_of_shares_and_the_mean_of_its_seeds() -> None:
    def under(travelling: float, promised: float, seed: int) -> Result:
        trial = Trial("brook", seed, (BASE, OURS), assumptions=Assumptions(travelling, 0.5))
        return result(trial=trial, figures={OURS: replace(FAIR, promised=promised)})

    told = grid_table([under(1.0, 9.0, 1), under(0.15, 3.0, 1), under(0.15, 4.0, 2)]).splitlines()
    assert told[0].startswith("brook: k_b, ")
    assert told[2].split() == ["15%", "50%", "3.5", "99.0", "0.123"]
    assert told[3].split() == ["100%", "50%", "9.0", "99.0", "0.123"]
