"""Hashtags of a board: whose deed is done with which number, and where one goes on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from fedconnect.federation.outbound import hashtag_decisions
from fedconnect.federation.outbound.hashtag_decisions import HashtagAction
from fedconnect.foundation.errors import NotFound
from fedconnect.home_servers import interaction_links
from fedconnect.web.boards import hashtags as view
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.signed_in(reader_id=12)
    return desk.open(view.blueprint)


def test_nobody_gathers_or_boosts_without_signing_in(opened: Desk) -> None:
    calls = [opened.watch(hashtag_decisions, name) for name in ("read_page", "follow_tag", "carry_out")]
    opened.sign_out()
    assert opened.get("/boards/respite/gathered").status_code == 401
    assert opened.post("/boards/respite/gathered", {"tag": "care"}).status_code == 401
    assert opened.post("/boards/respite/gathered/7/boost").status_code == 401
    assert calls == [[]] * 3


def test_whoever_does_not_look_after_the_board_learns_nothing(opened: Desk) -> None:
    opened.watch(hashtag_decisions, "read_page", NotFound("no"))
    assert opened.get("/boards/respite/gathered").status_code == 404
    assert opened.pages == []


def test_what_is_no_deed_is_none_and_looking_does_nothing(opened: Desk) -> None:
    done = opened.watch(hashtag_decisions, "carry_out")
    assert opened.post("/boards/respite/gathered/7/delete").status_code == 404
    assert opened.get("/boards/respite/gathered/7/boost").status_code == 405
    assert done == []


@pytest.mark.parametrize("action", list(HashtagAction))
@pytest.mark.parametrize(
    ("query", "onward"),
    [("", "/boards/respite/gathered"), ("?back=list", "/moderation"), ("?back=https://evil.example", "/boards/respite/gathered")],
)  # fmt: skip
def test_each_button_does_its_own_deed_and_leads_back_to_a_page_of_ours(
    opened: Desk, action: HashtagAction, query: str, onward: str
) -> None:
    done = opened.watch(hashtag_decisions, "carry_out")
    answer = opened.post(f"/boards/respite/gathered/7/{action.value}{query}")
    assert (answer.status_code, answer.location) == (303, onward)
    opened.post(f"/boards/respite/gathered/7x/{action.value}")
    assert done == [
        {"visit": opened.visit, "slug": "respite", "number": number, "action": action} for number in (7, 0)
    ]


@pytest.mark.parametrize(("letters", "kept"), [(100, 100), (101, 100)])
def test_a_hashtag_has_an_end(opened: Desk, letters: int, kept: int) -> None:
    tied = opened.watch(hashtag_decisions, "follow_tag")
    assert (
        opened.post("/boards/respite/gathered", {"tag": "x" * letters}).location == "/boards/respite/gathered"
    )
    assert tied == [{"visit": opened.visit, "slug": "respite", "tag": "x" * kept}]


def test_the_page_shows_tags_and_finds_each_in_its_place(opened: Desk) -> None:
    page = SimpleNamespace(board="b", tags=["t"], questions=[], found=["f"])
    read = opened.watch(hashtag_decisions, "read_page", page)
    answer = opened.get("/boards/respite/gathered")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert [opened.shown[name] for name in ("board", "tags", "found")] == ["b", ["t"], ["f"]]
    assert read == [{"visit": opened.visit, "slug": "respite"}]


def test_each_question_leads_to_the_moderators_own_server(opened: Desk) -> None:
    visit = opened.signed_in(handle="@mo@home.example", home_host="api.home.example")
    questions = [SimpleNamespace(uri=f"https://far.example/{number}") for number in range(2)]
    opened.watch(
        hashtag_decisions, "read_page", SimpleNamespace(board="b", tags=[], questions=questions, found=[])
    )
    asked = opened.watch(interaction_links, "links_home", ["there", "and there"])
    opened.get("/boards/respite/gathered")
    assert opened.shown["questions"] == [(questions[0], "there"), (questions[1], "and there")]
    assert asked == [
        {
            "handle": visit.handle,
            "home_host": visit.home_host,
            "posts": [one.uri for one in questions],
            "asker": "127.0.0.1",
        }
    ]
