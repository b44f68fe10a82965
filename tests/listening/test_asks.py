"""People are asked to answer what nobody answers: one at a time, and what is grave is for few."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from fedconnect.events import ListenerAsked, PostPublished
from fedconnect.foundation import database, ids
from fedconnect.listening import ask_notifications, asks, listeners
from fedconnect.models.board import Board
from fedconnect.models.case import Case, Severity
from fedconnect.models.decision import Ban
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.listener import Listener, ListenerAsk
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Mute, MuteKind, Notification
from fedconnect.models.thread import Thread
from fedconnect.surfacing.hearing import opt_outs
from fedconnect.surfacing.hearing.listening_hours import Hours
from support.listening_rows import ALWAYS, asked, danger, listens, quiet_post, safeguarded
from support.surfacing_rows import DAY, HOUR, INSTANT, NOON, an_unanswered_post, stop_the_clock
from support.unit import Unit, a_board, a_moderator, a_person, a_post, a_reader, add


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)
    monkeypatch.setattr(ids, "moment_of", lambda _id: NOON - 30 * DAY)  # everybody was met long ago


@pytest.fixture
def board(unit: Unit) -> Board:
    """A board on which dora listens, who is confirmed, and a moderator, mo."""
    with database.transaction() as session:
        board = a_board(session)
        a_moderator(session, board, a_person(session, "mo"))
    listens("dora", board)
    return board


@pytest.fixture
def bare(unit: Unit) -> Board:
    """A board with a moderator, mo, and nobody who listens."""
    with database.transaction() as session:
        board = a_board(session)
        a_moderator(session, board, a_person(session, "mo"))
    return board


def names() -> list[str]:
    return [name for name, _ in asked()]


def test_whoever_said_no_to_being_surfaced_is_asked_about_no_more_whenever_they_said_it(
    unit: Unit, board: Board
) -> None:
    post = quiet_post(board, state=HearingState.MISSED)
    with database.transaction() as session:
        opt_outs.opt_out(session, session.get_one(Post, post.id).person_id or 0, board.id)
    quiet_post(board, "bea")
    with database.transaction() as session:
        session.execute(update(Person).where(Person.username == "bea").values(asks_no_bots=True))
    assert asks.ask_next() == 0


def test_people_who_listen_without_a_word_do_not_keep_a_moderator_from_being_asked(
    unit: Unit, bare: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        listens(f"mallory{number}", bare, confirmed=False)
    quiet_post(bare, is_first=True, begun_at=NOON - HOUR)
    for hour in range(12):
        stop_the_clock(monkeypatch, NOON + hour * HOUR)
        asks.ask_next()
    assert names()[2:] == ["mo"], "within twelve hours, although the second of them still had time"


def test_an_account_of_an_hour_that_enlists_everywhere_gets_nothing_that_is_grave(unit: Unit) -> None:
    posts = []
    with database.transaction() as session:
        mallory = a_person(session, "mallory")
        boards = [a_board(session, slug) for slug in ("one", "two", "three")]
        for one in boards:
            listeners.offer(session, mallory.id, one, ALWAYS, a_day=10)
    for number, one in enumerate(boards):
        posts.append(safeguarded(one) if number else quiet_post(one, is_first=True))
    with database.transaction() as session:
        add(session, Case(board_id=boards[0].id, subject_uri=posts[0].uri, post_id=posts[0].id, severity=Severity.DANGER,
                          first_at=NOON, last_at=NOON))  # fmt: skip
    assert asks.ask_next() == 0
    assert asked() == []


@pytest.mark.parametrize("policy", [one for one in Policy if one is not Policy.OPEN])
def test_nobody_of_a_server_that_is_not_trusted_is_asked(unit: Unit, board: Board, policy: Policy) -> None:
    with database.transaction() as session:
        add(session, Instance(host="home.example", policy=policy))
        an_unanswered_post(session, board, a_person(session, "zoe", "far.example"))
    assert asks.ask_next() == 0


@pytest.mark.parametrize(
    ("ban", "number"),
    [({}, 0), ({"is_hold": True}, 0), ({"until": NOON + HOUR}, 0), ({"until": NOON}, 1)],
)
def test_who_is_banned_on_a_board_is_not_asked_there(
    unit: Unit, board: Board, ban: dict[str, Any], number: int
) -> None:
    quiet_post(board)
    with database.transaction() as session:
        dora = session.execute(select(Person).where(Person.username == "dora")).scalar_one()
        add(session, Ban(board_id=board.id, person_id=dora.id, **ban))
    assert asks.ask_next() == number


def test_what_is_grave_goes_to_who_was_confirmed_and_then_to_moderators(
    unit: Unit, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = safeguarded(board, is_starter=False)
    assert asks.ask_next() == 1
    assert asks.ask_next() == 0, "one at a time"
    stop_the_clock(monkeypatch, NOON + 6 * HOUR)
    assert asks.ask_next() == 1
    assert asked() == [("dora", post.id), ("mo", post.id)]
    stop_the_clock(monkeypatch, NOON + 99 * HOUR)
    assert asks.ask_next() == 0, "each once"


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ({}, 1), ({"answerers": 1}, 0), ({"is_starter": False}, 0), ({"asked_listeners_at": NOON - HOUR}, 0),
        ({"state": HearingState.CLOSED, "exclusion": Exclusion.AUTHOR}, 0),
        ({"state": HearingState.CLOSED, "exclusion": Exclusion.WITHDRAWN}, 0),
        ({"state": HearingState.CLOSED, "exclusion": Exclusion.QUOTA}, 1), ({"state": HearingState.MISSED}, 1),
        ({"begun_at": NOON - 8 * DAY}, 0),
    ],
)  # fmt: skip
def test_asked_is_about_threads_that_nobody_answered(
    unit: Unit, board: Board, values: dict[str, Any], number: int
) -> None:
    post = quiet_post(board, **values)
    assert asks.ask_next() == number
    assert asked() == [("dora", post.id)] * number
    told = [event for event in unit.events if isinstance(event, ListenerAsked)]
    assert [(one.post_id, one.board_id) for one in told] == [(post.id, board.id)] * number


def test_nobody_is_asked_about_what_is_held_or_from_a_silenced_server(unit: Unit, board: Board) -> None:
    held = quiet_post(board)
    with database.transaction() as session:
        session.execute(update(Post).where(Post.id == held.id).values(state=PostState.HELD))
        an_unanswered_post(session, board, a_person(session, "zoe", "loud.example"))
        add(session, Instance(host="loud.example", policy=Policy.SILENCED))
    assert asks.ask_next() == 0


def test_a_listener_who_sleeps_keeps_no_other_board_waiting(unit: Unit, board: Board) -> None:
    with database.transaction() as session:
        session.execute(update(Listener).values(from_hour=1, to_hour=2))
        other = a_board(session, "sleep")
        listeners.offer(session, a_person(session, "eve").id, other, ALWAYS)
        for number in range(101):
            an_unanswered_post(session, board, a_person(session, f"author{number}"))
    post = quiet_post(other, is_first=True, begun_at=NOON - 2 * HOUR)
    assert asks.ask_next() == 1
    assert asked() == [("eve", post.id)]


def test_nobody_gets_two_running_of_one_author_nor_more_than_they_offered(unit: Unit, board: Board) -> None:
    for author in ("ana", "ana", "ben", "cyd", "dot"):
        quiet_post(board, author)
    assert asks.ask_next() == 3
    with database.read_transaction() as session:
        authors = session.execute(select(ListenerAsk.author_id).order_by(ListenerAsk.id)).scalars().all()
    assert len(set(authors)) == 3


def test_whom_an_author_hides_or_keeps_away_is_not_asked(unit: Unit, board: Board) -> None:
    with database.transaction() as session:
        ana, ben, cyd = (a_person(session, name) for name in ("ana", "ben", "cyd"))
        dora = session.execute(select(Person).where(Person.username == "dora")).scalar_one()
        subjects = ((ana, MuteKind.PERSON, dora.handle[1:].lower()), (ben, MuteKind.SERVER, dora.handle_host))
        for author, kind, subject in subjects:
            reader = a_reader(session, author)
            add(session, Mute(reader_id=reader.id, kind=kind, subject=subject, since=NOON))
        listeners.keep_away(session, cyd.id, dora.handle)
    for author_name in ("ana", "ben", "cyd"):
        quiet_post(board, author_name)
    assert asks.ask_next() == 0
    quiet_post(board, "dot")
    assert asks.ask_next() == 1


def test_a_no_lets_the_next_be_asked_at_once(unit: Unit, board: Board) -> None:
    with database.transaction() as session:
        eve = a_person(session, "eve")
        listeners.offer(session, eve.id, board, ALWAYS)
        listeners.confirm(session, eve.id, board)
    post = quiet_post(board)
    asks.ask_next()
    ((first, _),) = asked()
    with database.transaction() as session:
        person = session.execute(select(Person).where(Person.username == first)).scalar_one()
        asks.decline(session, person.id, post.id)
        asks.decline(session, person.id, 5)
    assert asks.ask_next() == 1
    assert {name for name, _ in asked()} == {"dora", "eve"}


def test_an_answer_in_the_thread_is_kept_and_nobody_elses_is(unit: Unit, board: Board) -> None:
    post = quiet_post(board)
    asks.ask_next()
    with database.transaction() as session:
        thread = session.get_one(Post, post.id)
        dora = session.execute(select(Person).where(Person.username == "dora")).scalar_one()
        for author in (a_person(session, "ben"), dora):
            answer = a_post(session, session.get_one(Thread, thread.thread_id), author)
            asks.note_answer(session, PostPublished(answer.id, answer.thread_id, board.id, is_starter=False))
            one = session.execute(select(ListenerAsk)).scalar_one()
            session.refresh(one)
            assert (one.answered_at is not None) is (author is dora)


def test_whoever_reads_here_finds_the_ask_among_their_notifications(unit: Unit, board: Board) -> None:
    with database.transaction() as session:
        dora = session.execute(select(Person).where(Person.username == "dora")).scalar_one()
        a_reader(session, dora)
        post = an_unanswered_post(session, board)
        for name in ("dora", "mo"):
            person = session.execute(select(Person).where(Person.username == name)).scalar_one()
            ask_notifications.notify_asked(session, ListenerAsked(post.id, board.id, person.id))
    with database.read_transaction() as session:
        told = session.execute(select(Notification.person_id)).scalars().all()
        readers = session.execute(select(Reader.person_id)).scalars().all()
    assert list(told) == list(readers) == [dora.id]


def test_asks_are_forgotten_after_two_weeks(unit: Unit, board: Board) -> None:
    quiet_post(board)
    asks.ask_next()
    with database.transaction() as session:
        assert asks.stale_asks(NOON + 14 * DAY).some(session, 9) == []
        assert len(asks.stale_asks(NOON + 15 * DAY).some(session, 9)) == 1
        assert session.execute(select(Hearing.asked_listeners_at)).scalar_one() == NOON


@pytest.mark.parametrize(
    ("values", "hours"),
    [
        ({"is_first": True}, 11),
        ({"floor": 0}, 6),
        ({"floor": 0, "is_first": True}, 6),
        ({"is_first": False, "floor": 10}, 36),
    ],
)
def test_a_moderator_is_asked_where_no_listener_is_from_the_promised_hour_and_not_before(
    bare: Board, values: dict[str, Any], hours: int
) -> None:
    early = quiet_post(bare, begun_at=NOON - hours * HOUR + INSTANT, **values)
    assert asks.ask_next() == 0
    with database.transaction() as session:
        session.execute(
            update(Hearing).where(Hearing.post_id == early.id).values(begun_at=NOON - hours * HOUR)
        )
    assert asks.ask_next() == 1
    assert names() == ["mo"]


def test_a_danger_case_is_for_the_confirmed_and_moderators_alone(bare: Board) -> None:
    listens("mallory", bare, confirmed=False)
    danger(quiet_post(bare, is_first=True, begun_at=NOON - 2 * HOUR))
    assert asks.ask_next() == 1
    assert names() == ["mo"]


@pytest.mark.parametrize("severity", [Severity.HURT, Severity.RULES])
def test_a_case_that_speaks_of_no_danger_leaves_a_first_post_to_listeners(
    bare: Board, severity: Severity
) -> None:
    listens("dora", bare, confirmed=False)
    danger(quiet_post(bare, is_first=True, begun_at=NOON - 2 * HOUR))
    with database.transaction() as session:
        session.execute(update(Case).values(severity=severity))
    assert asks.ask_next() == 1
    assert names() == ["dora"]


def test_listeners_of_other_boards_and_authors_themselves_are_not_asked(bare: Board) -> None:
    with database.transaction() as session:
        other = a_board(session, "sleep")
    listens("eve", other)
    listens("ana", bare)
    quiet_post(bare, "ana", is_first=True)
    with database.transaction() as session:
        session.execute(update(Hearing).values(begun_at=NOON - 2 * HOUR))
    assert asks.ask_next() == 0


def test_a_mute_against_words_or_of_somebody_else_keeps_no_listener_away(bare: Board) -> None:
    listens("dora", bare)
    with database.transaction() as session:
        ana, ben = a_person(session, "ana"), a_person(session, "ben")
        reader, other = a_reader(session, ana), a_reader(session, ben)
        add(session, Mute(reader_id=reader.id, kind=MuteKind.WORDS, subject="dora@home.example", since=NOON))
        add(session, Mute(reader_id=other.id, kind=MuteKind.PERSON, subject="dora@home.example", since=NOON))
    quiet_post(bare, "ana")
    assert asks.ask_next() == 1
    assert names() == ["dora"]


def test_a_listener_in_their_hours_is_asked_and_one_who_was_asked_is_not_asked_about_it_again(
    bare: Board, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    dora = listens("dora", bare, Hours(14, 15, "Europe/Berlin"))
    post = quiet_post(bare, begun_at=NOON - 12 * HOUR)
    assert asks.ask_next() == 0, "one o'clock in Berlin"
    stop_the_clock(monkeypatch, NOON + HOUR)
    assert asks.ask_next() == 1
    assert unit.of(ListenerAsked) == [ListenerAsked(post.id, bare.id, dora)]
    stop_the_clock(monkeypatch, NOON + 25 * HOUR)
    assert asks.ask_next() == 1, "a day later a moderator is, after 37 hours"
    assert names() == ["dora", "mo"]


def test_a_no_after_an_answer_changes_nothing(bare: Board) -> None:
    dora = listens("dora", bare)
    post = quiet_post(bare)
    asks.ask_next()
    with database.transaction() as session:
        session.execute(update(ListenerAsk).values(answered_at=NOON))
        asks.decline(session, dora, post.id)
    with database.read_transaction() as session:
        assert session.execute(select(ListenerAsk.declined_at)).scalar_one() is None
        assert session.execute(select(Hearing.asked_listeners_at)).scalar_one() == NOON


def test_a_late_no_of_the_first_leaves_the_second_their_six_hours(
    bare: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {name: listens(name, bare) for name in ("dora", "eve", "fay")}
    post = quiet_post(bare)
    asks.ask_next()
    first = names()[0]
    stop_the_clock(monkeypatch, NOON + 6 * HOUR)
    assert asks.ask_next() == 1
    stop_the_clock(monkeypatch, NOON + 7 * HOUR)
    with database.transaction() as session:
        asks.decline(session, people[first], post.id)
    assert asks.ask_next() == 0, "one at a time"


def test_a_danger_case_is_asked_about_at_once(bare: Board) -> None:
    danger(quiet_post(bare, is_first=True, begun_at=NOON))
    assert asks.ask_next() == 1


def test_an_answer_to_a_safeguarded_reply_is_kept_too(bare: Board) -> None:
    dora = listens("dora", bare)
    post = quiet_post(bare, is_starter=False, state=HearingState.CLOSED, exclusion=Exclusion.SAFEGUARDING, ended_at=NOON)  # fmt: skip
    asks.ask_next()
    with database.transaction() as session:
        thread = session.get_one(Thread, session.get_one(Post, post.id).thread_id)
        answer = a_post(session, thread, session.get_one(Person, dora))
        asks.note_answer(session, PostPublished(answer.id, thread.id, bare.id, is_starter=False))
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
        bare = a_board(session)
        for number in range(50):
            an_unanswered_post(session, bare, a_person(session, f"author{number}"))
    listens("dora", bare, confirmed=False)
    quiet_post(bare, is_first=True, begun_at=NOON - 2 * HOUR)
    assert asks.ask_next() == 1


def test_a_listener_who_leaves_between_two_rounds_is_not_asked(bare: Board) -> None:
    listens("dora", bare)
    quiet_post(bare)
    with database.transaction() as session:
        session.delete(session.execute(select(Listener)).scalar_one())
    assert asks.ask_next() == 0
