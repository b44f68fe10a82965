"""What is assumed of people of whom no data set tells: drawn by a seed, for an author and not for a post."""

from __future__ import annotations

import numpy as np
import pytest

from fedconnect.evaluation.assumptions import EVERYBODY, Assumptions, share_that_travels

AUTHORS = np.repeat(np.arange(500), 2)


def test_an_author_lets_all_of_their_posts_travel_or_none() -> None:
    travels = Assumptions(travelling=0.5).what_travels(AUTHORS, 1)
    assert travels.dtype == bool
    assert (travels[0::2] == travels[1::2]).all()
    assert 0.4 < travels.mean() < 0.6


def test_each_post_has_the_word_of_its_own_author_in_whatever_order_they_write() -> None:
    assumed = Assumptions(travelling=0.5)
    in_order = assumed.what_travels(np.array([3, 5, 9]), 4)
    mixed = assumed.what_travels(np.array([9, 3, 9, 5, 3]), 4)
    assert len(set(in_order.tolist())) == 2, "they do not agree, or the order would say nothing"
    assert mixed.tolist() == in_order[[2, 0, 2, 1, 0]].tolist()


@pytest.mark.parametrize(("share", "flags"), [(0.0, {False}), (1.0, {True})])
def test_none_is_none_and_all_are_all(share: float, flags: set[bool]) -> None:
    assumed = Assumptions(share, share)
    for seed in range(20):
        assert set(assumed.who_learns(500, seed).tolist()) == flags
        assert set(assumed.what_travels(AUTHORS, seed).tolist()) == flags


def test_whoever_is_assumed_nothing_of_said_yes() -> None:
    assert Assumptions(1.0, 1.0) == EVERYBODY == Assumptions()


def test_the_two_shares_are_each_their_own() -> None:
    assumed = Assumptions(travelling=0.2, learning=0.8)
    assert 0.15 < assumed.what_travels(np.arange(2000), 1).mean() < 0.25
    assert 0.75 < assumed.who_learns(2000, 1).mean() < 0.85


def test_a_seed_draws_the_same_people_and_another_seed_others() -> None:
    half = Assumptions(0.5, 0.5)
    for draw in (half.who_learns, lambda count, seed: half.what_travels(np.arange(count), seed)):
        one, again, other = (draw(200, seed).tolist() for seed in (1, 1, 2))
        assert one == again != other
    writers, readers = half.what_travels(np.arange(200), 1), half.who_learns(200, 1)
    assert writers.tolist() != readers.tolist(), "who writes openly says nothing of who reads so"


def test_the_largest_of_the_servers_has_twice_the_second_and_without_any_nothing_is_told() -> None:
    servers = Assumptions(servers=50).which_servers(20_000, 1)
    assert servers is not None
    sizes = np.bincount(servers, minlength=50) / 20_000
    assert len(sizes) == 50
    assert sizes[0] == pytest.approx(0.222, abs=0.02)
    assert sizes[0] / sizes[1] == pytest.approx(2, abs=0.2)
    assert Assumptions().which_servers(10, 1) is None


@pytest.mark.parametrize(
    ("indexable", "answered", "yes", "share"),
    [(1.0, 1.0, 0.0, 0.0), (0.0, 1.0, 1.0, 1.0), (0.15, 0.0, 0.8, 0.15), (0.15, 0.5, 0.8, 0.475)],
)
def test_a_no_beats_everything_and_no_answer_is_what_was_said_before(
    indexable: float, answered: float, yes: float, share: float
) -> None:
    assert share_that_travels(indexable, answered, yes) == pytest.approx(share)


def test_posts_that_may_be_answered_are_drawn_by_their_share_and_without_it_none_is() -> None:
    assert 0.75 < Assumptions(answering=0.78).what_is_answerable(4_000, 1).mean() < 0.81
    assert not Assumptions().what_is_answerable(100, 1).any()
