"""What goes along when an account moves, what stays behind, and what is not passed along a chain."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import LinkedGroupFollowed
from fedconnect.forum.account_migration import move_person
from fedconnect.forum.followers import REMEMBERED
from fedconnect.forum.linked_groups import accept, boards_that_follow, follow_group
from fedconnect.foundation import clock
from fedconnect.models.board import Board, Follow, LinkedGroup, LinkedGroupState, Moderator
from fedconnect.models.decision import Ban
from fedconnect.models.person import Person
from support.forum_rows import a_group, at, count, forget_events, said
from support.unit import a_board, a_moderator, a_person, add


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def former(session: Session) -> Person:
    return a_person(session, "ana", "old.example")


@pytest.fixture
def new(session: Session) -> Person:
    return a_person(session, "ana", "new.example")


def a_follow(session: Session, board: Board, person: Person) -> Follow:
    return add(session, Follow(board_id=board.id, person_id=person.id, uri=person.uri, since=at(0)))


def held(session: Session, kind: type[Follow | Moderator | Ban]) -> set[tuple[int, int]]:
    session.flush()
    return {(row.board_id, row.person_id) for row in session.execute(select(kind)).scalars()}


def test_a_ban_goes_along_so_that_moving_frees_nobody(
    session: Session, board: Board, former: Person, new: Person
) -> None:
    add(session, Ban(board_id=board.id, person_id=former.id, until=at(9)))
    move_person(session, former, new)
    assert held(session, Ban) == {(board.id, new.id)}
    assert session.execute(select(Ban.until)).scalar_one() == at(9)


def test_follows_and_care_go_along_and_what_is_there_already_is_not_doubled(
    session: Session, board: Board, former: Person, new: Person
) -> None:
    other, stranger = a_board(session, "benefits"), a_person(session, "eve")
    for who, where in ((former, board), (former, other), (new, other), (stranger, board)):
        a_follow(session, where, who)
        a_moderator(session, where, who)
    move_person(session, former, new)
    everything = {(board.id, new.id), (other.id, new.id), (board.id, stranger.id)}
    assert held(session, Follow) == everything
    assert held(session, Moderator) == everything


def test_both_accounts_remember_when_it_was_and_only_the_old_one_where_to(
    session: Session, former: Person, new: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(5))
    session.info[REMEMBERED] = "old"
    move_person(session, former, new)
    assert (former.moved_to, former.moved_at) == (new.uri, at(5))
    assert (new.moved_to, new.moved_at) == (None, at(5))
    assert REMEMBERED not in session.info


def test_a_group_at_a_new_address_is_asked_anew_and_no_sister_until_it_accepts(
    session: Session, board: Board
) -> None:
    group, moved, other = a_group(session), a_group(session, host="new.example"), a_board(session, "benefits")
    asked_with = follow_group(session, board, group).uri
    follow_group(session, other, group)
    accept(session, group, asked_with, "")
    kept = follow_group(session, board, a_group(session, "another"))
    forget_events(session)
    move_person(session, group, moved)
    session.flush()
    first, second = session.query(LinkedGroup).filter_by(person_id=moved.id).order_by(LinkedGroup.id)
    assert (first.board_id, second.board_id, first.uri) == (board.id, other.id, second.uri)
    assert first.state is second.state is LinkedGroupState.ASKED
    assert boards_that_follow(session, moved.uri) == []
    assert {one.linked_group_id for one in said(session, LinkedGroupFollowed)} == {first.id, second.id}
    assert first.uri != asked_with
    assert not accept(session, moved, asked_with, "")
    assert kept.person_id not in {group.id, moved.id}


def test_a_group_that_becomes_a_person_is_no_sister_any_more(session: Session, board: Board) -> None:
    group = a_group(session)
    follow_group(session, board, group)
    forget_events(session)
    move_person(session, group, a_person(session, "crafts"))
    session.flush()
    assert count(session, LinkedGroup) == 0
    assert said(session, LinkedGroupFollowed) == []


def test_a_board_that_follows_a_group_at_both_addresses_follows_it_once(
    session: Session, board: Board
) -> None:
    old, group = a_group(session, "old.example"), a_group(session, "new.example")
    for one in (old, group):
        follow_group(session, board, one)
    forget_events(session)
    move_person(session, old, group)
    session.flush()
    assert [row.person_id for row in session.execute(select(LinkedGroup)).scalars()] == [group.id]
    assert said(session, LinkedGroupFollowed) == []


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(
    ("one", "other", "left"),
    [
        ((None, False), (at(9), False), (None, False)), ((at(8), False), (at(9), False), (at(9), False)),
        ((at(8), False), (None, True), (at(8), False)), ((at(8), True), (None, True), (None, True)),
        ((at(-1), False), (at(9), True), (at(9), True)),
    ],
)  # fmt: skip
def test_moving_never_shortens_or_softens_a_ban(
    session: Session,
    board: Board,
    former: Person,
    new: Person,
    one: tuple[datetime | None, bool],
    other: tuple[datetime | None, bool],
    left: tuple[datetime | None, bool],
    reverse: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(0))
    for who, (until, is_hold) in zip((new, former) if reverse else (former, new), (one, other), strict=True):
        add(session, Ban(board_id=board.id, person_id=who.id, until=until, is_hold=is_hold))
    move_person(session, former, new)
    assert held(session, Ban) == {(board.id, new.id)}
    assert session.execute(select(Ban.until, Ban.is_hold)).one() == left
