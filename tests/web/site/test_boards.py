"""Boards for admins: nobody else finds the pages, and a mistake loses nothing that was typed."""

from __future__ import annotations

import io

import pytest

from fedconnect.foundation import database
from fedconnect.models.board import Board
from fedconnect.models.thread import Thread
from fedconnect.site import pictures
from fedconnect.web.site import boards as view
from support.cli_unit import all_of, keep, the
from support.moderation_rows import a_visit, an_admin
from support.unit import a_board, a_person
from support.views_unit import Desk

CHANGED = {"name": "Short breaks", "summary": "", "language": "de", "tint": "2"}


@pytest.fixture
def opened(desk: Desk) -> Desk:
    return desk.open(view.blueprint)


@pytest.fixture
def ada(opened: Desk) -> Desk:
    """Ada, who runs it, asks."""
    with database.transaction() as session:
        opened.visit = a_visit(session, an_admin(session))
    return opened


def test_whoever_does_not_run_it_finds_no_such_page(opened: Desk) -> None:
    keep(a_board, "respite")
    remade = opened.watch(pictures, "remade", b"webp")
    with database.transaction() as session:
        opened.visit = a_visit(session, a_person(session, "eve"))
    picture = {**CHANGED, "picture": (io.BytesIO(b"x"), "x.png")}
    asked = [
        opened.get("/admin/boards"), opened.get("/admin/boards/respite"), opened.post("/admin/boards/respite", picture),
        opened.post("/admin/boards", {"slug": "eve", "name": "Eve's"}),
        *(opened.post(f"/admin/boards/respite/{deed}") for deed in ("up", "down", "archive", "reopen")),
    ]  # fmt: skip
    assert {one.status_code for one in asked} == {404}
    assert (the(Board).name, the(Board).archived_at, opened.pages, remade) == ("Respite", None, [], [])


def test_what_was_typed_stays_where_something_is_wrong(ada: Desk) -> None:
    keep(a_board, "respite")
    answer = ada.post("/admin/boards", {"slug": "admin", "name": "Admins", "summary": "Words"})
    assert (answer.status_code, ada.shown["typed"]["summary"]) == (422, "Words")
    assert "reserved" in ada.shown["problem"]
    answer = ada.post("/admin/boards/respite", {**CHANGED, "language": "?", "summary": "Words"})
    assert (answer.status_code, ada.shown["shown"].summary) == (422, "Words")
    assert ada.post("/admin/boards/respite", {**CHANGED, "tint": "x"}).status_code == 400
    assert the(Board).name == "Respite"


def test_there_is_no_other_board_and_no_other_deed(ada: Desk) -> None:
    keep(a_board, "respite")
    assert ada.get("/admin/boards/nowhere").status_code == 404
    assert ada.post("/admin/boards/nowhere", CHANGED).status_code == 404
    assert ada.post("/admin/boards/respite/delete").status_code == 404


def test_a_board_is_made_with_its_welcome_and_one_that_stays_without(ada: Desk) -> None:
    answer = ada.post("/admin/boards", {"slug": "respite", "name": "Respite", "language": "de"})
    assert answer.location == "/admin/boards/respite?made"
    assert (the(Board).language, the(Thread).pinned) == ("de", True)
    ada.post("/admin/boards", {"slug": "shelter", "name": "Shelter", "stays_here": "on"})
    assert the(Board, Board.slug == "shelter").is_local_only
    assert len(all_of(Thread)) == 1


def test_a_board_is_changed_ordered_and_archived(ada: Desk) -> None:
    keep(a_board, "ants")
    keep(a_board, "respite")
    assert ada.post("/admin/boards/respite", CHANGED).location == "/admin/boards/respite?done"
    ada.post("/admin/boards/respite/up")
    ada.get("/admin/boards")
    assert [one.name for one in ada.shown["boards"]] == ["Short breaks", "Ants"]
    ada.post("/admin/boards/respite/archive")
    assert the(Board, Board.slug == "respite").is_archived
    ada.post("/admin/boards/respite/reopen")
    assert not the(Board, Board.slug == "respite").is_archived


def test_a_picture_is_given_and_taken_away(ada: Desk) -> None:
    keep(a_board, "respite")
    ada.watch(pictures, "remade", b"webp")
    ada.post("/admin/boards/respite", {**CHANGED, "picture": (io.BytesIO(b"x"), "x.png")})
    assert the(Board).picture
    ada.post("/admin/boards/respite", {**CHANGED, "no_picture": "on"})
    assert the(Board).picture == ""
