"""Which of its forms an address is asked for, and how JSON is answered."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from fedconnect.activitypub import strict_json
from fedconnect.activitypub.vocabulary import MEDIA_TYPE
from fedconnect.web.authorized_fetch import is_wanted

_AP_TYPES = ("application/activity+json", "application/ld+json")


def wants_activitypub() -> bool:
    """Whether the request names an ActivityPub type, and prefers it to HTML (RFC 9110 §12.5.1)."""
    html = request.accept_mimetypes.quality("text/html")
    asked = [
        quality
        for kind, quality in request.accept_mimetypes
        if kind.partition(";")[0].strip().lower() in _AP_TYPES
    ]
    return bool(asked) and max(asked) >= html


def activity_json(document: dict[str, Any], *, max_age_s: int = 60) -> Response:
    """Answer with an ActivityPub document, which shared caches may keep for a moment.

    Where documents are for signed requests only, no shared cache may keep them.
    """
    response = Response(strict_json.dumps(document), content_type=f"{MEDIA_TYPE}; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={max_age_s}"
    response.vary.add("Accept")
    if is_wanted():
        response.headers["Cache-Control"] = "private, no-store"
        response.vary.add("Signature")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def open_json(document: dict[str, Any], content_type: str, *, max_age_s: int) -> Response:
    """Answer with a JSON document that any page may read (CORS `*`)."""
    response = Response(strict_json.dumps(document), content_type=content_type)
    response.headers["Cache-Control"] = f"public, max-age={max_age_s}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
