"""Sister boards on a page: nobody from elsewhere, one door for each deed, and what was typed stays beside its problem."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database
from fedconnect.foundation.errors import Busy, Malformed, NotFound
from fedconnect.models.board import Board, LinkedGroup
from fedconnect.moderation.boards import linked_groups
from fedconnect.web.boards import linked_groups as view
from fedconnect.web.boards import settings
from support.forum_rows import a_group, at
from support.moderation_rows import a_visit, an_admin
from support.unit import a_board, a_moderator, a_person, add
from support.views_unit import Desk

SISTERS = "/boards/respite/sisters"
HANDLE = {"handle": "@carers@lemmy.example"}
DEEDS = ("ask_by_handle", "ask_again", "leave")


@pytest.fixture
def opened(desk: Desk) -> Desk:
    """Mo, who looks after one board, asks; it has a sister, number 7."""
    with database.transaction() as session:
        board, mo = a_board(session), a_person(session, "mo")
        a_moderator(session, board, mo)
        a_board(session, "bread")
        a_board(session, "shelter", is_local_only=True)
        carers = a_group(session, "carers", "lemmy.example", id=7)
        add(
            session,
            LinkedGroup(board_id=board.id, person_id=carers.id, uri="https://x.example/1", since=at(0)),
        )
        desk.visit = a_visit(session, mo)
    return desk.open(settings.blueprint, view.blueprint)


def test_whoever_does_not_look_after_a_board_changes_no_sister_of_it(opened: Desk) -> None:
    changed = [opened.watch(linked_groups, name) for name in DEEDS[1:]]
    for slug in ("bread", "nowhere", "shelter"):
        assert opened.post(f"/boards/{slug}/sisters", HANDLE).status_code == 404
        for deed in ("ask", "leave"):
            assert opened.post(f"/boards/{slug}/sisters/7/{deed}").status_code == 404
    opened.sign_out()
    assert opened.post(SISTERS, HANDLE).status_code == 401
    assert opened.post(SISTERS, {}).status_code == 401, "signing in goes before every mistake"
    assert opened.post(SISTERS + "/7/leave").status_code == 401
    assert (changed, opened.pages) == ([[], []], [])


def test_a_board_that_stays_here_has_no_such_door_for_admins_either(opened: Desk) -> None:
    with database.transaction() as session:
        opened.visit = a_visit(session, an_admin(session))
    assert opened.post("/boards/shelter/sisters", HANDLE).status_code == 404
    assert opened.post("/boards/shelter/sisters/7/leave").status_code == 404
    assert opened.get("/boards/shelter/care").status_code == 200
    assert opened.shown["sisters"] == []


def test_what_is_no_deed_is_none_and_looking_does_nothing(opened: Desk) -> None:
    changed = [opened.watch(linked_groups, name) for name in DEEDS]
    assert opened.post(SISTERS + "/7/delete").status_code == 404
    assert opened.get(SISTERS + "/7/leave").status_code == 405
    assert opened.get(SISTERS).status_code == 405
    assert changed == [[], [], []]


def test_a_handle_is_cut_and_asked_with_the_reason_that_was_given(opened: Desk) -> None:
    asked = opened.watch(linked_groups, "ask_by_handle")
    answer = opened.post(SISTERS, {"handle": f"  {'x' * 401} ", "reason": "The same topic."})
    assert (answer.status_code, answer.location) == (303, "/boards/respite/care#sisters")
    opened.post(SISTERS, {})
    known = {"visit": opened.visit, "slug": "respite"}
    assert asked == [
        {**known, "typed": "x" * 400, "reason": "The same topic."}, {**known, "typed": "", "reason": ""},
    ]  # fmt: skip


def test_what_cannot_be_a_sister_stays_in_its_field_with_one_plain_line(opened: Desk) -> None:
    opened.watch(linked_groups, "ask_by_handle", Malformed("no", safe="That was no group."))
    answer = opened.post(SISTERS, HANDLE)
    assert (answer.status_code, opened.template) == (422, "boards/settings.html")
    assert (opened.shown["typed_sister"], opened.shown["problem"]) == (HANDLE["handle"], "That was no group.")
    assert len(opened.shown["sisters"]) == 1


@pytest.mark.parametrize(("error", "status"), [(NotFound("no"), 404), (Busy("full"), 503)])
def test_what_is_no_mistake_of_what_was_typed_shows_no_settings(
    opened: Desk, error: Exception, status: int
) -> None:
    opened.watch(linked_groups, "ask_by_handle", error)
    assert opened.post(SISTERS, HANDLE).status_code == status
    assert opened.pages == []


@pytest.mark.parametrize(("deed", "name"), [("ask", "ask_again"), ("leave", "leave")])
def test_each_button_does_its_own_deed_with_its_own_number(opened: Desk, deed: str, name: str) -> None:
    done = {one: opened.watch(linked_groups, one, True) for one in DEEDS}
    answer = opened.post(f"{SISTERS}/7/{deed}")
    assert (answer.status_code, answer.location) == (303, "/boards/respite/care#sisters")
    opened.post(f"{SISTERS}/7x/{deed}")
    assert [call["person_id"] for call in done.pop(name)] == [7, 0]
    assert list(done.values()) == [[], []]


def test_the_page_shows_this_boards_sisters(opened: Desk) -> None:
    with database.transaction() as session:
        bread = session.query(Board).filter_by(slug="bread").one()
        add(
            session,
            LinkedGroup(
                board_id=bread.id, person_id=a_group(session).id, uri="https://x.example/2", since=at(0)
            ),
        )
    assert opened.get("/boards/respite/care").status_code == 200
    assert [(group.handle, tie.since) for tie, group in opened.shown["sisters"]] == [
        ("@carers@lemmy.example", at(0))
    ]
    assert (opened.shown["typed_sister"], opened.shown["problem"]) == ("", "")


@pytest.mark.usefixtures("time_stands_still")
def test_twenty_look_ups_an_hour_are_enough_and_buttons_ask_no_server(opened: Desk) -> None:
    for name in DEEDS:
        opened.watch(linked_groups, name)
    assert opened.visit is not None
    opened.use_up("sister boards that a moderator looks up", str(opened.visit.reader_id), 19)
    assert [opened.post(SISTERS, HANDLE).status_code for _ in range(2)] == [303, 429]
    assert opened.post(SISTERS + "/7/ask").status_code == 303


@pytest.mark.usefixtures("time_stands_still")
def test_each_of_them_counts_among_a_moderators_sixty_changes(opened: Desk) -> None:
    opened.watch(linked_groups, "leave")
    assert opened.visit is not None
    opened.use_up("changes of a moderator to boards", str(opened.visit.reader_id), 59)
    assert [opened.post(SISTERS + "/7/leave").status_code for _ in range(2)] == [303, 429]
    assert opened.post(SISTERS, HANDLE).status_code == 429
