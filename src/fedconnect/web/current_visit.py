"""Who is asking: the reader behind a cookie, the address behind a proxy, and whether a form is our own.

Pages set no cookie for somebody who is not signed in. A page for a reader is for that reader alone.
"""

from __future__ import annotations

import ipaddress
from typing import cast

from flask import Flask, Response, current_app, g, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import grants, sessions
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.foundation import database, own_address
from fedconnect.foundation.errors import FedConnectError, NotPermitted, TooMany
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.foundation.settings import Settings

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_WITHOUT_ORIGIN = frozenset(
    {"activitypub/inboxes"}
)  # other servers post there, and prove themselves otherwise
_ON_THIS_MACHINE = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
_BROWSER_LIFE_S = 600
_STATUS_LIFE_S = 30
_SESSION_LIFE_S = 90 * 86_400


class SignInNeeded(FedConnectError):
    """This is for readers who are signed in (401); the page lets them, and asks for what is `wanted` too."""

    status = 401
    safe = "Please sign in first."

    def __init__(self, detail: str, *, wanted: tuple[Permission, ...] = ()) -> None:
        super().__init__(detail)
        self.wanted = wanted


def install_visit_checks(app: Flask, settings: Settings) -> None:
    """Check every request's origin, and keep what is for one reader out of shared caches."""
    app.config["TRUSTED_PROXIES"] = settings.trusted_proxies
    app.config["COOKIE_PREFIX"] = "__Host-" if settings.is_secure else ""
    app.config["SECURE_COOKIES"] = settings.is_secure
    app.before_request(_check_origin)
    app.after_request(_keep_private)
    app.context_processor(lambda: {"visit": find_visit()})


def find_visit() -> Visit | None:
    """Return the reader who is asking, looked up once a request."""
    if "visit" not in g:
        cookie = request.cookies.get(_name("session"), "")
        g.visit = sessions.find_visit(cookie) if cookie else None
    return cast("Visit | None", g.visit)


def get_visit() -> Visit:
    """Return the reader who is asking.

    Raises:
        SignInNeeded: nobody is signed in.
    """
    found = find_visit()
    if found is None:
        raise SignInNeeded("nobody is signed in")
    return found


def held_permissions() -> frozenset[Permission]:
    """Return what the reader who is asking has permitted; nothing where nobody is signed in."""
    visit = find_visit()
    if visit is None:
        return frozenset()
    with database.read_transaction() as session:
        return grants.permissions_of(session, visit)


def browser_secret() -> str:
    """Return what this browser kept since it began to sign in."""
    return request.cookies.get(_name("sign_in"), "")[:100]


def keep_browser_secret(response: BaseResponse, secret: str) -> None:
    """Let this browser remember that it began to sign in, for ten minutes."""
    _set(response, "sign_in", secret, _BROWSER_LIFE_S)


def keep_session(response: BaseResponse, cookie: str) -> None:
    """Sign this browser in; what it had before is forgotten."""
    _set(response, "session", cookie, _SESSION_LIFE_S)
    _forget(response, "sign_in")


def forget_session(response: BaseResponse) -> None:
    """Sign this browser out, and let it drop what it kept of us."""
    _forget(response, "session")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    g.visit = None


def kept_status() -> str:
    """Return what this browser keeps of what was done just now."""
    return request.cookies.get(_name("said"), "")[:200]


def keep_status(response: BaseResponse, what: str) -> None:
    """Let this browser remember what was done until the next page, half a minute at most."""
    _set(response, "said", what, _STATUS_LIFE_S)


def drop_status(response: BaseResponse) -> None:
    """Let this browser forget what was done: a page has said it."""
    _forget(response, "said")


def client_address() -> str:
    """Return the visitor's address for counting: behind a trusted proxy the one that it names."""
    named = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    found = request.remote_addr or "127.0.0.1"
    while named and _is_trusted(found):
        found = named.pop()
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return "unknown"


def check_rate_limit(what: RateLimit, name: str) -> None:
    """Count one try.

    Raises:
        TooMany: as many as may be in the window.
    """
    if wait_s := what.take(name):
        raise TooMany(f"{what.name}: {name}", retry_after_s=wait_s)


def _check_origin() -> None:
    """Refuse what another site makes a browser send. Ref: Fetch metadata; case O09."""
    if request.method in _SAFE_METHODS or request.blueprint in _WITHOUT_ORIGIN or request.blueprint is None:
        return
    origin = request.headers.get("Origin")
    ours = (
        origin == own_address.base_url() if origin else request.headers.get("Sec-Fetch-Site") == "same-origin"
    )
    if not ours:
        raise NotPermitted("another site's form", safe="This form was not sent from a page of ours.")


def _keep_private(response: Response) -> Response:
    """Keep what depends on who asks out of shared caches; pictures and documents do not depend on it."""
    if "visit" not in g and "Set-Cookie" not in response.headers:
        return response
    response.vary.add("Cookie")
    if find_visit() is not None or "Set-Cookie" in response.headers:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _is_trusted(text: str) -> bool:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return False
    networks = current_app.config["TRUSTED_PROXIES"] or _ON_THIS_MACHINE
    return any(found.version == network.version and found in network for network in networks)


def _name(what: str) -> str:
    return f"{current_app.config['COOKIE_PREFIX']}fedconnect_{what}"


def _set(response: BaseResponse, what: str, value: str, life_s: int) -> None:
    response.set_cookie(
        _name(what), value, max_age=life_s, path="/", httponly=True, samesite="Lax",
        secure=current_app.config["SECURE_COOKIES"],
    )  # fmt: skip


def _forget(response: BaseResponse, what: str) -> None:
    response.delete_cookie(
        _name(what), path="/", httponly=True, samesite="Lax", secure=current_app.config["SECURE_COOKIES"]
    )
