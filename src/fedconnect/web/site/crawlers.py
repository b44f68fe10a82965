"""What programs look for at fixed addresses: where they need not look, whom to tell of a hole, and our icon."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, make_response

from fedconnect.foundation import clock, database, own_address
from fedconnect.foundation.errors import NotFound
from fedconnect.site import drawing, pictures
from fedconnect.site.accent import USUAL, light_shades
from fedconnect.site.identity import get_site

blueprint = Blueprint("site/crawlers", __name__)
#: Addresses that are somebody's own, change something or lead away; pages that say noindex themselves are left to say so.
NOT_FOR_CRAWLERS = (
    "/admin", "/moderation", "/servers", "/you", "/sign-in", "/sign-out", "/permit", "/seen", "/no/", "/here/",
    "/decisions/", "/invitations/", "/search", "/media/", "/offline",
    "/boards/*/new", "/boards/*/write", "/boards/*/follow", "/boards/*/ask", "/boards/*/care", "/boards/*/gathered",
    "/boards/*/threads/*/*/",
)  # fmt: skip
_DAY_S = 86_400
_TOUCH_SIDE, _FAVICON_SIDE = 180, 32
_EXPIRES = timedelta(days=180)  # RFC 9116 §2.5.5 recommends less than a year


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Where crawlers need not look. Ref: RFC 9309."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_CRAWLERS)]
    return _answer("\n".join(lines) + "\n", "text/plain; charset=utf-8")


@blueprint.get("/.well-known/security.txt")
def security() -> Response:
    """Whom to tell of a hole: the forum's contact. Ref: RFC 9116; without a contact there is nothing to say."""
    site = get_site()
    if not site.contact:
        raise NotFound("no contact was set")
    expires = (clock.now() + _EXPIRES).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {site.contact_link}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Canonical: {own_address.base_url()}/.well-known/security.txt",
    ]
    if site.languages:
        lines.append(f"Preferred-Languages: {', '.join(site.languages)}")
    return _answer("\n".join(lines) + "\n", "text/plain; charset=utf-8")


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The icon for browsers that read no SVG."""
    return _answer(drawing.as_ico(_icon(_FAVICON_SIDE, is_opaque=False)), "image/x-icon")


@blueprint.get("/apple-touch-icon.png")
def touch_icon() -> Response:
    """The icon on a phone's first screen."""
    return _answer(_icon(_TOUCH_SIDE, is_opaque=True), "image/png")


@blueprint.get("/card.png")
def card() -> Response:
    """What is shown beside a link to the forum itself."""
    site = get_site()
    colour = site.accent or USUAL
    drawn = drawing.draw_card(site.name, site.description, own_address.host(), _shade(colour), "#e4ddd0")
    return _answer(drawn, "image/png")


def _icon(side: int, *, is_opaque: bool) -> bytes:
    site = get_site()
    if site.logo:
        with database.read_transaction() as session:
            return drawing.as_icon(pictures.get_picture(session, site.logo), side)
    return drawing.draw_icon(_shade(site.accent or USUAL), side, is_opaque=is_opaque)


def _shade(colour: str) -> str:
    return light_shades(colour).accent


def _answer(body: str | bytes, kind: str) -> Response:
    response = make_response(body)
    response.content_type = kind
    response.headers["Cache-Control"] = f"public, max-age={_DAY_S}"
    return response
