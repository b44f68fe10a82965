"""A crawl over every address, in every format, by seven roles: nothing hidden, and no name that stands nowhere."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from fedconnect.models.outbound import OutboundActivity
from support.team import Team, addresses
from support.visitor import Visitor

FORMATS = ("text/html,*/*;q=0.8", "application/activity+json", "application/atom+xml", "application/json")
#: What nobody may find, but those who look after the board on its list, and an author their own words.
HIDDEN = (
    "canaryremoved",
    "canaryheld",
    "canarydeleted",
    "canaryfollowers",
    "canarymessage",
    "canarynote",
    "canaryreport",
    "canaryunnamed",
    "canarysealed",
)
NAMES = ("modesta", "reporta", "unnameda")
MAY_READ = {
    ("author", "/you/news"),
    ("moderator", "/moderation"), ("moderator", "/moderation/<case_id>"), ("admin", "/moderation"),
    ("admin", "/moderation/<case_id>"), ("author", "/decisions/<decision_id>"),
    ("moderator", "/boards/<slug>/threads/<thread_id>/<post_id>/moderate"),
    ("admin", "/boards/<slug>/threads/<thread_id>/<post_id>/moderate"),
}  # fmt: skip
#: The board has one moderator, so an appeal is heard by somebody of another board: they read what it is about.
MAY_HEAR = {("other", "/moderation"), ("other", "/moderation/<case_id>")}
#: Those who look after a board know each other; a reader reads their own name on their own pages.
MAY_NAME = {("moderator", "/boards/<slug>/care"), ("admin", "/boards/<slug>/care")}
OWN_PAGES = re.compile(r"/you(/.*)?")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_p04_a_crawl_finds_nothing_hidden_and_no_name_that_stands_nowhere(
    team: Team, app: Flask, crawled: dict[str, Visitor]
) -> None:
    leaks, seen = [], 0
    for rule, path in addresses(team, app):
        for role, browser in crawled.items():
            for accept in FORMATS if role in {"visitor", "reader"} else FORMATS[:2]:
                answer = browser.get(path, Accept=accept)
                seen += 1
                text = answer.get_data(as_text=True) + str(answer.headers)
                if path.partition("?")[2]:
                    text = text.replace(path.rpartition("=")[2], "")  # what was asked for is shown again
                found = [word for word in HIDDEN if word in text]
                if role != "visitor" and rule.startswith("/here/"):
                    found = [word for word in found if word != "canarysealed"]
                if (role, rule) in MAY_HEAR:
                    found = [word for word in found if word != "canaryremoved"]
                hidden = found if (role, rule) not in MAY_READ else []
                named = [
                    name for name in NAMES
                    if re.search(rf"\b{name}\b", text) and (role, rule) not in MAY_NAME
                    and not (role == "moderator" and OWN_PAGES.fullmatch(path))
                ]  # fmt: skip
                if hidden or named:
                    leaks.append((role, rule, path, accept, hidden + named))
                assert answer.status_code != 500, (role, path, accept)
    assert not leaks, "\n".join(map(str, leaks))
    assert seen > 1500


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_no_name_that_stands_nowhere_is_sent_to_another_server(
    team: Team, crawled: dict[str, Visitor]
) -> None:
    for one in team.forum.rows(OutboundActivity):
        for name in NAMES:
            addressed = f"/users/{name}" in one.body and '"type":"Note"' in one.body.replace(" ", "")
            assert not re.search(rf"\b{name}\b", one.body) or addressed, one.body[:300]
        assert not any(word in one.body for word in HIDDEN if word != "canaryremoved"), one.body[:300]
