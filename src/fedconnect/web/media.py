"""Pictures of other servers, through our own proxy."""

from __future__ import annotations

import re

from flask import Blueprint, send_file
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.federation import media_proxy
from fedconnect.foundation.errors import NotFound

blueprint = Blueprint("media", __name__)
_WEEK_S = 7 * 86_400


@blueprint.get("/media/<digest>")
def picture(digest: str) -> BaseResponse:
    """Show a picture that some post brought here; an address cannot be asked for."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise NotFound("no digest")
    response = send_file(media_proxy.get_picture(digest), mimetype="image/webp", max_age=_WEEK_S)
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
