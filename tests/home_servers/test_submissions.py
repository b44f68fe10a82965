"""What readers send through their own servers: said once, told honestly, and never said as somebody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fedconnect.accounts import grants, unsent_posts
from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.mastodon_api import HomeClient, HomeRefused
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.post_form import PostForm
from fedconnect.foundation import clock, database, durable
from fedconnect.foundation.errors import FetchFailed
from fedconnect.home_servers import ingestion, submissions
from fedconnect.home_servers.published_differences import sentences
from fedconnect.home_servers.submissions import SubmissionStatus
from fedconnect.models.board import Board
from fedconnect.models.post import PostState
from fedconnect.models.submission import Submission, SubmissionKind, SubmissionState
from support.federation_rows import OtherServers
from support.unit import Unit, a_board, a_person, a_reader, a_thread

BASE = "https://home.example"
SAID, PARENT = f"{BASE}/posts/9", "https://far.example/posts/1"
STATUSES, SEARCH = f"{BASE}/api/v1/statuses", f"{BASE}/api/v2/search"


class World:
    """A reader of home.example, and what taking their post in finds."""

    reader_id = 0
    taken_in: PostState | Exception | None = PostState.VISIBLE
    ingested: list[tuple[str, str, str]]
    named = frozenset({"https://forum.example/boards/respite"})

    def ingest(self, uri: str, author_uri: str, *, replies_to_uri: str = "") -> frozenset[str]:
        self.ingested.append((uri, author_uri, replies_to_uri))
        if isinstance(self.taken_in, Exception):
            raise self.taken_in
        if self.taken_in is not None:
            with database.transaction() as session:
                board = session.scalars(select(Board)).one()
                a_thread(session, board, uri=uri, state=self.taken_in)
        return self.named


@pytest.fixture
def world(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> World:
    found = World()
    found.ingested = []
    with database.transaction() as session:
        a_board(session)
        found.reader_id = a_reader(session, a_person(session)).id
    monkeypatch.setattr(grants, "client_for", lambda reader_id, permission: HomeClient(BASE, "token"))
    monkeypatch.setattr(ingestion, "ingest_own_post", found.ingest)
    return found


def submit(world: World, kind: SubmissionKind = SubmissionKind.START, key: str = "key", **values: Any) -> int:
    with database.transaction() as session:
        board = session.scalars(select(Board)).one()
        return submissions.submit(
            session, world.reader_id, board, kind, {"status": "Hello there"}, key=key, **values
        ).id


def row(number: int) -> Submission:
    with database.read_transaction() as session:
        return session.get_one(Submission, number)


def says(others: OtherServers, body: object = None, status: int = 200) -> None:
    others.say(STATUSES, body if body is not None else {"id": "9", "uri": SAID}, status, "application/json")


def posts(others: OtherServers) -> int:
    return others.asked.count(("POST", STATUSES))


def test_a_form_sent_twice_is_said_once(world: World, others: OtherServers) -> None:
    says(others)
    number = submit(world)
    assert submit(world) == number
    for _ in range(2):
        assert submissions.process(number) == SubmissionStatus(number, SubmissionState.SEEN, SAID, "")
    assert posts(others) == 1
    assert others.sent[0][1]["Idempotency-Key"] == "key"
    assert world.ingested == [(SAID, "https://home.example/users/ana", "")]


def test_a_form_that_had_failed_and_is_sent_again_is_a_new_wish_with_a_key_of_its_own(
    world: World, others: OtherServers
) -> None:
    says(others, {"error": "Text too long"}, 422)
    first = submit(world)
    with pytest.raises(HomeRefused):
        submissions.process(first)
    assert row(first).state is SubmissionState.FAILED
    assert "Text too long" in row(first).problem
    second = submit(world)
    assert second != first
    assert row(second).key != row(first).key


def test_two_readers_may_have_the_same_key(world: World) -> None:
    first = submit(world)
    with database.transaction() as session:
        world.reader_id = a_reader(session, a_person(session, "ben")).id
    assert submit(world) != first


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 500), ({}, 429), ({}, 302), (b"<html>", 200), ([], 200), ({"id": "9"}, 200), ({"uri": SAID}, 200),
        ({"id": "9", "uri": "https://evil.example/posts/9"}, 200), ({"id": "9", "uri": "javascript:alert(1)"}, 200),
        ({"id": ["9"], "uri": SAID}, 200),
    ],
)  # fmt: skip
def test_a_server_that_gives_no_post_of_its_own_is_asked_again_later(
    world: World, others: OtherServers, body: object, status: int
) -> None:
    says(others, body, status)
    number = submit(world)
    told = submissions.process(number)
    assert (told.state, told.uri, told.problem != "") == (SubmissionState.ASKED, "", True)
    assert (row(number).attempts, row(number).due_at > clock.now()) == (1, True)
    assert world.ingested == []


@pytest.mark.parametrize(
    ("answer", "least_s"), [(FetchFailed("timeout"), 35), (({}, 502), 35), (({}, 504), 35), (({}, 503), 10)]
)
def test_what_may_have_arrived_is_waited_for_before_it_is_looked_for(
    world: World, others: OtherServers, answer: Any, least_s: int
) -> None:
    if isinstance(answer, Exception):
        others.fail(STATUSES, answer)
    else:
        says(others, *answer)
    number = submit(world)
    submissions.process(number)
    assert timedelta(seconds=least_s) < row(number).due_at - clock.now() < timedelta(seconds=least_s + 10)


def test_each_try_after_the_first_says_so_whatever_became_of_it(world: World) -> None:
    number = submit(world)
    for claims, attempts, problem, tries in (
        (1, 0, "", 0),
        (2, 0, "", 1),
        (1, 3, "x", 3),
        (1, 0, "tried again by hand", 1),
    ):
        with database.transaction() as session:
            one = session.get_one(Submission, number)
            one.claims, one.attempts, one.problem = claims, attempts, problem
            assert submissions._decode(one).tries == tries


@pytest.mark.parametrize(("hours", "state"), [(23, SubmissionState.ASKED), (25, SubmissionState.FAILED)])
def test_it_is_tried_for_a_day(
    world: World, others: OtherServers, hours: int, state: SubmissionState
) -> None:
    number = submit(world)
    with database.transaction() as session:
        session.get_one(Submission, number).asked_at = clock.now() - timedelta(hours=hours)
    assert submissions.process(number).state is state
    assert row(number).problem


@pytest.mark.parametrize(("status", "is_dead"), [(401, True), (403, False)])
def test_a_token_that_is_dead_is_noted_and_one_that_allows_too_little_is_not(
    world: World, others: OtherServers, monkeypatch: pytest.MonkeyPatch, status: int, is_dead: bool
) -> None:
    dead: list[int] = []
    monkeypatch.setattr(grants, "note_dead", lambda reader_id, token: dead.append(reader_id))
    says(others, {}, status)
    number = submit(world)
    with pytest.raises(PermissionNeeded) as caught:
        submissions.process(number)
    assert caught.value.permission is Permission.WRITE
    assert dead == ([world.reader_id] if is_dead else [])
    assert row(number).state is SubmissionState.FAILED


@pytest.mark.parametrize(
    ("taken_in", "state", "has_problem"),
    [
        (PostState.VISIBLE, SubmissionState.SEEN, False),
        (PostState.HELD, SubmissionState.SEEN, True),
        (None, SubmissionState.SENT, True),
        (FetchFailed("timeout"), SubmissionState.SENT, True),
    ],
)
def test_what_was_said_is_not_said_again_however_far_it_comes_here(
    world: World, others: OtherServers, taken_in: Any, state: SubmissionState, has_problem: bool
) -> None:
    says(others)
    world.taken_in = taken_in
    number = submit(world)
    told = submissions.process(number)
    assert (told.state, told.uri, told.problem != "") == (state, SAID, has_problem)
    with database.transaction() as session:
        session.get_one(Submission, number).due_at = clock.now()
    if state is SubmissionState.SENT:
        world.taken_in = PostState.VISIBLE
        assert submissions.process(number).state is SubmissionState.SEEN
    assert posts(others) == 1


@pytest.mark.parametrize("away_first", [False, True])
def test_what_came_out_otherwise_is_told_and_kept_and_not_said_again(
    world: World, others: OtherServers, away_first: bool
) -> None:
    says(others, {"id": "9", "uri": SAID, "visibility": "public"})
    with database.transaction() as session:
        board = session.scalars(select(Board)).one()
        unsent_posts.save_unsent(session, world.reader_id, board.id, "", PostForm(text="Hello there"))
        number = submissions.submit(
            session, world.reader_id, board, SubmissionKind.START,
            {"status": "Hello there", "visibility": "unlisted"}, key="key",
        ).id  # fmt: skip
    if away_first:
        world.taken_in = FetchFailed("timeout")
        assert sentences("")["audience"].words in submissions.process(number).problem
        world.taken_in = PostState.VISIBLE
        with database.transaction() as session:
            session.get_one(Submission, number).due_at = clock.now()
    told = submissions.process(number)
    assert (told.state, told.uri, posts(others)) == (SubmissionState.SEEN, SAID, 1)
    assert sentences("")["audience"].words in told.problem
    with database.read_transaction() as session:
        assert unsent_posts.find_unsent(session, world.reader_id, row(number).board_id, "") is not None


def test_a_post_that_does_not_name_its_board_is_told_as_that_until_it_does(
    world: World, others: OtherServers
) -> None:
    """Hollo could not reach the board when it published: it mentions nobody then, and tells nobody of it."""
    says(others)
    world.taken_in, world.named = None, frozenset({"https://forum.example/boards/other"})
    told = submissions.process(submit(world))
    assert told.state is SubmissionState.SENT
    assert "without naming the board" in told.problem
    world.taken_in = PostState.VISIBLE
    with database.transaction() as session:
        session.get_one(Submission, told.id).due_at = clock.now()
    assert submissions.process(told.id) == SubmissionStatus(told.id, SubmissionState.SEEN, SAID, "")
    assert posts(others) == 1


def test_an_answer_comes_to_its_thread_without_naming_the_board(world: World, others: OtherServers) -> None:
    says(others)
    others.say(f"{SEARCH}?q=https%3A%2F%2Ffar.example%2Fposts%2F1&resolve=true&type=statuses&limit=1",
               {"statuses": [{"id": "7", "uri": PARENT}]}, kind="application/json")  # fmt: skip
    world.taken_in, world.named = None, frozenset()
    told = submissions.process(submit(world, SubmissionKind.REPLY, about_uri=PARENT))
    assert (told.state, "naming" in told.problem) == (SubmissionState.SENT, False)


def test_a_loose_answer_is_told_of_as_one_when_it_is_taken_in(world: World, others: OtherServers) -> None:
    says(others)
    submissions.process(submit(world, SubmissionKind.REPLY, about_uri=PARENT, is_loose=True))
    assert [replies_to for _, _, replies_to in world.ingested] == [PARENT]


def test_what_its_server_cannot_find_is_told_at_once_and_kept(world: World, others: OtherServers) -> None:
    others.say(f"{SEARCH}?q=https%3A%2F%2Ffar.example%2Fposts%2F1&resolve=true&type=statuses&limit=1",
               {"statuses": []}, kind="application/json")  # fmt: skip
    number = submit(world, SubmissionKind.REPLY, about_uri=PARENT)
    with pytest.raises(HomeRefused):
        submissions.process(number)
    assert (row(number).state, posts(others)) == (SubmissionState.FAILED, 0)
    assert "Hello there" in row(number).fields


def test_a_send_that_a_worker_took_first_is_waited_for(
    world: World, others: OtherServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = submit(world)
    says(others)
    (taken,) = durable.claim(submissions.SUBMISSIONS, Submission.id == number)

    def meanwhile(seconds: float) -> None:
        if row(number).token is not None:
            submissions._carry_out(taken)

    monkeypatch.setattr(submissions.time, "sleep", meanwhile)
    assert submissions.process(number).state is SubmissionState.SEEN
    assert posts(others) == 1


def test_a_worker_that_does_not_end_is_not_waited_for_without_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = submit(world)
    durable.claim(submissions.SUBMISSIONS, Submission.id == number)
    monkeypatch.setattr(submissions, "WAITS_S", 0.05)
    monkeypatch.setattr(submissions, "_LOOKS_EVERY_S", 0.01)
    assert submissions.process(number).state is SubmissionState.ASKED
