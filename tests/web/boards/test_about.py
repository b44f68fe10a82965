"""What a board says of itself."""

from __future__ import annotations

import pytest

from fedconnect.accounts.visit_facts import FollowedBoard
from fedconnect.foundation import database
from fedconnect.web.boards import about as view
from support.unit import a_board
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        a_board(session)
        a_board(session, "shelter", is_local_only=True)
    desk.sign_out()
    return desk.open(view.blueprint)


def test_a_board_that_is_not_here_or_stays_here_has_no_such_page(opened: Desk) -> None:
    assert {opened.get(f"/boards/{slug}/about").status_code for slug in ("nowhere", "shelter")} == {404}


def test_rules_record_and_names_are_told_to_everybody(opened: Desk) -> None:
    assert opened.get("/boards/respite/about").status_code == 200
    shown = opened.shown
    assert (shown["handle"], shown["host"], shown["follows"]) == (
        "@respite@forum.example",
        "forum.example",
        "",
    )
    assert shown["rules"][0].startswith("1. ")
    assert (shown["record"].attained, shown["asks"]) == (None, False)


def test_whoever_follows_it_is_told_how(opened: Desk) -> None:
    opened.signed_in(boards=[FollowedBoard("respite", "Respite", "home", is_discreet=False, tint=3)])
    opened.get("/boards/respite/about")
    assert opened.shown["follows"] == "home"
