"""A board's rules: each version read by anybody, written by its team."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database
from fedconnect.models.board_rules import BoardRules
from fedconnect.moderation.boards import board_rules
from fedconnect.web.boards import rules as view
from support.forum_rows import at
from support.moderation_rows import a_visit
from support.unit import a_board, a_moderator, a_person, add
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        board, mo = a_board(session, language="de"), a_person(session, "mo")
        a_moderator(session, board, mo)
        a_board(session, "bread")
        for number in (1, 2):
            row = BoardRules(
                board_id=board.id, version=number, rules=f"Rule {number}", welcome="", at=at(number)
            )
            add(session, row)
        desk.visit = a_visit(session, mo)
    return desk.open(view.blueprint)


def test_nobody_else_writes_a_boards_rules(opened: Desk) -> None:
    written = opened.watch(board_rules, "write")
    for slug in ("bread", "nowhere"):
        assert opened.post(f"/boards/{slug}/rules", {"rules": "Be kind"}).status_code == 404
    opened.sign_out()
    assert opened.post("/boards/respite/rules", {"rules": "Be kind"}).status_code == 401
    assert written == []


@pytest.mark.parametrize("version", ["3", "-1", "x", "1.0", "²", "٢", "1234567", "9" * 5000])
def test_a_version_that_never_was_is_not_found(opened: Desk, version: str) -> None:
    assert opened.get(f"/boards/respite/rules?version={version}").status_code == 404
    assert opened.pages == []


@pytest.mark.parametrize(
    ("query", "version"), [("", 2), ("?version=", 2), ("?version=1", 1), ("?version=2", 2), ("?version=0", 0),
                           ("?version=000001", 1)]
)  # fmt: skip
def test_without_a_wish_the_version_in_force_is_shown(opened: Desk, query: str, version: int) -> None:
    assert opened.get("/boards/respite/rules" + query).status_code == 200
    assert opened.shown["shown"].version == version
    assert [one.version for one in opened.shown["versions"]] == [2, 1]
    if version:
        assert opened.shown["rules"] == [f"1. Rule {version}"]


def test_only_the_team_is_offered_to_write(opened: Desk) -> None:
    for slug, looks_after in (("respite", True), ("bread", False)):
        opened.get(f"/boards/{slug}/rules")
        assert opened.shown["looks_after"] is looks_after
    opened.sign_out()
    assert opened.get("/boards/respite/rules").status_code == 200
    assert opened.shown["looks_after"] is False
    assert (opened.shown["written_in"], opened.shown["host"]) == ("de", "forum.example")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("One\r\nTwo\r\n", "One\nTwo\n"), ("x" * 5000, "x" * 5000), ("x" * 5001, "x" * 5000), ("", "")],
)
def test_rules_are_written_line_by_line_within_bounds(opened: Desk, typed: str, kept: str) -> None:
    written = opened.watch(board_rules, "write")
    answer = opened.post("/boards/respite/rules", {"rules": typed, "welcome": "w" * 5001, "reason": "Anew"})
    assert (answer.status_code, answer.location) == (303, "/boards/respite/rules")
    (call,) = written
    assert (call["rules"], call["welcome"]) == (kept, "w" * 5000)
    assert (call["context"].board.slug, call["context"].reason) == ("respite", "Anew")
    assert call["context"].moderator.username == "mo"


@pytest.mark.usefixtures("time_stands_still")
def test_sixty_changes_an_hour_are_enough(opened: Desk) -> None:
    opened.watch(board_rules, "write")
    assert opened.visit is not None
    opened.use_up("changes of a moderator to boards", str(opened.visit.reader_id), 59)
    assert [opened.post("/boards/respite/rules").status_code for _ in range(2)] == [303, 429]
