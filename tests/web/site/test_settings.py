"""What the forum says of itself is changed by who runs it alone; a mistake loses nothing that was typed."""

from __future__ import annotations

import io

import pytest

from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.site import pictures
from fedconnect.site.identity import get_site
from fedconnect.web.site import settings as view
from support.moderation_rows import a_visit, an_admin
from support.unit import a_person
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    return desk.open(view.blueprint)


@pytest.fixture
def ada(opened: Desk) -> Desk:
    """Ada, who runs it, asks."""
    with database.transaction() as session:
        opened.visit = a_visit(session, an_admin(session))
    return opened


def test_whoever_does_not_run_it_finds_no_such_page_and_no_picture_is_worked_on(opened: Desk) -> None:
    remade = opened.watch(pictures, "remade", b"webp")
    with database.transaction() as session:
        opened.visit = a_visit(session, a_person(session, "eve"))
    form = {"name": "Eve's", "logo": (io.BytesIO(b"x"), "x.png")}
    assert (opened.get("/admin/site").status_code, opened.post("/admin/site", form).status_code) == (404, 404)
    opened.sign_out()
    form = {"name": "Eve's", "logo": (io.BytesIO(b"x"), "x.png")}
    assert (opened.get("/admin/site").status_code, opened.post("/admin/site", form).status_code) == (401, 401)
    assert (get_site().is_named, opened.pages, remade) == (False, [], [])


def test_what_was_typed_stays_where_something_is_wrong(ada: Desk) -> None:
    answer = ada.post("/admin/site", {"name": "Corner", "contact": "ask ada", "terms": "Be kind."})
    assert answer.status_code == 422
    assert (ada.shown["parts"]["name"], ada.shown["parts"]["terms"]) == ("Corner", "Be kind.")
    assert "mail address" in ada.shown["problem"]
    assert not get_site().is_named


def test_a_picture_that_is_none_changes_nothing_else(ada: Desk) -> None:
    ada.watch(pictures, "remade", Malformed("x", safe="That is no picture."))
    answer = ada.post("/admin/site", {"name": "Corner", "logo": (io.BytesIO(b"x"), "x.png")})
    assert (answer.status_code, ada.shown["problem"]) == (422, "That is no picture.")
    assert not get_site().is_named


def test_what_is_said_is_said_at_once_in_this_process(ada: Desk) -> None:
    assert not get_site().is_named
    answer = ada.post(
        "/admin/site", {"name": "Corner", "accent": "#AA3300", "base_url": "https://evil.example"}
    )
    assert (answer.status_code, answer.location) == (303, "/admin/site?done")
    assert (get_site().name, get_site().accent) == ("Corner", "#aa3300")
    ada.get("/admin/site?done")
    assert (ada.shown["parts"]["name"], ada.shown["is_done"]) == ("Corner", True)


def test_a_logo_is_kept_and_taken_away(ada: Desk) -> None:
    ada.watch(pictures, "remade", b"webp")
    ada.post("/admin/site", {"logo": (io.BytesIO(b"x"), "x.png")})
    digest = get_site().logo
    with database.read_transaction() as session:
        assert pictures.get_picture(session, digest) == b"webp"
    ada.post("/admin/site", {"name": "Corner"})
    assert get_site().logo == digest
    ada.post("/admin/site", {"no_logo": "on"})
    assert get_site().logo == ""
