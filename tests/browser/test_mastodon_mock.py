"""The good road with a home server that is not ours: mastodon_mock, a public imitation of Mastodon.

It speaks the client API and WebFinger but has no actors of its own; those are served beside it, on one origin.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from fedconnect.foundation import database
from fedconnect.models.person import Person
from fedconnect.models.reader import Reader
from support.processes import free_port, kill_tree, wait_for
from support.remote import Received, RemoteServer
from tests.browser.conftest import PATIENCE_MS, Site


class Front(RemoteServer):
    """One origin: actors are answered here, everything else by mastodon_mock behind it."""

    def __init__(self, address: str, behind: str) -> None:
        super().__init__(address)
        self.behind = behind

    def answer_api(self, request: Received) -> tuple[int, dict[str, str], bytes] | None:
        if request.path.startswith("/users/"):
            return None
        headers = {**request.headers, "host": self.host}
        answer = requests.request(
            request.method,
            self.behind + request.path,
            data=request.body,
            headers=headers,
            allow_redirects=False,
            timeout=10,
        )
        kept = {
            name: value
            for name, value in answer.headers.items()
            if name.lower() in {"content-type", "location"}
        }
        content = answer.content
        if request.path == "/api/v1/accounts/verify_credentials" and answer.status_code == 200:
            told = answer.json()  # it gives its page's address as `uri`, where Mastodon gives the actor's id
            content = json.dumps({**told, "uri": f"{self.base}/users/{told['username']}"}).encode()
        return answer.status_code, kept, content


@pytest.fixture
def mock(tmp_path: Path) -> Iterator[Front]:
    port = free_port()
    front = Front("127.0.0.5", f"http://127.0.0.1:{port}")
    log = (tmp_path / "mock.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "mastodon_mock", "serve", "--in-memory", "--demo", "--host", "127.0.0.1", "--port", str(port), "--domain", front.host],
        stdout=log, stderr=log, start_new_session=True, cwd=tmp_path,
    )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/api/v2/instance")
        yield front
    finally:
        kill_tree(process)
        front.close()
        log.close()


def test_somebody_who_lives_on_a_server_that_is_not_ours_signs_in(
    site: Site, page: Page, mock: Front
) -> None:
    page.set_default_timeout(PATIENCE_MS)
    page.goto(site.base + "/sign-in?next=/boards/respite")
    page.get_by_label("Your handle, or just your server").fill(mock.host)
    page.get_by_role("button", name="Find my server").click()
    page.get_by_role("button", name="Continue on").click()
    first = page.locator("button[name=username]").first
    name = first.get_attribute("value") or ""
    mock.person(name, key=4)
    first.click()
    page.wait_for_url(site.base + "/boards/respite")
    page.get_by_role("link", name="You", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name.capitalize())
    with database.read_transaction() as session:
        (person,) = session.query(Person).join(Reader, Reader.person_id == Person.id).all()
    assert person.uri == f"{mock.base}/users/{name}"
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
