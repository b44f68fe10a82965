"""What lets a browser keep the forum like an app: a manifest, and a page for when there is no line."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, make_response, render_template, send_file

from fedconnect.site.accent import USUAL
from fedconnect.site.identity import SiteIdentity, get_site
from fedconnect.web.negotiation import open_json

blueprint = Blueprint("pwa", __name__)
_DAY_S = 86_400


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Name, colours and icon. Ref: W3C Web Application Manifest."""
    site = get_site()
    return open_json(
        {
            "id": "/",
            "name": site.name,
            "short_name": site.name[:30],
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#fbf8f2",
            "theme_color": site.accent or USUAL,
            "icons": _icons(site),
        },
        "application/manifest+json; charset=utf-8",
        max_age_s=_DAY_S,
    )


def _icons(site: SiteIdentity) -> list[dict[str, str]]:
    drawn = {"src": "/static/icon.svg", "type": "image/svg+xml", "sizes": "any", "purpose": "any"}
    small = {"src": "/apple-touch-icon.png", "type": "image/png", "sizes": "180x180", "purpose": "any"}
    return [small] if site.logo else [drawn, small]


@blueprint.get("/offline-worker.js")
def worker() -> Response:
    """The service worker; it keeps the offline page and our styles, and never a reader's page."""
    path = Path(__file__).parent / "static" / "offline-worker.js"
    response = send_file(path, mimetype="text/javascript", max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/offline")
def offline() -> Response:
    """What is shown when the server cannot be reached."""
    response = make_response(render_template("offline.html"))
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
