"""What the letter is, for people who meet it."""

from __future__ import annotations

from flask import Blueprint, render_template

from fedconnect.foundation import own_address

blueprint = Blueprint("letter", __name__, template_folder="templates")


@blueprint.get("/")
def about() -> str:
    """Say how to get the letter and how to end it."""
    return render_template("letter/about.html", handle=f"@letter@{own_address.host()}")
