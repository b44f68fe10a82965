"""The list of what is still open."""

from __future__ import annotations

from flask import Blueprint, render_template

from fedconnect.foundation import clock

from . import opportunities

blueprint = Blueprint("funding", __name__, template_folder="templates")


@blueprint.get("/")
def open_opportunities() -> str:
    """Show open opportunities."""
    today = clock.now().date()
    found = [(one, opportunities.time_left(one.closes, today)) for one in opportunities.list_open()]
    return render_template("funding/list.html", found=found, hashtags=sorted(opportunities.wanted_hashtags()))
