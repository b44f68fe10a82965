"""What the frame of a page tells, in a whole forum: a reader's own boards and news, to them alone."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event, update

from fedconnect.foundation import database
from fedconnect.models.board import Board
from support.forum import Forum
from support.home import FakeHomeServer
from support.remote import RemotePerson
from support.visitor import Visitor


@pytest.fixture
def dora(visitor: Visitor, home: FakeHomeServer) -> Visitor:
    home.resident("dora")
    visitor.sign_in(home, "dora")
    return visitor


def beside(page: str) -> str:
    """The ways beside a page."""
    return page.partition('<nav class="beside-page"')[2].partition("</nav>")[0]


@pytest.mark.usefixtures("forum")
def test_a_discreet_board_is_named_beside_no_page(dora: Visitor) -> None:
    for slug in ("respite", "benefits"):
        dora.post(f"/boards/{slug}/following", {"how": "here"})
    with database.transaction() as session:
        session.execute(update(Board).where(Board.slug == "benefits").values(is_discreet=True))
    for path in ("/about", "/boards/benefits"):
        told = beside(dora.page(path))
        assert "Respite &amp; breaks" in told
        assert "Benefits" not in told
    assert "Following here ✓" in dora.page("/boards/benefits"), "its own page says so"
    assert "Leave quickly" in dora.page("/boards/benefits").partition("</header>")[0]


def test_a_stranger_is_told_of_nobodys_boards_and_gets_no_cookie(
    app: Flask, dora: Visitor, forum: Forum, ana: RemotePerson
) -> None:
    dora.post("/boards/respite/following", {"how": "here"})
    stranger = Visitor(app)
    for path in ("/", "/boards", "/boards/respite", "/boards/respite/about", "/quiet", "/offline"):
        answer = stranger.get(path)
        assert "Your boards" not in answer.text
        assert "bottom-bar" not in answer.text
        assert "Set-Cookie" not in answer.headers
    assert "Your boards" not in dora.page("/offline"), "a browser keeps that page"


def test_what_was_done_is_said_on_the_next_page_alone(dora: Visitor, forum: Forum, ana: RemotePerson) -> None:
    forum.tell(ana, ana.create(ana.note("A question", forum.board())))
    dora.post("/boards/respite/following", {"how": "here"})
    page = dora.page("/boards/respite")
    assert "Following here. Only you know." in page
    assert 'action="/boards/respite/following"><input type="hidden" name="how" value="end_here">' in page
    assert "Only you know" not in dora.page("/boards/respite").partition("<main")[0]


def test_boards_to_follow_are_chosen_in_place(dora: Visitor, forum: Forum, ana: RemotePerson) -> None:
    assert "Follow two or three boards" in dora.page("/")
    answer = dora.post("/boards/respite/following", {"how": "here", "back": "choose"})
    assert answer.headers["Location"] == "/?choose=boards"
    page = dora.page("/?choose=boards")
    assert page.count("Following ✓") == 1
    assert "Show my page" in page
    forum.tell(ana, ana.create(ana.note("A question", forum.board())))
    assert "Follow two or three boards" not in dora.page("/")


@pytest.mark.parametrize(
    "path", ["/", "/?choose=boards", "/?order=newest", "/boards", "/boards/respite", "/boards/respite/about", "/boards/respite/quiet"]
)  # fmt: skip
def test_no_page_of_lists_asks_the_database_more_than_eight_times(
    dora: Visitor, forum: Forum, ana: RemotePerson, path: str
) -> None:
    forum.tell(ana, ana.create(ana.note("A question", forum.board())))
    dora.post("/boards/respite/following", {"how": "here"})
    dora.page(path)
    statements: list[str] = []
    engine = database.installed().reader

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", count)
    dora.page(path)
    event.remove(engine, "before_cursor_execute", count)
    asked = [one for one in statements if one.startswith(("SELECT", "WITH"))]
    assert 2 <= len(asked) <= 9, asked  # the ninth finds the visit
