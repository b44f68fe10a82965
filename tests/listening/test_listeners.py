"""Who listens on a board: they offer it, a moderator confirms or ends it, an author keeps somebody away."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed
from fedconnect.listening import listeners
from fedconnect.models.listener import KeptAway, Listener, ListenerAsk
from fedconnect.surfacing.hearing.listening_hours import Hours
from support.forum_rows import count
from support.moderation_rows import every
from support.surfacing_rows import HOUR, NOON, stop_the_clock
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
    for handle in ("dora", "", "@dora@", "@@home.example", "@x@" + "y" * 300):
        with pytest.raises(Malformed, match="handle"):
            listeners.keep_away(session, ana.id, handle)
    for handle in ("@nobody@nowhere.example", ana.handle):
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


def test_the_newest_listener_stands_first_and_other_boards_are_not_listed(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = a_board(session), a_board(session, "sleep")
    for number, name in enumerate(("ana", "ben", "cyd")):
        stop_the_clock(monkeypatch, NOON + number * HOUR)
        listeners.offer(session, a_person(session, name).id, there if name == "cyd" else here, ALWAYS)
    assert [one.handle for one in listeners.list_listeners(session, here)] == [
        "@ben@home.example",
        "@ana@home.example",
    ]


def test_a_second_yes_of_a_moderator_keeps_when_the_first_was(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_the_clock(monkeypatch)
    board, dora = a_board(session), a_person(session, "dora")
    listeners.offer(session, dora.id, board, ALWAYS)
    listeners.confirm(session, dora.id, board)
    stop_the_clock(monkeypatch, NOON + HOUR)
    assert listeners.confirm(session, dora.id, board)
    one = listeners.find_listener(session, dora.id, board)
    assert one is not None
    assert one.confirmed_at == NOON != clock.now()


def test_who_left_and_offers_again_is_to_be_confirmed_again(session: Session) -> None:
    board, dora = a_board(session), a_person(session, "dora")
    listeners.offer(session, dora.id, board, ALWAYS)
    listeners.confirm(session, dora.id, board)
    listeners.leave(session, dora.id, board)
    session.flush()
    again = listeners.offer(session, dora.id, board, ALWAYS)
    assert again is not None
    assert again.confirmed_at is None


@pytest.mark.parametrize(("said", "kept"), [(-5, 1), (0, 1), (1, 1), (10, 10), (11, 10)])
def test_asks_a_day_stay_between_one_and_ten(session: Session, said: int, kept: int) -> None:
    one = listeners.offer(session, a_person(session).id, a_board(session), ALWAYS, a_day=said)
    assert one is not None
    assert one.a_day == kept


def test_a_full_board_still_takes_new_hours_of_who_listens_there(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "_MOST_ON_A_BOARD", 1)
    board, dora = a_board(session), a_person(session, "dora")
    listeners.offer(session, dora.id, board, ALWAYS)
    changed = listeners.offer(session, dora.id, board, Hours(9, 17, "UTC"))
    assert changed is not None
    assert changed.from_hour == 9


def test_an_author_keeps_fifty_away_and_no_more_and_others_have_their_own_fifty(session: Session) -> None:
    ana, ben = a_person(session), a_person(session, "ben")
    for number in range(50):
        listeners.keep_away(session, ana.id, a_person(session, f"p{number}").handle)
    listeners.keep_away(session, ana.id, "@p7@home.example")
    for handle in (a_person(session, "p50").handle, "@nobody@nowhere.example"):
        with pytest.raises(Malformed) as refused:
            listeners.keep_away(session, ana.id, handle)
        assert "fifty" in refused.value.safe, "and nobody learns whether somebody is called so"
    assert count(session, KeptAway) == 50
    listeners.keep_away(session, ben.id, ana.handle)
    assert count(session, KeptAway) == 51


def test_capital_letters_in_a_handle_keep_the_same_person_away(session: Session) -> None:
    ana, dora = a_person(session), a_person(session, "dora")
    listeners.keep_away(session, ana.id, dora.handle.replace("dora", "Dora"))
    assert count(session, KeptAway) == 1


def test_who_is_forgotten_as_an_author_keeps_nobody_away_and_others_stay(session: Session) -> None:
    board = a_board(session)
    ana, ben, dora = (a_person(session, name) for name in ("ana", "ben", "dora"))
    for author in (ana, ben):
        listeners.keep_away(session, author.id, dora.handle)
    listeners.offer(session, dora.id, board, ALWAYS)
    listeners.forget_person(session, ana.id)
    assert (count(session, KeptAway), count(session, Listener)) == (1, 1)
