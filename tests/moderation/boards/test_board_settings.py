"""Settings of a board at their limits, and asking somebody to look after it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed, NotFound, NotPermitted
from fedconnect.models.board import Board, Moderator
from fedconnect.models.board_rules import Invitation
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.moderation.boards import board_settings
from fedconnect.moderation.boards.board_settings import (
    change_settings,
    invite,
    respond_to_invitation,
    settings_of,
)
from support.moderation_rows import a_ban, a_context, a_server, count, every, somebody_of_the_team
from support.unit import a_board, a_person, add


def changed(session: Session, board: Board, by: Person | None = None, **values: Any) -> bool:
    return change_settings(session, a_context(board, by), replace(settings_of(board), **values))


@pytest.mark.parametrize(
    "values",
    [{"zone": ""}, {"zone": "Mars/Olympus"}, {"open_from": -1}, {"open_from": 24}, {"open_to": 25}, {"open_to": -1},
     {"open_from": 9, "open_to": 9}, {"holds_after_hours": 11}, {"holds_after_hours": 721}, {"holds_after_hours": -1},
     {"threads_a_stranger": -1}, {"threads_a_server": 10_001}, {"slow_minutes": -1}, {"slow_minutes": 1441}],
)  # fmt: skip
def test_what_is_no_setting_changes_none(session: Session, values: dict[str, Any]) -> None:
    board = a_board(session)
    before = settings_of(board)
    with pytest.raises(Malformed):
        changed(session, board, slow_minutes=values.pop("slow_minutes", 5), **values)
    assert (settings_of(board), count(session, Decision)) == (before, 0)


def test_settings_reach_to_their_limits(session: Session) -> None:
    board = a_board(session)
    for values in ({"open_from": 0, "open_to": 24}, {"open_from": 23, "open_to": 0}, {"holds_after_hours": 12},
                   {"holds_after_hours": 720}, {"holds_after_hours": 0}, {"threads_a_stranger": 10_000},
                   {"threads_a_server": 0}, {"slow_minutes": 1440}, {"zone": "Europe/Berlin"}):  # fmt: skip
        assert changed(session, board, **values), values


def test_nobody_from_elsewhere_changes_a_setting(session: Session) -> None:
    board = a_board(session)
    with pytest.raises(NotPermitted):
        changed(session, board, somebody_of_the_team(session, a_board(session, "other")), slow_minutes=5)
    assert board.slow_minutes == 0


def test_the_log_says_what_changed_and_the_same_again_is_no_change(session: Session) -> None:
    board = a_board(session)
    assert not changed(session, board)
    assert changed(session, board, slow_minutes=5, is_discreet=True)
    (line,) = every(session, Decision)
    assert (line.kind, line.detail) == (DecisionKind.SETTINGS, "slow_minutes: 5, is_discreet: True")


def asked(
    session: Session, board: Board, person: Person, by: Person, *, is_handover: bool = False
) -> Invitation:
    return invite(session, a_context(board, by), person, "Please help", is_handover=is_handover)


def test_who_cannot_look_after_a_board_is_not_asked(session: Session) -> None:
    board = a_board(session)
    mo = somebody_of_the_team(session, board)
    gone = a_person(session, "gone", gone_at=clock.now())
    blocked, off = a_person(session, "blocked", "spam.example"), a_person(session, "off")
    a_server(session, "spam.example", Policy.BLOCKED)
    a_ban(session, board, off, is_hold=True)
    for person in (gone, blocked, off):
        with pytest.raises(NotPermitted):
            asked(session, board, person, mo)
    with pytest.raises(Malformed):
        asked(session, board, mo, mo)
    assert count(session, Invitation) == 0


def test_somebody_is_asked_once_and_many_are_not(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_settings, "_MOST_ASKED", 2)
    board = a_board(session)
    mo, ana = somebody_of_the_team(session, board), a_person(session)
    asked(session, board, ana, mo)
    with pytest.raises(Malformed):
        asked(session, board, ana, mo)
    asked(session, board, a_person(session, "bea"), mo)
    with pytest.raises(Malformed):
        asked(session, board, a_person(session, "cleo"), mo)
    assert count(session, Invitation) == 2


def team(session: Session, board: Board) -> set[int]:
    return {one.person_id for one in every(session, Moderator) if one.board_id == board.id}


def test_nobody_answers_for_somebody_else(session: Session) -> None:
    board = a_board(session)
    mo, ana = somebody_of_the_team(session, board), a_person(session)
    invitation = asked(session, board, ana, mo)
    with pytest.raises(NotFound):
        respond_to_invitation(session, invitation, a_person(session, "eve"), accepts=True)
    ana.quarantined_at = clock.now()
    with pytest.raises(NotFound):
        respond_to_invitation(session, invitation, ana, accepts=True)
    assert (team(session, board), count(session, Invitation)) == ({mo.id}, 1)


def test_a_no_is_a_no_and_so_is_a_yes_to_who_may_ask_nobody_any_more(session: Session) -> None:
    board = a_board(session)
    mo, ana = somebody_of_the_team(session, board), a_person(session)
    assert not respond_to_invitation(session, asked(session, board, ana, mo), ana, accepts=False)
    invitation = asked(session, board, ana, mo)
    mo.quarantined_at = clock.now()
    assert not respond_to_invitation(session, invitation, ana, accepts=True)
    assert (ana.id in team(session, board), count(session, Invitation)) == (False, 0)


@pytest.mark.parametrize("is_handover", [False, True])
def test_a_yes_lets_them_look_after_it_and_whoever_handed_it_over_steps_back(
    session: Session, is_handover: bool
) -> None:
    board = a_board(session, wants_moderators=True)
    mo, ana = somebody_of_the_team(session, board), a_person(session)
    invitation = asked(session, board, ana, mo, is_handover=is_handover)
    assert respond_to_invitation(session, invitation, ana, accepts=True)
    assert team(session, board) == ({ana.id} if is_handover else {ana.id, mo.id})
    assert not board.wants_moderators


def test_the_last_one_may_go_and_the_board_says_that_it_needs_somebody(session: Session) -> None:
    board = a_board(session)
    mo = somebody_of_the_team(session, board)
    meg = add(session, Moderator(board_id=board.id, person_id=a_person(session, "meg").id, since=clock.now()))
    assert board_settings.step_back(session, board, mo)
    assert not board.wants_moderators
    assert board_settings.step_back(session, board, session.get_one(Person, meg.person_id))
    assert (board.wants_moderators, team(session, board)) == (True, set())
