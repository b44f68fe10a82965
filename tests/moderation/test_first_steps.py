"""An admin's first steps: for admins alone, done by what is there, and gone when all are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.board import Board, Follow
from fedconnect.models.board_rules import BoardRules
from fedconnect.moderation.first_steps import hide_first_steps, list_first_steps
from fedconnect.site.settings import change_site
from support.moderation_rows import an_admin, somebody_of_the_team
from support.unit import a_board, a_moderator, a_person, add


def done(session: Session, person_id: int) -> list[str]:
    session.flush()
    return [step.name for step in list_first_steps(session, person_id) if step.is_done]


def a_lobby(session: Session) -> Board:
    return a_board(session, "lobby", name="Lobby")


def test_nobody_but_an_admin_sees_them(session: Session) -> None:
    mo, ada = somebody_of_the_team(session, a_lobby(session)), an_admin(session)
    assert list_first_steps(session, mo.id) == ()
    assert [step.name for step in list_first_steps(session, ada.id)] == [
        "name", "contact", "board", "moderator", "rules", "invite",
    ]  # fmt: skip


def test_the_lobby_that_every_installation_begins_with_is_no_first_board(session: Session) -> None:
    ada, lobby = an_admin(session), a_lobby(session)
    assert done(session, ada.id) == []
    lobby.name = "Tea room"
    assert done(session, ada.id) == ["board"]


STEPS: dict[str, Callable[[Session, Board], object]] = {
    "name": lambda session, board: change_site(session, {"name": "Corner"}),
    "contact": lambda session, board: change_site(session, {"contact": "ada@forum.example"}),
    "board": lambda session, board: a_board(session, "respite"),
    "moderator": lambda session, board: a_moderator(session, board, a_person(session, "mo")),
    "rules": lambda session, board: add(
        session, BoardRules(board_id=board.id, version=1, rules="Be kind.", at=clock.now())
    ),
    "invite": lambda session, board: add(
        session,
        Follow(
            board_id=board.id,
            person_id=a_person(session, "fay").id,
            uri="https://x.example/1",
            since=clock.now(),
        ),
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_each_is_done_by_what_is_there(session: Session, name: str) -> None:
    ada, lobby = an_admin(session), a_lobby(session)
    STEPS[name](session, lobby)
    assert done(session, ada.id) == [name]


def test_when_all_are_done_or_hidden_there_are_none(session: Session) -> None:
    ada, lobby = an_admin(session), a_lobby(session)
    hidden = list(STEPS.values())
    for step in hidden[:-1]:
        step(session, lobby)
    assert len(done(session, ada.id)) == len(STEPS) - 1
    hide_first_steps(session)
    session.flush()
    assert list_first_steps(session, ada.id) == ()


def test_they_lead_to_the_first_board_where_there_is_one(session: Session) -> None:
    ada = an_admin(session)
    assert {step.path for step in list_first_steps(session, ada.id)} == {"/admin/site", "/admin/boards"}
    a_board(session, "respite")
    paths = {step.name: step.path for step in list_first_steps(session, ada.id)}
    assert (paths["moderator"], paths["rules"]) == ("/boards/respite/care#team", "/boards/respite/care#rules")
    assert paths["invite"] == "/boards/respite/follow"
