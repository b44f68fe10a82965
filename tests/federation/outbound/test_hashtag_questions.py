"""Seeking them out: who is shown to moderators, who is not, and what is counted when one is answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedconnect.federation.outbound import hashtag_curation, hashtag_questions
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FetchFailed
from fedconnect.models.board import Board, Moderator
from fedconnect.models.hashtag import AnsweredQuestion, FollowedHashtag, HashtagPost, HashtagPostState
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.models.reader import Grant
from support.account_rows import a_grant, a_home_reader
from support.federation_rows import OtherServers, an_instance
from support.unit import Unit, a_board, a_moderator, a_person, add

JSON = "application/json"
POST, ANA = "https://far.example/posts/1", "https://far.example/users/ana"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class World:
    """A board that gathers #care by the token of its moderator @mo@home.example; a question of a day ago, id 12 there."""

    def __init__(self, others: OtherServers) -> None:
        self.others = others
        with database.transaction() as session:
            board = a_board(session)
            reader = a_home_reader(session, "mo")
            a_grant(session, reader, "read write follow")
            a_moderator(session, board, session.get_one(Person, reader.person_id))
            hashtag_curation.follow_tag(session, board, reader.id, "care")
            self.board_id, self.reader_id = board.id, reader.id
        self.asked(POST, "12")

    def asked(self, uri: str, home_id: str, age: timedelta = DAY, **values: Any) -> None:
        known = {
            "board_id": self.board_id, "uri": uri, "url": uri, "tag": "care", "author_uri": ANA, "found_at": clock.now(),
            "home_status_id": home_id, "asked_at": clock.now() - age,
        }  # fmt: skip
        with database.transaction() as session:
            add(session, HashtagPost(**{**known, **values}))

    def says(self, home_id: str = "12", **changes: Any) -> None:
        account = {
            "id": "7",
            "acct": "ana@far.example",
            "uri": ANA,
            "indexable": True,
            "bot": False,
            "note": "",
            **changes.pop("account", {}),
        }
        document = {
            "id": home_id, "uri": POST, "url": POST, "visibility": "public", "account": account, "replies_count": 0,
            "content": "<p>Who knows?</p>", "created_at": "2026-11-01T10:00:00Z", **changes,
        }  # fmt: skip
        self.others.say(f"https://home.example/api/v1/statuses/{home_id}", document, kind=JSON)

    def answers(self, *answers: object, home_id: str = "12") -> None:
        self.says(home_id, replies_count=len(answers))
        address = f"https://home.example/api/v1/statuses/{home_id}/context"
        self.others.say(address, {"ancestors": [], "descendants": list(answers)}, kind=JSON)

    @property
    def rows(self) -> list[HashtagPost]:
        with database.read_transaction() as session:
            return list(session.scalars(select(HashtagPost).order_by(HashtagPost.id)))

    @property
    def shown(self) -> list[str]:
        with database.read_transaction() as session:
            board = session.get_one(Board, self.board_id)
            return [one.uri for one in hashtag_questions.list_unanswered(session, board)]

    @property
    def counted(self) -> int:
        with database.read_transaction() as session:
            return hashtag_questions.count_answered(session, session.get_one(Board, self.board_id))

    @property
    def calls(self) -> list[str]:
        return [
            address.removeprefix("https://home.example/api/v1/statuses/") for _, address in self.others.asked
        ]


def an_answer(user: str, host: str = "far.example", minute: int = 1, **changes: Any) -> dict[str, Any]:
    account = {
        "id": f"{user}-{host}",
        "acct": f"{user}@{host}",
        "uri": f"https://{host}/users/{user}",
        **changes.pop("account", {}),
    }
    return {
        "account": account,
        "visibility": "public",
        "created_at": f"2026-11-01T11:{minute:02}:00Z",
        **changes,
    }


@pytest.fixture
def world(unit: Unit, others: OtherServers) -> Iterator[World]:
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
        yield World(others)


def ask() -> None:
    hashtag_questions.ask_about_all()


@pytest.mark.parametrize(
    "changes",
    [
        {"visibility": "private"}, {"visibility": "unlisted"}, {"account": {"indexable": False}}, {"account": {"note": "Words #nobot"}},
        {"account": {"bot": True}}, {"sensitive": True}, {"in_reply_to_id": "3"},
    ],
)  # fmt: skip
def test_whoever_lets_themselves_be_found_no_longer_is_forgotten(
    world: World, changes: dict[str, Any]
) -> None:
    world.says()
    ask()
    assert world.shown == [POST]
    world.says(**changes)
    ask()
    assert (world.shown, world.rows) == ([], [])


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_forgotten(world: World, status: int) -> None:
    world.others.say("https://home.example/api/v1/statuses/12", {"error": "gone"}, status, kind=JSON)
    ask()
    assert world.rows == []


