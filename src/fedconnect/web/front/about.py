"""What this is."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.forum import quiet_ways
from fedconnect.web import link_previews
from fedconnect.web.responses import public_page

blueprint = Blueprint("front/about", __name__)


@blueprint.get("/about")
def about() -> Response:
    """What this is, who sees what, and how to take part."""
    return public_page(
        "front/about.html", letter=quiet_ways.letter_handle(), preview=link_previews.of_forum("/about")
    )
