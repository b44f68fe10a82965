"""One case: which of its deeds is done, with what was typed, and where one goes on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from fedconnect.drafts import Visibility
from fedconnect.foundation.errors import NotFound
from fedconnect.moderation.casework import case_page, case_work, deciding
from fedconnect.web.moderation import case as view
from support.views_unit import Desk

DEEDS = ("claim", "let_go", "note", "open_evidence", "reply", "publish", "hear")
ACTIONS = ("claim", "unclaim", "note", "evidence", "answer", "publish", "hear")
QUESTION = (SimpleNamespace(slug="respite"), SimpleNamespace(thread_id=88, id=99))


@pytest.fixture
def opened(desk: Desk) -> Desk:
    return desk.open(view.blueprint)


@pytest.fixture
def done(opened: Desk) -> dict[str, list[dict[str, Any]]]:
    """What each deed was called with."""
    answers = {"open_evidence": "as it was", "reply": True, "publish": QUESTION}
    return {name: opened.watch(case_work, name, answers.get(name)) for name in DEEDS}


def names(done: dict[str, list[dict[str, Any]]]) -> list[str]:
    return [name for name, calls in done.items() if calls]


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_does_anything_without_signing_in(
    opened: Desk, done: dict[str, list[dict[str, Any]]], action: str
) -> None:
    opened.sign_out()
    assert opened.post(f"/moderation/7/{action}").status_code == 401
    assert opened.post("/moderation/7").status_code == opened.get("/moderation/7").status_code == 401
    assert names(done) == []


def test_what_is_no_deed_has_no_address_and_none_is_done_by_looking(
    opened: Desk, done: dict[str, list[dict[str, Any]]]
) -> None:
    assert opened.post("/moderation/7/delete").status_code == 404
    assert {opened.get(f"/moderation/7/{action}").status_code for action in ACTIONS} == {405}
    assert names(done) == []


@pytest.mark.parametrize("number", ["0", "-1", "7x", "07x", "٧", "9" * 19, "9" * 40])
def test_what_is_no_number_is_no_case_of_anybody(opened: Desk, number: str) -> None:
    asked = opened.watch(case_page, "read_case", NotFound("none"))
    decided = opened.watch(deciding, "decide_case", NotFound("none"))
    claimed = opened.watch(case_work, "claim", NotFound("none"))
    assert opened.get(f"/moderation/{number}").status_code == 404
    assert opened.post(f"/moderation/{number}").status_code == 404
    assert opened.post(f"/moderation/{number}/claim").status_code == 404
    assert [one["case_id"] for one in (*asked, *decided, *claimed)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("action", "deed", "onward"),
    [
        ("claim", "claim", "/moderation/7"), ("unclaim", "let_go", "/moderation"), ("note", "note", "/moderation/7"),
        ("answer", "reply", "/moderation"), ("publish", "publish", "/boards/respite/threads/88"),
        ("hear", "hear", "/moderation"),
    ],
)  # fmt: skip
def test_each_button_does_its_own_deed_and_leads_on(
    opened: Desk, done: dict[str, list[dict[str, Any]]], action: str, deed: str, onward: str
) -> None:
    visit = opened.signed_in(reader_id=12)
    answer = opened.post(f"/moderation/7/{action}", {"words": "Thank you"})
    assert (answer.status_code, answer.location) == (303, onward)
    assert names(done) == [deed]
    (call,) = done[deed]
    assert (call["visit"], call["case_id"]) == (visit, 7)
    assert call.get("words", "Thank you") == "Thank you"


def test_an_answer_that_does_not_settle_it_leaves_one_where_one_was(opened: Desk) -> None:
    opened.watch(case_work, "reply", False)
    assert opened.post("/moderation/7/answer", {"words": "Which day?"}).location == "/moderation/7"


def test_evidence_is_shown_at_once_and_kept_from_search_engines(
    opened: Desk, done: dict[str, list[dict[str, Any]]]
) -> None:
    page = opened.post("/moderation/7/evidence")
    assert (page.status_code, page.headers["X-Robots-Tag"]) == (200, "noindex")
    assert (opened.template, opened.shown) == (
        "moderation/evidence.html", {"text": "as it was", "case_id": 7},
    )  # fmt: skip
    assert names(done) == ["open_evidence"]


@pytest.mark.parametrize(
    ("form", "visibility"),
    [
        ({}, Visibility.PUBLIC),
        ({"quietly": ""}, Visibility.UNLISTED),
        ({"quietly": "on"}, Visibility.UNLISTED),
    ],
)
def test_a_question_is_asked_in_public_unless_quietly_is_ticked(
    opened: Desk, done: dict[str, list[dict[str, Any]]], form: dict[str, str], visibility: Visibility
) -> None:
    opened.post("/moderation/7/publish", {"words": "Who knows?", **form})
    (call,) = done["publish"]
    assert (call["words"], call["visibility"]) == ("Who knows?", visibility)


@pytest.mark.parametrize(
    ("how", "overturn"), [("overturn", True), ("uphold", False), ("", False), (None, False)]
)
def test_only_who_says_so_overturns_a_decision(
    opened: Desk, done: dict[str, list[dict[str, Any]]], how: str | None, overturn: bool
) -> None:
    opened.post("/moderation/7/hear", {} if how is None else {"how": how})
    (call,) = done["hear"]
    assert (call["words"], call["overturn"]) == ("", overturn)


def test_a_decision_goes_back_to_the_list_which_offers_to_take_it_back(opened: Desk) -> None:
    visit = opened.signed_in(reader_id=12)
    made = opened.watch(deciding, "decide_case", SimpleNamespace(id=55))
    answer = opened.post("/moderation/7", {"action": "remove", "reason": "Spam", "rule": "1"})
    assert (answer.status_code, answer.location) == (303, "/moderation?first=55&last=55&many=1")
    (call,) = made
    assert (call["visit"], call["case_id"]) == (visit, 7)
    assert (call["form"].action, call["form"].reason, call["form"].rule) == ("remove", "Spam", "1")


def test_what_changed_nothing_is_not_offered_to_be_taken_back(opened: Desk) -> None:
    opened.watch(deciding, "decide_case", None)
    assert opened.post("/moderation/7", {"action": "keep"}).location == "/moderation"


def test_a_case_is_shown_to_its_people_alone(opened: Desk) -> None:
    form = SimpleNamespace(post=1, thread=2, actions=3, rules=4, gentle=5, others=6, days=7)
    page = {name: name for name in ("line", "is_open", "board", "notes", "appeal", "decision", "consent")}
    visit = opened.signed_in(reader_id=12)
    asked = opened.watch(case_page, "read_case", SimpleNamespace(**page, form=form))
    answer = opened.get("/moderation/7")
    assert asked == [{"visit": visit, "case_id": 7}]
    assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (200, "noindex")
    assert opened.shown == {**page, **vars(form)}


@pytest.mark.usefixtures("time_stands_still")
@pytest.mark.parametrize("path", ["/moderation/7", "/moderation/7/claim"])
def test_three_hundred_deeds_in_five_minutes_are_enough(opened: Desk, path: str) -> None:
    opened.watch(deciding, "decide_case")
    opened.watch(case_work, "claim")
    opened.use_up("decisions of a moderator", "2", 299)
    assert opened.post(path).status_code == 303
    assert opened.post(path).status_code == 429
    opened.signed_in(reader_id=3)
    assert opened.post(path).status_code == 303, "each moderator has their own"
