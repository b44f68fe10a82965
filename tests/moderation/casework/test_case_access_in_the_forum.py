"""Which cases are somebody's to look at."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.moderation.casework import case_access
from support.forum import Forum
from support.rows import admin, moderator, reported, signed_in


def test_who_looks_after_no_board_finds_no_list(forum: Forum) -> None:
    with database.read_transaction() as session, pytest.raises(NotFound):
        case_access.get_caretaker(session, signed_in("dora"))


def test_a_case_is_no_other_teams_and_not_for_whom_it_is_about(forum: Forum) -> None:
    mo, other = moderator("mo"), moderator("other", "benefits")
    case = reported(mo, signed_in("dora"))
    with database.read_transaction() as session:
        assert case_access.get_case(session, mo, case.id)[0].id == case.id, "there is nobody else"
        with pytest.raises(NotFound):
            case_access.get_case(session, other, case.id)
        with pytest.raises(NotFound):
            case_access.get_case(session, mo, 0)
    moderator("meg")
    with database.read_transaction() as session, pytest.raises(NotFound):
        case_access.get_case(session, mo, case.id)


def test_the_team_and_whoever_runs_the_forum_look_at_it(forum: Forum) -> None:
    mo, ada = moderator("mo"), admin("ada")
    case = reported(signed_in("dora"), signed_in("eve"))
    for visit in (mo, ada):
        with database.read_transaction() as session:
            found, person = case_access.get_case(session, visit, case.id)
            assert (found.id, person.id) == (case.id, visit.person_id)
            assert "respite" in [board.slug for board in case_access.get_caretaker(session, visit)[1]]
