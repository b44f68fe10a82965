"""A crawl over every address, in every format, by seven roles: nothing hidden, and no name that stands nowhere."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.jobs import delivery
from fedconnect.models.case import Case, CaseKind
from fedconnect.models.conduct import Invitation
from fedconnect.models.decision import Decision
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from moderation.conftest import WHY, Team
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


@pytest.fixture
def crawled(team: Team, app: Flask) -> dict[str, Visitor]:
    """A board with something of everything that is hidden."""
    forum = team.forum
    author = team.account("author")
    open_post = team.write("author", "An open question")
    removed = team.write("author", "The canaryremoved words")
    deleted = team.write("author", "The canarydeleted words")
    forum.tell(author, author.delete(deleted.uri))
    browsers = {
        "visitor": Visitor(app),
        "reader": team.reader("reader"),
        "author": team.reader("author"),
        "moderator": team.moderator("modesta"),
        "other": team.moderator("other", "benefits"),
        "former": team.moderator("former"),
        "admin": team.admin("admin"),
    }
    reporta = team.reader("reporta")
    reporta.post(team.path(open_post) + "/report", {"words": "canaryreport"})
    reporta.post(team.path(removed) + "/report", {"words": "canaryreport"})
    mod = browsers["moderator"]
    mod.post(team.path(removed) + "/moderate", {**WHY, "deed": "remove"})
    mod.post(team.path(open_post) + "/moderate", {**WHY, "deed": "lock"})
    (case,) = forum.rows(Case, Case.post_id == open_post.id, Case.kind == CaseKind.REPORT)
    mod.post(f"/moderation/{case.id}/note", {"words": "canarynote"})
    unnameda = team.reader("unnameda")
    for words in ("canaryunnamed, which waits", "canaryunnamed, to be asked"):
        unnameda.post("/boards/respite/ask", {"text": words, "for": "me"})
    (asked, _) = forum.rows(Case, Case.kind == CaseKind.UNNAMED)
    mod.post(f"/moderation/{asked.id}/publish", {"words": "What the board asks"})
    mod.post("/boards/respite/rules", {"rules": "Be kind.", "welcome": "Hello"})
    mod.post("/boards/respite/care", {"open_from": "1", "open_to": "2", "zone": "UTC", "holds_after_hours": "24",
                                      "slow_minutes": "0", "threads_a_stranger": "3", "threads_a_server": "19", "holds_first_posts": "on"})  # fmt: skip
    team.write("held", "The canaryheld words")
    private = author.note("canarymessage", forum.board(), to=[forum.board()], cc=[])
    forum.tell(author, author.create(private) | {"to": [forum.board()], "cc": []})
    narrow = author.note("canaryfollowers", forum.board(), to=[author.uri + "/followers"], cc=[])
    forum.tell(author, author.create(narrow) | {"to": [author.uri + "/followers"], "cc": []})
    with database.transaction() as session:
        from fedconnect.models.board import Moderator
        from fedconnect.models.person import Person

        former = session.query(Person).filter_by(username="former").one()
        session.query(Moderator).filter_by(person_id=former.id).delete()
    browsers["author"].post(f"/decisions/{_decision(team).id}/appeal", {"words": "Why?"})
    with database.transaction() as session:
        boards.create_board(session, "shelter", "Shelter", stays_here=True)
    browsers["author"].post("/here/shelter", {"text": "canarysealed words"})
    delivery.run()
    return browsers


def _decision(team: Team) -> Decision:
    return team.decision(kind="remove")


def addresses(team: Team, app: Flask) -> list[tuple[str, str]]:
    """Return every GET rule with each address that it stands for here."""
    forum = team.forum
    with database.reading() as session:
        readers = list(session.execute(select(Reader.id)).scalars())
    values = {
        "slug": ["respite", "shelter"], "case_id": [str(one.id) for one in forum.rows(Case)],
        "decision_id": [str(one.id) for one in forum.rows(Decision)],
        "invitation_id": [str(one.id) for one in forum.rows(Invitation)] or ["1"],
        "year": ["2026"], "month": ["11"], "which": ["followers"], "handle": [f"@author@{team.home.host}"],
        "version": ["2.1"], "name": ["letter"], "submission_id": [str(readers[0])],
    }  # fmt: skip
    found = []
    for rule in app.url_map.iter_rules():
        shape = str(rule)
        if "GET" not in (rule.methods or set()) or shape.startswith(("/static", "/sign-in/back")):
            continue
        shape = re.sub(r"<any\(([^,)]*)[^>]*>", r"\1", shape)
        shape = re.sub(r"<\w+:(\w+)>", r"<\1>", shape)
        if "<post_id>" in shape or "<thread_id>" in shape:
            here = shape.startswith("/here/")
            for post in forum.rows(Post):
                if here and not post.sealed:
                    continue
                one = shape.replace("<post_id>", str(post.id)).replace("<thread_id>", str(post.thread_id))
                found.append((str(rule), one.replace("<slug>", "shelter" if here else "respite")))
                if post.sealed:
                    found.append((str(rule), one.replace("<slug>", "shelter")))
            continue
        blanks = re.findall(r"<(\w+)>", shape)
        filled = [shape]
        for blank in blanks:
            filled = [
                one.replace(f"<{blank}>", value) for one in filled for value in values.get(blank, ["1"])
            ]
        found += [(str(rule), one) for one in filled]
    extra = ["/search?q=canaryheld", "/search?q=canaryremoved", "/log?q=canaryreport", "/log?q=modesta",
             "/.well-known/webfinger?resource=acct:respite@forum.example", "/people/@modesta@x.example"]  # fmt: skip
    return found + [(one.partition("?")[0], one) for one in extra]


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
