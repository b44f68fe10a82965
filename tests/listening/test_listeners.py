"""Who listens on a board: they offer it, a moderator confirms or ends it, an author keeps somebody away."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.listening import listeners
from fedconnect.models.listener import KeptAway, Listener, ListenerAsk
from fedconnect.surfacing.hearing.listening_hours import Hours
from support.forum_rows import count
from support.moderation_rows import every
from support.surfacing_rows import NOON
from support.unit import a_board, a_person, a_thread, add

ALWAYS = Hours(0, 23, "UTC")


def test_an_offer_is_for_one_board_and_said_again_changes_its_hours_and_nothing_that_was_confirmed(
    session: Session,
) -> None:
    here, there = a_board(session), a_board(session, "sleep")
    dora, eve = a_person(session, "dora"), a_person(session, "eve")
    for person in (dora, eve):
        listeners.offer(session, person.id, here, ALWAYS, offered_in="https://x.example/1")
    assert listeners.confirm(session, dora.id, here)
    listeners.offer(session, dora.id, here, Hours(9, 17, "Europe/Berlin"), a_day=99)
    one = listeners.find_listener(session, dora.id, here)
    assert one is not None
    assert (one.from_hour, one.to_hour, one.zone, one.a_day) == (9, 17, "Europe/Berlin", 10)
    assert (one.offered_in, one.confirmed_at is None) == ("https://x.example/1", False)
    assert count(session, Listener) == 2
    assert not listeners.has_listeners(session, there)
    assert not listeners.confirm(session, dora.id, there)
    assert not listeners.leave(session, dora.id, there)
    assert listeners.leave(session, eve.id, here)
    assert listeners.find_listener(session, eve.id, here) is None
    assert listeners.has_listeners(session, here), "somebody else's offer stays"


def test_whoever_offers_is_confirmed_by_nobody_and_asked_three_times_a_day(session: Session) -> None:
    board, dora = a_board(session), a_person(session, "dora")
    listeners.offer(session, dora.id, board, ALWAYS)
    (item,) = listeners.list_listeners(session, board)
    assert (item.handle, item.a_day, item.is_confirmed) == (dora.handle, 3, False)


def test_a_board_has_only_so_many_listeners(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    board = a_board(session)
    monkeypatch.setattr(listeners, "_MOST_ON_A_BOARD", 1)
    assert listeners.offer(session, a_person(session).id, board, ALWAYS) is not None
    assert listeners.offer(session, a_person(session, "ben").id, board, ALWAYS) is None
    assert count(session, Listener) == 1


def test_an_author_keeps_somebody_away_and_strangers_and_themselves_change_nothing(session: Session) -> None:
    ana, dora = a_person(session), a_person(session, "dora")
    for handle in ("@nobody@nowhere.example", "dora", "", ana.handle, "@dora@", "x" * 3000):
        listeners.keep_away(session, ana.id, handle)
    assert count(session, KeptAway) == 0
    for _ in range(2):
        listeners.keep_away(session, ana.id, f" {dora.handle} ")
    assert [(one.author_id, one.listener_id) for one in every(session, KeptAway)] == [(ana.id, dora.id)]


def test_who_is_forgotten_leaves_nothing_on_either_side(session: Session) -> None:
    board, ana, dora = a_board(session), a_person(session), a_person(session, "dora")
    _, post = a_thread(session, board, ana)
    listeners.offer(session, dora.id, board, ALWAYS)
    add(session, ListenerAsk(post_id=post.id, person_id=dora.id, board_id=board.id, at=NOON))
    listeners.keep_away(session, ana.id, dora.handle)
    listeners.forget_person(session, dora.id)
    assert count(session, Listener) == count(session, ListenerAsk) == count(session, KeptAway) == 0
