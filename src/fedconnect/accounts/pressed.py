"""What somebody pressed when a permission was missing: done once it comes back, so that nobody presses twice."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

_MOST_FIELDS = 12
_MOST_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class PressedButton:
    """The form of a button of ours: the path that it is sent to, and its fields, in order."""

    path: str
    fields: tuple[tuple[str, str], ...] = ()


def read_pressed(path: str, fields: Iterable[tuple[str, str]]) -> PressedButton | None:
    """Return what was pressed; None where there is no path, or more than is kept: then it is pressed once more."""
    kept = tuple(fields)
    is_bounded = len(kept) <= _MOST_FIELDS and sum(len(a) + len(b) for a, b in kept) <= _MOST_CHARACTERS
    return PressedButton(path, kept) if path not in {"", "/"} and is_bounded else None


def to_json(pressed: PressedButton) -> str:
    """Return what was pressed as a sign-in on its way keeps it."""
    return json.dumps([pressed.path, pressed.fields])


def from_json(kept: str) -> PressedButton:
    """Return what a sign-in on its way kept."""
    path, fields = json.loads(kept)
    return PressedButton(path, tuple((name, value) for name, value in fields))
