"""A reader comes back from home: bounded, bound to this browser, and signed in only where all of it fits."""

from __future__ import annotations

import pytest

from fedconnect.accounts import sign_in
from fedconnect.accounts.sign_in import Return, SignedIn
from fedconnect.foundation.errors import FedConnectError, FetchFailed, Malformed, NotPermitted, Unproven
from fedconnect.web.sign_in import callback as view
from fedconnect.web.sign_in import sign_in_page
from support.views_unit import Desk

DONE = SignedIn("the-cookie", "/boards/respite")


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.draws(sign_in_page)
    desk.sign_out()
    return desk.open(view.blueprint)


@pytest.mark.parametrize(
    ("error", "status"),
    [(Malformed("x"), 400), (Unproven("x"), 422), (NotPermitted("x"), 403), (FetchFailed("x"), 502)],
    ids=lambda one: type(one).__name__,
)
def test_where_it_does_not_fit_nobody_is_signed_in_and_it_can_begin_anew(
    opened: Desk, error: FedConnectError, status: int
) -> None:
    opened.watch(sign_in, "finish", error)
    answer = opened.get("/sign-in/back?state=s&code=c")
    assert (answer.status_code, opened.template) == (status, "sign_in/begin.html")
    assert opened.shown == {"problem": error.safe, "onward": "/", "wanted": ()}
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_each_part_of_the_answer_comes_in_its_place_with_this_browsers_secret(opened: Desk) -> None:
    ended = opened.watch(sign_in, "finish", DONE)
    query = "state=1&code=2&session=3&iss=https://home.example&error=5&state=other"
    headers = {"Cookie": "fedconnect_sign_in=mine", "User-Agent": "Browser/1"}
    answer = opened.get(f"/sign-in/back?{query}", **headers)
    assert (answer.status_code, answer.location) == (303, "/boards/respite")
    came = Return(state="1", code="2", ticket="3", issuer="https://home.example", error="5")
    assert ended == [{"back": came, "browser": "mine", "user_agent": "Browser/1", "earlier": None}]
    kept, dropped = answer.headers.getlist("Set-Cookie")
    assert kept.startswith("fedconnect_session=the-cookie;")
    assert dropped.startswith("fedconnect_sign_in=;")


@pytest.mark.parametrize("name", ["state", "code", "session", "iss", "error"])
def test_what_is_missing_is_empty_and_what_is_long_is_cut(opened: Desk, name: str) -> None:
    ended = opened.watch(sign_in, "finish", DONE)
    opened.get("/sign-in/back")
    opened.get(f"/sign-in/back?{name}=" + "x" * 2001)
    assert ended[0]["back"] == Return("", "", "", "", "")
    long = ended[1]["back"]
    assert sorted((long.state, long.code, long.ticket, long.issuer, long.error)) == [
        "",
        "",
        "",
        "",
        "x" * 2000,
    ]


@pytest.mark.usefixtures("time_stands_still")
def test_one_address_comes_back_thirty_times_in_five_minutes(opened: Desk) -> None:
    ended = opened.watch(sign_in, "finish", Malformed("x"))
    assert [opened.get("/sign-in/back").status_code for _ in range(31)] == [400] * 30 + [429]
    assert len(ended) == 30