@pytest.mark.parametrize("policy", [Policy.SILENCED, Policy.BLOCKED])
def test_nobody_is_brought_from_a_server_that_is_not_trusted_from_the_same_moment_on(
    world: World, policy: Policy
) -> None:
    world.says()
    ask()
    with database.transaction() as session:
        an_instance(session, "far.example", policy=policy)
    assert world.shown == []
    ask()
    assert world.rows == []


LIES: list[dict[str, Any]] = [
    {"replies_count": "0"}, {"replies_count": -1}, {"replies_count": None}, {"replies_count": False}, {"uri": "https://far.example/posts/2"},
    {"uri": None}, {"uri": ["x"]},
]  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_is_none_shows_nobody_and_is_asked_for_again(
    world: World, lie: dict[str, Any]
) -> None:
    world.says()
    ask()
    world.says(**lie)
    ask()
    assert (world.shown, len(world.rows)) == ([], 1)
    world.says()
    ask()
    assert world.shown == [POST]


@pytest.mark.parametrize(
    "body", [b"", b"no", b"[]", b"7", b"null", b'{"uri": 1' + b"0" * 400 + b"}", b"[" * 5000]
)
def test_a_body_that_is_none_ends_nothing_for_the_others(world: World, body: bytes) -> None:
    world.asked(POST + "/2", "13")
    world.says()
    world.says("13", uri=POST + "/2")
    world.others.say("https://home.example/api/v1/statuses/12", body, kind=JSON)
    ask()
    assert world.shown == [POST + "/2"]


@pytest.mark.parametrize("context", [None, [], {}, {"descendants": "x"}])
def test_where_it_has_replies_and_nobody_says_whose_it_is_not_shown(world: World, context: object) -> None:
    world.says(replies_count=1)
    world.others.say("https://home.example/api/v1/statuses/12/context", context, kind=JSON)
    ask()
    assert (world.shown, world.counted, len(world.rows)) == ([], 0, 1)


def test_a_home_that_is_away_is_left_in_peace_until_the_next_hour_and_hides_what_it_no_longer_vouches_for(
    world: World,
) -> None:
    world.says()
    ask()
    for number in range(5):
        world.asked(f"{POST}/{number}", f"2{number}")
    world.others.asked.clear()
    for number in ("12", "20", "21", "22", "23", "24"):
        world.others.fail(f"https://home.example/api/v1/statuses/{number}", FetchFailed("away"))
    ask()
    assert len(world.calls) == 3
    ask()
    assert len(world.calls) == 6
    assert sorted(world.calls) == ["12", "20", "21", "22", "23", "24"], "each once before any twice"
    assert world.shown == []


@pytest.mark.parametrize("home_id", ["../../accounts/1", "a/b", "a?b", "a#b", "%2e%2e"])
def test_an_id_leads_nowhere_else_even_if_one_got_in(world: World, home_id: str) -> None:
    with database.transaction() as session:
        session.execute(update(HashtagPost).values(home_status_id=home_id))
    ask()
    (call,) = world.calls
    assert not set(call) & set("/?#")


@pytest.mark.parametrize(
    ("age", "is_asked"),
    [
        (DAY - timedelta(seconds=1), False), (DAY, True), (timedelta(days=7) - timedelta(seconds=1), True), (timedelta(days=7), False),
    ],
)  # fmt: skip
def test_others_have_a_day_and_after_a_week_nobody_asks_any_more(
    world: World, age: timedelta, is_asked: bool
) -> None:
    with database.transaction() as session:
        session.execute(update(HashtagPost).values(asked_at=clock.now() - age, is_unanswered=True))
    world.says()
    ask()
    assert (world.calls == ["12"], world.shown == [POST]) == (is_asked, is_asked)


@pytest.mark.parametrize(
    "values", [{"asked_at": None}, {"state": HashtagPostState.LEFT}, {"state": HashtagPostState.BOOSTED}]
)
def test_what_is_no_question_or_was_decided_on_is_not_asked_about(
    world: World, values: dict[str, Any]
) -> None:
    with database.transaction() as session:
        session.execute(update(HashtagPost).values(is_unanswered=True, **values))
    ask()
    assert (world.calls, world.shown) == ([], [])


def test_without_a_token_nobody_is_asked_about_and_nothing_is_shown(world: World) -> None:
    world.says()
    ask()
    with database.transaction() as session:
        session.execute(update(Grant).values(ended_at=clock.now()))
    world.others.asked.clear()
    ask()
    assert (world.calls, world.shown) == ([], [])
    with database.transaction() as session:
        session.execute(update(HashtagPost).values(is_unanswered=True))
        session.delete(session.scalars(select(FollowedHashtag)).one())
    assert world.shown == []


