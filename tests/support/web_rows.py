"""What tests of single web modules need: a Flask app with nothing in it, and who asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import Headers

from fedconnect.accounts.sessions import Visit
from fedconnect.foundation import clock
from fedconnect.web import current_visit


def a_bare_app(**config: Any) -> Flask:
    """An app without pages, with what `current_visit` reads of the settings."""
    app = Flask("bare", static_folder=None)
    app.config.update({"TRUSTED_PROXIES": (), "COOKIE_PREFIX": "", "SECURE_COOKIES": False, **config})
    return app


def a_reader_asking(**values: Any) -> Visit:
    """The visit of somebody who joined a month ago, without any row."""
    known = {
        "session_id": 1, "reader_id": 2, "person_id": 3, "person_uri": "https://home.example/users/dora",
        "name": "Dora",
        "handle": "@dora@home.example", "home_id": 4, "home_host": "home.example", "software": "mastodon",
        "joined_at": clock.now() - timedelta(days=30), "hides_authors": None, "has_news": False,
    }  # fmt: skip
    return Visit(**{**known, **values})


class Rendered:
    """Stands for `render_template` of a module: which templates were asked for, and with what."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: Any) -> None:
        self.pages: list[tuple[str, dict[str, Any]]] = []
        monkeypatch.setattr(module, "render_template", self.render)

    def render(self, template: str, **facts: Any) -> str:
        self.pages.append((template, facts))
        return f"<p>{template}</p>"

    @property
    def last(self) -> tuple[str, dict[str, Any]]:
        return self.pages[-1]


def somebody_asks(monkeypatch: pytest.MonkeyPatch, visit: Visit | None) -> None:
    """Let every request be this reader's, or nobody's."""
    monkeypatch.setattr(current_visit, "find_visit", lambda: visit)


def vary_of(headers: Headers) -> set[str]:
    return {one.strip() for one in headers.get("Vary", "").split(",") if one.strip()}
