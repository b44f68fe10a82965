"""Who may come to a board's pages of care, and with which mandate they change something."""

from __future__ import annotations

import pytest

from fedconnect.accounts.sessions import Visit
from fedconnect.forum import boards, moderators
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound, NotPermitted
from fedconnect.models.board import Moderator
from fedconnect.moderation.boards import board_settings, team
from fedconnect.moderation.boards.team import TeamChange
from support.forum import Forum
from support.rows import admin, board_of, moderator, signed_in


def test_whoever_does_not_look_after_a_board_finds_no_page_and_gets_no_mandate(forum: Forum) -> None:
    for visit in (signed_in("dora"), moderator("other", "benefits")):
        with database.read_transaction() as session:
            board = boards.get_board(session, "respite")
            assert not team.looks_after(session, visit, board)
            with pytest.raises(NotFound):
                team.get_looked_after(session, visit, "respite")
            with pytest.raises(NotFound):
                team.get_context(session, visit, board)
    with database.read_transaction() as session:
        assert not team.looks_after(session, None, board_of())


def test_moderators_and_whoever_runs_the_forum_decide_also_where_a_board_stays_here(forum: Forum) -> None:
    board_of("shelter", is_local_only=True)
    for visit in (moderator("mo", "shelter"), admin("ada")):
        with database.read_transaction() as session:
            board, person = team.get_looked_after(session, visit, "shelter")
            assert (board.slug, person.id) == ("shelter", visit.person_id)


@pytest.mark.parametrize(("said", "kept"), [("", "Changed by the team."), ("  ", "Changed by the team."), (" We met. ", "We met.")])  # fmt: skip
def test_a_change_without_a_reason_is_the_teams(forum: Forum, said: str, kept: str) -> None:
    mo = moderator("mo")
    with database.read_transaction() as session:
        context = team.get_context(session, mo, boards.get_board(session, "respite"), said)
    assert (context.reason, context.rule, context.case_id) == (kept, board_settings.BY_TEAM, None)


def change(by: Visit, person_id: int, what: TeamChange) -> bool:
    with database.transaction() as session:
        context = team.get_context(session, by, boards.get_board(session, "respite"))
        return team.change_team(session, context, person_id, what)


def test_nobody_is_changed_who_is_not_on_the_team(forum: Forum) -> None:
    mo, dora = moderator("mo"), signed_in("dora")
    for person_id in (dora.person_id, 0):
        with pytest.raises(NotFound):
            change(mo, person_id, TeamChange.DISMISS)


def test_a_moderator_dismisses_no_other_but_steps_back(forum: Forum) -> None:
    mo, meg = moderator("mo"), moderator("meg")
    with pytest.raises(NotPermitted):
        change(mo, meg.person_id, TeamChange.DISMISS)
    assert change(mo, mo.person_id, TeamChange.DISMISS)
    assert [one.person_id for one in forum.rows(Moderator)] == [meg.person_id]


def test_a_deputy_is_named_once_and_named_no_more_once(forum: Forum) -> None:
    mo, meg = moderator("mo"), moderator("meg")
    wanted = (TeamChange.DEPUTY, TeamChange.DEPUTY, TeamChange.UNDEPUTY)
    assert [change(mo, meg.person_id, one) for one in wanted] == [True, False, True]
    with database.read_transaction() as session:
        assert moderators.list_deputies(session, boards.get_board(session, "respite")) == []
