"""Pages and feeds as answers: each kind says who may keep a copy, and whether search engines may know of it."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, make_response, render_template

from fedconnect.foundation import clock

ATOM = "application/atom+xml; charset=utf-8"
_PUBLIC_LIFE_S = 30
# XML 1.0 §2.2: characters that no document may hold, escaped or not.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain_page(template: str, status: int = 200, **facts: Any) -> Response:
    """Return a page about whose copies nothing is said."""
    return make_response(render_template(template, **facts), status)


def personal_page(template: str, status: int = 200, **facts: Any) -> Response:
    """Return a page that is somebody's own, or a team's: search engines are asked to stay away."""
    response = plain_page(template, status, **facts)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def public_page(template: str, **facts: Any) -> Response:
    """Return a page that caches may share for half a minute; search engines stay away from a discreet board's."""
    response = plain_page(template, now=clock.now(), **facts)
    response.headers["Cache-Control"] = f"public, max-age={_PUBLIC_LIFE_S}"
    if getattr(facts.get("board"), "is_discreet", False):
        response.headers["X-Robots-Tag"] = "noindex"
    response.vary.add("Accept")
    return response


def public_feed(template: str, **facts: Any) -> Response:
    """Return an Atom feed that caches may share for half a minute. Ref: RFC 4287."""
    response = public_page(template, **facts)
    return as_atom(response)


def as_atom(response: Response) -> Response:
    """Return an answer as an Atom feed, with U+FFFD for what no XML may hold: what somebody wrote elsewhere may hold anything."""
    response.set_data(_NOT_IN_XML.sub("\ufffd", response.get_data(as_text=True)))
    response.content_type = ATOM
    return response
