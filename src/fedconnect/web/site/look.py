"""How the forum looks: its accent as a style sheet, and the pictures that its admins gave it."""

from __future__ import annotations

import re

from flask import Blueprint, Response, make_response

from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.site import accent, pictures
from fedconnect.site.identity import get_site

blueprint = Blueprint("site/look", __name__)
_WEEK_S = 7 * 86_400
_SCHEME = ":root:not([data-theme]) {{ --accent: {one.accent}; --accent-soft: {one.soft}; }}"


@blueprint.get("/site.css")
def style() -> Response:
    """The accent in both schemes, each dark or light enough to be read; empty where none was chosen."""
    chosen = get_site().accent
    text = ""
    if chosen:
        dark = _SCHEME.format(one=accent.dark_shades(chosen))
        text = f"{_SCHEME.format(one=accent.light_shades(chosen))}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n"
    response = make_response(text)
    response.content_type = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@blueprint.get("/pictures/<digest>")
def picture(digest: str) -> Response:
    """A logo, or a board's picture; other servers show it too."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise NotFound("no digest")
    with database.read_transaction() as session:
        webp = pictures.get_picture(session, digest)
    response = make_response(webp)
    response.content_type = "image/webp"
    response.headers["Cache-Control"] = f"public, max-age={_WEEK_S}, immutable"
    return response
