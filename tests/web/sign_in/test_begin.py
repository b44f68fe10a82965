"""Signing in begins: nobody is led away from here, nothing typed is lost, and strangers make us ask so often only."""

from __future__ import annotations

import pytest

from fedconnect.accounts import home_servers, sign_in
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.pressed import PressedButton
from fedconnect.accounts.sign_in import Begun
from fedconnect.foundation.errors import Busy, FetchFailed, Malformed, NotPermitted
from fedconnect.web.sign_in import begin as view
from fedconnect.web.sign_in import sign_in_page
from support.views_unit import Call, Desk

BEGUN = Begun("https://home.example/oauth", "home.example", "mastodon", "browser-secret")
DORA = {"account": "@dora@home.example"}


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.draws(sign_in_page)
    desk.sign_out()
    return desk.open(view.blueprint)


@pytest.fixture
def begun(opened: Desk) -> list[Call]:
    return opened.watch(sign_in, "begin", BEGUN)


@pytest.mark.parametrize(
    "onward", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", ""]
)
def test_nobody_is_led_away_from_here(opened: Desk, begun: list[Call], onward: str) -> None:
    opened.get(f"/sign-in?next={onward}")
    assert opened.shown["onward"] == "/"
    opened.post("/sign-in", {**DORA, "next": onward})
    assert [one["onward"] for one in begun] == ["/"]
    opened.signed_in()
    assert opened.get(f"/sign-in?next={onward}").location == "/"


def test_nobody_permits_more_without_being_signed_in(opened: Desk) -> None:
    more = opened.watch(sign_in, "begin_anew", BEGUN)
    assert opened.post("/permit", {"for": "write"}).status_code == 401
    assert more == []


def test_who_is_signed_in_already_goes_on_at_once(opened: Desk) -> None:
    opened.signed_in()
    answer = opened.get("/sign-in?next=/boards/respite/new")
    assert (answer.status_code, answer.location) == (303, "/boards/respite/new")
    assert opened.pages == []


def test_what_is_asked_for_is_named_once_each_and_unknown_words_are_nothing(
    opened: Desk, begun: list[Call]
) -> None:
    opened.get("/sign-in?for=write&for=everything&for=write&for=report")
    assert opened.shown["wanted"] == (Permission.WRITE, Permission.REPORT)
    opened.post("/sign-in", {**DORA, "for": ["report", "admin"], "next": "/you/reading"})
    assert begun == [
        {
            "typed": DORA["account"],
            "wanted": (Permission.REPORT,),
            "onward": "/you/reading",
            "is_known": False,
        }
    ]


def test_the_way_on_is_shown_and_only_this_browser_can_end_what_it_began(
    opened: Desk, begun: list[Call]
) -> None:
    answer = opened.post("/sign-in", DORA)
    assert (answer.status_code, opened.template) == (200, "sign_in/link.html")
    assert opened.shown == {"begun": BEGUN, "wanted": ()}
    assert answer.headers["Set-Cookie"].startswith("fedconnect_sign_in=browser-secret;")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_whoever_is_signed_in_is_not_kept_waiting_by_strangers(opened: Desk, begun: list[Call]) -> None:
    opened.signed_in()
    opened.post("/sign-in", DORA)
    assert [one["is_known"] for one in begun] == [True]


@pytest.mark.parametrize(("letters", "kept"), [(400, 400), (401, 400)])
def test_what_is_typed_has_an_end(opened: Desk, letters: int, kept: int) -> None:
    begun = opened.watch(sign_in, "begin", BEGUN)
    assert opened.post("/sign-in", {"account": "x" * letters}).status_code == 422
    assert opened.shown["typed"] == "x" * kept
    assert begun == []


