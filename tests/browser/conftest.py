"""A forum that a real Chromium visits: every request it makes and every complaint of its policy is written down."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from fedconnect.app import create_app
from fedconnect.forum import boards
from fedconnect.foundation import caches, database, queue
from fedconnect.foundation.logs import configure_log
from fedconnect.jobs import inbox as inbox_job
from fedconnect.migrating import migrate
from support.forum import settings_for
from support.home import FakeHomeServer
from support.processes import free_port

#: A busy machine shows a page late; nothing here is about how soon.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium these are skipped and say so; CI installs it first, and does without nothing."""
    if not Path(CHROMIUM).exists() and os.environ.get("BROWSER_TESTS") != "required":
        for item in items:
            if "tests/browser" in str(item.path):
                item.add_marker(pytest.mark.skip(reason="no Chromium: apt install chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--no-first-run",
    ]
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", *quiet]}


@dataclass
class Site:
    """A forum at an address that a browser can reach, with the home server of its people."""

    base: str
    home: FakeHomeServer
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("console", lambda message: self._note(message.type, message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _note(self, kind: str, said: str) -> None:
        if kind == "error" and "status of" not in said:
            self.complaints.append(said)

    def work(self) -> None:
        inbox_job.run()

    @property
    def strangers(self) -> list[str]:
        """Requests that left for a third party."""
        ours = (self.base + "/", self.home.base + "/", "data:", "blob:", "about:")
        return [url for url in self.asked if not url.startswith(ours)]


@pytest.fixture
def site(tmp_path: Path, valkey_url: str) -> Iterator[Site]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    settings = settings_for(
        tmp_path / "data",
        FEDCONNECT_BASE_URL=base,
        FEDCONNECT_BIND=f"127.0.0.1:{port}",
        FEDCONNECT_REDIS_URL=valkey_url,
    )
    app = create_app(settings)
    configure_log("critical")
    migrate(settings, database.installed())
    from fedconnect.activitypub import own_keys
    from fedconnect.forum.welcome_post import write_welcome

    with database.transaction() as session:
        own_keys.ensure_key(session, own_keys.INSTANCE, "/actor")
        for slug, name, summary in (
            (
                "respite",
                "Respite & breaks",
                "Short breaks for people who look after somebody. What helped, what did not.",
            ),
            ("benefits", "Benefits", "Forms, deadlines, appeals."),
        ):
            write_welcome(session, boards.create_board(session, slug, name, summary))
    queue.queue().connection.flushall()
    caches.clear_all()
    home = FakeHomeServer("127.0.0.3", forum=base)
    home.resident("dora")
    server = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Site(base, home)
    server.shutdown()
    home.close()
    caches.clear_all()
    database.installed().dispose()


@pytest.fixture
def visited(site: Site, page: Page) -> Iterator[Page]:
    """A page of a browser that is watched; nothing may leave for a third party, and nothing complain."""
    site.watch(page.context)
    page.set_default_timeout(PATIENCE_MS)
    yield page
    assert site.strangers == []
    assert site.complaints == []


def sign_in(site: Site, page: Page, onward: str = "/", wanted: str = "") -> None:
    """Sign in as Dora, as a person does."""
    page.goto(f"{site.base}/sign-in?next={onward}" + (f"&for={wanted}" if wanted else ""))
    page.get_by_label("Your handle, or just your server").fill(f"@dora@{site.home.host}")
    page.get_by_role("button", name="Find my server").click()
    page.get_by_role("button", name="Continue on").click()
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(site.base + onward)
