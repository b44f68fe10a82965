"""The page of all boards."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database
from fedconnect.web.boards import overview as view
from support.unit import a_board
from support.views_unit import Desk


@pytest.mark.parametrize(
    ("query", "is_writing"), [("", False), ("?for=writing", True), ("?for=reading", False)]
)
def test_every_board_is_listed_for_reading_or_for_writing(desk: Desk, query: str, is_writing: bool) -> None:
    with database.transaction() as session:
        a_board(session)
        a_board(session, "shelter", is_local_only=True)
    desk.sign_out()
    answer = desk.open(view.blueprint).get(f"/boards{query}")
    assert [one.slug for one in desk.shown["lines"]] == ["respite", "shelter"]
    assert desk.shown["is_writing"] is is_writing
    assert answer.headers["Cache-Control"] == "public, max-age=30"
