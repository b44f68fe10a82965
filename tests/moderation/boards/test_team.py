"""Who comes to the pages of care of a board, and what changes for whom of its team."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.forum import moderators
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotFound, NotPermitted
from fedconnect.models.board import Board, Moderator
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.instance import Policy
from fedconnect.moderation.boards import team
from fedconnect.moderation.boards.board_settings import BY_TEAM
from fedconnect.moderation.boards.team import TeamChange
from support.moderation_rows import a_context, a_server, a_visit, an_admin, count, every, somebody_of_the_team
from support.more_moderation_rows import a_local_board
from support.unit import a_board, a_moderator, a_person


def team_of(session: Session, board: Board) -> list[int]:
    session.expire_all()
    return [one.id for one in moderators.list_moderators(session, board)]


def test_whoever_does_not_look_after_a_board_gets_nowhere(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    gone = a_person(session, "gone", gone_at=clock.now())
    blocked = a_person(session, "eve", "evil.example")
    for person in (gone, blocked):
        a_moderator(session, board, person)
    a_server(session, "evil.example", Policy.BLOCKED)
    for person in (a_person(session), somebody_of_the_team(session, other, "otto"), gone, blocked):
        visit = a_visit(session, person)
        assert not team.looks_after(session, visit, board)
        for ask in (
            lambda visit: team.get_moderator(session, visit, board),
            lambda visit: team.get_looked_after(session, visit, "respite"),
            lambda visit: team.get_context(session, visit, board, "Why"),
        ):
            with pytest.raises(NotFound):
                ask(visit)


def test_who_is_not_signed_in_looks_after_nothing(session: Session) -> None:
    assert not team.looks_after(session, None, a_board(session))


@pytest.mark.parametrize("stays_here", [False, True])
def test_its_team_and_who_runs_the_forum_come_in_also_where_it_stays_here(
    session: Session, stays_here: bool
) -> None:
    board = a_local_board(session) if stays_here else a_board(session)
    for person in (somebody_of_the_team(session, board), an_admin(session)):
        visit = a_visit(session, person)
        assert team.looks_after(session, visit, board)
        assert team.get_looked_after(session, visit, board.slug) == (board, person)
        with pytest.raises(NotFound):
            team.get_looked_after(session, visit, "nowhere")


def test_a_change_is_made_in_ones_own_name_by_the_teams_rule(session: Session) -> None:
    board = a_board(session)
    mo = somebody_of_the_team(session, board)
    visit = a_visit(session, mo)
    said = [team.get_context(session, visit, board, reason) for reason in ("", " \n", " We met. ")]
    assert [one.reason for one in said] == ["Changed by the team.", "Changed by the team.", "We met."]
    assert {(one.board, one.moderator, one.rule, one.is_automated) for one in said} == {
        (board, mo, BY_TEAM, False)
    }


@pytest.mark.parametrize("change", list(TeamChange))
def test_nobody_is_changed_who_does_not_look_after_this_board(session: Session, change: TeamChange) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo, otto = somebody_of_the_team(session, board), somebody_of_the_team(session, other, "otto")
    for person_id in (otto.id, a_person(session).id, an_admin(session).id, 0):
        with pytest.raises(NotFound):
            team.change_team(session, a_context(board, mo), person_id, change)
    assert (team_of(session, board), team_of(session, other), count(session, Decision)) == (
        [mo.id],
        [otto.id],
        0,
    )


def test_a_moderator_dismisses_nobody_but_oneself(session: Session) -> None:
    board = a_board(session)
    mo, meg = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    with pytest.raises(NotPermitted):
        team.change_team(session, a_context(board, mo), meg.id, TeamChange.DISMISS)
    assert team_of(session, board) == [mo.id, meg.id]
    assert team.change_team(session, a_context(board, mo), mo.id, TeamChange.DISMISS)
    assert (team_of(session, board), board.wants_moderators) == ([meg.id], False)
    (made,) = every(session, Decision)
    assert (made.kind, made.subject_uri, made.reason) == (DecisionKind.DISMISS, mo.uri, "They stepped back.")


def test_who_runs_the_forum_dismisses_with_their_reason_and_the_last_leaves_a_board_that_asks(
    session: Session,
) -> None:
    board = a_board(session)
    mo, ada = somebody_of_the_team(session, board), an_admin(session)
    assert team.change_team(
        session, a_context(board, ada, reason="They asked me to."), mo.id, TeamChange.DISMISS
    )
    assert (team_of(session, board), board.wants_moderators) == ([], True)
    assert [one.reason for one in every(session, Decision)] == ["They asked me to."]


@pytest.mark.parametrize("out_of_office", [{"quarantined_at": clock.now()}, {"gone_at": clock.now()}])
def test_who_runs_the_forum_dismisses_also_whoever_may_not_use_the_role_at_present(
    session: Session, out_of_office: dict[str, Any]
) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo, ada = somebody_of_the_team(session, board), an_admin(session)
    away = a_person(session, "away", **out_of_office)
    for where in (board, other):
        a_moderator(session, where, away)
    with pytest.raises(NotPermitted):
        team.change_team(session, a_context(board, mo), away.id, TeamChange.DISMISS)
    for change in (TeamChange.DEPUTY, TeamChange.UNDEPUTY):
        with pytest.raises(NotFound):
            team.change_team(session, a_context(board, ada), away.id, change)
    assert team.change_team(session, a_context(board, ada), away.id, TeamChange.DISMISS)
    away.quarantined_at = away.gone_at = None
    session.flush()
    assert (team_of(session, board), team_of(session, other)) == ([mo.id], [away.id])
    assert [(one.kind, one.subject_uri) for one in every(session, Decision)] == [
        (DecisionKind.DISMISS, away.uri)
    ]
    with pytest.raises(NotFound):
        team.change_team(session, a_context(board, ada), away.id, TeamChange.DISMISS)


def test_a_deputy_is_named_and_named_no_more_and_stays_in_the_team(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo, meg = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    a_moderator(session, other, meg)

    def change(wanted: TeamChange) -> tuple[bool, list[int]]:
        done = team.change_team(session, a_context(board, mo), meg.id, wanted)
        session.expire_all()
        return done, [one.id for one in moderators.list_deputies(session, board)]

    assert change(TeamChange.UNDEPUTY) == (False, [])
    assert change(TeamChange.DEPUTY) == (True, [meg.id])
    assert change(TeamChange.DEPUTY) == (False, [meg.id])
    assert moderators.list_deputies(session, other) == []
    assert change(TeamChange.UNDEPUTY) == (True, [])
    assert (team_of(session, board), count(session, Decision)) == ([mo.id, meg.id], 2)
    assert count(session, Moderator) == 3
