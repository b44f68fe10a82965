"""Texts as words that can be told: bounded, of length one, in any language, alike where texts are alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fedconnect.surfacing.encoder import (
    BUCKETS,
    MOST_LANGUAGES,
    Encoding,
    Frequencies,
    bucket_of,
    distance,
    encode,
)
from fedconnect.surfacing.parameters import in_force

P = in_force()
CARE = "Respite care for carers of people with dementia: who pays for a week at the seaside?"


def encoded(text: str, language: str = "en", frequencies: Frequencies | None = None) -> Encoding:
    return encode(text, language, frequencies or Frequencies(), P.encoder)


def test_a_vector_has_length_one_and_at_most_64_words() -> None:
    long = encoded(" ".join(f"word{n}" for n in range(5000)))
    assert len(long.words) == 64
    assert np.dot(long.weights, long.weights) == pytest.approx(1.0, abs=1e-5)
    assert encoded("and the of").words == ()


def test_words_that_everybody_uses_here_weigh_little() -> None:
    learnt = Frequencies()
    for n in range(200):
        learnt.learn(["carers", f"other{n}"], "en")
    words = dict(encoded("carers dementia", frequencies=learnt).telling)
    assert words["dementia"] > 4 * words["carers"]


def test_each_language_is_counted_apart_and_their_number_is_bounded() -> None:
    learnt = Frequencies()
    for n in range(40):
        learnt.learn(["word"], f"l{n}")
    assert len(learnt.tables) <= MOST_LANGUAGES + 1
    assert learnt.rarity(np.array([bucket_of("word")]), "en")[0] == pytest.approx(
        learnt.rarity(np.array([bucket_of("word")]), "fr")[0]
    )


def test_a_vector_survives_its_packing() -> None:
    vector = encoded(CARE)
    again = Encoding.unpack(vector.pack(), vector.words, vector.simhash)
    assert again.buckets.tolist() == vector.buckets.tolist()
    assert np.allclose(again.weights, vector.weights, atol=1e-3)
    assert all(0 <= bucket < BUCKETS for bucket in vector.buckets.tolist())


def test_the_most_telling_words_come_first_and_each_once() -> None:
    vector = encoded("bread bread bread beer beer sleep")
    assert vector.words == ("bread", "beer", "sleep")
    assert vector.weights.tolist() == sorted(vector.weights.tolist(), reverse=True)


def test_a_text_is_read_to_its_bound_and_no_further() -> None:
    shorter = replace(P.encoder, longest_text=11)
    assert encode("bread sleep beer", "en", Frequencies(), shorter).words == ("bread", "sleep")


def test_a_post_counts_a_word_once_and_in_its_language_alone() -> None:
    learnt = Frequencies()
    learnt.learn(["sleep", "sleep"], "en-GB")
    learnt.learn(["sleep"], "")
    assert learnt.posts == {"en": 1, "und": 1}
    assert learnt.tables["en"][bucket_of("sleep")] == 1
    assert learnt.table("EN") == "en"
    assert learnt.rarity(np.array([bucket_of("sleep")]), "de").tolist() == [1.0]


def test_simhashes_differ_by_their_bits_whatever_their_sign() -> None:
    assert distance(0, -1) == 64
    assert distance(-1, -2) == 1
    assert distance(5, 5) == 0
    assert encoded("").simhash == 0
    assert distance(encoded(CARE).simhash, encoded("Beer tastes of hops and malt").simhash) > 16
