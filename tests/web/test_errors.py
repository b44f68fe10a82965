"""How errors are answered: people get a page in their language, programs a line, and neither a secret."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from flask import abort
from werkzeug.test import TestResponse

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.foundation.errors import (
    Busy,
    FedConnectError,
    Gone,
    Malformed,
    NotFound,
    NotPermitted,
    Removed,
    TooMany,
    Unproven,
)
from fedconnect.web import errors
from fedconnect.web.current_visit import SignInNeeded
from fedconnect.web.errors import handle_errors
from support.web_rows import Rendered, a_bare_app, vary_of

AP = "application/activity+json"
POST_PATH = "/boards/respite/threads/1/2"


class Asking:
    """An app in which every address ends in one error, and what its pages were made of."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rendered = Rendered(monkeypatch, errors)
        self.logged: list[tuple[str, dict[str, Any]]] = []
        kept = SimpleNamespace(info=self.keep, exception=self.keep)
        monkeypatch.setattr(errors, "log", kept)

    def keep(self, fact: str, **fields: Any) -> None:
        self.logged.append((fact, fields))

    def get(
        self, error: Exception | int, path: str = "/boards/respite", method: str = "GET", **headers: str
    ) -> TestResponse:
        app = a_bare_app()
        handle_errors(app)

        @app.route("/<path:rest>", methods=["GET", "POST"])
        def fail(rest: str) -> str:
            if isinstance(error, int):
                abort(error)
            raise error

        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return app.test_client().open(path, method=method, headers={"Accept": "text/html", **named})

    def told(self, error: Exception | int, **headers: str) -> dict[str, Any]:
        """What the page for people says."""
        self.get(error, **headers)
        return self.rendered.last[1]

    def line(self, error: Exception | int, path: str = "/boards/respite", **headers: str) -> Any:
        """What a program reads."""
        answer = self.get(error, path, **{"Accept": AP, **headers})
        assert answer.content_type == "application/problem+json"
        return json.loads(answer.get_data())


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Asking:
    return Asking(monkeypatch)


def test_p05_what_is_hidden_and_what_is_missing_are_told_in_the_same_words(asking: Asking) -> None:
    missing = asking.told(404)
    for hidden in (NotFound("held post 7"), NotFound("x", safe="This post waits for a moderator.")):
        assert asking.told(hidden) == missing
    assert asking.told(Gone("x", safe="By a moderator.")) == asking.told(410)


@pytest.mark.parametrize(
    "error",
    [
        Malformed("a secret"),
        NotPermitted("a secret"),
        Busy("a secret"),
        RuntimeError("a secret"),
        FedConnectError("a secret"),
    ],
)
def test_the_detail_is_for_the_log_alone(asking: Asking, error: Exception) -> None:
    assert "a secret" not in str(asking.told(error))
    assert "a secret" not in asking.get(error).get_data(as_text=True)
    assert "a secret" not in str(asking.line(error))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Unproven("the signature covers too little"), "the signature covers too little"),
        (Malformed("an activity needs one type"), "an activity needs one type"),
        (NotPermitted("a blocked instance"), "a blocked instance"),
        (Busy("10.0.0.1 timed out"), Busy.safe),
        (NotFound("held post 7"), NotFound.safe),
        (RuntimeError("a secret"), "Something went wrong here."),
    ],
)
def test_a_refused_server_reads_which_rule_it_broke(asking: Asking, error: Exception, reason: str) -> None:
    for path, headers in (("/inbox", {}), ("/boards/respite", {"Signature": 'keyId="x"', "Accept": AP})):
        answer = asking.get(error, path, "POST" if path == "/inbox" else "GET", **headers)
        assert answer.content_type == "application/problem+json"
        assert json.loads(answer.get_data())["detail"] == reason
    long = asking.get(Unproven("x" * 500), "/inbox", "POST")
    assert len(json.loads(long.get_data())["detail"]) == 300


def test_the_log_hears_what_it_was_in_few_words_and_with_its_place(asking: Asking) -> None:
    asking.get(Malformed("x" * 500), "/boards/" + "y" * 500)
    asking.get(ZeroDivisionError(), "/boards/respite?token=z")
    asking.get(404)
    assert asking.logged == [
        ("refused", {"status": 400, "reason": "x" * 200, "path": "/boards/" + "y" * 192}),
        ("unforeseen", {"path": "/boards/respite"}),
    ]


