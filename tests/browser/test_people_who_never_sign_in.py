"""A board whose people live on two servers that are not ours, and sign in nowhere: they are asked, answer, read, and the
record tells it. The clock of the whole machine goes on by days."""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, expect

from support.fedify import PeoplesServer, install
from support.machine_clock import MachineClock
from support.meeting import Meeting, meeting

_PATIENCE_S = 100
_QUIET = ("yan", "xia")
_READERS = ("dora", "mira", "nell")


@pytest.fixture
def machine(tmp_path: Path) -> MachineClock:
    return MachineClock(tmp_path)


@pytest.fixture
def met(tmp_path: Path, machine: MachineClock) -> Iterator[Meeting]:
    with meeting(tmp_path, plugins="letter", machine=machine) as forum:
        yield forum


@pytest.fixture
def near(met: Meeting) -> Iterator[PeoplesServer]:
    server = PeoplesServer(install(), met, "zoe", "mo", *_QUIET)
    yield server
    server.close()


@pytest.fixture
def far(met: Meeting) -> Iterator[PeoplesServer]:
    server = PeoplesServer(install(), met, *_READERS)
    yield server
    server.close()


def wait(what: str, holds: Callable[[], Any]) -> Any:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if found := holds():
            return found
        time.sleep(0.2)
    raise AssertionError(f"never came: {what}")


def rows(met: Meeting, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(met.folder / "data" / "fedconnect.db", timeout=10) as opened:
        return opened.execute(query).fetchall()


def written(server: PeoplesServer, name: str, words: str) -> str:
    """What reached somebody in private with these words in it."""
    found = wait(
        f"“{words}” to {name}",
        lambda: next((one["html"] for one in server.wrote_to(name) if re.search(words, one["html"])), ""),
    )
    return str(found)


def ask(met: Meeting, server: PeoplesServer, name: str, words: str) -> str:
    """Somebody asks in public; return the address of their post once it has its hearing."""
    placed = "SELECT count(*) FROM hearing WHERE thresholds != '[]'"
    ((before,),) = rows(met, placed)
    uri = server.do(name, "write", met.handle, words=words, open=True)
    wait("its hearing", lambda: rows(met, placed) == [(before + 1,)])
    return uri


def links_in(html: str) -> list[str]:
    return re.findall(r'href="([^"]*\?link=[^"]*)"', html)


def fetch_as_a_server_does(met: Meeting, links: list[str]) -> None:
    """Every server fetches what its people are sent, for a card."""
    for link in links * 2:
        answer = requests.get(link, verify=str(met.folder / "tls" / "ca.pem"), timeout=20)
        assert answer.status_code == 200


def read_in_a_browser(browser: Browser, link: str) -> None:
    page = browser.new_context(ignore_https_errors=True, locale="en-GB").new_page()
    with page.expect_response(lambda answer: answer.url.endswith("/seen")) as said:
        page.goto(link)
    assert said.value.status == 204
    page.context.close()


def looks(met: Meeting) -> int:
    return int(rows(met, "SELECT count(*) FROM impression WHERE is_qualified")[0][0])


@pytest.mark.interop
@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_a_first_post_is_answered_by_a_listener_and_a_letters_link_is_a_reader_and_the_record_tells_both(
    met: Meeting, machine: MachineClock, near: PeoplesServer, far: PeoplesServer, browser: Browser
) -> None:
    met.command("moderator", "add", "respite", f"@mo@{near.base.removeprefix('https://')}")
    for name in _READERS:
        far.do(name, "follow", met.handle)
    offer = far.do("dora", "write", met.handle, words="listen, 3 a day, any time, Europe/London")
    written(far, "dora", "You listen on the board")

    machine.set(26)
    first = ask(met, near, "zoe", "How do you find a sitter who knows epilepsy?")
    assert "twelve hours" in written(near, "zoe", "we ask")
    quiet = [ask(met, near, name, f"A sitter for {name}?") for name in _QUIET]

    machine.set(28)
    met.command("surfacing", "now")
    asked = written(far, "dora", re.escape(first))
    assert asked.startswith(f'<p><a href="{first}"'), "an app opens the post itself"
    assert next(one for one in far.wrote_to("dora") if one["html"] == asked)["replyTo"] == offer
    (page,) = links_in(asked)
    fetch_as_a_server_does(met, [page])
    assert looks(met) == 0, "to fetch a link is not to read"
    read_in_a_browser(browser, page)
    wait("the look", lambda: looks(met) == 1)
    answer = far.do(
        "dora", "write", met.handle, words="We asked the epilepsy nurse", replyTo=first, open=True
    )
    wait("the answer", lambda: rows(met, "SELECT 1 FROM hearing WHERE answerers = 1 AND state = 'open'"))
    near.do("zoe", "like", met.handle, post=answer)
    wait("its end", lambda: rows(met, "SELECT 1 FROM hearing WHERE state = 'answered'"))

    for name in _READERS:
        far.do(name, "write", met.handle.replace("respite", "letter"), words="topics sitter<br>letter daily")
        written(far, name, "once a day, about: sitter")
    machine.set(34)
    met.command("surfacing", "now")
    for name in _READERS:
        links = links_in(written(far, name, "hardly anybody has seen"))
        assert len(links) == len(quiet)
        before = looks(met)
        fetch_as_a_server_does(met, links)
        assert looks(met) == before
        for number, link in enumerate(links, 1):
            read_in_a_browser(browser, link)
            wait("the look", lambda: looks(met) == before + number)  # noqa: B023  it is waited for at once
        answer = requests.get(links[0], verify=str(met.folder / "tls" / "ca.pem"), timeout=20)
        assert "data-seen" not in answer.text, "each counts once"
    assert looks(met) == 1 + len(_READERS) * len(quiet)

    machine.set(191)  # so that a board's week is known
    near.do("mo", "write", met.handle, words="How did it go?", replyTo=first, open=True)
    wait("the moderator", lambda: rows(met, "SELECT 1 FROM board WHERE attended_at IS NOT NULL"))
    ask(met, near, "zoe", "And a sitter for a whole weekend?")
    assert rows(met, "SELECT floor FROM hearing ORDER BY id DESC LIMIT 1") == [(1,)], (
        "by what letters brought"
    )
    machine.set(220)
    met.command("surfacing", "now")
    (weekend,) = links_in(written(far, "mira", "whole weekend"))
    read_in_a_browser(browser, weekend)
    wait("it is heard", lambda: rows(met, "SELECT 1 FROM hearing WHERE state = 'heard'"))

    record = browser.new_context(ignore_https_errors=True, locale="en-GB").new_page()
    record.goto(f"https://localhost:{met.port}/boards/respite/hearing")
    for told, count in (("heard", 1), ("answered", 1)):
        figure = record.locator("dl.figures > div").filter(has_text=re.compile(f"^{told}"))
        expect(figure.locator("dd")).to_have_text(str(count))
    assert rows(met, "SELECT count(*) FROM reader") == [(0,)], "nobody ever signed in"
