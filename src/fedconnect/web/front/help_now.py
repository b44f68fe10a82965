"""Where people find help at once."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.moderation import help_lines
from fedconnect.web.responses import plain_page

blueprint = Blueprint("front/help_now", __name__)


@blueprint.get("/help-now")
def help_now() -> Response:
    """Where people find help at once."""
    return plain_page("front/help_now.html", countries=help_lines.list_help())
