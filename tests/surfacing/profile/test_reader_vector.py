"""Interests made ready for ranking: what was learnt, what was named, which boards are dear."""

from __future__ import annotations

import math
import tracemalloc
from dataclasses import replace

import pytest

from fedconnect.meaning.thesaurus import Thesaurus
from fedconnect.surfacing.encoder import Encoding, bucket_of
from fedconnect.surfacing.feed.candidates import fits_of
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.interests import InterestProfile, learn
from fedconnect.surfacing.profile.reader_vector import (
    ReaderVector,
    near_topic,
    reader_vector_of,
    shared_words,
)
from support.surfacing_rows import encoded
from support.thesauri import a_thesaurus

P = in_force()
NEAR = a_thesaurus(
    {"en:ill": ["illness"], "en:doctor": ["doctors"], "en:ward": ["wards", "ward"]},
    {"en:ill": {"en:doctor": 0.8, "en:ward": 0.6}},
)
TWO = a_thesaurus(
    {"en:ill": ["illness"], "en:ward": ["wards", "ward"], "en:beer": ["beer"], "en:hop": ["hops"]},
    {"en:ill": {"en:ward": 0.6}, "en:beer": {"en:hop": 0.6}},
)
RESPITE, BEER = encoded("respite for carers"), encoded("beer and hops")


def learnt(*deeds: tuple[Encoding, float, float]) -> InterestProfile:
    profile = InterestProfile()
    for post, weight, at in deeds:
        learn(profile, post.telling, 1, weight, at, 64, P.interests)
    return profile


def weights_of(vector: ReaderVector) -> dict[str, float]:
    return dict(zip(vector.words, vector.weights.tolist(), strict=False))


def test_less_like_this_counts_against() -> None:
    reader_vector = reader_vector_of(learnt((RESPITE, 1.0, 0.0), (BEER, -1.0, 0.0)), (), (), 64, P.interests)
    weights = weights_of(reader_vector)
    assert weights["respite"] > 0 > weights["beer"]


def test_topics_and_follows_count_without_anything_learnt() -> None:
    reader_vector = reader_vector_of(InterestProfile(), ["Respite care"], [7], 64, P.interests)
    assert set(reader_vector.words) == {"respite", "care"}
    assert reader_vector.boards == {7: 1.0}
    assert shared_words(reader_vector, RESPITE, 4) == ["respite"]


def test_the_dearest_board_weighs_one_and_others_less() -> None:
    profile = learnt((RESPITE, 3.0, 0.0))
    reader_vector = reader_vector_of(profile, (), [1, 2], 64, P.interests)
    assert reader_vector.boards[1] == 1.0
    assert reader_vector.boards[2] == pytest.approx(0.25)


def test_boards_that_weigh_nothing_any_more_stop_nobody() -> None:
    profile = InterestProfile(boards={1: 0.0})
    assert reader_vector_of(profile, (), (), 64, P.interests).boards == {}
    assert reader_vector_of(profile, (), [2], 64, P.interests).boards == {2: 1.0}


def test_a_word_that_is_liked_and_disliked_weighs_what_is_left() -> None:
    profile = InterestProfile(liked={"respite": 3.0, "beer": 4.0}, disliked={"beer": 2.0})
    vector = reader_vector_of(profile, (), (), 64, P.interests)
    weights = weights_of(vector)
    assert weights == pytest.approx({"respite": 0.6, "beer": 0.8 - P.interests.against})


def test_of_a_readers_words_the_weightiest_are_kept_and_a_topic_is_among_them() -> None:
    profile = InterestProfile(liked={"a1": 4.0, "b2": 2.0, "c3": 1.0})
    assert set(reader_vector_of(profile, (), (), 2, P.interests).words) == {"a1", "b2"}
    assert set(reader_vector_of(profile, ["sleep"], (), 2, P.interests).words) == {"a1", "sleep"}
    assert reader_vector_of(InterestProfile(), (), (), 2, P.interests).words == ()


