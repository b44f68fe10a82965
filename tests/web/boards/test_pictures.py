"""A board's pictures: none of boards that want to be found by nobody."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from fedconnect.foundation import database
from fedconnect.site import drawing, pictures
from fedconnect.web.boards import pictures as view
from support.cli_unit import keep
from support.unit import a_board
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.sign_out()
    return desk.open(view.blueprint)


def test_a_discreet_board_has_no_card_and_one_that_stays_here_no_picture_at_all(opened: Desk) -> None:
    keep(a_board, "hidden", is_discreet=True)
    keep(a_board, "here", is_local_only=True, is_discreet=True)
    assert opened.get("/boards/hidden/card.png").status_code == 404
    for path in ("/boards/here/card.png", "/boards/here/icon.png", "/boards/nowhere/icon.png"):
        assert opened.get(path).status_code == 404, path


def test_a_card_is_drawn_and_may_be_kept_for_a_day(opened: Desk) -> None:
    keep(a_board, "respite", summary="Short breaks. And more.")
    answer = opened.get("/boards/respite/card.png")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/png", "public, max-age=86400")
    with Image.open(io.BytesIO(answer.data)) as found:
        assert found.size == drawing.CARD


def test_the_icon_is_a_tile_until_there_is_a_picture(opened: Desk) -> None:
    board = keep(a_board, "respite")
    tile = opened.get("/boards/respite/icon.png").data
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "#ff0000").save(made, "WEBP", lossless=True)
    with database.transaction() as session:
        session.merge(board, load=False).picture = pictures.keep(session, made.getvalue())
    answer = opened.get("/boards/respite/icon.png")
    assert answer.data != tile
    with Image.open(io.BytesIO(answer.data)) as found:
        assert (found.size, found.convert("RGB").getpixel((9, 9))) == ((400, 400), (255, 0, 0))
