"""What the steps of signing in show, and what they ask for."""

from __future__ import annotations

from flask import Response, make_response, render_template

from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.sign_in import Begun
from fedconnect.foundation.errors import FedConnectError
from fedconnect.web import current_visit


def show_way_on(begun: Begun, wanted: tuple[Permission, ...]) -> Response:
    """Return the page with the link to somebody's own server; this browser remembers that it began."""
    response = sign_in_page("sign_in/link.html", begun=begun, wanted=wanted)
    current_visit.keep_browser_secret(response, begun.browser)
    return response


def wanted_permissions(names: list[str]) -> tuple[Permission, ...]:
    """Return the permissions that were named, each once."""
    known = {one.value: one for one in Permission}
    return tuple(dict.fromkeys(known[name] for name in names[:10] if name in known))


def status_of(error: FedConnectError) -> int:
    """Return the status of a page that says why it did not work."""
    return error.status if error.status >= 500 or error.status in {400, 403, 409, 429} else 422


def sign_in_page(template: str, status: int = 200, **facts: object) -> Response:
    """Return a page that nobody keeps and nobody searches."""
    response = make_response(render_template(template, **facts), status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
