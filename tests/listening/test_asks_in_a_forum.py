"""Asks with rows: who comes when, what keeps nobody waiting, and what stays with those it is for."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from fedconnect.events import ListenerAsked, PostPublished
from fedconnect.foundation import database, ids
from fedconnect.listening import asks, listeners
from fedconnect.models.board import Board
from fedconnect.models.case import Case, Severity
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.listener import Listener, ListenerAsk
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.models.thread import Thread
from fedconnect.surfacing.hearing.listening_hours import Hours
from support.surfacing_rows import DAY, HOUR, INSTANT, NOON, an_unanswered_post, stop_the_clock
from support.unit import Unit, a_board, a_moderator, a_person, a_post, a_reader, add

ALWAYS = Hours(0, 23, "UTC")


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)
    monkeypatch.setattr(ids, "moment_of", lambda _id: NOON - 30 * DAY)  # everybody was met long ago


@pytest.fixture
def board(unit: Unit) -> Board:
    """A board with a moderator, mo, and nobody who listens."""
    with database.transaction() as session:
        board = a_board(session)
        a_moderator(session, board, a_person(session, "mo"))
    return board


def listens(name: str, board: Board, hours: Hours = ALWAYS, confirmed: bool = True) -> int:
    with database.transaction() as session:
        person = a_person(session, name)
        listeners.offer(session, person.id, board, hours)
        if confirmed:
            listeners.confirm(session, person.id, board)
    return person.id


def quiet_post(board: Board, author: str = "ana", **values: Any) -> Post:
    with database.transaction() as session:
        known = session.execute(select(Person).where(Person.username == author)).scalar_one_or_none()
        return an_unanswered_post(session, board, known or a_person(session, author), **values)


def danger(post: Post) -> None:
    with database.transaction() as session:
        add(session, Case(board_id=post.board_id, subject_uri=post.uri, post_id=post.id, severity=Severity.DANGER,
                          first_at=NOON, last_at=NOON))  # fmt: skip


def asked() -> list[str]:
    with database.read_transaction() as session:
        rows = session.execute(
            select(Person.username)
            .join(ListenerAsk, ListenerAsk.person_id == Person.id)
            .order_by(ListenerAsk.id)
        )
        return list(rows.scalars())


@pytest.mark.parametrize(
    ("values", "hours"),
    [({"is_first": True}, 11), ({"floor": 0}, 11), ({"is_first": False, "floor": 10}, 36)],
)
def test_a_moderator_is_asked_where_no_listener_is_from_the_promised_hour_and_not_before(
    board: Board, values: dict[str, Any], hours: int
) -> None:
    early = quiet_post(board, begun_at=NOON - hours * HOUR + INSTANT, **values)
    assert asks.ask_next() == 0
    with database.transaction() as session:
        session.execute(
            update(Hearing).where(Hearing.post_id == early.id).values(begun_at=NOON - hours * HOUR)
        )
    assert asks.ask_next() == 1
    assert asked() == ["mo"]


def test_a_danger_case_is_for_the_confirmed_and_moderators_alone(board: Board) -> None:
    listens("mallory", board, confirmed=False)
    danger(quiet_post(board, is_first=True, begun_at=NOON - 2 * HOUR))
    assert asks.ask_next() == 1
    assert asked() == ["mo"]


@pytest.mark.parametrize("severity", [Severity.HURT, Severity.RULES])
def test_a_case_that_speaks_of_no_danger_leaves_a_first_post_to_listeners(
    board: Board, severity: Severity
) -> None:
    listens("dora", board, confirmed=False)
    danger(quiet_post(board, is_first=True))
    with database.transaction() as session:
        session.execute(update(Case).values(severity=severity))
    assert asks.ask_next() == 1
    assert asked() == ["dora"]


def test_listeners_of_other_boards_and_authors_themselves_are_not_asked(board: Board) -> None:
    with database.transaction() as session:
        other = a_board(session, "sleep")
    listens("eve", other)
    listens("ana", board)
    quiet_post(board, "ana", is_first=True)
    with database.transaction() as session:
        session.execute(update(Hearing).values(begun_at=NOON - 2 * HOUR))
    assert asks.ask_next() == 0


def test_a_mute_against_words_or_of_somebody_else_keeps_no_listener_away(board: Board) -> None:
    listens("dora", board)
    with database.transaction() as session:
        ana, ben = a_person(session, "ana"), a_person(session, "ben")
        reader, other = a_reader(session, ana), a_reader(session, ben)
        add(session, Mute(reader_id=reader.id, kind=MuteKind.WORDS, subject="dora@home.example", since=NOON))
        add(session, Mute(reader_id=other.id, kind=MuteKind.PERSON, subject="dora@home.example", since=NOON))
    quiet_post(board, "ana")
    assert asks.ask_next() == 1
    assert asked() == ["dora"]


def test_a_listener_in_their_hours_is_asked_and_one_who_was_asked_is_not_asked_about_it_again(
    board: Board, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    dora = listens("dora", board, Hours(14, 15, "Europe/Berlin"))
    post = quiet_post(board, begun_at=NOON - 12 * HOUR)
    assert asks.ask_next() == 0, "one o'clock in Berlin"
    stop_the_clock(monkeypatch, NOON + HOUR)
    assert asks.ask_next() == 1
    assert unit.of(ListenerAsked) == [ListenerAsked(post.id, board.id, dora)]
    stop_the_clock(monkeypatch, NOON + 25 * HOUR)
    assert asks.ask_next() == 1, "a day later a moderator is, after 37 hours"
    assert asked() == ["dora", "mo"]


def test_a_no_after_an_answer_changes_nothing(board: Board) -> None:
    dora = listens("dora", board)
    post = quiet_post(board)
    asks.ask_next()
    with database.transaction() as session:
        session.execute(update(ListenerAsk).values(answered_at=NOON))
        asks.decline(session, dora, post.id)
    with database.read_transaction() as session:
        assert session.execute(select(ListenerAsk.declined_at)).scalar_one() is None
        assert session.execute(select(Hearing.asked_listeners_at)).scalar_one() == NOON


def test_a_late_no_of_the_first_leaves_the_second_their_six_hours(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {name: listens(name, board) for name in ("dora", "eve", "fay")}
    post = quiet_post(board)
    asks.ask_next()
    first = asked()[0]
    stop_the_clock(monkeypatch, NOON + 6 * HOUR)
    assert asks.ask_next() == 1
    stop_the_clock(monkeypatch, NOON + 7 * HOUR)
    with database.transaction() as session:
        asks.decline(session, people[first], post.id)
    assert asks.ask_next() == 0, "one at a time"


def test_a_danger_case_is_asked_about_at_once(board: Board) -> None:
    danger(quiet_post(board, is_first=True, begun_at=NOON))
    assert asks.ask_next() == 1


def test_an_answer_to_a_safeguarded_reply_is_kept_too(board: Board) -> None:
    dora = listens("dora", board)
    post = quiet_post(board, is_starter=False, state=HearingState.CLOSED, exclusion=Exclusion.SAFEGUARDING, ended_at=NOON)  # fmt: skip
    asks.ask_next()
    with database.transaction() as session:
        thread = session.get_one(Thread, session.get_one(Post, post.id).thread_id)
        answer = a_post(session, thread, session.get_one(Person, dora))
        asks.note_answer(session, PostPublished(answer.id, thread.id, board.id, is_starter=False))
    with database.read_transaction() as session:
        assert session.execute(select(ListenerAsk.answered_at)).scalar_one() is not None


def test_two_boards_without_anybody_keep_no_third_waiting(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asks, "_BOARDS_AT_ONCE", 2)
    with database.transaction() as session:
        boards = [a_board(session, slug) for slug in ("one", "two", "three")]
    listens("dora", boards[2])
    for number, one in enumerate(boards):
        quiet_post(one, f"author{number}")
    assert asks.ask_next() + asks.ask_next() == 1


def test_fifty_later_posts_keep_no_first_post_waiting_for_an_unconfirmed_listener(unit: Unit) -> None:
    with database.transaction() as session:
        board = a_board(session)
        for number in range(50):
            an_unanswered_post(session, board, a_person(session, f"author{number}"))
    listens("dora", board, confirmed=False)
    quiet_post(board, is_first=True, begun_at=NOON - 2 * HOUR)
    assert asks.ask_next() == 1


def test_a_listener_who_leaves_between_two_rounds_is_not_asked(board: Board) -> None:
    listens("dora", board)
    quiet_post(board)
    with database.transaction() as session:
        session.delete(session.execute(select(Listener)).scalar_one())
    assert asks.ask_next() == 0
