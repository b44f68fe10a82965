"""A post reported: by somebody who is known, in their words, and passed on only where they tick it."""

from __future__ import annotations

import pytest

from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation import database
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.home_servers import report_forwarding
from fedconnect.home_servers.report_forwarding import Reported
from fedconnect.models.case import Severity
from fedconnect.models.post import PostState
from fedconnect.moderation import reporting
from fedconnect.web.posts import report as view
from support.unit import a_board, a_person, a_thread
from support.views_unit import Call, Desk

HERE = "/boards/respite/threads"


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.signed_in(reader_id=12)
    return desk.open(view.blueprint)


def a_place(state: PostState = PostState.VISIBLE) -> tuple[int, int]:
    with database.transaction() as session:
        thread, post = a_thread(session, a_board(session), a_person(session), state=state)
        return thread.id, post.id


def watch(opened: Desk, problem: Sentence | None = None) -> list[Call]:
    return opened.watch(report_forwarding, "report_post", Reported("board", "post", problem))  # type: ignore[arg-type]


def test_nobody_reports_without_signing_in(opened: Desk) -> None:
    reported, (thread, post) = watch(opened), a_place()
    opened.sign_out()
    path = f"{HERE}/{thread}/{post}/report"
    assert (opened.get(path).status_code, opened.post(path).status_code) == (401, 401)
    assert reported == []


def test_what_is_not_there_to_be_seen_is_not_reported(opened: Desk) -> None:
    reported, (thread, post) = watch(opened), a_place(PostState.HELD)
    for where in (f"{thread}/{post}", f"{thread}/1", f"{thread}/x", f"1/{post}", f"0{thread}/{post}"):
        assert opened.post(f"{HERE}/{where}/report").status_code == 404
    assert reported == []


def test_looking_at_the_form_reports_nothing(opened: Desk) -> None:
    reported, (thread, post) = watch(opened), a_place()
    answer = opened.get(f"{HERE}/{thread}/{post}/report")
    assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (200, "noindex")
    assert (opened.shown["done"], opened.shown["post"].id, opened.shown["board"].slug) == (
        False,
        post,
        "respite",
    )
    assert reported == []


@pytest.mark.parametrize(
    ("form", "words", "passes_on"),
    [
        ({}, "", False),
        ({"words": "Look"}, "Look", False),
        ({"pass_on": ""}, "", True),
        ({"pass_on": "on"}, "", True),
    ],
)
def test_a_report_goes_to_the_readers_own_server_only_where_that_is_ticked(
    opened: Desk, form: dict[str, str], words: str, passes_on: bool
) -> None:
    reported, (thread, post) = watch(opened), a_place()
    assert opened.post(f"{HERE}/{thread}/{post}/report", form).status_code == 200
    assert reported == [
        {"visit": opened.visit, "address": PostAddress("respite", thread, post), "words": words,
         "said": Severity.RULES, "passes_on": passes_on}
    ]  # fmt: skip
    assert (opened.shown["done"], opened.shown["problem"]) == (True, "")
    assert (opened.shown["board"], opened.shown["post"]) == ("board", "post")


def test_a_home_that_did_not_take_it_is_told_in_words_and_the_report_stands(opened: Desk) -> None:
    watch(opened, Sentence("%(host)s is away.", {"host": "home.example"}))
    thread, post = a_place()
    assert opened.post(f"{HERE}/{thread}/{post}/report", {"pass_on": "on"}).status_code == 200
    assert (opened.shown["done"], opened.shown["problem"]) == (True, "home.example is away.")


@pytest.mark.usefixtures("time_stands_still")
def test_ten_reports_an_hour_are_enough(opened: Desk) -> None:
    reported, (thread, post) = watch(opened), a_place()
    opened.use_up("reports of a reader", "12", 9)
    path = f"{HERE}/{thread}/{post}/report"
    assert [opened.post(path).status_code for _ in range(2)] == [200, 429]
    assert (opened.get(path).status_code, len(reported)) == (200, 1)


def test_a_sentence_is_reported_in_place_of_the_post_and_goes_to_no_other_server(
    opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    forwarded, (thread, post) = watch(opened), a_place()
    with database.transaction() as session:
        mallory = a_person(session, "mallory")
    monkeypatch.setattr(reporting, "get_passed_on", lambda *_: (mallory, "You idiot"))
    reported = opened.watch(reporting, "report_sentence")
    path = f"{HERE}/{thread}/{post}/report"
    assert opened.get(path + "?about=sentence").status_code == 200
    assert (opened.shown["sentence"], opened.shown["passed_by"]) == ("You idiot", mallory.handle)
    assert reported == []
    opened.post(path, {"about": "sentence", "words": "He follows me", "harm": "hurt", "pass_on": "on"})
    (call,) = reported
    assert (call["address"].post_id, call["words"], call["said"]) == (post, "He follows me", Severity.HURT)
    assert forwarded == []
    assert opened.shown["done"]
