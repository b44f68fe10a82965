"""A thesaurus knows digests alone; a topic finds forms of its words, and words that stand near them."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from fedconnect.meaning.thesaurus import Thesaurus, key_of, near_words
from fedconnect.surfacing.encoder import BUCKETS, bucket_of
from support.thesauri import a_thesaurus

CARE = a_thesaurus(
    {"en:carer": ["carers", "carer"], "en:respit": ["respite"], "en:beer": ["beers"]},
    {"en:carer": {"en:respit": 0.5}},
)


def told(thesaurus: Thesaurus, *topics: str, most: int = 10) -> dict[str, tuple[float, str]]:
    words = {key_of(word): word for word in ("carers", "carer", "respite", "beers", "carer's")}
    return {
        words[one.key]: (round(one.weight, 3), one.topic)
        for one in near_words(thesaurus, {topic: [topic] for topic in topics}, most)
    }


def test_no_word_is_kept() -> None:
    plain = zlib.decompress(CARE.pack())
    assert not [word for word in (b"carer", b"respit", b"beer") if word in plain]


def test_a_topic_is_near_the_forms_of_its_word_and_what_stands_beside_it() -> None:
    whole = round(1 / np.sqrt(1.25), 3)
    assert told(CARE, "carers") == {
        "carers": (whole, "carers"), "carer": (whole, "carers"), "respite": (round(whole / 2, 3), "carers")
    }  # fmt: skip


def test_nothing_is_near_a_word_that_nobody_writes() -> None:
    assert told(CARE, "quince") == {}
    assert told(CARE) == {}


def test_what_is_near_by_one_topic_alone_is_told_by_that_and_by_two_counts_twice() -> None:
    found = told(CARE, "respite", "carers")
    assert found["respite"][1] == "respite", "its own topic is nearer than another's"
    assert found["respite"][0] == pytest.approx(1 + 0.5 / np.sqrt(1.25), abs=0.001)


def test_only_so_many_are_told_the_nearest_first() -> None:
    assert list(told(CARE, "carers", most=2)) in (["carers", "carer"], ["carer", "carers"])


def test_what_is_packed_can_be_read_again() -> None:
    again = Thesaurus.unpack(CARE.pack())
    assert told(again, "carers", "beer") == told(CARE, "carers", "beer")
    assert again.near.shape == CARE.near.shape


@pytest.mark.parametrize(
    "packed",
    [
        b"", b"junk", zlib.compress(b""), zlib.compress(b"short"), CARE.pack()[:-9],
        zlib.compress(struct.pack("<4I", 1, 1, 0, 0)),
        zlib.compress(struct.pack("<4I", 0xFFFFFFFF, 0, 0xFFFF, 0xFFFF)),
        zlib.compress(struct.pack("<4I 4I H e", 1, 1, 1, 1, 7, 0, 1, 7, 5, 0.5)),
        zlib.compress(struct.pack("<4I 4I", 1, 1, 0, 0, 7, 0, 9, 7)),
        zlib.compress(struct.pack("<4I 4I", 1, 1, 0, 0, 7, 1, 0, 7)),
        zlib.compress(struct.pack("<4I 4I 2H 2e", 1, 1, 2, 1, 7, 0, 1, 7, 0, 0, 0.5, 0.5)),
        zlib.compress(bytes(17_000_000)),
    ],
)  # fmt: skip
def test_something_else_is_none(packed: bytes) -> None:
    with pytest.raises(ValueError, match="no thesaurus"):
        Thesaurus.unpack(packed)


def test_a_words_bucket_is_that_of_the_encoder() -> None:
    words = ["carers", "pflege", "niño", "看护"]
    keys = np.array([key_of(word) for word in words], np.uint32)
    assert (keys % BUCKETS).tolist() == [bucket_of(word) for word in words]


def test_what_is_remembered_of_topics_has_a_bound() -> None:
    for number in range(2_100):
        CARE.near_word(f"topic{number}")
    assert len(CARE._known) <= 2_000
