"""Who looks after a board, who runs the installation, and who of them may use that role at present."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.forum import moderators
from fedconnect.forum.moderators import (
    add_admin,
    add_moderator,
    has_others,
    is_admin,
    is_moderator,
    list_admins,
    list_moderators,
    may_decide,
    may_dismiss,
)
from fedconnect.models.board import Board, Moderator
from fedconnect.models.board_rules import Admin
from fedconnect.models.instance import Policy
from support.forum_rows import a_server, at, count
from support.unit import a_board, a_moderator, a_person, add


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


def test_a_role_on_one_board_is_none_on_another(session: Session, board: Board) -> None:
    mona, other = a_person(session, "mona"), a_board(session, "benefits")
    add_moderator(session, board, mona)
    assert may_decide(session, board, mona)
    assert not is_moderator(session, other, mona)
    assert not may_decide(session, other, mona)
    assert not is_admin(session, mona)


@pytest.mark.parametrize("gone", [{"quarantined_at": at(0)}, {"gone_at": at(0)}])
def test_whoever_is_gone_or_perhaps_somebody_else_uses_no_role(
    session: Session, board: Board, gone: dict[str, Any]
) -> None:
    mona = a_person(session, "mona")
    add_moderator(session, board, mona)
    add_admin(session, mona)
    for name, value in gone.items():
        setattr(mona, name, value)
    session.flush()
    assert not is_moderator(session, board, mona)
    assert moderators.is_appointed(session, board, mona), "until somebody ends it"
    assert not is_admin(session, mona)
    assert not may_decide(session, board, mona)
    assert (list_moderators(session, board), list_admins(session)) == ([], [])


@pytest.mark.parametrize(
    ("policy", "may"),
    [(Policy.OPEN, True), (Policy.SILENCED, True), (Policy.LIMITED, True), (Policy.BLOCKED, False)],
)
def test_only_a_block_of_their_server_takes_a_role_from_somebody(
    session: Session, board: Board, policy: Policy, may: bool
) -> None:
    mona = a_person(session, "mona")
    add_moderator(session, board, mona)
    add_admin(session, mona)
    a_server(session, "home.example", policy)
    assert moderators.may_act(session, mona) is may
    assert may_decide(session, board, mona) is may
    assert bool(list_moderators(session, board)) is may
    assert bool(list_admins(session)) is may


def test_whoever_appoints_has_looked_at_who_it_is(session: Session, board: Board) -> None:
    mona, root = (a_person(session, name, quarantined_at=at(0)) for name in ("mona", "root"))
    assert add_moderator(session, board, mona)
    assert not add_moderator(session, board, mona)
    assert add_admin(session, root)
    assert not add_admin(session, root)
    assert moderators.is_themselves(mona)
    assert moderators.is_themselves(root)
    assert (count(session, Moderator), count(session, Admin)) == (1, 1)


def test_dismissing_ends_one_role_of_one_person(session: Session, board: Board) -> None:
    mona, ben, other = a_person(session, "mona"), a_person(session, "ben"), a_board(session, "benefits")
    for where in (board, other):
        add_moderator(session, where, mona)
    add_moderator(session, board, ben)
    assert moderators.remove_moderator(session, board, mona)
    assert not moderators.remove_moderator(session, board, mona)
    assert not moderators.is_appointed(session, board, mona)
    assert list_moderators(session, board) == [ben]
    assert list_moderators(session, other) == [mona]
    add_admin(session, ben)
    assert not moderators.remove_admin(session, mona)
    assert moderators.remove_admin(session, ben)
    assert not is_admin(session, ben)
    assert is_moderator(session, board, ben)


def test_moderators_do_not_dismiss_each_other(session: Session, board: Board) -> None:
    mona, ben, root = (a_person(session, name) for name in ("mona", "ben", "root"))
    add_moderator(session, board, mona)
    add_moderator(session, board, ben)
    add_admin(session, root)
    assert not may_dismiss(session, mona, ben)
    assert may_dismiss(session, mona, mona)
    assert may_dismiss(session, root, ben)
    assert may_dismiss(session, None, ben)
    root.quarantined_at = at(0)
    assert not may_dismiss(session, root, ben)


def test_somebody_is_alone_until_another_may_decide(session: Session, board: Board) -> None:
    mona, ben = a_person(session, "mona"), a_person(session, "ben", "other.example")
    add_moderator(session, board, mona)
    add_admin(session, mona)
    add_moderator(session, a_board(session, "benefits"), ben)
    assert not has_others(session, board, mona)
    add_moderator(session, board, ben)
    assert has_others(session, board, mona)
    ben.gone_at = at(0)
    session.flush()
    assert not has_others(session, board, mona)
    add_admin(session, a_person(session, "root"))
    assert has_others(session, board, mona)


def test_those_who_have_been_there_longest_stand_first(session: Session, board: Board) -> None:
    people = [a_person(session, name) for name in ("c", "a", "b", "d")]
    for person, minute in zip(people, (2, 1, 1, 0), strict=True):
        a_moderator(session, board, person, since=at(minute), is_deputy=person.username in "bc")
        add(session, Admin(person_id=person.id, since=at(minute)))
    assert [one.username for one in list_moderators(session, board)] == ["d", "a", "b", "c"]
    assert [one.username for one in list_admins(session)] == ["d", "a", "b", "c"]
    assert [one.username for one in moderators.list_deputies(session, board)] == ["b", "c"]
    team = [(one.username, is_deputy) for one, is_deputy in moderators.list_team(session, board)]
    assert team == [("d", False), ("a", False), ("b", True), ("c", True)]


def test_a_deputy_of_another_board_or_out_of_office_is_not_called(session: Session, board: Board) -> None:
    gone, elsewhere = a_person(session, "gone", gone_at=at(0)), a_person(session, "elsewhere")
    a_moderator(session, board, gone, is_deputy=True)
    a_moderator(session, board, elsewhere)
    a_moderator(session, a_board(session, "benefits"), elsewhere, is_deputy=True)
    assert moderators.list_deputies(session, board) == []
