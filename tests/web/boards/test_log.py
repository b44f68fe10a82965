"""The public log: of one board or of all, searched so often and no more, and as a feed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from fedconnect.foundation import clock, database
from fedconnect.moderation.decisions import public_log
from fedconnect.moderation.decisions.public_log import LogPage
from fedconnect.web.boards import log as view
from support.forum import BASE
from support.forum_rows import at
from support.moderation_rows import stop_the_clock
from support.unit import a_board
from support.views_unit import Call, Desk

PAGE = LogPage([], 1, False)


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        a_board(session)
        a_board(session, "shelter", is_local_only=True)
    desk.draws(view)
    return desk.open(view.blueprint)


@pytest.fixture
def read(opened: Desk) -> list[Call]:
    return opened.watch(public_log, "list_decisions", PAGE)


@pytest.mark.parametrize("path", ["log", "log.atom"])
def test_a_board_that_is_not_here_has_no_log(opened: Desk, read: list[Call], path: str) -> None:
    assert opened.get(f"/boards/nowhere/{path}").status_code == 404
    assert read == []


@pytest.mark.parametrize("number", ["0", "x", "10001"])
def test_what_is_no_page_is_said_to_be_none(opened: Desk, read: list[Call], number: str) -> None:
    assert opened.get(f"/log?page={number}").status_code == 400
    assert read == []


@pytest.mark.parametrize(("path", "slug"), [("/log", None), ("/boards/respite/log", "respite"),
                                            ("/boards/shelter/log", "shelter")])  # fmt: skip
def test_each_log_is_of_its_board_or_of_all(
    opened: Desk, read: list[Call], path: str, slug: str | None
) -> None:
    opened.sign_out()
    assert opened.get(f"{path}?page=3&q=spam").status_code == 200
    (call,) = read
    assert (call["board"].slug if call["board"] else None, call["words"], call["page"]) == (slug, "spam", 3)
    assert (opened.shown["board"], opened.shown["shown"], opened.shown["words"]) == (
        call["board"],
        PAGE,
        "spam",
    )


@pytest.mark.parametrize(("letters", "kept"), [(200, 200), (201, 200), (5000, 200)])
def test_what_is_looked_for_has_an_end(opened: Desk, read: list[Call], letters: int, kept: int) -> None:
    opened.get("/log?q=" + "x" * letters)
    assert read[0]["words"] == "x" * kept


@pytest.mark.usefixtures("time_stands_still")
def test_sixty_searches_in_five_minutes_are_enough_and_reading_is_free(
    opened: Desk, read: list[Call]
) -> None:
    opened.sign_out()
    opened.use_up("searches of the public log", "127.0.0.1", 59)
    assert [opened.get("/log?q=spam").status_code for _ in range(2)] == [200, 429]
    assert [opened.get(path).status_code for path in ("/log", "/log?q=", "/log.atom?q=spam")] == [200] * 3
    opened.signed_in(reader_id=12)
    opened.use_up("searches of the public log", "12", 59)
    assert [opened.get("/boards/respite/log?q=spam").status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize(("path", "slug", "where"), [
    ("/log.atom", None, ""), ("/boards/respite/log.atom", "respite", "/boards/respite"),
    ("/boards/shelter/log.atom", "shelter", "/boards/shelter"),
])  # fmt: skip
def test_a_feed_says_where_it_is_from_and_when_it_changed(
    opened: Desk, path: str, slug: str | None, where: str
) -> None:
    lines: Any = [SimpleNamespace(at=at(9)), SimpleNamespace(at=at(1))]
    read = opened.watch(public_log, "list_decisions", LogPage(lines, 1, True))
    answer = opened.get(path)
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    assert opened.template == "boards/log.atom"
    assert (opened.shown["where"], opened.shown["base"]) == (where, BASE)
    assert (opened.shown["updated"], opened.shown["lines"]) == (at(9), lines)
    assert (read[0]["board"].slug if read[0]["board"] else None) == slug
    assert "words" not in read[0]


def test_an_empty_feed_is_of_now(opened: Desk, read: list[Call], monkeypatch: pytest.MonkeyPatch) -> None:
    now = stop_the_clock(monkeypatch)
    opened.get("/log.atom")
    assert opened.shown["updated"] == now == clock.now()