def test_an_hour_has_an_end_and_those_longest_not_asked_about_come_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashtag_questions, "MOST_ASKED", 2)
    for number in (13, 14):
        world.says(str(number), uri=f"{POST}/{number}")
        world.asked(f"{POST}/{number}", str(number), age=DAY + number * HOUR)
    world.says()
    ask()
    ask()
    assert world.calls == ["14", "13", "12", "13"]


def test_a_run_ends_when_its_time_is_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashtag_questions, "_MOST_TIME", -timedelta(seconds=1))
    ask()
    assert world.calls == []


def test_what_asks_no_more_is_no_question_and_stays_gathered(world: World) -> None:
    world.says(content="<p>Thanks, all is well.</p>")
    ask()
    ask()
    assert (world.shown, world.calls, [one.state for one in world.rows]) == (
        [],
        ["12"],
        [HashtagPostState.FOUND],
    )


@pytest.mark.parametrize(
    "answer",
    [an_answer("ben"), an_answer("mo", "far.example"), an_answer("mo", account={"acct": "mo@x.example"})],
)
def test_what_somebody_else_answered_is_no_question_of_ours_and_counts_for_nobody(
    world: World, answer: dict[str, Any]
) -> None:
    world.answers(answer)
    ask()
    assert (world.shown, world.counted) == ([], 0)
    assert [(one.state, one.asked_at) for one in world.rows] == [(HashtagPostState.FOUND, None)]


@pytest.mark.parametrize(
    "answer",
    [
        an_answer("ana", account={"id": "7"}),
        an_answer("bot", account={"bot": True}),
        an_answer("ben", visibility="direct"),
    ],
)
def test_who_goes_on_alone_is_still_waiting(world: World, answer: dict[str, Any]) -> None:
    world.answers(answer)
    ask()
    assert world.shown == [POST]


@pytest.mark.parametrize(
    "account",
    [
        {"acct": "mo", "uri": None}, {"acct": "Mo@HOME.example", "uri": None}, {"acct": "x", "uri": "https://home.example/users/mo"},
    ],
)  # fmt: skip
def test_what_somebody_of_the_team_answered_first_is_counted_once_by_the_day_and_shown_no_more(
    world: World, account: dict[str, Any]
) -> None:
    world.says()
    ask()
    world.answers(an_answer("mo", "home.example", account=account), an_answer("ben", minute=9))
    ask()
    ask()
    assert (world.shown, world.counted) == ([], 1)
    assert [one.state for one in world.rows] == [HashtagPostState.LEFT]
    with database.read_transaction() as session:
        (kept,) = session.scalars(select(AnsweredQuestion))
    assert {column.name for column in AnsweredQuestion.__table__.columns} == {"id", "board_id", "day"}
    assert kept.day.isoformat() == "2026-11-20T00:00:00+00:00"


def test_whoever_came_second_or_looks_after_the_board_no_longer_is_not_counted(world: World) -> None:
    world.answers(an_answer("mo", "home.example", 9), an_answer("ben", minute=1))
    ask()
    world.asked(POST + "/2", "13")
    with database.transaction() as session:
        session.delete(session.scalars(select(Moderator)).one())
    world.says("13", uri=POST + "/2", replies_count=1)
    world.others.say(
        "https://home.example/api/v1/statuses/13/context",
        {"descendants": [an_answer("mo", "home.example")]},
        kind=JSON,
    )
    ask()
    assert (world.shown, world.counted) == ([], 0)


def test_the_team_of_another_board_counts_for_that_board_alone(world: World) -> None:
    with database.transaction() as session:
        a_moderator(session, a_board(session, "benefits"), a_person(session, "eve"))
    world.answers(an_answer("eve", "home.example"))
    ask()
    assert world.counted == 0


@pytest.mark.parametrize(
    ("age", "counted"), [(timedelta(days=30) - timedelta(seconds=1), 1), (timedelta(days=30), 0)]
)
def test_what_was_answered_is_counted_for_thirty_days(session: Session, age: timedelta, counted: int) -> None:
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
        board, other = a_board(session), a_board(session, "benefits")
        add(session, AnsweredQuestion(board_id=board.id, day=clock.now() - age))
        assert hashtag_questions.count_answered(session, board) == counted
        assert hashtag_questions.count_answered(session, other) == 0


def test_what_was_decided_on_while_its_server_was_asked_stays_decided(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.says()

    def leave(client: object, question: object) -> hashtag_questions._Look:
        with database.transaction() as session:
            session.execute(update(HashtagPost).values(state=HashtagPostState.LEFT))
        return hashtag_questions._Look()

    monkeypatch.setattr(hashtag_questions, "_look_at", leave)
    ask()
    assert [(one.state, one.is_unanswered) for one in world.rows] == [(HashtagPostState.LEFT, False)]
