"""Every address that changes something × seven roles, built from the URL map: what is refused changes nothing."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from fedconnect.forum import boards
from fedconnect.foundation import clock, database
from fedconnect.foundation.settings import Settings
from fedconnect.models.all import Row
from fedconnect.models.anonymous_question import AnonymousQuestion
from fedconnect.models.blocklist import Blocklist
from fedconnect.models.board import Board, LinkedGroup, Moderator
from fedconnect.models.board_rules import Invitation
from fedconnect.models.case import Case, CaseKind
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.hashtag import HashtagPost
from fedconnect.models.listener import Listener
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Grant, ReaderSession
from fedconnect.models.reader_state import Mute, Topic
from fedconnect.surfacing.hearing import opt_outs
from fedconnect.web import current_visit
from support.team import RULE, WHY, Team
from support.visitor import Visitor

ROLES = ("visitor", "reader", "author", "moderator", "other", "former", "admin")
GROUPS = {
    "everyone": set(ROLES),
    "signed": set(ROLES) - {"visitor"},
    "team": {"moderator", "admin"},
    "teams": {"moderator", "other", "admin"},
}
REFUSED = {401, 403, 404}
#: Refused, and yet known: their own server has not been asked for this permission.
ASKS_FIRST = "needs a permission from your own server"


def table() -> Mapping[str, set[str]]:
    """Return the roles that may, by address."""
    found = {}
    for line in Path(__file__).with_name("permissions.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            rule, _, named = line.partition(" | ")
            roles = set().union(*(GROUPS.get(word, {word}) for word in named.split()))
            assert roles <= set(ROLES), line
            found[rule] = roles
    return found


def rules_of(app: Flask) -> set[str]:
    return {
        str(rule)
        for rule in app.url_map.iter_rules()
        if {"POST", "PUT", "PATCH", "DELETE"} & (rule.methods or set()) and not str(rule).endswith("inbox")
    }


def test_every_address_that_changes_something_has_its_row(app: Flask) -> None:
    assert rules_of(app) == set(table())


def hash_of_database() -> str:
    """Return a digest of every row of every table."""
    digest = hashlib.sha256()
    with database.read_transaction() as session:
        for one in Row.metadata.sorted_tables:
            rows = session.execute(select(one)).all()
            digest.update(f"{one.name} {sorted(map(str, rows))}".encode())
    return digest.hexdigest()


@dataclass
class Snapshot:
    """A world as it was."""

    rows: sqlite3.Connection
    cookies: dict[str, dict[Any, Any]]


@dataclass
class World:
    """A board with everything that an address can name, and a browser for each role."""

    team: Team
    browsers: dict[str, Visitor]
    named: dict[str, str]
    here: dict[str, str]

    @property
    def numbers(self) -> dict[str, str]:
        """What forms name beside the address."""
        return {"case": self.named["case_id"], "decision": self.named["decision_id"]}

    def snapshot(self, settings: Settings) -> Snapshot:
        """Keep the world as it is: its rows, and who is signed in."""
        copy = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(settings.data_dir / "fedconnect.db")) as source:
            source.backup(copy)
        cookies = {role: dict(browser.client._cookies or {}) for role, browser in self.browsers.items()}
        return Snapshot(copy, cookies)

    def put_back(self, settings: Settings, kept: Snapshot) -> None:
        """Let the world be as it was."""
        with closing(sqlite3.connect(settings.data_dir / "fedconnect.db", timeout=30)) as target:
            kept.rows.backup(target)
        for role, browser in self.browsers.items():
            browser.client._cookies = dict(kept.cookies[role])

    def path(self, rule: str) -> list[str]:
        """Return the addresses that a rule stands for, one for each deed."""
        deeds = re.search(r"<any\(([^)]*)\):\w+>", rule)
        shapes = [rule]
        if deeds is not None:
            shapes = [rule.replace(deeds[0], deed.strip()) for deed in deeds[1].split(",")]
        named = self.named | (self.here if rule.startswith("/here/") else {})
        return [re.sub(r"<(\w+)>", lambda found: named[found[1]], shape) for shape in shapes]


@pytest.fixture
def world(team: Team, app: Flask, settings: object, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(
        current_visit, "check_rate_limit", lambda *_: None
    )  # who asks a thousand times is another test's affair
    forum = team.forum
    post = team.write("author", "Words to decide on")
    removed = team.write("author", "Words that were removed")
    browsers = {
        "visitor": Visitor(app),
        "reader": team.reader("reader"),
        "author": team.reader("author"),
        "moderator": team.moderator("moderator"),
        "other": team.moderator("other", "benefits"),
        "former": team.moderator("former"),
        "admin": team.admin("admin"),
    }
    browsers["reader"].post(team.path(post) + "/report", {"words": "Please look"})
    browsers["moderator"].post(team.path(removed) + "/moderate", {**WHY, "action": "remove"})
    browsers["reader"].post("/you/shields", {"kind": "words", "subject": "spiders"})
    browsers["reader"].post("/you/topics", {"topics": "bread"})
    browsers["reader"].post("/boards/respite/ask", {"text": "Who helps?", "for": "me"})
    people = {one.username: one.id for one in forum.rows(Person)}
    with database.transaction() as session:
        board = session.query(Board).filter_by(slug="respite").one()
        session.query(Moderator).filter_by(person_id=people["former"]).delete()
        session.add(
            Invitation(board_id=board.id, person_id=people["reader"], is_handover=False, at=clock.now())
        )
        session.add(
            HashtagPost(board_id=board.id, uri="https://x.example/1", url="https://x.example/1", tag="x",
                     found_at=clock.now())
        )  # fmt: skip
        session.add(
            LinkedGroup(
                board_id=board.id, person_id=people["moderator"], uri="https://x.example/2", since=clock.now()
            )
        )
        session.add(Listener(person_id=people["moderator"], board_id=board.id, since=clock.now()))
        session.add(Blocklist(source="friends.csv", is_subscribed=False))
        session.execute(update(Board).values(attended_at=clock.now()))
        session.execute(update(ReaderSession).values(seen_at=clock.now()))
        session.execute(update(Grant).values(checked_at=clock.now()))
        code = opt_outs.link_for(people["author"], board.id).rpartition("/")[2]
        boards.create_board(session, "shelter", "Shelter", is_local_only=True)
    browsers["author"].post("/here/shelter", {"text": "Sealed words"})
    (sealed,) = forum.rows(Post, Post.sealed != "")
    (interest,) = forum.rows(Topic)
    (mute,) = forum.rows(Mute)
    (asked,), (listed,) = forum.rows(AnonymousQuestion), forum.rows(Blocklist)
    (invitation,) = forum.rows(Invitation)
    (hashtag_posts,) = forum.rows(HashtagPost)
    browsing = forum.rows(ReaderSession, ReaderSession.reader_id == interest.reader_id)
    (report,) = forum.rows(Case, Case.kind == CaseKind.REPORT)
    (decision,) = forum.rows(Decision, Decision.kind == DecisionKind.REMOVE)
    return World(
        team,
        browsers,
        {
            "slug": "respite", "thread_id": str(post.thread_id), "post_id": str(post.id), "case_id": str(report.id),
            "decision_id": str(decision.id), "invitation_id": str(invitation.id), "number": str(hashtag_posts.id),
            "person_id": str(people["moderator"]), "code": code, "permission": "write", "mute_id": str(mute.id),
            "topic_id": str(interest.id), "session_id": str(browsing[0].id), "asked_id": str(asked.id), "list_id": str(listed.id),
        },
        {"slug": "shelter", "thread_id": str(sealed.thread_id), "post_id": str(sealed.id)},
    )  # fmt: skip


FORM = {
    **WHY, "rule": RULE, "action": "leave", "words": "Because.", "how": "yes", "tag": "dementia", "floor": "5", "hours": "24",
    "boosts": "2", "open_from": "8", "open_to": "20", "zone": "UTC", "holds_after_hours": "72", "slow_minutes": "5", "threads_a_stranger": "3", "threads_a_server": "19",
    "rules": "Be kind.", "handle": "nobody", "to": "board", "board": "benefits", "sentence": "Look", "kind": "words",
    "subject": "snakes", "topics": "cake", "learns": "yes", "from": "1", "harm": "hurt", "account": "nobody",
    "title": "T", "value": "spam", "host": "spam.example", "policy": "limited", "lists": "1", "source": "x", "text": "x", "first": "words",
}  # fmt: skip


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_p06_whoever_may_not_is_refused_and_nothing_changes(world: World) -> None:
    """Every address with every role that its row does not name, on one world, since nothing may change in it."""
    let_in = []
    before = hash_of_database()
    for rule, may in sorted(table().items()):
        for path in world.path(rule):
            for role in ROLES:
                if role in may:
                    continue
                answer = world.browsers[role].post(path, {**FORM, **world.numbers})
                asks_first = ASKS_FIRST in answer.get_data(as_text=True)
                if answer.status_code not in REFUSED or asks_first:
                    let_in.append((role, path, answer.status_code))
            after = hash_of_database()
            if after != before:
                let_in.append(("somebody who was refused changed something", path, 0))
            before = after
    assert let_in == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_p06_whoever_may_is_let_in(world: World, settings: Settings) -> None:
    """Every address with every role that its row names, each deed of it; the world is put back after each rule."""
    kept, before = world.snapshot(settings), hash_of_database()
    kept_out = []
    for rule, may in sorted(table().items()):
        for path in world.path(rule):
            for role in ROLES:
                if role not in may:
                    continue
                answer = world.browsers[role].post(path, {**FORM, **world.numbers})
                known = answer.status_code not in REFUSED or ASKS_FIRST in answer.get_data(as_text=True)
                if not (known or _is_gone(path, answer.status_code)):
                    kept_out.append((role, path, answer.status_code))
        world.put_back(settings, kept)
        assert hash_of_database() == before, rule
    assert kept_out == []


def _is_gone(path: str, status: int) -> bool:
    """What one role did leaves nothing for the next: a deed that ends something is done once."""
    return status == 404 and path.endswith(
        ("/end", "/dismiss", "/deputy", "/undeputy", "/boost", "/leave", "/untie", "/hear", "/publish")
    )


#: What is written to the log, by whoever looks after a board, and what the form says besides.
LOGGED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "/boards/<slug>/care": ("settings", {}),
    "/boards/<slug>/rules": ("rules", {}),
    "/boards/<slug>/hearing": ("settings", {}),
    "/boards/<slug>/screening": ("settings", {"how": "force"}),
    "/boards/<slug>/threads/<thread_id>/<post_id>/moderate": ("warn", {"action": "warn"}),
    "/moderation/<case_id>": ("leave", {}),
    "/moderation": ("leave", {}),
    "/servers": ("server", {}),
}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("rule", sorted(LOGGED))
def test_every_change_of_those_who_look_after_a_board_writes_the_log(world: World, rule: str) -> None:
    (path,) = world.path(rule)
    kind, besides = LOGGED[rule]
    forum = world.team.forum
    before = len(forum.rows(Decision))
    who = "admin" if rule == "/servers" else "moderator"
    answer = world.browsers[who].post(path, {**FORM, "case": world.named["case_id"], **besides})
    assert answer.status_code == 303
    written = forum.rows(Decision)[before:]
    assert [one.kind for one in written] == [kind]
    assert written[0].reason
    assert written[0].rule
    assert written[0].person_id is not None
