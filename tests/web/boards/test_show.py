"""A board as a page or as a Group, and its months."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fedconnect.accounts.visit_facts import FollowedBoard
from fedconnect.forum import thread_lists
from fedconnect.foundation import clock, database
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.moderation import anonymous_questions
from fedconnect.web.boards import show as view
from support.federation_rows import with_keys
from support.forum import BASE
from support.unit import a_board, a_person, a_reader, a_thread, add
from support.views_unit import ACTIVITY, Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        board = a_board(session)
        a_board(session, "shelter", is_local_only=True)
        for number, name in enumerate(("ana", "eve")):
            moment = datetime(2026, 10 + number, 5, tzinfo=UTC)
            a_thread(session, board, a_person(session, name), title=f"Of {name}", published=moment)
    desk.sign_out()
    return desk.open(view.blueprint)


def sign_in(opened: Desk) -> None:
    """Dora, who follows the board and hides Eve."""
    with database.transaction() as session:
        reader = a_reader(session, a_person(session, "dora"))
        subject = "eve@home.example"
        add(session, Mute(reader_id=reader.id, kind=MuteKind.PERSON, subject=subject, since=clock.now()))
        followed = [FollowedBoard("respite", "Respite", "here", is_discreet=False, tint=3)]
        opened.signed_in(reader_id=reader.id, person_id=reader.person_id, boards=followed)


@pytest.mark.parametrize("accept", ["text/html", ACTIVITY])
def test_a_board_that_is_not_here_or_stays_here_has_no_such_page(opened: Desk, accept: str) -> None:
    paths = ("/boards/nowhere", "/boards/shelter", "/boards/shelter/2026/11")
    assert {opened.get(path, accept).status_code for path in paths} == {404}


@pytest.mark.parametrize(
    "month",
    [
        "2026/00",
        "2026/13",
        "2026/1",
        "2026/011",
        "0000/11",
        "999/11",
        "20266/11",
        "x/11",
        "٢٠٢٦/11",
        "2026/1\n",
    ],
)
def test_what_is_no_month_is_not_found(opened: Desk, month: str) -> None:
    listed = opened.watch(thread_lists, "list_month")
    assert opened.get(f"/boards/respite/{month}").status_code == 404
    assert listed == []


def test_with_authorized_fetch_the_page_stays_open_and_the_group_does_not(opened: Desk) -> None:
    opened.set(AUTHORIZED_FETCH=True)
    assert opened.get("/boards/respite").status_code == 200
    assert opened.get("/boards/respite", ACTIVITY).status_code == 401


def test_for_servers_it_is_a_group_that_no_page_is_drawn_for(opened: Desk) -> None:
    with_keys("board:respite")
    document = opened.get("/boards/respite?page=x", ACTIVITY)
    assert document.json is not None
    assert (document.json["id"], document.json["type"]) == (f"{BASE}/boards/respite", "Group")
    assert opened.pages == []


def test_a_stranger_sees_every_conversation_and_is_asked_to_follow(opened: Desk) -> None:
    answer = opened.get("/boards/respite")
    shown = opened.shown
    assert [one.title for one in shown["listed"].threads] == ["Of eve", "Of ana"]
    assert (shown["follows"], shown["handle"]) == ("", "@respite@forum.example")
    assert shown["months"] == ["2026-11", "2026-10"]
    assert shown["rules"][0].startswith("1. ")
    link = f'<{BASE}/boards/respite>; rel="alternate"; type="application/activity+json"'
    assert answer.headers["Link"] == link
    assert opened.get("/boards/respite?page=0").status_code == 400
    assert opened.get("/boards/respite?page=2").status_code == 404


def test_a_reader_sees_whom_they_do_not_hide_and_that_they_follow(opened: Desk) -> None:
    sign_in(opened)
    assert opened.visit is not None
    opened.get("/boards/respite")
    assert [one.title for one in opened.shown["listed"].threads] == ["Of ana"]
    assert opened.shown["follows"] == "here"
    opened.get("/boards/respite/2026/11")
    assert opened.shown["listed"].threads == [], "and not in a month either"


@pytest.mark.parametrize("asks", [True, False])
def test_a_page_leads_to_asking_without_a_name_where_that_is_offered(opened: Desk, asks: bool) -> None:
    opened.watch(anonymous_questions, "is_offered", asks)
    opened.get("/boards/respite")
    assert opened.shown["asks"] is asks


def test_a_month_shows_what_began_in_it_and_is_named_by_its_first_day(opened: Desk) -> None:
    assert opened.get("/boards/respite/2026/10?page=1").status_code == 200
    assert [one.title for one in opened.shown["listed"].threads] == ["Of ana"]
    assert opened.shown["month"] == datetime(2026, 10, 1, tzinfo=UTC)
    assert opened.shown["months"] == ["2026-11", "2026-10"]
    listed = opened.watch(thread_lists, "list_month", thread_lists.ThreadList([], 3, False))
    opened.get("/boards/respite/2026/12?page=3")
    assert [(one["month"], one["page"]) for one in listed] == [("2026-12", 3)]
