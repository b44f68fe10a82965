"""One spelling of letters, whatever somebody piles onto one of them."""

from __future__ import annotations

import time

import pytest

from fedconnect.foundation.unicode_forms import normalize

MARK = "\u0301"


@pytest.mark.parametrize(
    ("form", "text", "normal"),
    [
        ("NFC", "e" + MARK, "é"),
        ("NFKD", "é", "e" + MARK),
        ("NFKC", "ﬁ", "fi"),
        ("NFC", "ﬁ", "ﬁ"),
        ("NFKC", "abc", "abc"),
    ],
)
def test_each_form_is_its_own(form: str, text: str, normal: str) -> None:
    assert normalize(form, text) == normal  # type: ignore[arg-type]


@pytest.mark.parametrize(("marks", "kept"), [(29, 29), (30, 30), (31, 30), (500, 30)])
def test_of_the_marks_on_a_letter_thirty_stay(marks: int, kept: int) -> None:
    text = "x" + MARK * marks + "y" + MARK * marks
    assert normalize("NFC", text) == "x" + MARK * kept + "ý" + MARK * (kept - 1)


def test_a_tower_of_marks_takes_no_longer_than_it_is_high() -> None:
    tower = "x" + "\u0301\u0327" * 100_000
    before = time.process_time()
    assert len(normalize("NFKD", tower)) == 31
    assert time.process_time() - before < 1
