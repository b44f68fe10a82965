"""Words that stand near each other, learnt from posts: from enough of them, and of enough people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fedconnect.meaning.corpus import Corpus
from fedconnect.meaning.latent_semantics import learn
from fedconnect.meaning.thesaurus import Thesaurus, key_of, near_words
from fedconnect.surfacing.parameters import in_force

P = replace(in_force().meaning, least_posts=40, dimensions=2, posts_a_dimension=2, posts_a_stem=3, near=3)
CARE = ["illness", "doctor", "ward", "nurse"]
BEER = ["beer", "hops", "barrel", "malt"]
WORDS = [*CARE, *BEER, "secret", "casino", "carers", "carer"]


def gathered(posts: int = 60, authors: int = 60) -> Corpus:
    """Posts of two subjects, each of two of its words; no post has illness and doctor together."""
    corpus = Corpus(P)
    pairs = [(0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]
    for number in range(posts):
        subject = (CARE, BEER)[number % 2]
        corpus.add([subject[place] for place in pairs[number // 2 % len(pairs)]], "en", number % authors)
    return corpus


def near(thesaurus: Thesaurus, topic: str) -> dict[str, float]:
    words = {key_of(word): word for word in WORDS}
    return {
        words[one.key]: one.weight for one in near_words(thesaurus, {topic: [topic]}, 20) if one.weight > 0.01
    }


def test_what_one_person_alone_says_stands_near_nothing() -> None:
    corpus = gathered(58)
    for _ in range(6):
        corpus.add(["secret", "illness"], "en", 999)
    found = learn(corpus, P)
    assert "secret" not in near(found, "illness")
    assert set(near(found, "secret")) == {"secret"}


def test_whoever_says_the_same_fifty_times_teaches_as_much_as_once() -> None:
    corpus = gathered()
    for number, beside in enumerate(["beer", "hops", "malt"]):
        corpus.add(["casino", beside], "en", 900 + number)
    for _ in range(P.posts_an_author):
        corpus.add(["casino", "illness"], "en", 999)
    found = near(learn(corpus, P), "casino")
    assert max(found.get(word, 0.0) for word in BEER) > found.get("illness", 0.0)


@pytest.mark.parametrize("said", [["casino", "illness"], ["casino", "illness"] * 500])
def test_two_words_alone_teach_no_more_than_in_a_text_and_however_often_they_are_said(
    said: list[str],
) -> None:
    corpus = Corpus(P)
    care, beer = ([*own, *(f"{own[0]}{number}" for number in range(40))] for own in (CARE, BEER))
    for number in range(80):
        subject = (care, beer)[number % 2]
        text = [subject[(number * 7 + step) % len(subject)] for step in range(24)]
        corpus.add([*text, "casino"] if number in {1, 31, 61} else text, "en", number)
    corpus.add(said, "en", 999)
    found = {
        one.key for one in near_words(learn(corpus, replace(P, dimensions=12)), {"casino": ["casino"]}, 20)
    }
    assert found <= {key_of(word) for word in [*beer, "casino"]}


def test_words_that_never_met_are_near_by_what_they_were_met_with() -> None:
    found = near(learn(gathered(), P), "illness")
    assert {"illness", "doctor"} <= set(found)
    assert not set(found) & set(BEER)


def test_with_too_few_posts_forms_of_a_word_are_all_that_is_known() -> None:
    corpus = gathered(38)
    corpus.add(["carers"], "en", 77)
    found = learn(corpus, P)
    assert len(found.near) == 0
    assert set(near(found, "carer")) == {"carers"}
    assert set(near(found, "illness")) == {"illness"}


def test_nothing_is_learnt_of_nothing() -> None:
    assert near(learn(Corpus(P), P), "illness") == {}


def test_the_same_posts_teach_the_same() -> None:
    assert learn(gathered(), P).pack() == learn(gathered(), P).pack()


@pytest.mark.parametrize(
    "answer",
    [
        "junk", [[1.0]], [["a"]] * 8, [[]] * 8, np.zeros((7, 2)), np.zeros((8, 2, 2)), np.zeros((8, 5000)),
        np.full((8, 2), np.nan), object(), [[1.0], [1.0, 2.0]] * 4, [[10**400]] * 8,
    ],
)  # fmt: skip
def test_vectors_that_do_not_fit_are_not_used(answer: Any) -> None:
    assert learn(gathered(), P, lambda words: answer).pack() == learn(gathered(), P).pack()


def test_vectors_that_are_given_stand_in() -> None:
    asked: list[str] = []

    def embed(words: Sequence[str]) -> Any:
        asked.extend(words)
        return [[1.0, 0.0] if word in {"illness", "beer"} else [0.0, 1.0] for word in words]

    found = near(learn(gathered(), P, embed), "illness")
    assert sorted(asked) == sorted([*CARE, *BEER]), "words as somebody wrote them"
    assert set(found) == {"illness", "beer"}


def test_a_post_teaches_by_its_most_telling_words_alone() -> None:
    corpus = gathered()
    for number in range(20):
        corpus.add(["illness", "illness", "doctor", "beer"], "en", 100 + number)
    both, one = learn(corpus, P), learn(corpus, replace(P, words_a_post=2))
    assert near(one, "doctor") != near(both, "doctor")
