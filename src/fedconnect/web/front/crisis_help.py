"""Where people find help at once."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.moderation import help_lines
from fedconnect.web.languages import language, regions
from fedconnect.web.responses import plain_page

blueprint = Blueprint("front/crisis_help", __name__)


@blueprint.get("/help-now")
def crisis_help() -> Response:
    """Where people find help at once."""
    return plain_page("front/crisis_help.html", countries=help_lines.list_help(regions(), [language()]))
