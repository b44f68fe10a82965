"""Boards dressed, ordered and archived from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fedconnect.events import BoardChanged
from fedconnect.models.board import Board
from fedconnect.site import pictures
from support.cli_unit import Shell, all_of, keep, the
from support.unit import Unit, a_board


def test_what_cannot_be_is_one_line_and_changes_nothing(shell: Shell, unit: Unit) -> None:
    keep(a_board, "respite")
    assert "Say what to change" in shell.fails("board", "edit", "respite")
    assert "needs a name" in shell.fails("board", "edit", "respite", "--name", " ")
    assert "no picture" in shell.fails("board", "edit", "respite", "--picture", __file__)
    assert "not archived" in shell.fails("board", "reopen", "respite")
    for words in (("edit", "nowhere", "--name", "X"), ("archive", "nowhere")):
        shell.fails("board", *words)
    assert shell.run("board", "edit", "respite", "--tint", "pink").exit_code == 2
    assert (the(Board).name, the(Board).tint, unit.of(BoardChanged)) == ("Respite", None, [])


def test_a_board_is_renamed_dressed_and_told(
    shell: Shell, unit: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(a_board, "respite", summary="Breaks")
    monkeypatch.setattr(pictures, "remade", lambda raw: raw)
    (tmp_path / "x.png").write_bytes(b"it")
    shell.does("board", "edit", "respite", "--name", "Short breaks", "--tint", "plum", "--language", "de")
    board = the(Board)
    assert (board.name, board.summary, board.language, board.tint) == ("Short breaks", "Breaks", "de", 2)
    shell.does("board", "edit", "respite", "--tint", "own", "--picture", str(tmp_path / "x.png"))
    assert (the(Board).tint, len(the(Board).picture)) == (None, 64)
    shell.does("board", "edit", "respite", "--picture", "")
    assert the(Board).picture == ""
    assert {one.board_id for one in unit.of(BoardChanged)} == {board.id}


def test_boards_are_listed_in_their_order_with_what_they_are(shell: Shell) -> None:
    for slug in ("ants", "bees"):
        keep(a_board, slug, tint=0)
    keep(a_board, "here", is_local_only=True, is_discreet=True, tint=1)
    shell.does("board", "edit", "bees", "--position", "1")
    shell.does("board", "archive", "ants")
    assert "archived already" in shell.fails("board", "archive", "ants")
    assert shell.does("board", "list").splitlines() == [
        "bees: Bees (en, green)",
        "ants: Ants (en, green, archived)",
        "here: Here (en, blue, stays here, discreet)",
    ]
    shell.does("board", "reopen", "ants")
    assert not any(one.is_archived for one in all_of(Board))
