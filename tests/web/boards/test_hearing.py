"""What every post is promised: read by anybody, set by the board's team within bounds."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.federation.outbound import hashtag_questions
from fedconnect.foundation import database
from fedconnect.listening import listeners
from fedconnect.moderation.boards import board_settings
from fedconnect.surfacing.hearing import public_record
from fedconnect.web.boards import hearing as view
from support.moderation_rows import a_visit
from support.unit import a_board, a_moderator, a_person
from support.views_unit import Desk

FORM = {"floor": "10", "hours": "48", "boosts": "3"}


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        board, mo = a_board(session), a_person(session, "mo")
        a_moderator(session, board, mo)
        a_board(session, "bread")
        a_board(session, "shelter", is_local_only=True)
        desk.visit = a_visit(session, mo)
    return desk.open(view.blueprint)


def test_whoever_does_not_look_after_a_board_promises_nothing_for_it(opened: Desk) -> None:
    changed = opened.watch(board_settings, "change_hearing")
    for slug in ("bread", "shelter", "nowhere"):
        assert opened.post(f"/boards/{slug}/hearing", FORM).status_code == 404
    opened.sign_out()
    assert opened.post("/boards/respite/hearing", FORM).status_code == 401
    assert changed == []


@pytest.mark.parametrize(("name", "least", "most"), [("floor", 1, 50), ("hours", 12, 168), ("boosts", 0, 12)])
def test_each_number_has_its_bounds_and_says_them(opened: Desk, name: str, least: int, most: int) -> None:
    changed = opened.watch(board_settings, "change_hearing")
    for text in (str(least - 1), str(most + 1), "", "x", "-5", "2.0", "²", "٢", "0" * 5, "9" * 5000):
        answer = opened.post("/boards/respite/hearing", {**FORM, name: text})
        assert answer.status_code == 400, text
        assert f"from {least} to {most}" in answer.text
    assert changed == []
    for number in (least, most):
        assert opened.post("/boards/respite/hearing", {**FORM, name: str(number)}).status_code == 303
    assert [one[name] for one in changed] == [least, most]


def test_each_number_comes_in_its_own_place_in_the_name_of_who_set_it(opened: Desk) -> None:
    changed = opened.watch(board_settings, "change_hearing")
    answer = opened.post("/boards/respite/hearing", {"floor": "12", "hours": "13", "boosts": "11"})
    assert answer.location == "/boards/respite/hearing"
    (call,) = changed
    assert (call["floor"], call["hours"], call["boosts"]) == (12, 13, 11)
    assert (call["context"].board.slug, call["context"].moderator.username) == ("respite", "mo")


@pytest.fixture
def record(opened: Desk) -> list[dict[str, Any]]:
    opened.watch(public_record, "formulas", {"a": "b"})
    return opened.watch(public_record, "read_record", "the record")


def test_a_board_that_is_not_here_promises_nothing(opened: Desk, record: list[dict[str, Any]]) -> None:
    for slug in ("nowhere", "shelter"):
        assert opened.get(f"/boards/{slug}/hearing").status_code == 404
    assert record == []


def test_anybody_reads_what_is_promised_and_only_its_team_may_set_it(
    opened: Desk, record: list[dict[str, Any]]
) -> None:
    listened = opened.watch(listeners, "find_listener", "hours")
    for slug, looks_after in (("respite", True), ("bread", False)):
        assert opened.get(f"/boards/{slug}/hearing").status_code == 200
        assert (opened.shown["looks_after"], opened.shown["listens"]) == (looks_after, "hours")
        assert (opened.shown["record"], opened.shown["board"].slug) == ("the record", slug)
    assert opened.visit is not None
    assert [(one["person_id"], one["board"].slug) for one in listened] == [
        (opened.visit.person_id, slug) for slug in ("respite", "bread")
    ]
    opened.sign_out()
    assert opened.get("/boards/respite/hearing").status_code == 200
    assert (opened.shown["looks_after"], opened.shown["listens"]) == (False, None)
    assert len(listened) == 2


def test_how_many_questions_elsewhere_were_answered_is_told_to_anybody(
    opened: Desk, record: list[dict[str, Any]]
) -> None:
    counted = opened.watch(hashtag_questions, "count_answered", 3)
    opened.sign_out()
    assert opened.get("/boards/bread/hearing").status_code == 200
    assert opened.shown["answered_elsewhere"] == 3
    assert [one["board"].slug for one in counted] == ["bread"]
    opened.get("/hearing")
    assert len(counted) == 1


def test_what_came_of_it_everywhere_is_no_boards(opened: Desk, record: list[dict[str, Any]]) -> None:
    opened.sign_out()
    assert opened.get("/hearing").status_code == 200
    assert (opened.shown["board"], opened.shown["formulas"], record) == (None, {"a": "b"}, [{}])
