"""The forum as an app: a manifest of our own paths, a worker that is asked for anew, a page for when there is no line."""

from __future__ import annotations

import pytest

from fedconnect.web import pwa
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.draws(pwa)
    desk.sign_out()
    return desk.open(pwa.blueprint)


def test_a_manifest_names_nothing_of_other_servers(opened: Desk) -> None:
    answer = opened.get("/manifest.webmanifest")
    told = answer.json
    assert told is not None
    assert answer.mimetype == "application/manifest+json"
    assert (told["id"], told["start_url"], told["scope"], told["display"]) == ("/", "/", "/", "standalone")
    assert [one["src"] for one in told["icons"]] == ["/static/icon.svg"]
    assert answer.headers["Cache-Control"] == "public, max-age=86400"


def test_a_worker_is_asked_for_anew_each_time_or_an_old_one_would_never_go(opened: Desk) -> None:
    answer = opened.get("/offline-worker.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "/offline" in answer.text


def test_the_page_without_a_line_is_the_same_for_all_and_for_no_search_engine(opened: Desk) -> None:
    answer = opened.get("/offline")
    assert opened.template == "offline.html"
    assert opened.shown == {"visit": None}, "a browser keeps it, and it names nobody"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["X-Robots-Tag"] == "noindex"
