"""The table of `make peers`: what did not happen never counts as what holds."""

from __future__ import annotations

from typing import Any

import pytest

from peers.lost_answers import Figure, figures
from peers.rounds import Round

WELL: dict[str, Any] = {
    "posts": 1, "has_all": True, "is_described": True, "is_edited": True, "is_deleted": True, "is_signed_out": True,
}  # fmt: skip


def faulty(rounds: list[Round], tokens: int = 0, swallowed: int = 0) -> list[Figure]:
    return [one for one in figures(rounds, tokens, swallowed) if not one.holds]


def test_a_round_that_went_nowhere_fails_in_every_line_that_is_about_it() -> None:
    assert [one.name for one in faulty([Round("a", "picture")])] == [
        "posts", "without their picture", "without its description", "edits lost", "still there when deleted",
        "not signed out",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wants", "changed", "name"),
    [
        ("picture", {"posts": 2}, "posts doubled"),
        ("picture", {"has_all": False}, "without their picture"),
        ("poll", {"has_all": False}, "without their poll"),
        ("poll", {"is_deleted": False}, "still there when deleted"),
    ],
)
def test_each_fault_has_its_line(wants: str, changed: dict[str, Any], name: str) -> None:
    found = faulty([Round("a", wants, **WELL), Round("b", wants, **{**WELL, **changed})])
    assert [(one.name, one.found) for one in found] == [(name, 1)]


@pytest.mark.parametrize(("tokens", "swallowed", "found"), [(3, 0, 3), (3, 2, 1), (2, 2, 0), (0, 2, 0)])
def test_a_token_that_never_reached_us_is_counted_beside_those_that_we_left(
    tokens: int, swallowed: int, found: int
) -> None:
    assert [one.found for one in faulty([Round("a", "poll", **WELL)], tokens, swallowed)] == [found] * bool(
        found
    )
