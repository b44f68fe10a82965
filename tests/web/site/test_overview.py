"""Where admins go from, and nobody else."""

from __future__ import annotations

from fedconnect.foundation import database
from fedconnect.web.site import overview as view
from support.moderation_rows import a_visit, an_admin
from support.unit import a_person
from support.views_unit import Desk


def test_whoever_does_not_run_it_finds_no_such_page(desk: Desk) -> None:
    opened = desk.open(view.blueprint)
    with database.transaction() as session:
        eve, ada = a_visit(session, a_person(session, "eve")), a_visit(session, an_admin(session))
    opened.visit = eve
    assert (opened.get("/admin").status_code, opened.post("/admin/steps").status_code, opened.pages) == (
        404,
        404,
        [],
    )
    opened.visit = ada
    assert (opened.get("/admin").status_code, opened.template) == (200, "site/overview.html")
    assert len(opened.shown["steps"]) == 6
    assert opened.post("/admin/steps").location == "/admin"
    opened.get("/admin")
    assert opened.shown["steps"] == ()
