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


def test_boards_that_weigh_nothing_any_more_stop_nobody() -> None:
    profile = Profile(boards={1: 0.0})
    assert reader_vector_of(profile, (), (), 64, P.interests).boards == {}
    assert reader_vector_of(profile, (), [2], 64, P.interests).boards == {2: 1.0}


def test_a_reason_names_the_readers_own_words_and_topics() -> None:
    reason = reason_for(["respite", "carers"], ["respite"], is_quiet=True, follows=True)
    assert reason.topics == ("respite",)
    assert reason.words == ("carers",)
    assert reason.is_quiet


def test_a_word_that_is_liked_and_disliked_weighs_what_is_left() -> None:
    profile = Profile(liked={"respite": 3.0, "beer": 4.0}, disliked={"beer": 2.0})
    vector = reader_vector_of(profile, (), (), 64, P.interests)
    weights = dict(zip(vector.words, vector.weights.tolist(), strict=True))
    assert weights == pytest.approx({"respite": 0.6, "beer": 0.8 - P.interests.against})


def test_of_a_readers_words_the_weightiest_are_kept_and_a_topic_is_among_them() -> None:
    profile = Profile(liked={"a1": 4.0, "b2": 2.0, "c3": 1.0})
    assert set(reader_vector_of(profile, (), (), 2, P.interests).words) == {"a1", "b2"}
    assert set(reader_vector_of(profile, ["sleep"], (), 2, P.interests).words) == {"a1", "sleep"}
    assert reader_vector_of(Profile(), (), (), 2, P.interests).words == ()


def test_only_words_that_speak_for_a_post_are_shared_the_most_telling_first() -> None:
    profile = Profile(liked={"respite": 1.0, "carers": 3.0}, disliked={"beer": 1.0})
    vector = reader_vector_of(profile, (), (), 64, P.interests)
    post = encode("beer respite carers and strangers", "en", Frequencies(), P.encoder)
    assert shared_words(vector, post, 4) == ["carers", "respite"]
    assert shared_words(vector, post, 1) == ["carers"]


def test_fading_touches_likes_dislikes_and_boards_alike_and_never_goes_back() -> None:
    profile = learnt((RESPITE, 1.0, 30.0), (BEER, -1.0, 30.0))
    before = (profile.liked["respite"], profile.disliked["beer"], profile.boards[1])
    learn(profile, (), 2, 0.0, 0.0, 64, P.interests)
    assert (profile.liked["respite"], profile.disliked["beer"], profile.boards[1]) == before
    learn(profile, (), 2, 0.0, 60.0, 64, P.interests)
    after = (profile.liked["respite"], profile.disliked["beer"], profile.boards[1])
    assert after == pytest.approx([one / math.e for one in before])
    assert profile.at == 60.0


def test_a_reason_tells_a_topics_words_once_and_at_most_four_of_each() -> None:
    words = ["sleep", "night", "bread", "sheds", "trains", "coast", "beer"]
    reason = reason_for(words, ["Sleep at night", "cars", "beer"], is_quiet=False, follows=False)
    assert reason.topics == ("Sleep at night", "beer")
    assert reason.words == ("bread", "sheds", "trains", "coast")
    many = reason_for(words, words, is_quiet=False, follows=False)
    assert (many.topics, many.words) == (tuple(words[:4]), ())
