"""H5: when a server is blocked, its people are signed out at once, in every process, whichever way it was decided."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from fedconnect.accounts import forced_sign_out, sign_in
from fedconnect.activitypub import remote_actors
from fedconnect.blocklists import blocklist_formats, blocklists, consensus, instance_policies
from fedconnect.forum import boards, moderators
from fedconnect.foundation import clock, database, rate_limit
from fedconnect.foundation.errors import NotPermitted
from fedconnect.foundation.translatable_sentences import from_row
from fedconnect.models.blocklist import ListedServer
from fedconnect.models.board import Board
from fedconnect.models.home_server import HomeServer
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Grant, Reader, ReaderSession, SignIn
from fedconnect.models.submission import Submission, SubmissionKind, SubmissionState
from fedconnect.models.web_push import PushSubscription
from support.forum import Forum
from support.home import FakeHomeServer
from support.visitor import Visitor

Block = Callable[[Forum, Visitor, str], None]


def by_page(forum: Forum, admin: Visitor, host: str) -> None:
    answer = admin.post("/servers", {"host": host, "policy": "blocked", "reason": "Spam."})
    assert answer.status_code == 303


def by_command(forum: Forum, admin: Visitor, host: str) -> None:
    """In a process of its own: what this one remembers must not matter."""
    settings = forum.settings
    env = {
        "FEDCONNECT_BASE_URL": settings.base_url, "FEDCONNECT_DATA_DIR": str(settings.data_dir),
        "FEDCONNECT_DATABASE_URL": settings.database_url, "FEDCONNECT_REDIS_URL": settings.redis_url or "",
        "FEDCONNECT_PLUGINS": "",
    }  # fmt: skip
    words = ["instance", "set", host, "blocked", "--why", "Spam."]
    subprocess.run([sys.executable, "-m", "fedconnect.cli", *words], env=env, check=True, timeout=60)


def by_list(forum: Forum, admin: Visitor, host: str) -> None:
    """A list names domains; the server of a test has an address."""
    blocklists.add_list("friends.csv", b"domain,severity\nspam.example,suspend\n")
    with database.transaction() as session:
        session.execute(update(ListedServer).values(host=host, digest=blocklist_formats.digest_of(host)))
        consensus.put_in_force(session, 1)


def decide(host: str, policy: Policy) -> None:
    with database.transaction() as session:
        instance_policies.set_policy(session, host, policy, "Because.")


@pytest.fixture
def admin(forum: Forum, app: Flask) -> Iterator[Visitor]:
    near = FakeHomeServer("127.0.0.8")
    near.resident("ada")
    visitor = Visitor(app)
    visitor.sign_in(near, "ada")
    found = remote_actors.ensure_person(near.people["ada"].uri)
    with database.transaction() as session:
        moderators.add_admin(session, session.merge(found))
    yield visitor
    near.close()


@pytest.fixture
def dora(forum: Forum, app: Flask, home: FakeHomeServer) -> Visitor:
    """Somebody who looks after two boards, is told of news, and has something on its way."""
    dora = home.resident("dora")
    visitor = Visitor(app)
    visitor.sign_in(home, "dora")
    with database.transaction() as session:
        boards.create_board(session, "shelter", "Shelter", is_local_only=True)
    for slug in ("respite", "shelter"):
        forum.moderate(dora, slug)
    with database.transaction() as session:
        (reader,) = session.execute(
            select(Reader).join(Person, Person.id == Reader.person_id).where(Person.username == "dora")
        ).scalars()
        board = session.execute(select(Board).where(Board.slug == "respite")).scalar_one()
        now = clock.now()
        session.add(
            PushSubscription(
                reader_id=reader.id, endpoint="https://push.example/1", p256dh="x", auth="x", since=now
            )
        )
        session.add(
            Submission(
                reader_id=reader.id, board_id=board.id, kind=SubmissionKind.START, key="k", fields="{}", asked_at=now,
                due_at=now + timedelta(hours=1),
            )
        )  # fmt: skip
    return visitor


@pytest.mark.parametrize("block", [by_page, by_command, by_list])
def test_h5_people_of_a_blocked_server_are_strangers_at_once(
    forum: Forum, app: Flask, dora: Visitor, admin: Visitor, home: FakeHomeServer, block: Block
) -> None:
    ben = home.resident("ben")
    forum.tell(ben, ben.follow(forum.board()))  # its key is remembered now
    assert dora.get("/you").status_code == 200
    assert dora.get("/moderation").status_code == 200
    block(forum, admin, home.host)
    stranger = Visitor(app)
    for path in ("/you", "/moderation", "/here/shelter", "/boards/respite/care"):
        assert dora.get(path).status_code == stranger.get(path).status_code == 401, path
    assert dora.post("/here/shelter", {"text": "All the same"}).status_code == 401
    assert forum.rows(Post, Post.sealed != "") == []
    assert forum.post(ben, ben.follow(forum.board("benefits"))).status_code == 403
    theirs = {one.id for one in forum.rows(Reader) if one.person_id in
              {person.id for person in forum.rows(Person, Person.username == "dora")}}  # fmt: skip
    assert [one for one in forum.rows(ReaderSession) if one.reader_id in theirs] == []
    assert [one for one in forum.rows(PushSubscription) if one.reader_id in theirs] == []
    for grant in [one for one in forum.rows(Grant) if one.reader_id in theirs]:
        assert grant.ended_at is not None
        assert grant.token_sealed == "", "nothing is left that could be sent to a blocked server"
    (waiting,) = forum.rows(Submission)
    assert waiting.state is SubmissionState.FAILED
    assert from_row(waiting.problem).words == forced_sign_out.NOT_SENT.words
    rate_limit.forget()
    assert dora.post("/sign-in", {"account": f"@dora@{home.host}"}).status_code == 403
    assert admin.get("/you").status_code == 200, "nobody else is signed out"
    decide(home.host, Policy.OPEN)
    assert dora.get("/you").status_code == 401, "opening it again brings no session back"
    rate_limit.forget()
    assert Visitor(app).sign_in(home, "dora").status_code == 303


def test_h5_a_sign_in_that_was_on_its_way_ends_nowhere(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    begun = visitor.post("/sign-in", {"account": f"@dora@{home.host}"})
    back = home.confirm(visitor.way_on(begun), "dora")
    decide(home.host, Policy.BLOCKED)
    assert visitor.come_back(back).status_code >= 400
    assert forum.rows(SignIn) == []
    assert forum.rows(ReaderSession) == []


def test_h5_a_server_blocked_while_somebody_signs_in_gets_no_session(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.resident("dora")
    prove = sign_in.identity.prove_person

    def block_meanwhile(*facts: object) -> Person:
        found = prove(*facts)  # type: ignore[arg-type]
        decide(home.host, Policy.BLOCKED)
        return found

    monkeypatch.setattr(sign_in.identity, "prove_person", block_meanwhile)
    assert visitor.sign_in(home, "dora").status_code == NotPermitted.status
    assert forum.rows(ReaderSession) == []


@pytest.mark.parametrize(
    ("blocked", "signed_out"),
    [
        ("example.net", {"a.b.example.net", "example.net"}),
        ("b.example.net", {"a.b.example.net"}),
        ("a.b.example.net", {"a.b.example.net"}),
        ("ample.net", set()),
        ("other.example", {"other.example"}),
        ("home.example", {"other.example"}),  # their account is elsewhere, but they came in by this one
    ],
)
def test_h5_what_is_said_of_a_domain_holds_for_its_subdomains(
    forum: Forum, blocked: str, signed_out: set[str]
) -> None:
    hosts = ("a.b.example.net", "example.net", "notexample.net", "other.example")
    now = clock.now()
    with database.transaction() as session:
        for host in hosts:
            person = Person(
                uri=f"https://{host}/u", host=host, username="u", handle_host=host, inbox=f"https://{host}/in", fetched_at=now
            )  # fmt: skip
            name = "home.example" if host == "other.example" else host
            home = HomeServer(host=name, base=f"https://{name}", asked_at=now)
            session.add_all((person, home))
            session.flush()
            reader = Reader(person_id=person.id, home_id=home.id, joined_at=now)
            session.add(reader)
            session.flush()
            session.add(ReaderSession(token_hash=host, reader_id=reader.id, begun_at=now, seen_at=now))
    decide(blocked, Policy.BLOCKED)
    left = {one.token_hash for one in forum.rows(ReaderSession)}
    assert set(hosts) - left == signed_out


def test_h5_an_account_that_is_gone_stays_signed_out_when_it_comes_back(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    dora = home.resident("dora")
    visitor.sign_in(home, "dora")
    forum.tell(dora, dora.activity("Delete", dora.uri))
    with database.transaction() as session:
        session.query(Person).filter_by(uri=dora.uri).one().gone_at = None
    assert visitor.get("/you").status_code == 401
