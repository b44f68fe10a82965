"""What was done is said once, to who did it, and taken back from the same line; strangers get no cookie."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Blueprint, Flask, redirect
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from fedconnect.accounts.sessions import Visit
from fedconnect.web import current_visit, status_line
from fedconnect.web.routes import BLUEPRINTS
from support.web_rows import a_bare_app, a_reader_asking

COOKIE = "fedconnect_said"
SAVE = "/boards/respite/threads/12/34/save"


class Pages:
    """A bare app with one form of ours, and a page that says what was done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app: Flask = a_bare_app()
        self.visit: Visit | None = a_reader_asking()
        monkeypatch.setattr(current_visit, "find_visit", self.find_visit)
        status_line.show_status_lines(self.app)
        self.answer: Callable[[], Response] = lambda: redirect("/boards/respite", 303)
        bookmark, follow = Blueprint("posts/bookmark", "posts"), Blueprint("boards/follow", "boards")
        bookmark.add_url_rule(
            "/boards/<slug>/threads/<t>/<p>/<any(save, unsave):action>",
            "bookmark",
            self.act,
            methods=["POST"],
        )
        follow.add_url_rule("/boards/<slug>/following", "following", self.act, methods=["POST"])
        self.app.register_blueprint(bookmark)
        self.app.register_blueprint(follow)
        self.app.add_url_rule("/page", "page", self.show)
        self.client: Client = self.app.test_client()

    def find_visit(self) -> Visit | None:
        from flask import g

        g.visit = self.visit
        return self.visit

    def act(self, **_: str) -> Response:
        current_visit.find_visit()
        return self.answer()

    def show(self) -> str:
        said = status_line.status_line()
        return f"{said.text}|{said.undo_path}|{said.undo_how}" if said else "nothing"

    def post(self, path: str, **form: str) -> TestResponse:
        return self.client.post(path, data=form)

    def page(self) -> str:
        return self.client.get("/page").text


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Pages:
    return Pages(monkeypatch)


def test_who_is_not_signed_in_gets_no_cookie_and_no_line(pages: Pages) -> None:
    pages.visit = None
    assert "Set-Cookie" not in pages.post(SAVE).headers
    pages.client.set_cookie(COOKIE, "bookmark.save")
    assert pages.page() == "nothing"


@pytest.mark.parametrize(
    "kept",
    ["", "bookmark", "bookmark.burn", "x.save", "bookmark.save:https://evil.example/", "bookmark.save://evil.example/x",
     "bookmark.save:/boards/respite/../x", 'bookmark.save:/boards/a/"><b>', "bookmark.save:/you/erase",
     "bookmark.save:/boards/a" + "/b" * 90],
)  # fmt: skip
def test_what_is_no_line_of_ours_is_not_said(pages: Pages, kept: str) -> None:
    pages.client.set_cookie(COOKIE, kept)
    assert pages.page() == "nothing"


def test_it_is_said_once_with_the_way_back(pages: Pages) -> None:
    kept = pages.post(SAVE).headers["Set-Cookie"]
    assert re.search(r"Max-Age=30; HttpOnly; Path=/; SameSite=Lax", kept)
    assert pages.page() == "Saved.|/boards/respite/threads/12/34/unsave|"
    assert pages.page() == "nothing"
    pages.post("/boards/respite/following", how="here")
    assert pages.page() == "Following here. Only you know.|/boards/respite/following|end_here"
    pages.post("/boards/respite/following", how="home")
    assert pages.page() == "Requested. Your server has asked to follow this board.||"


@pytest.mark.parametrize(
    "answer",
    [lambda: Response("asks for a permission", 403), lambda: Response("the form again"), lambda: redirect("/you/sent/1", 303)],
)  # fmt: skip
def test_what_was_not_done_is_not_said(pages: Pages, answer: Callable[[], Response]) -> None:
    pages.answer = answer
    assert "Set-Cookie" not in pages.post(SAVE).headers


def test_a_page_that_says_nothing_keeps_the_line_for_the_next(pages: Pages) -> None:
    pages.post(SAVE)
    pages.client.get("/nowhere")
    assert pages.page().startswith("Saved.")


def test_every_line_is_for_a_file_that_answers() -> None:
    files = {blueprint.name.rpartition("/")[2] for blueprint in BLUEPRINTS}
    assert {file for file, _ in status_line._TABLE} <= files
