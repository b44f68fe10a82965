"""The six quiet hues of boards: one of an admin's choice, or the slug's own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from fedconnect.models.board import Board


@dataclass(frozen=True, slots=True)
class Tint:
    """A hue by its English name: `deep` carries white letters (AA), `pale` dark ones."""

    name: str
    deep: str
    pale: str


TINTS: tuple[Tint, ...] = (
    Tint("green", "#23645d", "#d9ebe4"),
    Tint("blue", "#2b5a8c", "#dbe7f4"),
    Tint("plum", "#7a3f76", "#f1dff0"),
    Tint("brick", "#9a4430", "#f7e1da"),
    Tint("ochre", "#7b5a12", "#f5e8c9"),
    Tint("slate", "#4f5a68", "#e3e7ec"),
)


def tint_number(board: Board) -> int:
    """Return a board's tint, from 0 to 5."""
    if board.tint is not None and 0 <= board.tint < len(TINTS):
        return board.tint
    return hashlib.sha256(board.slug.encode()).digest()[0] % len(TINTS)


def tint_of(board: Board) -> Tint:
    """Return the hue of a board."""
    return TINTS[tint_number(board)]
