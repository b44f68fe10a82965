"""What a reader cares for: learnt, fading and bounded."""

from __future__ import annotations

import math

import pytest

from fedconnect.surfacing.encoder import Frequencies, encode
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.interests import InterestProfile, learn, telling, unit

P = in_force()
RESPITE = encode("respite for carers", "en", Frequencies(), P.encoder)
BEER = encode("beer and hops", "en", Frequencies(), P.encoder)


def learnt(*deeds: tuple[object, float, float]) -> InterestProfile:
    profile = InterestProfile()
    for post, weight, at in deeds:
        learn(profile, post.telling, 1, weight, at, 64, P.interests)  # type: ignore[attr-defined]
    return profile


def test_an_interest_fades_to_a_third_in_thirty_days() -> None:
    profile = learnt((RESPITE, 1.0, 0.0))
    before = profile.liked["respite"]
    learn(profile, BEER.telling, 2, 1.0, 30.0, 64, P.interests)
    assert profile.liked["respite"] == pytest.approx(before / math.e)
    assert profile.liked["beer"] > profile.liked["respite"]


def test_a_deed_of_the_past_makes_nothing_grow() -> None:
    profile = learnt((RESPITE, 1.0, 10.0), (BEER, 1.0, 5.0))
    assert profile.at == 10.0


def test_a_profile_holds_at_most_so_many_words() -> None:
    profile = InterestProfile()
    for n in range(50):
        words = encode(" ".join(f"word{n}x{m}" for m in range(10)), "en", Frequencies(), P.encoder)
        learn(profile, words.telling, 1, 1.0, float(n), 64, P.interests)
    assert len(profile.liked) == 64


def test_fading_touches_likes_dislikes_and_boards_alike_and_never_goes_back() -> None:
    profile = learnt((RESPITE, 1.0, 30.0), (BEER, -1.0, 30.0))
    before = (profile.liked["respite"], profile.disliked["beer"], profile.boards[1])
    learn(profile, (), 2, 0.0, 0.0, 64, P.interests)
    assert (profile.liked["respite"], profile.disliked["beer"], profile.boards[1]) == before
    learn(profile, (), 2, 0.0, 60.0, 64, P.interests)
    after = (profile.liked["respite"], profile.disliked["beer"], profile.boards[1])
    assert after == pytest.approx([one / math.e for one in before])
    assert profile.at == 60.0


def test_less_of_it_says_nothing_about_the_board() -> None:
    profile = InterestProfile(boards={1: 2.0})
    learn(profile, BEER.telling, 1, -1.0, 0.0, 64, P.interests)
    assert (profile.liked, profile.boards) == ({}, {1: 2.0})
    assert profile.disliked == dict(BEER.telling)


def test_a_deed_counts_by_its_weight_and_adds_to_what_was_known() -> None:
    profile = InterestProfile(liked={"care": 1.0}, disliked={"care": 1.0}, boards={7: 1.0})
    learn(profile, [("care", 0.5), ("bread", 0.25)], 7, 0.8, 0.0, 64, P.interests)
    assert profile.liked == pytest.approx({"care": 1.4, "bread": 0.2})
    assert profile.boards == pytest.approx({7: 1.8})
    learn(profile, [("care", 0.5)], 7, -0.8, 0.0, 64, P.interests)
    assert profile.disliked == pytest.approx({"care": 1.4})


def test_only_the_weightiest_words_are_kept_and_as_many_as_fit_all_stay() -> None:
    profile = InterestProfile(liked={"care": 1.0, "bread": 0.1})
    learn(profile, [("sleep", 0.5)], 1, 1.0, 0.0, 3, P.interests)
    assert set(profile.liked) == {"care", "bread", "sleep"}
    learn(profile, [("beer", 0.2)], 1, 1.0, 0.0, 3, P.interests)
    assert set(profile.liked) == {"care", "sleep", "beer"}


def test_the_weightiest_come_first_and_equal_ones_by_the_alphabet() -> None:
    weights = {"sleep": 1.0, "bread": 1.0, "care": 2.0, "beer": 0.5}
    assert telling(weights, 3) == [("care", 2.0), ("bread", 1.0), ("sleep", 1.0)]
    assert telling(weights, 0) == []


def test_weights_of_length_one_and_of_nothing_none() -> None:
    assert unit({"care": 3.0, "bread": -4.0}) == pytest.approx({"care": 0.6, "bread": -0.8})
    assert unit({"care": 0.0}) == {}
    assert unit({}) == {}
