"""H4: one rule behind every door. Each role does each thing by page, by command and from its own server, against
verdicts written by hand; an effect is a difference between what the tables held before and after."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from fedconnect.cli import main
from fedconnect.forum import boards
from fedconnect.foundation import caches, clock, database, rate_limit
from fedconnect.foundation.settings import Settings
from fedconnect.models.all import (
    Admin,
    Ban,
    Case,
    Decision,
    Instance,
    Invitation,
    Moderator,
    Person,
    Post,
    Thread,
)
from fedconnect.models.board import Board
from fedconnect.models.case import CaseKind
from fedconnect.models.instance import Policy
from fedconnect.models.post import PostState
from fedconnect.models.thread import ThreadState
from fedconnect.moderation.cases import reports
from fedconnect.web import current_visit
from support.forum import Forum
from support.home import FakeHomeServer
from support.remote import Document, RemotePerson
from support.team import WHY, Team
from support.visitor import Visitor

DOORS = ("page", "command", "federation", "api")
ROLES = ("reader", "other", "former", "stranded", "blocked", "moderator", "admin", "installation")


def table() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Return verdicts by action, role and door."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    rows: dict[str, dict[str, str]] = {}
    for line in Path(__file__).with_name("doors.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        name, *cells = line.split()
        if tuple(cells) == DOORS:
            rows = found.setdefault(name, {})
        else:
            rows[name] = dict(zip(DOORS, cells, strict=True))
    return found


TABLE = table()


@dataclass
class World:
    """A board with everybody in it, as it was when the test began."""

    team: Team
    browsers: dict[str, Visitor]
    far: FakeHomeServer
    posts: dict[str, Post]
    ids: dict[str, int]
    settings: Settings

    @property
    def forum(self) -> Forum:
        return self.team.forum

    def account(self, role: str) -> RemotePerson:
        return self.far.people[role] if role == "blocked" else self.team.account(role)

    def state(self) -> list[tuple[Any, ...]]:
        """Return what decisions change."""
        with database.read_transaction() as session:
            rows: list[tuple[Any, ...]] = [
                ("post", one.uri, one.state, one.covered) for one in session.execute(select(Post)).scalars()
            ]
            for thread in session.execute(select(Thread)).scalars():
                rows.append(("thread", thread.starter_uri, thread.state, thread.pinned))
            for row in (Moderator, Ban, Invitation, Admin):
                rows += [
                    (row.__name__, getattr(one, "board_id", 0), one.person_id)
                    for one in session.execute(select(row)).scalars()
                ]
            rows += [("server", one.host, one.policy) for one in session.execute(select(Instance)).scalars()]
            rows += [("case", one.id, one.state) for one in session.execute(select(Case)).scalars()]
            rows += [
                ("board", one.slug, one.wants_moderators) for one in session.execute(select(Board)).scalars()
            ]
        return sorted(rows, key=repr)

    def change(self, change: Callable[[Any], None]) -> None:
        with database.transaction() as session:
            change(session)

    def set_post(self, which: str, **values: Any) -> None:
        self.change(
            lambda session: [
                setattr(session.get_one(Post, self.posts[which].id), *one) for one in values.items()
            ]
        )

    def set_thread(self, which: str, **values: Any) -> None:
        self.change(
            lambda session: [
                setattr(session.get_one(Thread, self.posts[which].thread_id), *one) for one in values.items()
            ]
        )

    def ban(self, who: str) -> None:
        self.change(
            lambda session: session.add(
                Ban(board_id=boards.get_board(session, "respite").id, person_id=self.ids[who], until=None)
            )
        )


def make_ready(world: World, action: str, role: str) -> None:
    """Let the world be so that the action would have its effect."""
    if action in {"restore", "restore_own"}:
        which = role if action == "restore_own" else "author"
        world.set_post(which, state=PostState.REMOVED)
    elif action in {"release", "release_own"}:
        world.set_post(role if action == "release_own" else "author", state=PostState.HELD)
    elif action == "unlock":
        world.set_thread("author", state=ThreadState.LOCKED)
    elif action == "unpin":
        world.set_thread("author", pinned=True)
    elif action in {"unban", "appoint_banned"}:
        world.ban("author")
    elif action == "step_back_last":
        world.change(
            lambda session: (
                session.query(Moderator)
                .filter(
                    Moderator.person_id.in_(
                        [world.ids["fellow"], world.ids["stranded"], world.ids["blocked"]]
                    )
                )
                .delete()
            )
        )
    elif action == "leave_own":

        def report(session: Any) -> None:
            post = session.get_one(Post, world.posts[role].id)
            board, reader = (
                session.get_one(Board, post.board_id),
                session.get_one(Person, world.ids["reader"]),
            )
            reports.report_post(session, board, post, reader, "It is unkind", "")

        world.change(report)


SUBJECTS = {
    "appoint": "author", "appoint_banned": "author", "dismiss": "fellow", "ban": "author", "unban": "author",
    "ban_fellow": "fellow", "ban_admin": "admin", "hold_author": "author",
}  # fmt: skip
ON_A_POST = {
    "remove", "restore", "release", "sensitive", "lock", "unlock", "pin", "unpin", "ban", "ban_fellow", "ban_admin",
    "unban", "hold_author", "restore_own", "release_own", "lock_here",
}  # fmt: skip


def by_page(world: World, action: str, role: str) -> None:
    browser = world.browsers[role]
    if action in ON_A_POST:
        which = (
            role
            if action.endswith("_own")
            else "here"
            if action == "lock_here"
            else SUBJECTS.get(action, "author")
        )
        post = world.posts[which]
        slug = "shelter" if action == "lock_here" else "respite"
        deed = action.partition("_")[0] if action != "hold_author" else action
        browser.post(f"{world.team.path(post, slug)}/moderate", {**WHY, "action": deed, "days": "0"})
    elif action == "leave_own":
        (case,) = world.forum.rows(Case, Case.kind == CaseKind.REPORT)
        browser.post(f"/moderation/{case.id}", {**WHY, "action": "leave"})
    elif action.startswith("appoint"):
        handle = f"@author@{world.team.home.host}"
        browser.post("/boards/respite/team", {"handle": handle, "words": "Please"})
    elif action == "dismiss" or action.startswith("step_back"):
        who = world.ids["fellow" if action == "dismiss" else role]
        browser.post(f"/boards/respite/team/{who}/dismiss")
    else:
        hosts = ["spam.example"] if action == "policy" else ["forum.example", world.team.home.host]
        for host in hosts:
            browser.post("/servers", {"host": host, "policy": "blocked", "reason": "Spam."})


def by_command(world: World, action: str, role: str) -> None:
    handle = f"@{SUBJECTS.get(action, 'moderator')}@{world.team.home.host}"
    words = {
        "appoint": ["moderator", "add", "respite", handle],
        "appoint_banned": ["moderator", "add", "respite", handle],
        "dismiss": ["moderator", "remove", "respite", handle],
        "step_back_last": ["moderator", "remove", "respite", handle],
        "policy": ["instance", "set", "spam.example", "blocked", "--why", "Spam."],
        "policy_own": ["instance", "set", "forum.example", "blocked", "--why", "Spam."],
    }[action]
    env = {
        "FEDCONNECT_BASE_URL": world.settings.base_url, "FEDCONNECT_DATA_DIR": str(world.settings.data_dir),
        "FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES": "127.0.0.0/8", "FEDCONNECT_PLUGINS": "",
        "FEDCONNECT_REDIS_URL": world.settings.redis_url,
    }  # fmt: skip
    result = CliRunner().invoke(main, words, env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception


def by_federation(world: World, action: str, role: str) -> None:
    person, board = world.account(role), world.forum.board()
    world.forum.post(person, activity(world, action, role, person, board))
    world.forum.work()


def activity(world: World, action: str, role: str, person: RemotePerson, board: str) -> Document:
    more = {"cc": [board], "audience": board, "summary": "Because."}
    which = role if action.endswith("_own") else "here" if action == "lock_here" else "author"
    uri = world.posts[which].uri if which in world.posts else ""
    subject = (
        world.team.account(SUBJECTS.get(action, role)).uri
        if role != "blocked" or action in SUBJECTS
        else person.uri
    )
    team, featured = board + "/moderators", board + "/featured"
    if action.startswith("restore"):
        return person.undo(person.activity("Delete", uri, **more))
    if action == "unlock":
        return person.undo(person.activity("Lock", uri, **more))
    if action == "unban":
        return person.undo(person.activity("Block", subject, target=board, **more))
    made: dict[str, tuple[str, str, str]] = {
        "remove": ("Delete", uri, ""), "lock": ("Lock", uri, ""), "lock_here": ("Lock", uri, ""),
        "pin": ("Add", uri, featured), "unpin": ("Remove", uri, featured),
        "ban": ("Block", subject, board), "ban_fellow": ("Block", subject, board), "ban_admin": ("Block", subject, board),
        "appoint": ("Add", subject, team), "appoint_banned": ("Add", subject, team),
        "dismiss": ("Remove", subject, team), "step_back": ("Remove", subject, team),
        "step_back_last": ("Remove", subject, team),
    }  # fmt: skip
    kind, about, target = made[action]
    return person.activity(kind, about, **more, **({"target": target} if target else {}))


WAYS: Mapping[str, Callable[[World, str, str], None]] = {
    "page": by_page,
    "command": by_command,
    "federation": by_federation,
}


@pytest.fixture
def world(team: Team, app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(
        current_visit, "check_rate_limit", lambda *_: None
    )  # who asks a thousand times is another test's affair
    far = FakeHomeServer("127.0.0.9")
    forum = team.forum
    with database.transaction() as session:
        boards.create_board(session, "shelter", "Shelter", is_local_only=True)
    browsers = {
        "author": team.reader("author"),
        "reader": team.reader("reader"),
        "fellow": team.moderator("fellow"),
        "moderator": team.moderator("moderator"),
        "other": team.moderator("other", "benefits"),
        "former": team.moderator("former"),
        "stranded": team.moderator("stranded"),
        "admin": team.admin("admin"),
    }
    forum.moderate(team.account("moderator"), "shelter")
    far.resident("blocked")
    browsers["blocked"] = Visitor(app)
    browsers["blocked"].sign_in(far, "blocked")
    forum.moderate(far.people["blocked"])
    posts = {name: team.write(name, f"Words of {name}") for name in browsers if name != "blocked"}
    browsers["author"].post("/here/shelter", {"text": "Sealed words"})
    (posts["here"],) = forum.rows(Post, Post.sealed != "")
    people = {one.username: one.id for one in forum.rows(Person)}
    with database.transaction() as session:
        session.query(Moderator).filter_by(person_id=people["former"]).delete()
        session.get_one(Person, people["stranded"]).quarantined_at = clock.now()
        session.add(Instance(host=far.host, policy=Policy.BLOCKED, failures=0, bad_days=0))
    caches.clear_all()
    yield World(team, browsers, far, posts, people, settings)
    far.close()


def judge(world: World, action: str, role: str, door: str) -> str:
    """Do one thing through one door, and say what became of it."""
    make_ready(world, action, role)
    before = world.state()
    WAYS[door](world, action, role)
    new = [row for row in world.state() if row not in before]
    if world.state() == before:
        return "-"
    if action.startswith("step_back_last"):
        assert ("board", "respite", True) in new, "a board that nobody looks after says so"
    return "asks" if any(row[0] == "Invitation" for row in new) else "+"


def test_h4_the_file_has_a_verdict_for_every_door() -> None:
    cells = [verdict for rows in TABLE.values() for doors in rows.values() for verdict in doors.values()]
    assert {role for rows in TABLE.values() for role in rows} <= set(ROLES)
    assert set(cells) == {"+", "-", "asks", "."}
    assert sum(cell != "." for cell in cells) > 170
    for action, rows in TABLE.items():
        for role, doors in rows.items():
            told = {verdict for verdict in doors.values() if verdict != "."}
            assert len(told) == 1 or action == "lock_here", f"doors differ without a reason: {action} {role}"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("part", range(4))
def test_h4_every_door_has_the_rule_that_is_written_by_hand(world: World, part: int) -> None:
    file = world.settings.data_dir / "fedconnect.db"
    kept = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(file)) as source:
        source.backup(kept)
    wrong = []
    for action in list(TABLE)[part::4]:
        for role, doors in TABLE[action].items():
            for door, expected in doors.items():
                if expected == ".":
                    continue
                found = judge(world, action, role, door)
                if found != expected:
                    wrong.append(f"{action} {role} {door}: {found} instead of {expected}")
                with closing(sqlite3.connect(file, timeout=30)) as target:
                    kept.backup(target)
                rate_limit.forget()
    assert wrong == []


def test_h4_a_decision_closes_the_case_whichever_door_it_came_through(team: Team) -> None:
    team.moderator("mo")
    mo = team.account("mo")
    post = team.write("opal", "Words to decide on")
    team.reader("rita").post(team.path(post) + "/report", {"words": "Please look"})
    assert team.case(kind=CaseKind.REPORT).state == "open"
    team.forum.tell(mo, mo.activity("Delete", post.uri, summary="No", cc=[team.forum.board()]))
    assert team.post(post.uri).state is PostState.REMOVED
    assert team.case(kind=CaseKind.REPORT).state == "closed"


def test_h4_whoever_is_reported_does_not_see_the_report_while_somebody_else_can(team: Team) -> None:
    mo, mia = team.moderator("mo"), team.moderator("mia")
    post = team.write("mo", "Words of a moderator")
    team.reader("rita").post(team.path(post) + "/report", {"words": "A moderator is unkind"})
    case = team.case(kind=CaseKind.REPORT)
    assert "A moderator is unkind" not in mo.page("/moderation")
    assert mo.get(f"/moderation/{case.id}").status_code == 404
    assert "A moderator is unkind" in mia.page("/moderation")
    with database.transaction() as session:
        session.query(Moderator).filter(
            Moderator.person_id == select(Person.id).where(Person.username == "mia").scalar_subquery()
        ).delete()
    assert "A moderator is unkind" in mo.page("/moderation"), (
        "where nobody else is, it does not wait for ever"
    )


def test_h4_what_a_command_sets_stands_in_the_log(team: Team, settings: Settings) -> None:
    env = {
        "FEDCONNECT_BASE_URL": settings.base_url, "FEDCONNECT_DATA_DIR": str(settings.data_dir),
        "FEDCONNECT_PLUGINS": "", "FEDCONNECT_DATABASE_URL": settings.database_url,
        "FEDCONNECT_REDIS_URL": settings.redis_url,
    }  # fmt: skip
    result = CliRunner().invoke(main, ["board", "settings", "respite", "--discreet", "yes"], env=env)
    assert result.exit_code == 0, result.output
    (decision,) = team.forum.rows(Decision)
    assert (decision.kind, decision.detail) == ("settings", "discreet: yes")
