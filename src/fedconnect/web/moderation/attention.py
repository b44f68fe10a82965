"""How evenly posts are seen, for who runs the installation."""

from __future__ import annotations

from flask import Blueprint, Response, request
from markupsafe import Markup

from fedconnect.blocklists import instance_policies
from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.web import current_visit, languages
from fedconnect.web.responses import personal_page

blueprint = Blueprint("moderation/attention", __name__)
_TITLE = Sentence("Which part of all looks the least seen posts got")


@blueprint.get("/moderation/attention")
def show() -> Response:
    """The curve of one board, or of all, with the same in words and as a table."""
    from fedconnect.surfacing import attention  # noqa: PLC0415  numpy comes with the first reader, not at the start
    from fedconnect.surfacing.lorenz_chart import Curve, lorenz_svg  # noqa: PLC0415

    visit = current_visit.get_visit()
    slug = request.args.get("board", "")
    with database.read_transaction() as session:
        instance_policies.get_admin(session, visit)
        board = boards.get_board(session, slug) if slug else None
        found = attention.measure_attention(session, board)
        listed = boards.list_boards(session)
    drawing = ""
    if found is not None:
        heights = [0.0, *(share / 100 for share in found.shares)]
        name = board.name if board is not None else languages.gettext("All boards")
        drawing = lorenz_svg(languages.say(_TITLE), [Curve(name, heights)])
    return personal_page(
        "moderation/attention.html", board=board, boards=listed, found=found, fewest=attention.FEWEST,
        drawing=Markup(drawing),  # noqa: S704  its words are escaped
    )  # fmt: skip