def test_only_words_that_speak_for_a_post_are_shared_the_most_telling_first() -> None:
    profile = InterestProfile(liked={"respite": 1.0, "carers": 3.0}, disliked={"beer": 1.0})
    vector = reader_vector_of(profile, (), (), 64, P.interests)
    post = encoded("beer respite carers and strangers")
    assert shared_words(vector, post, 4) == ["carers", "respite"]
    assert shared_words(vector, post, 1) == ["carers"]


def test_a_topic_weighs_beside_all_that_was_learnt_and_twice_where_it_was_learnt_too() -> None:
    vector = reader_vector_of(InterestProfile(liked={"care": 2.0}), ["care", "bread"], (), 64, P.interests)
    length = math.hypot(1 + P.interests.topic, P.interests.topic)
    assert weights_of(vector) == pytest.approx(
        {"care": (1 + P.interests.topic) / length, "bread": P.interests.topic / length}
    )


def test_what_speaks_against_is_there_beyond_the_words_that_are_kept() -> None:
    profile = InterestProfile(liked={"care": 2.0, "bread": 1.0}, disliked={"beer": 3.0, "hops": 4.0})
    vector = reader_vector_of(profile, (), (), 1, P.interests)
    against = P.interests.against
    assert weights_of(vector) == pytest.approx({"care": 1.0, "beer": -0.6 * against, "hops": -0.8 * against})
    assert vector.buckets.tolist() == [bucket_of(word) for word in vector.words]


def test_a_board_that_is_followed_and_cared_for_counts_for_both() -> None:
    profile = InterestProfile(boards={1: 3.0, 2: 1.0, 3: -1.0})
    assert reader_vector_of(profile, (), (1,), 64, P.interests).boards == {1: 1.0, 2: 0.25}
    assert reader_vector_of(profile, (), (), 64, P.interests).boards == pytest.approx({1: 1.0, 2: 1 / 3})


def test_what_was_learnt_is_read_and_not_changed() -> None:
    profile = InterestProfile(liked={"care": 3.0}, disliked={"beer": 1.0}, boards={1: 2.0})
    reader_vector_of(profile, ["bread"], (1, 2), 1, P.interests)
    assert profile == InterestProfile(liked={"care": 3.0}, disliked={"beer": 1.0}, boards={1: 2.0})


def test_a_word_that_weighs_nothing_or_against_is_no_reason() -> None:
    profile = InterestProfile(liked={"care": 1.0}, disliked={"beer": 1.0})
    vector = reader_vector_of(profile, (), (), 64, P.interests)
    assert shared_words(vector, BEER, 4) == []
    assert shared_words(vector, RESPITE, 4) == []
    both = replace(P.interests, against=1.0)
    nothing = reader_vector_of(InterestProfile(liked={"care": 1.0}, disliked={"care": 1.0}), (), (), 64, both)
    assert shared_words(nothing, encoded("care"), 4) == []


def test_words_are_told_by_how_much_they_matter_to_both() -> None:
    vector = reader_vector_of(InterestProfile(liked={"care": 1.0, "sleep": 2.0}), (), (), 64, P.interests)
    assert shared_words(vector, encoded("care care sleep"), 4) == ["sleep", "care"]
    assert shared_words(vector, encoded("care " * 20 + "sleep"), 4) == ["care", "sleep"]
    divided = reader_vector_of(
        InterestProfile(liked={"care": 1.0, "sleep": 2.0, "bread": 5.0}), (), (), 64, P.interests
    )
    assert shared_words(divided, encoded("care care sleep"), 4) == ["sleep", "care"], "a product and no sum"


def fit(vector: ReaderVector, text: str) -> float:
    return float(fits_of([encoded(text)], [0], vector)[0])


def named(*topics: str, thesaurus: Thesaurus | None = NEAR, **liked: float) -> ReaderVector:
    return reader_vector_of(InterestProfile(liked=dict(liked)), topics, (), 64, P.interests, thesaurus)