def test_what_nobody_foresaw_is_our_fault_and_is_kept_by_nobody(asking: Asking) -> None:
    answer = asking.get(ZeroDivisionError())
    assert (answer.status_code, answer.headers["Cache-Control"]) == (500, "no-store")
    assert asking.rendered.last[1]["title"] == "Something went wrong"
    assert asking.told(FedConnectError("x", safe="Not these words.")) == asking.rendered.pages[0][1]
    assert asking.told(418)["title"] == "Something went wrong", "a status without words of its own"


def test_what_may_be_said_is_said_in_place_of_the_usual_words(asking: Asking) -> None:
    told = asking.told(Malformed("x", safe="A page is a whole number from 1."))
    assert (told["status"], told["text"]) == (400, "A page is a whole number from 1.")
    assert told["title"] == "That address is not quite right"
    assert asking.told(400)["text"] == "Please check the link."
    german = asking.told(Malformed("x", safe="A page is a whole number from 1."), Accept_Language="de")
    assert german["text"] not in ("", told["text"])
    assert german["title"] != told["title"]


def test_a_blank_is_filled_in_in_every_language(asking: Asking) -> None:
    error = Malformed("x", safe="%(host)s did not take this.", host="home.example")
    assert asking.told(error)["text"] == "home.example did not take this."
    assert "home.example" in asking.told(error, Accept_Language="es")["text"]


@pytest.mark.parametrize(
    ("path", "method", "headers"),
    [
        ("/boards/respite", "GET", {"Accept": AP}), ("/.well-known/webfinger", "GET", {}),
        ("/nodeinfo/2.1", "GET", {}),
        ("/inbox", "POST", {"Accept": AP}), ("/inbox", "POST", {"Accept": "application/json"}),
        ("/inbox", "POST", {"Accept": ""}), ("/inbox", "POST", {"Accept": "*/*"}), ("/boards/respite/inbox", "POST", {}),
    ],
)  # fmt: skip
def test_programs_read_one_line(asking: Asking, path: str, method: str, headers: dict[str, str]) -> None:
    answer = asking.get(Malformed("x", safe="Größer als 1"), path, method, **headers)
    assert answer.status_code == 400
    problem = {"type": "about:blank", "title": "Größer als 1", "status": 400, "error": "Größer als 1"}
    assert {**problem, "detail": "x" if path.endswith("/inbox") else "Größer als 1"} == json.loads(
        answer.get_data()
    )
    assert asking.rendered.pages == []


@pytest.mark.parametrize(
    ("path", "method", "accept"),
    [
        ("/boards/respite", "GET", "application/json"), ("/boards/respite", "GET", ""),
        ("/boards/respite", "POST", "text/html"),
        ("/boards/respite", "POST", "*/*"), ("/x/.well-known/", "GET", "*/*"),
    ],
)  # fmt: skip
def test_people_get_a_page(asking: Asking, path: str, method: str, accept: str) -> None:
    answer = asking.get(Malformed("x"), path, method, Accept=accept)
    assert (answer.mimetype, asking.rendered.last[0]) == ("text/html", "error.html")


def test_an_address_of_no_host_gets_a_line_since_no_link_could_be_written(asking: Asking) -> None:
    answer = asking.get(500, Host=f"{'a' * 70}.example")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert asking.rendered.pages == []


@pytest.mark.parametrize(
    ("error", "cached"),
    [
        (404, "public, max-age=10"), (Malformed("x"), "public, max-age=10"),
        (TooMany("x"), "public, max-age=10"),
        (500, "no-store"), (503, "no-store"), (Busy("x"), "no-store"),
    ],
)  # fmt: skip
def test_what_fails_here_is_kept_by_no_cache_and_what_is_wrong_there_for_a_moment(
    asking: Asking, error: Exception | int, cached: str
) -> None:
    for answer in (asking.get(error), asking.get(error, Accept=AP)):
        assert answer.headers["Cache-Control"] == cached
        assert "Accept" in vary_of(answer.headers)


