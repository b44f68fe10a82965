"""Listeners are asked in their hours where nobody answers, and at once where somebody is in distress."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.models.post import PostState
from fedconnect.models.profile import Listener
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import NotificationKind
from fedconnect.surfacing.hearing import lifecycle, listeners
from fedconnect.surfacing.hearing.listeners import Hours, read_hours
from support.surfacing_rows import (
    DAY,
    HOUR,
    INSTANT,
    NOON,
    a_reader_named,
    an_unanswered_post,
    notified,
    stop_the_clock,
)
from support.unit import Unit, a_board, a_moderator, a_person, a_reader, add

ALWAYS = Hours(0, 23, "UTC")


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.mark.parametrize(
    ("first", "last", "zone"),
    [("24", "6", "UTC"), ("8", "24", "UTC"), ("", "6", "UTC"), ("8", "", "UTC"), ("-1", "6", "UTC"), ("²", "6", "UTC"),
     ("8.5", "9", "UTC"), ("008", "9", "UTC"), ("8", "9", "Europe/Atlantis"), ("8", "9", ""), ("8", "9", "../etc/passwd")],
)  # fmt: skip
def test_hours_that_are_none_are_refused(first: str, last: str, zone: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_hours(first, last, zone)
    assert "0 to 23" in refused.value.safe


def test_hours_are_read_as_they_were_typed() -> None:
    assert read_hours("0", "23", "Europe/Berlin") == Hours(0, 23, "Europe/Berlin")
    assert read_hours("22", "06", "UTC") == Hours(22, 6, "UTC")


@pytest.mark.parametrize(
    ("hours", "minute", "holds"),
    [
        (Hours(9, 17, "UTC"), "08:59", False), (Hours(9, 17, "UTC"), "09:00", True),
        (Hours(9, 17, "UTC"), "17:59", True), (Hours(9, 17, "UTC"), "18:00", False),
        (Hours(22, 6, "UTC"), "21:59", False), (Hours(22, 6, "UTC"), "22:00", True),
        (Hours(22, 6, "UTC"), "06:59", True), (Hours(22, 6, "UTC"), "07:00", False),
        (Hours(12, 12, "UTC"), "12:30", True), (Hours(12, 12, "UTC"), "11:59", False),
        (Hours(9, 9, "Europe/Berlin"), "08:00", True), (Hours(9, 9, "Europe/Berlin"), "09:00", False),
    ],
)  # fmt: skip
def test_both_hours_are_included_and_the_zone_counts(hours: Hours, minute: str, holds: bool) -> None:
    assert hours.hold(datetime.fromisoformat(f"2026-11-24T{minute}").replace(tzinfo=UTC)) is holds


def test_an_offer_is_for_one_board_and_said_again_changes_its_hours(session: Session) -> None:
    here, there = a_board(session), a_board(session, "sleep")
    dora, eve = a_reader_named(session, "dora"), a_reader_named(session, "eve")
    for reader in (dora, eve):
        listeners.offer(session, reader.id, here, ALWAYS)
    listeners.offer(session, dora.id, here, Hours(9, 17, "Europe/Berlin"))
    one = listeners.find_listener(session, dora.id, here)
    assert one is not None
    assert (one.from_hour, one.to_hour, one.zone) == (9, 17, "Europe/Berlin")
    assert len(session.execute(select(Listener)).all()) == 2
    assert not listeners.has_listeners(session, there)
    listeners.leave(session, dora.id, there)
    listeners.leave(session, eve.id, here)
    assert listeners.find_listener(session, eve.id, here) is None
    assert listeners.has_listeners(session, here), "somebody else's offer stays"


@pytest.fixture
def board(unit: Unit) -> Board:
    """A board with a listener (dora) and a moderator (mo) who both read here."""
    with database.transaction() as session:
        board = a_board(session)
        listeners.offer(session, a_reader_named(session, "dora").id, board, ALWAYS)
        mo = a_person(session, "mo")
        a_moderator(session, board, mo)
        a_reader(session, mo)
    return board


def reader_named(name: str) -> int:
    with database.read_transaction() as session:
        found = select(Reader.id).join(Person, Person.id == Reader.person_id).where(Person.username == name)
        return session.execute(found).scalar_one()


def notifications() -> list[tuple[int, int, NotificationKind]]:
    with database.read_transaction() as session:
        return notified(session)


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({"begun_at": NOON - 12 * HOUR}, 0),
        ({"begun_at": NOON - 12 * HOUR - INSTANT}, 1),
        ({"begun_at": NOON - 7 * DAY}, 0),
        ({"begun_at": NOON - 7 * DAY + INSTANT}, 1),
        ({"answerers": 1}, 0),
        ({"is_starter": False}, 0),
        ({"asked_listeners_at": NOON - HOUR}, 0),
        ({"state": HearingState.CLOSED, "exclusion": Exclusion.AUTHOR}, 0),
        ({"state": HearingState.CLOSED, "exclusion": Exclusion.WITHDRAWN}, 0),
        ({"state": HearingState.CLOSED, "exclusion": Exclusion.QUOTA}, 1),
        ({"state": HearingState.MISSED}, 1),
    ],
)  # fmt: skip
def test_asked_is_about_threads_that_nobody_answered_for_twelve_hours(
    unit: Unit, board: Board, values: dict[str, object], asked: int
) -> None:
    with database.transaction() as session:
        post = an_unanswered_post(session, board, **values)
    assert listeners.ask_listeners() == asked
    assert notifications() == [(reader_named("dora"), post.id, NotificationKind.LISTENING)] * asked
    assert unit.jobs == ["push"] * asked
    assert listeners.ask_listeners() == 0, "once"


def test_nobody_is_asked_about_what_is_held_their_own_or_on_another_board(unit: Unit, board: Board) -> None:
    with database.transaction() as session:
        dora = session.execute(select(Person).where(Person.username == "dora")).scalar_one()
        held, own = an_unanswered_post(session, board), an_unanswered_post(session, board, dora)
        held.state = PostState.HELD
        an_unanswered_post(session, a_board(session, "sleep"), a_person(session, "ben"))
    assert listeners.ask_listeners() == 0
    assert notifications() == []
    with database.read_transaction() as session:
        waits = select(Hearing.post_id).where(
            Hearing.asked_listeners_at.is_(None), Hearing.board_id == board.id
        )
        assert set(session.execute(waits).scalars()) == {held.id, own.id}, "somebody else may be asked yet"


def test_outside_of_their_hours_a_post_waits_for_them(
    unit: Unit, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        session.execute(update(Listener).values(from_hour=13, to_hour=14))
        an_unanswered_post(session, board)
    assert listeners.ask_listeners() == 0
    stop_the_clock(monkeypatch, NOON + HOUR)
    assert listeners.ask_listeners() == 1


def test_nobody_is_asked_about_what_comes_from_a_server_that_is_silenced_by_now(
    unit: Unit, board: Board
) -> None:
    with database.transaction() as session:
        an_unanswered_post(session, board, a_person(session, "zoe", "loud.example"))
        add(session, Instance(host="loud.example", policy=Policy.SILENCED))
    assert listeners.ask_listeners() == 0


def test_safeguarding_asks_at_once_and_moderators_too(unit: Unit, board: Board) -> None:
    with database.transaction() as session:
        post = an_unanswered_post(
            session, board, state=HearingState.CLOSED, exclusion=Exclusion.SAFEGUARDING, begun_at=NOON - INSTANT,
            ended_at=NOON, answerers=4, is_starter=False,
        )  # fmt: skip
    assert listeners.ask_listeners() == 1
    assert notifications() == [
        (reader_named(name), post.id, NotificationKind.LISTENING) for name in ("mo", "dora")
    ]


def test_an_older_post_that_is_safeguarded_by_now_is_told_too(unit: Unit, board: Board) -> None:
    with database.transaction() as session:
        post = an_unanswered_post(
            session, board, state=HearingState.MISSED, begun_at=NOON - 8 * DAY, answerers=1
        )
        lifecycle.safeguard(session, post)
    assert listeners.ask_listeners() == 1
    assert notifications() == [
        (reader_named(name), post.id, NotificationKind.LISTENING) for name in ("mo", "dora")
    ]


def test_somebody_in_distress_waits_for_no_others_who_were_there_before(
    unit: Unit, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "_ASKED_AT_ONCE", 1)
    with database.transaction() as session:
        an_unanswered_post(session, board, a_person(session, "earlier"))
        post = an_unanswered_post(session, board, begun_at=NOON - HOUR)
        lifecycle.safeguard(session, post)
    listeners.ask_listeners()
    assert {told for _, told, _ in notifications()} == {post.id}


def test_moderators_learn_of_somebody_in_distress_where_nobody_listens_and_once(
    unit: Unit, board: Board
) -> None:
    with database.transaction() as session:
        session.query(Listener).delete()
        lifecycle.safeguard(session, an_unanswered_post(session, board))
    for _ in range(2):
        listeners.ask_listeners()
    assert [reader for reader, _, _ in notifications()] == [reader_named("mo")]
