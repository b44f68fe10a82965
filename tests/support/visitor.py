"""A person in a browser: cookies, the Origin header, forms found on pages."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from support.forum import BASE
from support.home import FakeHomeServer


class Visitor:
    """A browser of its own, as somebody would use it."""

    def __init__(self, app: Flask, user_agent: str = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0") -> None:
        self.client = app.test_client()
        self.headers = {"User-Agent": user_agent, "Accept": "text/html,*/*;q=0.8"}

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=BASE, headers={**self.headers, **headers})

    def page(self, path: str) -> str:
        return self.get(path).get_data(as_text=True)

    def post(self, path: str, fields: Any = None, **headers: str) -> TestResponse:
        sent = {**self.headers, "Origin": BASE, **headers}
        return self.client.post(
            path, data=fields or {}, base_url=BASE, headers={k: v for k, v in sent.items() if v}
        )

    def cookie(self, what: str) -> str | None:
        found = self.client.get_cookie(f"__Host-fedconnect_{what}", domain="forum.example")
        return found.value if found is not None else None

    def way_on(self, answer: TestResponse) -> str:
        """Return where the page that shows the way to a home server leads."""
        page = answer.get_data(as_text=True)
        found = re.search(r'class="door" href="([^"]+)"', page)
        assert found is not None, page
        return html.unescape(found[1])

    def come_back(self, url: str) -> TestResponse:
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}" == BASE
        return self.get(f"{parts.path}?{parts.query}")

    def sign_in(
        self, home: FakeHomeServer, name: str, *, typed: str = "", wanted: tuple[str, ...] = ()
    ) -> TestResponse:
        """Sign in as somebody who lives on a home server."""
        fields = {"account": typed or f"@{name}@{home.host}", "for": list(wanted)}
        return self.come_back(home.confirm(self.way_on(self.post("/sign-in", fields)), name))

    def permit(self, home: FakeHomeServer, name: str, *wanted: str) -> TestResponse:
        return self.come_back(home.confirm(self.way_on(self.post("/permit", {"for": list(wanted)})), name))


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def home() -> Iterator[FakeHomeServer]:
    server = FakeHomeServer("127.0.0.3")
    yield server
    server.close()


def changing_paths(app: Flask) -> list[str]:
    """Return an address for every form of the forum; what it names is not there."""
    return [
        re.sub(r"<any\(([a-z]+)[^>]*>", r"\1", str(rule)).replace("<slug>", "respite").replace("<session_id>", "1")
        .replace("<thread_id>", "1").replace("<post_id>", "1").replace("<mute_id>", "1")
        .replace("<topic_id>", "1").replace("<permission>", "write")
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not str(rule).endswith("inbox")
    ]  # fmt: skip