@pytest.mark.parametrize(
    ("error", "status"),
    [(Malformed("x"), 422), (FetchFailed("x"), 502), (Busy("x"), 503), (NotPermitted("x"), 403)],
    ids=lambda one: type(one).__name__,
)
def test_what_goes_wrong_is_said_and_nothing_typed_is_lost(
    opened: Desk, error: Malformed, status: int
) -> None:
    opened.watch(sign_in, "begin", error)
    answer = opened.post("/sign-in", {**DORA, "for": "write", "next": "/you"})
    assert (answer.status_code, opened.template) == (status, "sign_in/begin.html")
    assert opened.shown == {
        "problem": error.safe, "typed": DORA["account"], "onward": "/you", "wanted": (Permission.WRITE,),
    }  # fmt: skip
    assert "Set-Cookie" not in answer.headers


@pytest.mark.usefixtures("time_stands_still")
def test_one_address_begins_ten_times_in_five_minutes_whatever_it_types(
    opened: Desk, begun: list[Call]
) -> None:
    answers = [opened.post("/sign-in", {"account": f"@dora@h{one}.example"}).status_code for one in range(11)]
    assert answers == [200] * 10 + [429]
    assert len(begun) == 10
    opened.signed_in()
    more = opened.watch(sign_in, "begin_anew", BEGUN)
    assert opened.post("/permit").status_code == 429, "asking for more counts with it"
    assert more == []


@pytest.mark.usefixtures("time_stands_still")
@pytest.mark.parametrize(
    "typed",
    ["@dora@Home.Example", "home.example", "dora@home.example", " home.example", "@dora@home.example ",
     "https://home.example/@dora", "https://home.example", "HTTPS://HOME.example/x"],
)  # fmt: skip
def test_a_stranger_makes_us_ask_a_domain_five_times_in_a_quarter_of_an_hour(
    opened: Desk, begun: list[Call], typed: str
) -> None:
    assert [opened.post("/sign-in", {"account": typed}).status_code for _ in range(6)] == [200] * 5 + [429]
    assert opened.post("/sign-in", {"account": "@dora@other.example"}).status_code == 200


@pytest.mark.usefixtures("time_stands_still")
def test_who_types_an_address_of_another_server_takes_nothing_from_anybody(
    opened: Desk, begun: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        monkeypatch.setattr(view.current_visit, "client_address", lambda at=number: f"192.0.2.{at}")
        answer = opened.post("/sign-in", {"account": f"https://server{number}.example"})
        assert answer.status_code == 200, number


@pytest.mark.usefixtures("time_stands_still")
def test_where_nobody_has_to_be_asked_nothing_is_counted_for_the_domain(
    opened: Desk, begun: list[Call]
) -> None:
    known = opened.watch(home_servers, "is_known", True)
    assert {opened.post("/sign-in", DORA).status_code for _ in range(8)} == {200}
    assert known == [{"domain": "home.example"}] * 8


def test_more_is_asked_of_the_readers_own_home(opened: Desk) -> None:
    visit = opened.signed_in(reader_id=12)
    more = opened.watch(sign_in, "begin_anew", BEGUN)
    answer = opened.post("/permit", {"for": ["write", "nonsense"], "next": "//evil.example"})
    assert (answer.status_code, opened.template) == (200, "sign_in/link.html")
    assert more == [{"visit": visit, "wanted": (Permission.WRITE,), "onward": "/", "pressed": None}]
    assert opened.shown["wanted"] == (Permission.WRITE,)


@pytest.mark.parametrize(
    ("fields", "pressed"),
    [
        ({}, None),
        ({"pressed": "/boards/respite/following", "field:how": "follow", "how": "x"},
         PressedButton("/boards/respite/following", (("how", "follow"),))),
        ({"pressed": "//evil.example/x"}, None),
        ({"pressed": "https://evil.example/x"}, None),
        ({"pressed": "/x", "field:words": "a" * 4001}, None),
        ({"pressed": "/x", **{f"field:{number}": "" for number in range(13)}}, None),
    ],
)  # fmt: skip
def test_what_was_pressed_goes_along_within_bounds_and_leads_nowhere_else(
    opened: Desk, fields: dict[str, str], pressed: PressedButton | None
) -> None:
    opened.signed_in(reader_id=12)
    more = opened.watch(sign_in, "begin_anew", BEGUN)
    opened.post("/permit", {"for": ["write"], **fields})
    assert more[0]["pressed"] == pressed
