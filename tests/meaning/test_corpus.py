"""What posts say, gathered: of everybody a little, and in a job's memory alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fedconnect.meaning import corpus as corpus_module
from fedconnect.meaning.corpus import Corpus
from fedconnect.surfacing.parameters import in_force

P = replace(in_force().meaning, most_posts=4, posts_an_author=2, posts_a_stem=2)


def test_nobody_teaches_more_than_their_share() -> None:
    corpus = Corpus(P)
    for _ in range(3):
        corpus.add(["pills"], "en", 1)
    assert len(corpus.posts) == 2
    assert not corpus.takes(1)
    assert corpus.takes(2)
    corpus.add(["sleep"], "en", 2)
    assert len(corpus.posts) == 3


def test_no_more_posts_are_taken_than_there_is_room_for() -> None:
    corpus = Corpus(P)
    for author in range(9):
        corpus.add(["sleep"], "en", author)
    assert len(corpus.posts) == 4
    assert corpus.is_full


def test_a_post_without_words_takes_nobodys_place() -> None:
    corpus = Corpus(replace(P, most_posts=1))
    corpus.add([], "en", 1)
    assert not corpus.is_full
    corpus.add(["sleep"], "en", 1)
    assert corpus.is_full


def test_forms_of_a_word_are_counted_as_one_stem_in_the_language_of_their_post() -> None:
    corpus = Corpus(P)
    corpus.add(["carers", "carer", "carers"], "en", 1)
    corpus.add(["carer"], "en", 2)
    corpus.add(["carers"], "fr", 3)
    assert list(corpus.stems) == ["en:carer", ":carers"]
    assert corpus.forms[0] == {"carer": 2, "carers": 1}, "of how many posts, not how often"
    assert corpus.forms[1] == {"carers": 1}
    assert corpus.posts[0][1].tolist() == [3.0]
    assert corpus.authors == [1, 2, 3]


def test_stems_and_forms_have_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_module, "MOST_STEMS", 2)
    corpus = Corpus(P)
    corpus.add(["sleep", "beer", "bread"], "en", 1)
    assert list(corpus.stems) == ["en:sleep", "en:beer"]
    corpus = Corpus(P)
    corpus.add([f"sleep{'s' * n}" for n in range(40)], "xx", 1)
    assert all(len(forms) <= 16 for forms in corpus.forms)


def test_distinct_words_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_module, "MOST_WORDS", 2)
    corpus = Corpus(P)
    corpus.add(["carer", "carers", "sleep"], "en", 1)
    assert [dict(forms) for forms in corpus.forms] == [{"carer": 1, "carers": 1}], "no stem without a form"
    corpus.add(["carer"], "en", 2)
    assert corpus.forms[0]["carer"] == 2, "what is known goes on being counted"


def test_of_a_long_post_the_beginning_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = Corpus(P)
    corpus.add([f"word{number}" for number in range(5000)], "en", 1)
    assert len(corpus.stems) == len(corpus.posts[0][0]) == 300
