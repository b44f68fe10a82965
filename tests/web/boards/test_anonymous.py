"""A question without a name: asked by somebody who is known, and for another only with their consent."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database
from fedconnect.moderation import anonymous_questions
from fedconnect.moderation.anonymous_questions import LONGEST
from fedconnect.web.boards import anonymous as view
from support.moderation_rows import a_visit
from support.unit import a_board, a_person
from support.views_unit import Call, Desk

ANOTHER = {"text": "My mother…", "for": "another", "consent": "I asked her.", "agreed": "on"}


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        a_board(session)
        a_board(session, "shelter", is_local_only=True)
        desk.visit = a_visit(session, a_person(session, "dora"))
    return desk.open(view.blueprint)


@pytest.fixture
def asked(opened: Desk) -> list[Call]:
    return opened.watch(anonymous_questions, "ask")


def test_nobody_asks_without_signing_in_or_where_there_is_no_such_board(
    opened: Desk, asked: list[Call]
) -> None:
    for slug in ("nowhere", "shelter"):
        assert opened.post(f"/boards/{slug}/ask", {"text": "Who?"}).status_code == 404
        assert opened.post(f"/boards/{slug}/ask", {"for": "another"}).status_code == 404
        assert opened.get(f"/boards/{slug}/ask").status_code == 404
    opened.sign_out()
    assert opened.post("/boards/respite/ask", {"text": "Who?"}).status_code == 401
    assert opened.get("/boards/respite/ask").status_code == 401
    assert asked == []


@pytest.mark.parametrize("missing", ["consent", "agreed"])
def test_nobody_asks_for_another_who_did_not_agree_and_what_was_typed_is_kept(
    opened: Desk, asked: list[Call], missing: str
) -> None:
    form = {key: value for key, value in ANOTHER.items() if key != missing}
    answer = opened.post("/boards/respite/ask", form)
    assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (400, "noindex")
    assert asked == []
    assert (opened.shown["text"], opened.shown["problem"]) == ("My mother…", True)
    assert opened.shown["consent"] == form.get("consent", "")
    assert (opened.shown["board"].slug, opened.shown["longest"]) == ("respite", LONGEST)


def test_a_consent_of_spaces_is_none_and_a_page_shows_no_more_than_may_be_sent(
    opened: Desk, asked: list[Call]
) -> None:
    assert opened.post("/boards/respite/ask", {**ANOTHER, "consent": " \t "}).status_code == 400
    long = {"for": "another", "text": "x" * (LONGEST + 1), "consent": "c" * 501}
    assert opened.post("/boards/respite/ask", long).status_code == 400
    assert (len(opened.shown["text"]), len(opened.shown["consent"])) == (LONGEST, 500)
    assert asked == []


@pytest.mark.parametrize("for_whom", ["", "me", "ANOTHER"])
def test_what_somebody_asks_for_themselves_carries_no_consent(
    opened: Desk, asked: list[Call], for_whom: str
) -> None:
    answer = opened.post("/boards/respite/ask", {**ANOTHER, "for": for_whom})
    assert (answer.status_code, answer.location) == (303, "/you/asked?sent=1")
    assert [(one["text"], one.get("consent")) for one in asked] == [("My mother…", "")]


def test_a_question_is_the_askers_for_that_board(opened: Desk, asked: list[Call]) -> None:
    assert opened.post("/boards/respite/ask", {**ANOTHER, "consent": " Yes. "}).status_code == 303
    (call,) = asked
    assert opened.visit is not None
    assert (call["board"].slug, call["reader_id"]) == ("respite", opened.visit.reader_id)
    assert (call["person"].id, call["consent"]) == (opened.visit.person_id, "Yes.")


@pytest.mark.parametrize(("can", "status"), [(True, 200), (False, 404)])
def test_the_form_is_there_where_the_board_takes_such_questions(opened: Desk, can: bool, status: int) -> None:
    opened.watch(anonymous_questions, "can_ask", can)
    assert opened.get("/boards/respite/ask").status_code == status
    assert bool(opened.pages) is can


@pytest.mark.usefixtures("time_stands_still")
def test_ten_questions_an_hour_are_enough_and_those_sent_back_count(opened: Desk, asked: list[Call]) -> None:
    assert opened.visit is not None
    opened.use_up("questions without a name of a reader", str(opened.visit.reader_id), 9)
    forms = ({"for": "another"}, {"text": "Who?"})
    assert [opened.post("/boards/respite/ask", form).status_code for form in forms] == [400, 429]
    assert asked == []
