"""What was pressed before a permission was missing, kept within bounds."""

from __future__ import annotations

import pytest

from fedconnect.accounts.pressed import PressedButton, from_json, read_pressed, to_json


@pytest.mark.parametrize(
    ("path", "fields"),
    [("", []), ("/", [("a", "b")]), ("/x", [("a", "b")] * 13), ("/x", [("a", "b" * 4000)])],
)
def test_what_leads_nowhere_or_is_too_much_is_not_kept(path: str, fields: list[tuple[str, str]]) -> None:
    assert read_pressed(path, fields) is None


@pytest.mark.parametrize(
    "fields", [[], [("how", "follow"), ("how", "end")], [("a", "b" * 3999)], [("ä", "“”")] * 12]
)
def test_it_comes_back_as_it_was(fields: list[tuple[str, str]]) -> None:
    pressed = read_pressed("/boards/respite/following", fields)
    assert pressed == PressedButton("/boards/respite/following", tuple(fields))
    assert from_json(to_json(pressed)) == pressed
