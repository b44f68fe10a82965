"""The same case with real processes behind TLS, and a reporter who is not ours: Fedify reports, and sees the Undo."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from support.fedify import install, run
from support.home import FakeHomeServer
from support.meeting import Meeting, meeting
from tests.browser.conftest import PATIENCE_MS

WORDS = "A sentence that somebody may mind"
_PATIENCE_S = 60


@pytest.fixture(scope="module")
def node() -> Path:
    return install()


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path) as forum:
        yield forum


@pytest.fixture
def home(met: Meeting) -> Iterator[FakeHomeServer]:
    server = FakeHomeServer("127.0.0.3", forum=base_of(met))
    for key, name in enumerate(("opal", "mo", "pia")):
        server.resident(name, key=key)
    yield server
    server.close()


def base_of(met: Meeting) -> str:
    return f"https://localhost:{met.port}"


def wait(what: str, holds: Callable[[], Any]) -> Any:
    """Wait for what the workers do in their own time."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if found := holds():
            return found
        time.sleep(0.2)
    raise AssertionError(f"never came: {what}")


def count(met: Meeting, table: str) -> int:
    with sqlite3.connect(met.folder / "data" / "fedconnect.db", timeout=10) as opened:
        return int(opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def write(met: Meeting, home: FakeHomeServer) -> str:
    """Let Opal's server send a post of hers to the board."""
    opal = home.people["opal"]
    note = opal.note(WORDS, f"{base_of(met)}/boards/respite")
    body, url = json.dumps(opal.create(note)).encode(), f"{base_of(met)}/inbox"
    headers = opal.sign(url, body)
    answer = requests.post(
        url, data=body, headers=headers, timeout=10, verify=str(met.folder / "tls" / "ca.pem")
    )
    assert answer.status_code == 202, answer.text
    return str(note["id"])


def arrive(met: Meeting, home: FakeHomeServer, browser: Browser, name: str) -> Page:
    """Sign somebody in, in a browser of their own, as a person does."""
    home.at_the_keyboard = name
    page = browser.new_context(ignore_https_errors=True, locale="en-GB").new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{base_of(met)}/sign-in")
    page.get_by_label("Your handle, or just your server").fill(f"@{name}@{home.host}")
    page.get_by_role("button", name="Find my server").click()
    page.get_by_role("button", name="Continue on").click()
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_role("link", name="You", exact=True)).to_be_visible()
    return page


def letters(home: FakeHomeServer) -> list[str]:
    opal = home.people["opal"].uri
    return [one["object"]["content"] for one in home.delivered("Create") if one["to"] == [opal]]


@pytest.mark.interop
def test_a_peer_that_is_not_ours_reports_and_sees_the_boost_undone_and_made_anew(
    node: Path, met: Meeting, home: FakeHomeServer, browser: Browser
) -> None:
    with ThreadPoolExecutor(1) as pool:
        story = pool.submit(run, node, met, story="case", patience_s=240)
        for name in ("mo", "pia"):
            met.command("moderator", "add", "respite", f"@{name}@{home.host}")
        wait("the follow", lambda: count(met, "follow"))
        write(met, home)
        wait("the report", lambda: count(met, "report"))
        mo = arrive(met, home, browser, "mo")
        mo.get_by_role("link", name="Review").click()
        expect(mo.get_by_text("This mocks my sister")).to_be_visible()
        expect(mo.get_by_text("Keys: j and k move")).to_be_visible()
        for key in ("j", "1", "r"):
            mo.keyboard.press(key)
        expect(mo.get_by_text("Done: 1 decided.")).to_be_visible()
        told = wait("the letter", lambda: next((one for one in letters(home) if "Be kind" in one), ""))
        link = re.search(r"/decisions/\d+", told)
        assert link is not None
        author = arrive(met, home, browser, "opal")
        author.goto(base_of(met) + link[0])
        author.get_by_label("Why you object").fill("I quoted what was said to me.")
        author.get_by_role("button", name="Ask somebody else to look").click()
        pia = arrive(met, home, browser, "pia")
        pia.goto(base_of(met) + "/moderation")
        pia.get_by_role("link", name="An objection").click()
        pia.get_by_label("Your answer to them").fill("It is a quotation, and may stand.")
        pia.get_by_role("button", name="Take the decision back").click()
        wait("the outcome", lambda: any("You were right" in one for one in letters(home)))
        status, steps, failed = story.result()
    assert status == 0, failed
    assert steps[-6:] == [
        "the announcement is undone", "by the board itself", "of the same post", "it is announced anew",
        "the very post", "all held",
    ]  # fmt: skip

    stranger = browser.new_context(ignore_https_errors=True, locale="en-GB").new_page()
    stranger.goto(base_of(met) + "/boards/respite")
    expect(stranger.get_by_text(WORDS).first).to_be_visible()
    stranger.goto(base_of(met) + "/boards/respite/log")
    expect(
        stranger.get_by_role("heading", name="An objection was heard, and the decision was taken back")
    ).to_be_visible()
    text = stranger.inner_text("main")
    for name in ("mo@", "pia@", "opal@", "zoe", WORDS, "my sister"):
        assert name not in text
