"""How a board is run: whole numbers, a box that is not ticked is a no, and by its team alone."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database
from fedconnect.models.screening_rule import RuleKind
from fedconnect.moderation.boards import board_settings
from fedconnect.moderation.boards.board_settings import BoardSettings
from fedconnect.web.boards import settings as view
from support.moderation_rows import a_visit, an_admin
from support.unit import a_board, a_moderator, a_person
from support.views_unit import Desk

NUMBERS = {"open_from": "9", "open_to": "17", "holds_after_hours": "72", "slow_minutes": "0",
           "threads_a_stranger": "3", "threads_a_server": "19"}  # fmt: skip
TICKS = ("holds_first_posts", "wants_moderators", "is_discreet", "takes_anonymous")
WANTED = BoardSettings(9, 17, "", 72, 0, 3, 19, False, False, False, False)


@pytest.fixture
def opened(desk: Desk) -> Desk:
    """Mo, who looks after one board, asks."""
    with database.transaction() as session:
        board, mo = a_board(session), a_person(session, "mo")
        a_moderator(session, board, mo, is_deputy=True)
        a_moderator(session, board, a_person(session, "kim"))
        a_board(session, "bread")
        desk.visit = a_visit(session, mo)
    return desk.open(view.blueprint)


def test_whoever_does_not_look_after_a_board_finds_no_such_page(opened: Desk) -> None:
    changed = opened.watch(board_settings, "change_settings")
    for slug in ("bread", "nowhere"):
        assert opened.get(f"/boards/{slug}/care").status_code == 404
        assert opened.post(f"/boards/{slug}/care", NUMBERS).status_code == 404
    opened.sign_out()
    assert opened.get("/boards/respite/care").status_code == 401
    assert opened.post("/boards/respite/care", NUMBERS).status_code == 401
    assert opened.post("/boards/respite/care", {}).status_code == 401, "signing in goes before every mistake"
    assert changed == []


@pytest.mark.parametrize("name", list(NUMBERS))
@pytest.mark.parametrize("text", ["", "-1", "1.5", "x", "٧", "²", " 7", "100000", "9" * 5000])
def test_what_is_no_short_whole_number_changes_nothing(opened: Desk, name: str, text: str) -> None:
    changed = opened.watch(board_settings, "change_settings")
    assert opened.post("/boards/respite/care", {**NUMBERS, name: text}).status_code == 400
    assert changed == []


def test_a_field_that_is_missing_is_not_guessed(opened: Desk) -> None:
    changed = opened.watch(board_settings, "change_settings")
    for name in NUMBERS:
        form = {key: value for key, value in NUMBERS.items() if key != name}
        assert opened.post("/boards/respite/care", form).status_code == 400
    assert changed == []


def test_each_number_comes_in_its_own_place_and_five_digits_are_read(opened: Desk) -> None:
    changed = opened.watch(board_settings, "change_settings")
    form = {name: f"9999{number}" for number, name in enumerate(NUMBERS)}
    answer = opened.post("/boards/respite/care", {**form, "zone": " Europe/Berlin ", "reason": "Night"})
    assert (answer.status_code, answer.location) == (303, "/boards/respite/care")
    (call,) = changed
    wanted = call["wanted"]
    assert {name: str(getattr(wanted, name)) for name in NUMBERS} == form
    assert wanted.zone == "Europe/Berlin"
    assert (call["context"].board.slug, call["context"].reason) == ("respite", "Night")
    assert call["context"].moderator.username == "mo"


@pytest.mark.parametrize("tick", TICKS)
def test_each_box_is_a_yes_for_itself_alone(opened: Desk, tick: str) -> None:
    changed = opened.watch(board_settings, "change_settings")
    opened.post("/boards/respite/care", NUMBERS)
    opened.post("/boards/respite/care", {**NUMBERS, tick: ""})
    none, one = (call["wanted"] for call in changed)
    assert none == WANTED
    assert [name for name in TICKS if getattr(one, name)] == [tick]


def test_a_zone_is_cut_at_forty_letters(opened: Desk) -> None:
    changed = opened.watch(board_settings, "change_settings")
    opened.post("/boards/respite/care", {**NUMBERS, "zone": "z" * 41})
    assert changed[0]["wanted"].zone == "z" * 40


def test_the_page_shows_who_looks_after_the_board_and_how_it_is_run(opened: Desk) -> None:
    answer = opened.get("/boards/respite/care")
    assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (200, "noindex")
    shown = opened.shown
    assert [one.username for one in shown["team"]] == ["mo", "kim"]
    assert shown["deputies"] == {one.id for one in shown["team"] if one.username == "mo"}
    assert (shown["settings"].holds_after_hours, shown["screens"]) == (72, [])
    assert shown["kinds"] == list(RuleKind)
    assert shown["board_rules"].version == 0


def test_who_runs_the_installation_cares_for_every_board_also_one_that_stays_here(opened: Desk) -> None:
    changed = opened.watch(board_settings, "change_settings")
    with database.transaction() as session:
        a_board(session, "shelter", is_local_only=True)
        opened.visit = a_visit(session, an_admin(session))
    assert opened.post("/boards/shelter/care", NUMBERS).status_code == 303
    assert [one["context"].board.slug for one in changed] == ["shelter"]


@pytest.mark.usefixtures("time_stands_still")
def test_sixty_changes_an_hour_are_enough(opened: Desk) -> None:
    opened.watch(board_settings, "change_settings")
    assert opened.visit is not None
    opened.use_up("changes of a moderator to boards", str(opened.visit.reader_id), 59)
    assert [opened.post("/boards/respite/care", NUMBERS).status_code for _ in range(2)] == [303, 429]
