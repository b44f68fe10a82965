"""Sentences of ours: kept with their blanks, and told again as they were."""

from __future__ import annotations

import pytest

from fedconnect.foundation.translatable_sentences import Sentence, from_row, to_row


def test_a_blank_is_filled_in_and_a_percent_sign_alone_is_none() -> None:
    assert str(Sentence("%(host)s said “%(n)s”.", {"host": "a.example", "n": 3})) == "a.example said “3”."
    assert str(Sentence("100% of it")) == "100% of it"


@pytest.mark.parametrize(
    "sentence", [Sentence("Grüße"), Sentence("%(n)s %(host)s", {"n": 3, "host": 'a"b\n<c>'}), Sentence("")]
)
def test_what_is_kept_is_told_again(sentence: Sentence) -> None:
    assert from_row(to_row(sentence)) == sentence
    assert str(from_row(to_row(sentence))) == str(sentence)


@pytest.mark.parametrize("kept", [
    "", "From before.", "[", '["words"]', '["a", {}, 1]', "It says [1]", "5", "null", '"ab"', '{"a": 1, "b": 2}', "[1, 2]",
    '["a", 2]', '["a", []]', "[null, {}]", '["a", {"n": []}]', '["a", {"n": null}]', '["%(n)s", {"m": 1}]', '["%(n)d", {"n": "x"}]',
    '["50% of", {"n": 1}]', '["%", {"n": 1}]', "[" * 100_000,
])  # fmt: skip
def test_text_that_is_no_kept_sentence_is_one_without_blanks(kept: str) -> None:
    assert from_row(kept) == Sentence(kept)
    assert str(from_row(kept)) == kept
