"""Who is asking: by cookie, by address, and whether a form is our own."""

from __future__ import annotations

import ipaddress
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, g
from werkzeug.test import TestResponse

from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.foundation.errors import FedConnectError, TooMany
from fedconnect.web import current_visit
from fedconnect.web.current_visit import SignInNeeded, client_address, find_visit, get_visit
from support.web_rows import a_bare_app, a_reader_asking, vary_of

OURS = "https://forum.example"


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Cookies that were looked up; `good` is Dora's."""
    found: list[str] = []

    def look_up(cookie: str) -> Visit | None:
        found.append(cookie)
        return a_reader_asking() if cookie == "good" else None

    monkeypatch.setattr(current_visit.sessions, "find_visit", look_up)
    monkeypatch.setattr(current_visit.own_address, "base_url", lambda: OURS)
    return found


def an_app(*, secure: bool = False) -> Flask:
    """Two pages with the checks in front of them; one reads who is asking."""
    app = Flask("bare", static_folder=None)
    app.register_error_handler(FedConnectError, lambda error: (error.safe, error.status))
    settings: Any = SimpleNamespace(trusted_proxies=(), is_secure=secure)
    current_visit.install_visit_checks(app, settings)
    pages, inboxes = Blueprint("pages", __name__), Blueprint("inboxes", __name__)
    verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    @pages.route("/page", methods=verbs)
    def page() -> Response:
        find_visit()
        return Response("page", headers={"Cache-Control": "public, max-age=30"})

    @pages.route("/picture", methods=verbs)
    def picture() -> Response:
        return Response("picture", headers={"Cache-Control": "public, max-age=30"})

    @pages.route("/in", methods=verbs)
    def sign_in() -> Response:
        answer = Response("in", headers={"Cache-Control": "public"})
        current_visit.keep_session(answer, "good")
        return answer

    @pages.route("/out", methods=verbs)
    def sign_out() -> Response:
        answer = Response("out")
        current_visit.forget_session(answer)
        assert find_visit() is None, "also for the rest of this request"
        return answer

    @inboxes.route("/inbox", methods=verbs)
    def inbox() -> str:
        return "inbox"

    app.register_blueprint(pages)
    app.register_blueprint(inboxes, name="activitypub/inboxes")
    return app


def send(path: str = "/page", method: str = "POST", cookie: str = "", **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if cookie:
        named["Cookie"] = cookie
    return an_app().test_client(use_cookies=False).open(path, method=method, headers=named)


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://forum.example"},
        {"Origin": OURS + "/"},
        {"Origin": OURS + ":8443"}, {"Origin": "https://forum.example.evil.example"},
        {"Origin": "https://x.forum.example"},
        {"Origin": "https://evil.example", "Sec_Fetch_Site": "same-origin"}, {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "none"}, {"Sec_Fetch_Site": ""},
        {"Referer": OURS + "/page"},
    ],
)  # fmt: skip
def test_o09_another_sites_form_does_nothing_here(headers: dict[str, str]) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert send(method=method, **headers).status_code == 403


def test_our_own_forms_pass_and_who_only_reads_is_not_asked_where_from() -> None:
    assert send(Origin=OURS).status_code == 200
    assert send(Sec_Fetch_Site="same-origin").status_code == 200
    assert send(Origin=OURS, Sec_Fetch_Site="cross-site").status_code == 200
    assert [send(method=method, Origin="null").status_code for method in ("GET", "HEAD", "OPTIONS")] == [
        200
    ] * 3


def test_other_servers_post_to_inboxes_and_to_nothing_is_nothing() -> None:
    assert send("/inbox").status_code == 200
    assert send("/missing").status_code == 404


def test_what_depends_on_who_asks_is_kept_out_of_shared_caches(asked: list[str]) -> None:
    mine = send(method="GET", cookie="fedconnect_session=good")
    assert mine.headers["Cache-Control"] == "private, no-store"
    assert vary_of(mine.headers) == {"Cookie"}
    nobodys = send(method="GET", cookie="fedconnect_session=bad")
    assert nobodys.headers["Cache-Control"] == "public, max-age=30"
    assert vary_of(nobodys.headers) == {"Cookie"}
    assert asked == ["good", "bad"], "once a request"


def test_what_does_not_depend_on_it_is_shared_and_nobody_is_looked_up(asked: list[str]) -> None:
    picture = send("/picture", "GET", cookie="fedconnect_session=good")
    assert picture.headers["Cache-Control"] == "public, max-age=30"
    assert vary_of(picture.headers) == set()
    assert asked == []


