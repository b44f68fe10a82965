"""What lets a browser keep FedConnect like an app: a manifest, and a page for when there is no line."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, make_response, render_template, send_file

from fedconnect.web.negotiation import open_json

blueprint = Blueprint("pwa", __name__)
_DAY_S = 86_400


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Name, colours and icon. Ref: W3C Web Application Manifest."""
    return open_json(
        {
            "id": "/",
            "name": "FedConnect",
            "short_name": "FedConnect",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#fbf8f2",
            "theme_color": "#23645d",
            "icons": [{"src": "/static/icon.svg", "type": "image/svg+xml", "sizes": "any", "purpose": "any"}],
        },
        "application/manifest+json; charset=utf-8",
        max_age_s=_DAY_S,
    )


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
    response = make_response(
        render_template("offline.html", visit=None)
    )  # a browser keeps it: nothing of a reader
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
