"""What a reader cares for, seen and chosen: a box that is not ticked is a no, and each reader has their own."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.models.profile import Order
from fedconnect.surfacing.hearing import opt_outs
from fedconnect.surfacing.profile import profiles
from fedconnect.surfacing.profile.interests import InterestProfile
from fedconnect.surfacing.profile.profiles import Choices
from fedconnect.web.you import interests
from support.surfacing_rows import a_profile, a_topic
from support.unit import a_board, a_person, a_reader
from support.views_unit import Desk

PATHS = ("", "/learning", "/reset", "/refusal")


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        reader = a_reader(session, a_person(session, "dora"))
        desk.signed_in(reader_id=reader.id, person_id=reader.person_id)
        for slug in ("respite", "bread", "shelter"):
            a_board(session, slug, is_local_only=slug == "shelter")
    return desk.open(interests.blueprint)


def ids_of_boards() -> dict[str, int]:
    with database.read_transaction() as session:
        return {board.slug: board.id for board in boards.list_every_board(session)}


def learnt(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    monkeypatch.setattr(profiles, "read_interests", lambda _profile: InterestProfile(**values))


def test_nobody_chooses_sees_or_forgets_anything_without_signing_in(opened: Desk) -> None:
    calls = [opened.watch(module, name) for module, name in (
        (profiles, "choose"), (profiles, "reset"), (opt_outs, "opt_in"), (opt_outs, "opt_out"),
    )]  # fmt: skip
    opened.sign_out()
    assert {opened.post(f"/you/interests{path}").status_code for path in PATHS} == {401}
    assert opened.get("/you/interests").status_code == 401
    assert calls == [[]] * 4


@pytest.mark.parametrize(
    ("form", "choices"),
    [
        ({}, Choices(False, False, False, Order.RELEVANCE)),
        ({"learns": "on", "personal": "1", "counts": "YES", "order": "NEWEST"},
         Choices(False, False, False, Order.RELEVANCE)),
        ({"learns": "yes"}, Choices(True, False, False, Order.RELEVANCE)),
        ({"personal": "yes"}, Choices(False, True, False, Order.RELEVANCE)),
        ({"counts": "yes"}, Choices(False, False, True, Order.RELEVANCE)),
        ({"order": "newest"}, Choices(False, False, False, Order.NEWEST)),
    ],
)  # fmt: skip
def test_only_what_is_ticked_is_a_yes(opened: Desk, form: dict[str, str], choices: Choices) -> None:
    chosen = opened.watch(profiles, "choose")
    answer = opened.post("/you/interests", form)
    assert (answer.status_code, answer.location) == (303, "/you/interests")
    assert opened.visit is not None
    assert chosen == [{"reader_id": opened.visit.reader_id, "choices": choices}]


@pytest.mark.parametrize(
    ("sent", "learns"), [({"learns": "yes"}, True), ({"learns": "no"}, False), ({}, False)]
)
def test_the_one_question_changes_its_answer_alone(opened: Desk, sent: dict[str, str], learns: bool) -> None:
    before = Choices(not learns, False, False, Order.NEWEST)
    opened.watch(profiles, "choices_of", before)
    chosen = opened.watch(profiles, "choose")
    assert opened.post("/you/interests/learning", sent).location == "/"
    assert [one["choices"] for one in chosen] == [Choices(learns, False, False, Order.NEWEST)]


@pytest.mark.parametrize("how", ["", "refuse", "ALLOW", "allow "])
def test_whatever_does_not_say_yes_is_a_no(opened: Desk, how: str) -> None:
    yes, no = opened.watch(opt_outs, "opt_in"), opened.watch(opt_outs, "opt_out")
    assert opened.post("/you/interests/refusal", {"how": how}).location == "/you/interests"
    assert opened.visit is not None
    assert (yes, no) == ([], [{"person_id": opened.visit.person_id}]), "of the person, on every board"


def test_a_no_is_taken_back_by_whoever_said_it(opened: Desk) -> None:
    yes, no = opened.watch(opt_outs, "opt_in"), opened.watch(opt_outs, "opt_out")
    opened.post("/you/interests/refusal", {"how": "allow"})
    assert opened.visit is not None
    assert (yes, no) == ([{"person_id": opened.visit.person_id}], [])


def test_what_was_learnt_is_forgotten_for_who_asks(opened: Desk) -> None:
    forgotten = opened.watch(profiles, "reset")
    assert opened.post("/you/interests/reset").location == "/you/interests"
    assert opened.visit is not None
    assert forgotten == [{"reader_id": opened.visit.reader_id}]


def test_the_dearest_come_first_and_no_more_than_thirty(
    opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {f"w{number}": float(number % 31) for number in range(31)}
    ids = ids_of_boards()
    weights = {ids["bread"]: 1.0, ids["respite"]: 2.0, ids["shelter"]: 9.0, 1: 5.0}
    learnt(monkeypatch, liked=words, disliked={"b": 0.5, "a": 0.7}, boards=weights)
    answer = opened.get("/you/interests")
    assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (200, "noindex")
    assert opened.shown["liked"] == [f"w{number}" for number in range(30, 0, -1)]
    assert opened.shown["disliked"] == ["a", "b"]
    assert [one.slug for one in opened.shown["dear"]] == ["respite", "bread"], (
        "none that is gone or stays here"
    )


def test_the_page_is_of_who_asks(opened: Desk) -> None:
    assert opened.visit is not None
    with database.transaction() as session:
        other = a_reader(session, a_person(session, "ana"))
        a_topic(session, other, "bread")
        opt_outs.opt_out(session, other.person_id)
        a_profile(session, other, learns=True)
    opened.get("/you/interests")
    assert (opened.shown["choices"], opened.shown["topics"]) == (Choices(), [])
    assert (opened.shown["refused"], opened.shown["liked"]) == (False, [])
    with database.transaction() as session:
        opt_outs.opt_out(session, opened.visit.person_id)
    opened.get("/you/interests")
    assert opened.shown["refused"] is True
