"""What a reader cares for: learnt, fading, bounded, told in words."""

from __future__ import annotations

import math

import pytest

from fedconnect.surfacing.encoder import Frequencies, encode
from fedconnect.surfacing.feed.reasons import reason_for
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.interests import Profile, learn
from fedconnect.surfacing.profile.reader_vector import reader_vector_of, shared_words

P = in_force()
RESPITE = encode("respite for carers", "en", Frequencies(), P.encoder)
BEER = encode("beer and hops", "en", Frequencies(), P.encoder)


def learnt(*deeds: tuple[object, float, float]) -> Profile:
    profile = Profile()
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


def test_less_like_this_counts_against() -> None:
    reader_vector = reader_vector_of(learnt((RESPITE, 1.0, 0.0), (BEER, -1.0, 0.0)), (), (), 64, P.interests)
    weights = dict(zip(reader_vector.words, reader_vector.weights.tolist(), strict=True))
    assert weights["respite"] > 0 > weights["beer"]


def test_a_profile_holds_at_most_so_many_words() -> None:
    profile = Profile()
    for n in range(50):
        words = encode(" ".join(f"word{n}x{m}" for m in range(10)), "en", Frequencies(), P.encoder)
        learn(profile, words.telling, 1, 1.0, float(n), 64, P.interests)
    assert len(profile.liked) == 64


def test_topics_and_follows_count_without_anything_learnt() -> None:
    reader_vector = reader_vector_of(Profile(), ["Respite care"], [7], 64, P.interests)
    assert set(reader_vector.words) == {"respite", "care"}
    assert reader_vector.boards == {7: 1.0}
    assert shared_words(reader_vector, RESPITE, 4) == ["respite"]


def test_the_dearest_board_weighs_one_and_others_less() -> None:
    profile = learnt((RESPITE, 3.0, 0.0))
    reader_vector = reader_vector_of(profile, (), [1, 2], 64, P.interests)
    assert reader_vector.boards[1] == 1.0
    assert reader_vector.boards[2] == pytest.approx(0.25)


def test_a_reason_names_the_readers_own_words_and_topics() -> None:
    reason = reason_for(["respite", "carers"], ["respite"], is_quiet=True, follows=True)
    assert reason.topics == ("respite",)
    assert reason.words == ("carers",)
    assert reason.is_quiet
