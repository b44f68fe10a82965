"""What fifty letters hold together: different posts, drawn while their hearings ran, and nearly all that were overlooked."""

from __future__ import annotations

import importlib
from collections import Counter
from random import Random
from typing import Any

import pytest

from fedconnect.foundation.package_files import find_bundled
from fedconnect.hooks.manager import import_plugin
from fedconnect.surfacing.feed.unseen_posts import OverlookedPost
from fedconnect.surfacing.hearing import lot
from support.surfacing_rows import HOUR, encoded
from support.thesauri import a_thesaurus

import_plugin("letter", find_bundled("plugins") / "letter")
Pool: Any = importlib.import_module("fedconnect_plugins_letter.pool").Pool
subscribers: Any = importlib.import_module("fedconnect_plugins_letter.subscribers")

_WEEK_H = 7 * 24
_PEOPLE = 50
_OVERLOOKED = 0.65  # of all posts, as the hearing's review found in a real forum: nobody answers them


def weeks_of_letters(
    posts_a_day: int, weeks: int = 4, seed: int = 1
) -> tuple[dict[int, float], list[tuple[int, float, float]]]:
    """Let fifty people get weekly letters on any day of the week. Returns when each overlooked post was written, in hours, and
    each link of a letter: the post, its age when it was drawn and when it was sent."""
    dice = Random(seed)
    born = {
        number: dice.random() * weeks * _WEEK_H
        for number in range(1, int(posts_a_day * _OVERLOOKED * 7 * weeks))
    }
    encoding = encoded("sleep")
    low, high = lot.DRAWN_FROM / HOUR, lot.DRAWN_UNTIL / HOUR
    spacing = _WEEK_H / subscribers.MOST_POSTS
    people = [subscribers.Subscriber(f"p{n}", "", (), subscribers.Pace.WEEKLY) for n in range(_PEOPLE)]
    due = [dice.random() * _WEEK_H for _ in people]
    turn = [one - _WEEK_H + spacing for one in due]
    had: list[set[int]] = [set() for _ in people]
    kept: list[list[tuple[int, float]]] = [[] for _ in people]
    links: list[tuple[int, float, float]] = []
    held = Counter[int]()
    for hour in range(weeks * _WEEK_H):
        young = [
            OverlookedPost(number, 1, "", encoding, 1.0)
            for number, at in born.items()
            if low <= hour - at <= high
        ]
        pool = Pool(young, held, dice)
        for number, person in enumerate(people):
            if turn[number] <= hour:
                drawn = pool.draw(person, had[number], 1)
                pool.hold(drawn)
                had[number].update(drawn)
                kept[number] += [(one, hour - born[one]) for one in drawn]
                turn[number] += spacing
            if due[number] <= hour:
                links += [(one, age, hour - born[one]) for one, age in kept[number]]
                kept[number] = []
                due[number] += _WEEK_H
    return born, links


@pytest.mark.parametrize(("posts_a_day", "distinct", "share"), [(10, 65, 0.98), (30, 150, 0.97)])
def test_fifty_weekly_letters_hold_nearly_every_overlooked_post_and_each_was_drawn_in_its_two_days(
    posts_a_day: int, distinct: int, share: float
) -> None:
    born, links = weeks_of_letters(posts_a_day)
    assert all(6 <= drawn <= 48 for _, drawn, _ in links)
    settled = [
        number for number, at in born.items() if _WEEK_H <= at < 2.5 * _WEEK_H
    ]  # no letter is still to come
    carried = {number for number, _, _ in links}
    assert len(carried.intersection(settled)) / len(settled) >= share
    of_a_week = [number for number, _, sent in links if 2 * _WEEK_H <= born[number] + sent < 3 * _WEEK_H]
    assert len(of_a_week) <= _PEOPLE * subscribers.MOST_POSTS
    assert len(set(of_a_week)) >= distinct, "once they were five"


def test_what_says_a_topic_otherwise_is_drawn_as_well() -> None:
    near = a_thesaurus({"en:ill": ["illness"], "en:doctor": ["doctors"]}, {"en:ill": {"en:doctor": 0.8}})
    person = subscribers.Subscriber("p1", "", ("illness",), subscribers.Pace.DAILY)
    posts = [
        OverlookedPost(number, 1, "", encoded(text), 1.0) for number, text in enumerate(["doctors", "beer"])
    ]
    assert Pool(posts, Counter(), Random(2), near).draw(person, set(), 2) == [0]
    assert Pool(posts, Counter(), Random(2)).draw(person, set(), 2) == []


def test_two_people_who_draw_in_the_same_hour_seldom_draw_the_same_post() -> None:
    posts = [OverlookedPost(number, 1, "", encoded("sleep"), 1.0) for number in range(30)]
    pool, drawn = Pool(posts, Counter(), Random(2)), Counter[int]()
    for number in range(60):
        person = subscribers.Subscriber(f"p{number}", "", (), subscribers.Pace.DAILY)
        fresh = pool.draw(person, set(), 1)
        pool.hold(fresh)
        drawn.update(fresh)
    assert len(drawn) == 30
