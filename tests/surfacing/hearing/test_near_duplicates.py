"""Posts that say the same: by almost the same bits, or by almost the same words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fedconnect.surfacing.encoder import Encoding, likeness
from fedconnect.surfacing.hearing.near_duplicates import are_near_duplicates
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import encoded

P = in_force()
CARE = "Respite care for carers of people with dementia: who pays for a week at the seaside?"


def vector(simhash: int, **weights: float) -> Encoding:
    """A text of these words, each in a bucket of its own."""
    buckets = np.array([int(word[1:]) for word in weights], np.uint32)
    return Encoding(tuple(weights), buckets, np.array(list(weights.values()), np.float32), simhash)


@pytest.mark.parametrize(("bits", "alike"), [(0b0, True), (0b111, True), (0b1111, False)])
def test_texts_without_a_common_word_are_told_by_at_most_three_bits(bits: int, alike: bool) -> None:
    assert are_near_duplicates(vector(0, w1=1.0), vector(bits, w2=1.0), P.hearing) is alike


@pytest.mark.parametrize(("cosine", "alike"), [(0.5, False), (0.50390625, True)])
def test_texts_of_other_bits_are_told_by_more_than_the_likeness(cosine: float, alike: bool) -> None:
    half = replace(P.hearing, duplicate_likeness=0.5)
    assert are_near_duplicates(vector(0, w1=1.0), vector(-1, w1=cosine), half) is alike


def test_a_text_without_words_repeats_nobody() -> None:
    assert not are_near_duplicates(vector(0), vector(0, w1=1.0), P.hearing)
    assert not are_near_duplicates(vector(0, w1=1.0), vector(0), P.hearing)


def test_twins_are_told_by_their_words_and_others_are_not() -> None:
    assert are_near_duplicates(encoded(CARE), encoded(CARE + " Thanks!"), P.hearing)
    assert not are_near_duplicates(encoded(CARE), encoded("Beer tastes of hops and malt."), P.hearing)
    assert not are_near_duplicates(encoded(""), encoded(""), P.hearing)
    assert likeness(encoded(CARE), encoded(CARE)) == pytest.approx(1.0, abs=1e-5)