def test_a_visitor_without_a_cookie_costs_no_query_and_gets_none(asked: list[str]) -> None:
    answer = send(method="GET")
    assert asked == []
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("secure", [True, False])
def test_a_cookie_is_for_this_host_alone_and_for_no_script(secure: bool) -> None:
    answer = an_app(secure=secure).test_client().get("/in")
    kept, dropped = answer.headers.getlist("Set-Cookie")
    prefix = "__Host-" if secure else ""
    assert kept.startswith(f"{prefix}fedconnect_session=good;")
    assert dropped.startswith(f"{prefix}fedconnect_sign_in=;")
    for cookie in (kept, dropped):
        parts = set(cookie.split("; "))
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= parts
        assert ("Secure" in parts) is secure
        assert not any(part.startswith("Domain") for part in parts)
    assert f"Max-Age={90 * 86_400}" in kept.split("; ")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_with_a_certificate_only_a_cookie_of_this_very_host_is_read(asked: list[str]) -> None:
    client = an_app(secure=True).test_client(use_cookies=False)
    client.get("/page", headers={"Cookie": "fedconnect_session=good"})
    assert asked == []
    client.get("/page", headers={"Cookie": "__Host-fedconnect_session=good"})
    assert asked == ["good"]


def test_whoever_signs_out_leaves_nothing_in_the_browser() -> None:
    answer = send("/out", "GET", cookie="fedconnect_session=good")
    (dropped,) = answer.headers.getlist("Set-Cookie")
    assert dropped.startswith("fedconnect_session=;")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_nobody_is_somebody_only_by_a_cookie() -> None:
    with a_bare_app().test_request_context("/", headers={"Cookie": "fedconnect_session=bad"}):
        with pytest.raises(SignInNeeded) as needed:
            get_visit()
        assert (needed.value.status, needed.value.wanted) == (401, ())
    with a_bare_app().test_request_context("/", headers={"Cookie": "fedconnect_session=good"}):
        assert get_visit().name == "Dora"
        assert g.visit is get_visit()
    assert SignInNeeded("x", wanted=(Permission.WRITE,)).wanted == (Permission.WRITE,)


def test_a_browser_keeps_its_secret_for_ten_minutes_and_a_long_one_is_cut() -> None:
    with a_bare_app().test_request_context("/", headers={"Cookie": f"fedconnect_sign_in={'x' * 101}"}):
        assert current_visit.browser_secret() == "x" * 100
        answer = Response()
        current_visit.keep_browser_secret(answer, "secret")
    assert answer.headers["Set-Cookie"].startswith("fedconnect_sign_in=secret;")
    assert "Max-Age=600" in answer.headers["Set-Cookie"]
    with a_bare_app().test_request_context("/"):
        assert current_visit.browser_secret() == ""


HERE, TEN = "127.0.0.1", (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))


@pytest.fixture
def address() -> Any:
    def of(remote: str | None, named: str | None, trusted: tuple[Any, ...] = ()) -> str:
        environ = {"REMOTE_ADDR": remote} if remote is not None else {}
        headers = {} if named is None else {"X-Forwarded-For": named}
        app = a_bare_app(TRUSTED_PROXIES=trusted)
        with app.test_request_context("/", headers=headers, environ_overrides=environ):
            return client_address()

    return of


@pytest.mark.parametrize(
    ("remote", "named", "trusted", "found"),
    [
        ("203.0.113.9", "198.51.100.1", (), "203.0.113.9"),  # whoever is no proxy of ours names nobody
        (HERE, "198.51.100.1", TEN, HERE),  # others are trusted, so this machine is not
        (HERE, None, (), HERE), (HERE, "", (), HERE), (HERE, " , ", (), HERE), (None, None, (), HERE),
        (HERE, "198.51.100.1", (), "198.51.100.1"), ("127.9.9.9", "198.51.100.1", (), "198.51.100.1"),
        ("::1", "198.51.100.1", (), "198.51.100.1"), ("::2", "198.51.100.1", (), "::2"),
        (HERE, "192.0.2.66, 198.51.100.1", (), "198.51.100.1"),  # the first one anybody can write
        ("10.0.0.1", "192.0.2.66,198.51.100.1 ,10.9.9.9", TEN, "198.51.100.1"),
        ("10.0.0.1", "10.0.0.2", TEN, "10.0.0.2"),
        ("fd00::1", "2001:DB8:0::1", TEN, "2001:db8::1"), ("11.0.0.1", "198.51.100.1", TEN, "11.0.0.1"),
        (HERE, "nonsense", (), "unknown"), (HERE, "198.51.100.1, nonsense", (), "unknown"),
        ("@", None, (), "unknown"),
    ],
)  # fmt: skip
def test_an_address_is_believed_from_our_own_proxies_alone(
    address: Any, remote: str | None, named: str | None, trusted: tuple[Any, ...], found: str
) -> None:
    assert address(remote, named, trusted) == found


def test_too_many_tries_are_refused_with_the_time_to_wait() -> None:
    tried: list[str] = []

    def limit(wait_s: int) -> Any:
        return SimpleNamespace(name="doors", take=lambda name: tried.append(name) or wait_s)

    current_visit.check_rate_limit(limit(0), "dora")
    with pytest.raises(TooMany) as refused:
        current_visit.check_rate_limit(limit(7), "eve")
    assert (refused.value.retry_after_s, tried) == (7, ["dora", "eve"])
