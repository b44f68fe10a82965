"""A board's picture, and the card that link previews show: drawn here, for everybody to keep."""

from __future__ import annotations

from flask import Blueprint, Response, make_response

from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.foundation.html import plain
from fedconnect.site import drawing, pictures
from fedconnect.site.identity import get_site
from fedconnect.site.tints import tint_of

blueprint = Blueprint("boards/pictures", __name__)
_DAY_S = 86_400
_ICON_SIDE = 400


@blueprint.get("/boards/<slug>/icon.png")
def icon(slug: str) -> Response:
    """Its picture, or a tile in its hue with the letters that its name begins with."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        webp = pictures.get_picture(session, board.picture) if board.picture else None
    if webp is not None:
        return _png(drawing.as_icon(webp, _ICON_SIDE))
    return _png(drawing.draw_tile(drawing.initials(board.name), tint_of(board).deep))


@blueprint.get("/boards/<slug>/card.png")
def card(slug: str) -> Response:
    """What is shown beside a link to it; none of a discreet board's."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
    if board.is_discreet:
        raise NotFound("no card of a discreet board")
    tint = tint_of(board)
    line = plain(board.summary.partition(". ")[0], 160)
    return _png(drawing.draw_card(board.name, line, get_site().name, tint.deep, tint.pale))


def _png(drawn: bytes) -> Response:
    response = make_response(drawn)
    response.content_type = "image/png"
    response.headers["Cache-Control"] = f"public, max-age={_DAY_S}"
    return response