def test_whoever_is_to_come_back_is_told_when_and_nobody_else(asking: Asking) -> None:
    assert asking.get(Busy("x")).headers["Retry-After"] == "30"
    many = asking.get(TooMany("x", retry_after_s=77))
    assert (many.status_code, many.headers["Retry-After"]) == (429, "77")
    assert "Retry-After" not in asking.get(Malformed("x")).headers


def test_an_address_that_cannot_be_used_like_that_says_how_it_can(asking: Asking) -> None:
    answer = asking.get(404, method="PUT")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert "Allow" not in asking.get(404).headers


def test_a_permission_is_asked_for_where_it_is_needed_and_a_program_is_told_it_lacks_it(
    asking: Asking,
) -> None:
    error = PermissionNeeded(Permission.WRITE)
    answer = asking.get(error, f"{POST_PATH}/reply")
    template, facts = asking.rendered.last
    assert (answer.status_code, template) == (403, "sign_in/permit.html")
    assert (facts["wanted"], facts["onward"]) == ((Permission.WRITE,), f"{POST_PATH}/reply")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert asking.line(error)["title"] == "You have not permitted this yet."


def test_what_a_moderator_removed_is_not_said_to_be_deleted_by_its_author(asking: Asking) -> None:
    page = asking.told(Removed("x"))
    assert "removed" in str(page)
    assert "author" not in str(page)
    assert asking.line(Removed("x"))["title"] == "A moderator removed this."
    assert "author" in str(asking.told(Gone("x")))


@pytest.mark.parametrize(
    ("method", "path", "onward"),
    [
        ("GET", f"{POST_PATH}/boost", f"{POST_PATH}/boost"), ("POST", f"{POST_PATH}/boost", POST_PATH),
        ("POST", "/boards/respite/following", "/boards/respite"),
        ("POST", f"{POST_PATH}/reply", f"{POST_PATH}/reply"),
        ("POST", f"{POST_PATH}/edit", f"{POST_PATH}/edit"),
        ("POST", f"{POST_PATH}/delete", f"{POST_PATH}/delete"),
        ("POST", f"{POST_PATH}/report", f"{POST_PATH}/report"),
        ("POST", "/boards/respite/new", "/boards/respite/new"),
        ("GET", "/a//evil.example", "/"), ("GET", "/%5Cevil.example", "/"),
    ],
)  # fmt: skip
def test_after_permitting_one_goes_on_to_a_page_of_ours_with_the_button_or_the_form(
    asking: Asking, method: str, path: str, onward: str
) -> None:
    asking.get(PermissionNeeded(Permission.WRITE), path, method)
    assert asking.rendered.last[1]["onward"] == onward


def test_whoever_is_not_signed_in_may_do_so_on_the_way(asking: Asking) -> None:
    answer = asking.get(SignInNeeded("x", wanted=(Permission.WRITE,)), "/you/saved?page=2")
    template, facts = asking.rendered.last
    assert (answer.status_code, template) == (401, "sign_in/begin.html")
    assert (facts["onward"], facts["wanted"], facts["problem"]) == (
        "/you/saved?page=2",
        (Permission.WRITE,),
        "",
    )
    assert answer.headers["Cache-Control"] == "private, no-store"
    asking.get(SignInNeeded("x"), "/you/saved")
    assert (asking.rendered.last[1]["onward"], asking.rendered.last[1]["wanted"]) == ("/you/saved", ())
    assert asking.line(SignInNeeded("x"))["title"] == "Please sign in first."


def test_whoever_sent_something_hears_that_their_text_is_still_there(asking: Asking) -> None:
    asking.get(SignInNeeded("x"), "/boards/respite/new", "POST")
    assert asking.rendered.last[1]["problem"]


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("/boards/respite/new", "/boards/respite/write"), (f"{POST_PATH}/reply", f"{POST_PATH}/answer"),
        (f"{POST_PATH}/edit", ""), ("/you/new", ""), ("/boards/respite", ""), ("/boards/respite/renew", ""),
    ],
)  # fmt: skip
def test_whoever_wants_to_write_is_shown_the_way_that_needs_no_sign_in(
    asking: Asking, path: str, way: str
) -> None:
    asking.get(SignInNeeded("x"), path)
    assert asking.rendered.last[1]["own_server"] == way
