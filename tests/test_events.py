"""What has happened: kept in order with its transaction, and reacted to once."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect import events, wiring
from fedconnect.events import BoardMoved, Event, PostEdited, PostPublished, PostWithdrawn, emit, take
from fedconnect.foundation import database
from fedconnect.models.board import Board
from support.unit import Unit, a_board


def every_event() -> list[type[Event]]:
    return [one for one in vars(events).values() if isinstance(one, type) and one.__mro__[1:2] == (Event,)]


@pytest.mark.parametrize("kind", sorted(every_event(), key=lambda one: one.__name__))
def test_what_happened_cannot_be_changed_and_holds_no_row(kind: type[Event]) -> None:
    fields = dataclasses.fields(kind)
    plain = {"int", "str", "bool", "int | None", "Cause"}
    assert {str(one.type) for one in fields} <= plain
    made = kind(*[1] * len(fields))
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, fields[0].name, 2)


def test_something_follows_from_every_event() -> None:
    assert set(wiring.EVENT_HANDLERS) == set(every_event())


def test_nobody_is_told_of_what_happened_in_another_transaction(unit: Unit) -> None:
    opened = database.installed().writer
    with Session(opened) as one, Session(opened) as other:
        emit(one, BoardMoved(1))
        assert take(other) == []
        assert take(one) == [BoardMoved(1)]


def test_where_nothing_happened_there_is_nothing_to_react_to(session: Session) -> None:
    assert take(session) == []


def test_what_happened_is_taken_in_its_order_and_once(session: Session) -> None:
    told = [BoardMoved(2), PostEdited(1, 2, 3), BoardMoved(2), BoardMoved(1)]
    for one in told:
        emit(session, one)
    assert take(session) == told, "and what happened twice, twice"
    assert take(session) == []


def test_what_follows_from_an_event_is_taken_the_next_time(session: Session) -> None:
    emit(session, BoardMoved(1))
    taken = take(session)
    emit(session, BoardMoved(2))
    assert taken == [BoardMoved(1)]
    assert take(session) == [BoardMoved(2)]


def test_nobody_reacts_to_what_did_not_come_about(unit: Unit) -> None:
    def fail() -> None:
        with database.transaction() as session:
            emit(session, BoardMoved(a_board(session).id))
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.transaction() as session:
        assert session.execute(select(Board.id)).all() == []
    assert unit.events == []


def test_a_post_was_sent_to_its_board_and_taken_back_by_its_author_unless_it_is_said() -> None:
    assert not PostPublished(1, 2, 3, True).was_moved
    assert PostWithdrawn(1, 2, 3, True).cause is events.Cause.AUTHOR


def test_a_decision_is_told_to_whom_it_concerns_unless_they_hear_otherwise() -> None:
    assert not events.DecisionMade(1, True).is_told
