"""The demo's moderators: each case is decided as the script says, by its own rule, and nobody else's words are taken for it."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from fedconnect.demo.moderators import DemoModerators
from fedconnect.demo.visitor import SeenPage
from fedconnect.demo.world import read_world

WORLD = read_world(datetime(2026, 11, 30, tzinfo=UTC))
RULES = "".join(f'<input type="radio" name="rule" value="{n}. Rule {n}">' for n in range(1, 6))
LIST = '<a href="/moderation/7">Reported</a><a href="/moderation/7">again</a>'


class Browser:
    """A browser whose pages the test writes."""

    def __init__(self, case: str, listed: str = LIST) -> None:
        self.pages = {"/moderation": listed, "/moderation/7": case}
        self.sent: list[tuple[str, Mapping[str, Any]]] = []

    def get(self, path: str) -> SeenPage:
        return SeenPage(200, self.pages.get(path, ""), "")

    def post(self, path: str, fields: Mapping[str, Any]) -> SeenPage:
        self.sent.append((path, fields))
        return SeenPage(303, "", "/moderation")


class Everybody:
    host = "127.0.0.1:8001"

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def browser_of(self, name: str) -> Browser:
        return self.browser


def work(case: str, listed: str = LIST) -> list[tuple[str, Mapping[str, Any]]]:
    browser = Browser(case, listed)
    DemoModerators(WORLD, Everybody(browser)).work("priya")  # type: ignore[arg-type]
    return browser.sent


def post(name: str) -> Any:
    return next(one for one in WORLD.posts if one.name == name)


def shown(name: str) -> str:
    first, *rest = post(name).text.split("\n")
    return (
        RULES
        + f"<p><strong>{html.escape(first)}</strong></p><p class='words'>{html.escape(' '.join(rest))}</p>"
    )


@pytest.mark.parametrize(
    ("name", "action", "rule"),
    [("rude-1", "remove", "1"), ("rude-3", "ban", "1"), ("off-1", "lock", "3"), ("names-1", "remove", "2")],
)
def test_what_the_script_knows_is_decided_as_it_says(name: str, action: str, rule: str) -> None:
    ((path, fields),) = work(shown(name))
    assert path == "/moderation/7", "a case that stands there twice is decided once"
    assert fields["action"] == action
    assert fields["rule"] == f"{rule}. Rule {rule}"
    assert fields["reason"] == post(name).verdict.reason


def test_what_it_does_not_know_is_left_as_it_is() -> None:
    ((_, fields),) = work(RULES + "<p>Something else altogether</p>")
    assert fields["action"] == "leave"


def test_what_is_held_is_shown_and_a_message_is_answered() -> None:
    ((_, fields),) = work(RULES + '<button value="release">Show</button>')
    assert fields["action"] == "release"
    ((path, fields),) = work('<form action="/moderation/7/answer">')
    assert (path, set(fields)) == ("/moderation/7/answer", {"words"})


def test_where_nothing_waits_nothing_is_decided() -> None:
    assert work(shown("rude-1"), "<p>Nothing to review.</p>") == []


def test_who_was_asked_says_yes_once_to_each_board() -> None:
    browser = Browser("")
    team = DemoModerators(WORLD, Everybody(browser))  # type: ignore[arg-type]
    letters = [
        "<p>… here: http://127.0.0.1:8000/invitations/12</p>",
        "…/invitations/13 and again /invitations/12",
    ]
    assert team.accept("mo", letters) == 2
    assert [path for path, _ in browser.sent] == ["/invitations/12", "/invitations/13"]
