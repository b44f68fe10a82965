"""A browser of the demo: it keeps cookies, sends forms as the forum's own pages do, and signs in by the whole road."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from fedconnect.demo.visitor import NotSignedIn, SeenPage, Visitor
from fedconnect.foundation import fetch
from fedconnect.foundation.fetch import HttpResponse

FORUM, HOME = "http://127.0.0.1:8000", "http://127.0.0.1:8001"


class Web:
    """What answers: by method and the beginning of an address."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, str, dict[str, str], str]] = []

    def send(
        self, method: str, url: str, body: bytes | None, *, headers: dict[str, str], total_s: float
    ) -> HttpResponse:
        self.asked.append((method, url, dict(headers), (body or b"").decode()))
        for start, answer in self.answers.items():
            if f"{method} {url}".startswith(start):
                return HttpResponse(answer[0], answer[1], answer[2], url)
        return HttpResponse(200, {}, b"", url)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    made = Web()
    monkeypatch.setattr(fetch, "send", made.send)
    return made


@pytest.fixture
def dora() -> Visitor:
    return Visitor(FORUM, "dora", "198.18.0.7")


def the_way(web: Web, back: str = f"{FORUM}/sign-in/back?code=c&state=s") -> None:
    link = f'<a href="{HOME}/oauth/authorize?client_id=x&amp;state=s">Continue</a>'.encode()
    web.answers = {
        f"POST {FORUM}/sign-in": (200, {"set-cookie": "fedconnect_sign_in=b; Path=/"}, link),
        f"GET {HOME}/oauth/authorize": (303, {"location": back}, b""),
        f"GET {FORUM}/sign-in/back": (
            303, {"set-cookie": "fedconnect_session=t; Path=/; HttpOnly, fedconnect_sign_in=; Max-Age=0", "location": "/"}, b"",
        ),
    }  # fmt: skip


@pytest.mark.parametrize("back", ["", "http://evil.example/?code=c", f"{HOME}/"])
def test_who_is_led_anywhere_else_is_not_signed_in(web: Web, dora: Visitor, back: str) -> None:
    the_way(web, back)
    with pytest.raises(NotSignedIn):
        dora.sign_in("127.0.0.1:8001")
    assert not dora.is_signed_in


def test_where_the_forum_shows_no_way_on_nobody_is_signed_in(web: Web, dora: Visitor) -> None:
    web.answers = {f"POST {FORUM}/sign-in": (429, {}, b"")}
    with pytest.raises(NotSignedIn):
        dora.sign_in("127.0.0.1:8001")


def test_signing_in_goes_to_the_home_server_and_back(web: Web, dora: Visitor) -> None:
    the_way(web)
    dora.sign_in("127.0.0.1:8001")
    assert [url.partition("?")[0] for _, url, _, _ in web.asked] == [
        f"{FORUM}/sign-in", f"{HOME}/oauth/authorize", f"{FORUM}/sign-in/back",
    ]  # fmt: skip
    assert parse_qs(web.asked[0][3])["account"] == ["@dora@127.0.0.1:8001"]
    assert "login_hint=dora" in web.asked[1][1]
    assert "Cookie" not in web.asked[1][2], "the home server gets no cookie of the forum"
    assert dora.cookies == {"fedconnect_session": "t"}


def test_a_form_is_sent_from_the_forums_own_page_and_from_ones_own_address(web: Web, dora: Visitor) -> None:
    dora.cookies["fedconnect_session"] = "t"
    dora.post("/seen", {"tokens": "a b"})
    _, _, headers, body = web.asked[-1]
    assert (headers["Origin"], headers["X-Forwarded-For"]) == (FORUM, "198.18.0.7")
    assert headers["Cookie"] == "fedconnect_session=t"
    assert body == "tokens=a+b"


def test_what_was_before_somebodys_eyes_is_said_and_no_more(web: Web, dora: Visitor) -> None:
    page = SeenPage(200, "".join(f'<article data-seen="7.{n}.list.1.ab-c_d">' for n in range(9)), "")
    dora.look_at(page, 3)
    assert parse_qs(web.asked[-1][3])["tokens"] == ["7.0.list.1.ab-c_d 7.1.list.1.ab-c_d 7.2.list.1.ab-c_d"]
    dora.look_at(SeenPage(200, "", ""), 3)
    assert len(web.asked) == 1


def test_a_page_tells_its_conversations_and_the_values_of_a_form() -> None:
    page = SeenPage(
        200,
        '<a href="/boards/respite/threads/12/13">a</a><a href="/boards/respite/threads/12/13">b</a>'
        '<input type="radio" name="rule" value="1. Be kind &amp; fair."><input name="other" value="x">',
        "",
    )
    assert page.threads == ["/boards/respite/threads/12/13"]
    assert page.values_of("rule") == ["1. Be kind & fair."]