def test_what_was_learnt_or_is_unwanted_grows_by_no_words() -> None:
    vector = reader_vector_of(
        InterestProfile(liked={"illness": 1.0}, disliked={"illness": 0.5}), (), (), 64, P.interests, NEAR
    )
    assert (list(vector.near), vector.least, len(vector.buckets)) == ([], 0.0, 1)
    assert fit(vector, "doctors") == 0


def test_a_named_topic_finds_what_says_it_otherwise_behind_what_says_it() -> None:
    vector = named("illness")
    assert fit(vector, "illness") > fit(vector, "doctors") > fit(vector, "ward") > 0
    assert fit(vector, "beer") == 0
    assert fit(named("illness", thesaurus=None), "doctors") == 0


def test_a_topic_weighs_as_much_with_the_words_near_it_as_without() -> None:
    for topics in (["illness"], ["illness", "beer"], ["illness at night"]):
        with_words, without = named(*topics, care=1.0), named(*topics, care=1.0, thesaurus=None)
        assert weights_of(with_words)["care"] == pytest.approx(weights_of(without)["care"], abs=1e-6)
        assert float(with_words.weights @ with_words.weights) == pytest.approx(1.0, abs=1e-6)


def test_only_so_many_words_are_added_however_many_topics_somebody_names() -> None:
    few = replace(P.interests, near_words=2)
    vector = reader_vector_of(InterestProfile(), ["illness", "wards"], (), 64, few, NEAR)
    assert len(vector.buckets) <= len(vector.words) + 2
    assert len(vector.near) <= 2


def test_the_reason_is_words_of_the_post_and_the_topic_they_stand_near() -> None:
    post = encoded("The doctors of this ward, and beer")
    assert near_topic(named("illness"), post, 3) == ("illness", ("doctors", "ward"))
    assert near_topic(named("illness"), post, 1) == ("illness", ("doctors",))
    assert near_topic(named("beer"), post, 3) == ("", ())
    assert near_topic(named(), post, 3) == ("", ())


def test_a_word_among_many_is_chance_and_no_reason() -> None:
    vector = replace(named("illness"), least=0.2)
    assert near_topic(vector, encoded("ward " + " ".join(f"other{n}" for n in range(60))), 3) == ("", ())


def test_what_is_a_match_by_several_topics_together_has_a_reason() -> None:
    vector = named("illness", "beer", thesaurus=TWO)
    post = encoded("ward hops " + " ".join(f"other{n}" for n in range(60)))
    fit_of_each = float(fits_of([post], [0], vector)[0]) / 2
    vector = replace(vector, least=1.5 * fit_of_each)
    assert near_topic(vector, post, 3)[0] in {"illness", "beer"}
    assert len(near_topic(vector, post, 3)[1]) == 1, "words of the topic that is named"


def test_what_one_reader_is_matched_by_is_small() -> None:
    words = [f"word{n}" for n in range(60)]
    many = a_thesaurus(
        {f"en:{word}": [word] for word in words}, {"en:word0": {f"en:{word}": 0.5 for word in words[1:]}}
    )
    named("word0", thesaurus=many)
    tracemalloc.start()
    vectors = [named("word0", thesaurus=many) for _ in range(50)]
    size = tracemalloc.get_traced_memory()[0] / len(vectors)
    tracemalloc.stop()
    assert len(vectors[0].buckets) == P.interests.near_words
    assert size < 2_500, "bytes; a desk holds those of all readers at once"


def test_of_several_topics_a_fit_to_one_needs_less_to_be_a_match() -> None:
    one, two = named("illness"), named("illness", "beer")
    assert one.least == pytest.approx(P.interests.least_near)
    assert two.least == pytest.approx(P.interests.least_near / math.sqrt(2))
    assert named("beer").least == 0.0, "with no words near it, whatever names it is a match"
