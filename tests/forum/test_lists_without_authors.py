"""Words before names: what is not to be told is not in what is sent."""

from __future__ import annotations

import pytest

from fedconnect.forum.lists_without_authors import without_names
from support.forum_rows import a_line


@pytest.mark.parametrize(
    ("choice", "board_hides", "is_hidden"),
    [(None, True, True), (None, False, False), (True, False, True), (False, True, False)],
)
def test_a_readers_choice_goes_before_the_boards(
    choice: bool | None, board_hides: bool, is_hidden: bool
) -> None:
    line = a_line(hides_authors=board_hides)
    (shown,) = without_names([line], choice)
    if is_hidden:
        assert (shown.author, shown.author_handle, shown.starter_uri) == (None, "", "")
        assert (shown.title, shown.id) == (line.title, line.id)
    else:
        assert shown == line


def test_a_boards_own_note_keeps_its_name() -> None:
    own = a_line(author_handle="", hides_authors=True)
    assert without_names([own], True) == [own]
    assert without_names([], None) == []
