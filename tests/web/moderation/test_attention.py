"""The curve of attention: for who runs the installation, with the same in words and as a table."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database
from fedconnect.models.hearing import HearingState
from fedconnect.web.moderation import attention as view
from support.moderation_rows import a_visit, an_admin
from support.surfacing_rows import DAY, NOON, a_hearing, stop_the_clock
from support.unit import a_board, a_moderator, a_person, a_thread
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    stop_the_clock(monkeypatch)
    return desk.open(view.blueprint)


def test_whoever_does_not_run_it_finds_no_such_page(opened: Desk) -> None:
    with database.transaction() as session:
        mona = a_person(session, "mona")
        a_moderator(session, a_board(session), mona)
        opened.visit = a_visit(session, mona)
    assert opened.get("/moderation/attention").status_code == 404
    opened.sign_out()
    assert opened.get("/moderation/attention").status_code == 401
    assert opened.pages == []


def test_the_page_draws_a_board_by_its_name_and_says_where_there_is_too_little(opened: Desk) -> None:
    with database.transaction() as session:
        opened.visit = a_visit(session, an_admin(session))
        board = a_board(session, name="<Respite>")
        a_board(session, "empty")
        for _ in range(50):
            _, post = a_thread(session, board)
            a_hearing(session, post, HearingState.HEARD, seen=2, begun_at=NOON - 3 * DAY)
    shown = []
    for where in ("", "?board=respite", "?board=empty"):
        assert opened.get("/moderation/attention" + where).status_code == 200
        shown.append(opened.shown)
    everywhere, ours, empty = shown
    assert everywhere["found"].shares[4] == ours["found"].shares[4] == 50
    assert "&lt;Respite&gt;" in ours["drawing"]
    assert "<Respite>" not in ours["drawing"]
    assert (empty["found"], empty["drawing"]) == (None, "")
    assert opened.get("/moderation/attention?board=none").status_code == 404
