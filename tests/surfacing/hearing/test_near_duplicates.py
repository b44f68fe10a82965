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


def vector(simhash: int, first: int = 0, **weights: float) -> Encoding:
    """A text of eight words, each in a bucket of its own from `first` on; all weigh nothing but for `weights`."""
    words = tuple(f"w{first + number}" for number in range(8))
    buckets = np.array([first + number for number in range(8)], np.uint32)
    return Encoding(words, buckets, np.array([weights.get(one, 0.0) for one in words], np.float32), simhash)


@pytest.mark.parametrize(("bits", "alike"), [(0b0, True), (0b111, True), (0b1111, False)])
def test_texts_without_a_common_word_are_told_by_at_most_three_bits(bits: int, alike: bool) -> None:
    assert are_near_duplicates(vector(0, w1=1.0), vector(bits, 100), P.hearing) is alike


@pytest.mark.parametrize(("cosine", "alike"), [(0.5, False), (0.50390625, True)])
def test_texts_of_other_bits_are_told_by_more_than_the_likeness(cosine: float, alike: bool) -> None:
    half = replace(P.hearing, duplicate_likeness=0.5)
    assert are_near_duplicates(vector(0, w1=1.0), vector(-1, w1=cosine), half) is alike


@pytest.mark.parametrize("text", [
    "I feel so alone today", "Hello everyone, I'm new here!", "Guten Tag, ich bin neu hier",
    "Can anybody help me please?", "How do I apply for carer's allowance?", "",
    "Respite dementia carers seaside allotment trains beer",
])  # fmt: skip
def test_who_says_little_repeats_nobody(text: str) -> None:
    assert not are_near_duplicates(encoded(text), encoded(text), P.hearing)
    assert not are_near_duplicates(encoded(CARE), encoded(text), P.hearing)


def test_from_eight_telling_words_on_a_text_can_be_repeated() -> None:
    eight = "respite dementia carers seaside allotment trains beer hops"
    assert are_near_duplicates(encoded(eight), encoded(eight), P.hearing)


def test_twins_are_told_by_their_words_and_others_are_not() -> None:
    assert are_near_duplicates(encoded(CARE), encoded(CARE + " Thanks!"), P.hearing)
    assert not are_near_duplicates(encoded(CARE), encoded("Beer tastes of hops and malt."), P.hearing)
    assert not are_near_duplicates(encoded(""), encoded(""), P.hearing)
    assert likeness(encoded(CARE), encoded(CARE)) == pytest.approx(1.0, abs=1e-5)
