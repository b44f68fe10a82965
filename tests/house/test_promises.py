"""What the documents promise in days, hours and seconds: a moment before, not yet; a moment after, yes.

Each promise names the sentence that makes it. The times stand here as the sentence says them, and come from no constant
of the code: who changes one must change the other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from fedconnect.federation.outbound import hashtag_curation
from fedconnect.foundation import clock, database, fetch
from fedconnect.foundation.errors import FetchFailed
from fedconnect.jobs import inbox as inbox_job
from fedconnect.jobs import upkeep
from fedconnect.listening import asks
from fedconnect.models.all import Row
from fedconnect.models.anonymous_question import AnonymousQuestion
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseNote, CaseState, Evidence, Report
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.hashtag import AnsweredQuestion, HashtagPost
from fedconnect.models.hearing import Hearing, HearingState, Impression, PostVector
from fedconnect.models.inbound import InboundActivity, InboundState
from fedconnect.models.link_token import LinkToken
from fedconnect.models.listener import Listener, ListenerAsk
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Grant, Reader, ReaderSession
from fedconnect.surfacing.hearing import scheduling
from support.forum import Forum
from support.home import FakeHomeServer
from support.remote import RemotePerson
from support.visitor import Visitor

ROOT = Path(__file__).parents[2]
MOMENT = timedelta(minutes=2)
Make = Callable[["World", datetime], Row]


@dataclass
class World:
    """A forum with a post, a reader and a closed case, to which promises apply."""

    forum: Forum
    board: Board
    person: Person
    post: Post
    case: Case

    def reader(self, app: Flask, home: FakeHomeServer, name: str = "rita") -> tuple[Visitor, Reader]:
        home.resident(name, key=0)
        visitor = Visitor(app)
        visitor.sign_in(home, name)
        (reader,) = self.forum.rows(Reader)
        return visitor, reader


@pytest.fixture
def world(forum: Forum, ana: RemotePerson) -> World:
    note = ana.note("A question about respite", forum.board())
    forum.tell(ana, ana.create(note))
    (post,) = forum.rows(Post, Post.uri == note["id"])
    (board,) = forum.rows(Board, Board.slug == "respite")
    (person,) = forum.rows(Person, Person.uri == ana.uri)
    now = clock.now()
    case = Case(board_id=board.id, subject_uri=post.uri, state=CaseState.CLOSED, first_at=now, last_at=now)
    with database.transaction() as session:
        session.add(case)
    return World(forum, board, person, post, case)


@dataclass(frozen=True)
class Kept:
    """A row that is kept for a time, as a document says; `emptied` is the column that goes before the row does."""

    sentence: str
    life: timedelta
    make: Make
    emptied: str = ""


def _case(world: World, **values: Any) -> Row:
    return Case(
        board_id=world.board.id, subject_uri=f"{world.post.uri}/{values}", state=CaseState.CLOSED, **values
    )


def _inbound(at: datetime, **values: Any) -> Row:
    return InboundActivity(
        actor_uri="https://a.example/u", activity_uri=f"https://a.example/{at.timestamp()}", kind="Create",
        state=InboundState.HANDLED, received_at=at, due_at=at, **values,
    )  # fmt: skip


KEPT = [
    Kept("Received messages as they came: seven days", timedelta(days=7), lambda w, at: _inbound(at, body="words"), "body"),
    Kept("then only that they came, for thirty", timedelta(days=30), lambda w, at: _inbound(at, body="")),
    Kept("That a post was seen is kept for thirty days", timedelta(days=30),
         lambda w, at: Impression(mark="m", post_id=w.post.id, slot=0, channel="slot", is_qualified=True, at=at)),
    Kept("the digest of a link in a letter two days", timedelta(days=2),
         lambda w, at: LinkToken(digest="x", post_id=w.post.id, is_qualified=True, domain=None, marks="x", channel="letter", made_at=at)),
    Kept("vectors of posts for fourteen days", timedelta(days=14),
         lambda w, at: PostVector(post_id=w.post.id, board_id=w.board.id, packed=b"", words="", simhash=1, since=at)),
    Kept("what a hashtag gathered for seven", timedelta(days=7),
         lambda w, at: HashtagPost(board_id=w.board.id, uri="https://a.example/g", url="", tag="care", found_at=at)),
    Kept("how many questions elsewhere a board's moderators answered, by the day, for thirty", timedelta(days=30),
         lambda w, at: AnsweredQuestion(board_id=w.board.id, day=at)),
    Kept("who reported, 90 days after the case is closed", timedelta(days=90),
         lambda w, at: Report(case_id=w.case.id, person_id=w.person.id, uri="https://a.example/f", at=at)),
    Kept("private messages, sealed, 30 days after theirs", timedelta(days=30),
         lambda w, at: _case(w, first_at=at, last_at=at, sealed="x"), "sealed"),
    Kept("a reported post as it was, sealed, 180 days", timedelta(days=180),
         lambda w, at: Evidence(case_id=w.case.id, sealed="x", at=at)),
    Kept("moderators' notes and letters a year", timedelta(days=365),
         lambda w, at: CaseNote(case_id=w.case.id, person_id=w.person.id, words="x", at=at)),
    Kept("notes and letters a year", timedelta(days=365),
         lambda w, at: DirectMessage(board_id=w.board.id, person_id=w.person.id, kind=DirectMessageKind.DECISION, about="1",
                              in_reply_to="", html="x", at=at)),
    Kept("who asked without a name, as a digest, 30 days after it was settled", timedelta(days=30),
         lambda w, at: AnonymousQuestion(board_id=w.board.id, case_id=w.case.id, asker="x", at=at, settled_at=at)),
]  # fmt: skip


def _says(where: str, sentence: str) -> bool:
    return sentence in " ".join((ROOT / where).read_text().split())


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.sentence[:40])
def test_what_is_kept_goes_when_its_document_says_and_not_before(world: World, kept: Kept) -> None:
    assert _says("docs/operating.md", kept.sentence)
    for at, gone in ((kept.life - MOMENT, False), (kept.life + MOMENT, True)):
        with database.transaction() as session:
            row = kept.make(world, clock.now() - at)
            session.add(row)
        upkeep.run()
        hashtag_curation.fetch_all()
        left = world.forum.rows(type(row), type(row).id == row.id)
        if kept.emptied and left:
            left = [one for one in left if getattr(one, kept.emptied)]
        assert bool(left) is not gone, f"{at} after"
        with database.transaction() as session:
            session.execute(delete(type(row)).where(type(row).id == row.id))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("sentence", "column", "life"),
    [
        ("Sessions end after two weeks without a visit", "seen_at", timedelta(days=14)),
        ("after ninety days at most", "begun_at", timedelta(days=90)),
    ],
)
def test_sessions_end_when_their_document_says_and_not_before(
    world: World, app: Flask, home: FakeHomeServer, sentence: str, column: str, life: timedelta
) -> None:
    assert _says("docs/operating.md", sentence)
    visitor, _ = world.reader(app, home)
    for at, status in ((life - MOMENT, 200), (life + MOMENT, 401)):
        with database.transaction() as session:
            session.execute(update(ReaderSession).values({"seen_at": clock.now(), column: clock.now() - at}))
        upkeep.run()
        assert visitor.get("/you").status_code == status
    assert world.forum.rows(ReaderSession) == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_ended_permissions_are_forgotten_after_a_week(world: World, app: Flask, home: FakeHomeServer) -> None:
    assert _says("docs/operating.md", "ended permissions are forgotten after a week")
    _, reader = world.reader(app, home)
    now = clock.now()
    for at, left in ((timedelta(days=7) - MOMENT, 1), (timedelta(days=7) + MOMENT, 0)):
        with database.transaction() as session:
            session.query(Grant).delete()
            session.add(
                Grant(reader_id=reader.id, scopes="", token_sealed="", given_at=now, checked_at=now, ended_at=clock.now() - at)
            )  # fmt: skip
        upkeep.run()
        assert len(world.forum.rows(Grant)) == left


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_listeners_are_asked_after_an_hour_or_twelve(world: World, app: Flask, home: FakeHomeServer) -> None:
    assert _says("docs/surfacing.md", "first posts without an answer for an hour, other posts after twelve")
    _, reader = world.reader(app, home)
    with database.transaction() as session:
        session.add(
            Listener(
                person_id=reader.person_id,
                board_id=world.board.id,
                since=clock.now(),
                confirmed_at=clock.now(),
            )
        )
    for is_first, least in ((True, 1), (False, 12)):
        for at, asked in ((timedelta(hours=least) - MOMENT, 0), (timedelta(hours=least) + MOMENT, 1)):
            with database.transaction() as session:
                session.execute(delete(ListenerAsk))
                session.execute(
                    update(Hearing).values(
                        begun_at=clock.now() - at, is_first=is_first, floor=5, asked_listeners_at=None
                    )
                )
            assert asks.ask_next() == asked


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_answer_that_nobody_replied_to_for_twelve_hours_has_a_hearing(
    world: World, ben: RemotePerson
) -> None:
    assert _says("docs/surfacing.md", "An answer that nobody replied to for twelve hours has a hearing too")
    note = ben.note("An answer", world.forum.board(), inReplyTo=world.post.uri)
    world.forum.tell(ben, ben.create(note))
    for at, heard in ((timedelta(hours=12) - MOMENT, 0), (timedelta(hours=12) + MOMENT, 1)):
        with database.transaction() as session:
            session.execute(update(Post).where(Post.uri == note["id"]).values(received=clock.now() - at))
        assert scheduling.hear_unanswered_replies() == heard


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_hearing_is_missed_after_48_hours(world: World) -> None:
    assert _says("docs/surfacing.md", "missed (after 48 hours)")
    (hearing,) = world.forum.rows(Hearing)
    life = hearing.ends_at - hearing.begun_at
    assert life == timedelta(hours=48)
    for at, state in ((life - MOMENT, HearingState.OPEN), (life + MOMENT, HearingState.MISSED)):
        begun = clock.now() - at
        with database.transaction() as session:
            session.execute(
                update(Hearing).values(state=HearingState.OPEN, begun_at=begun, ends_at=begun + life)
            )
        scheduling.end_overdue()
        assert world.forum.rows(Hearing)[0].state is state


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_reply_waits_for_its_parent_up_to_14_days(world: World, ben: RemotePerson) -> None:
    assert _says("docs/architecture.md", "a reply waits for its parent (up to 14 days)")
    note = ben.note("An answer", world.forum.board(), inReplyTo="https://h.invalid/unknown")
    world.forum.tell(ben, ben.create(note))
    mine = InboundActivity.object_uri == note["id"]
    for at, state in (
        (timedelta(days=14) - MOMENT, InboundState.WAITING),
        (timedelta(days=14) + MOMENT, InboundState.IGNORED),
    ):
        with database.transaction() as session:
            past = clock.now() - timedelta(minutes=1)
            session.execute(
                update(InboundActivity).where(mine).values(received_at=clock.now() - at, due_at=past)
            )
        inbox_job.run()
        with database.read_transaction() as session:
            assert session.execute(select(InboundActivity.state).where(mine)).scalar_one() is state


def _answering_after(silence_s: float, drip_s: float = 0.0) -> tuple[str, threading.Thread]:
    """Serve one answer: after a silence, its body a byte a second for a while."""
    import socket

    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        client, _ = listener.accept()
        client.recv(4096)
        time.sleep(silence_s)
        try:
            client.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {max(1, int(drip_s))}\r\n\r\n".encode())
            for _ in range(max(1, int(drip_s))):
                time.sleep(1 if drip_s else 0)
                client.sendall(b".")
        except OSError:
            pass
        finally:
            client.close()
            listener.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/", thread


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_another_server_has_ten_seconds_between_words_and_thirty_in_all(forum: Forum) -> None:
    """Ten seconds of silence, thirty seconds in all; a little less is still an answer."""
    tries = {(8.0, 0.0): True, (12.0, 0.0): False, (0.0, 26.0): True, (0.0, 34.0): False}

    def fetched(one: tuple[float, float]) -> bool:
        url, _ = _answering_after(*one)
        try:
            return fetch.get(url).status == 200
        except FetchFailed:
            return False

    with ThreadPoolExecutor(len(tries)) as threads:
        assert dict(zip(tries, threads.map(fetched, tries), strict=True)) == tries
