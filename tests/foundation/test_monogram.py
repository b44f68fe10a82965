"""Initials and tints: from a name alone, the same everywhere, whatever another server calls somebody."""

from __future__ import annotations

import pytest

from fedconnect.foundation.monogram import TINTS, initials_of, tint_of


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("", ""), ("   ", ""), ("✨🌙", ""), ("lena", "L"), ("Lena Berg", "LB"), ("Lena Maria Berg", "LB"),
        ("🌱 Sam (they) ✨", "ST"), ("(they)", "T"), ("éva", "É"), ("ßeta", "ß"), ("山田 太郎", "山太"), ("مها علي", "مع"),
        ("7 of nine", "7N"), ("a" * 100_000, "A"), ("<b>", "B"),
    ],
)  # fmt: skip
def test_initials_are_at_most_two_letters_of_the_name(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_a_tint_is_the_same_in_every_process_and_all_of_them_are_used() -> None:
    assert [tint_of(slug) for slug in ("respite", "benefits", "housing")] == [3, 2, 4]
    assert {tint_of(f"board{number}") for number in range(100)} == set(range(TINTS))
    assert 0 <= tint_of("\ud800") < TINTS, "what is no text has one too"
