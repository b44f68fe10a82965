"""We take sign-ins from others and give out no tokens ourselves: whoever treats us as such gets nowhere."""

from __future__ import annotations

import time

import pytest
from flask import Flask

from fedconnect.models.bookmark import Bookmark, LocalFollow
from support.forum import Forum
from support.home import FakeHomeServer
from support.visitor import Visitor, changing_paths

BEARERS = [
    "none", "revoked", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.", "eyJqd2siOnt9fQ.e30.c2ln", "x" * 8000,
]  # fmt: skip


@pytest.mark.parametrize("bearer", BEARERS)
def test_o01_o04_no_bearer_token_opens_anything(
    forum: Forum, app: Flask, home: FakeHomeServer, bearer: str
) -> None:
    home.resident("dora")
    signed_in = Visitor(app)
    signed_in.sign_in(home, "dora", wanted=("write", "mark", "follow"))
    token = next(iter(home.tokens))
    stranger = Visitor(app)
    for path in changing_paths(app):
        if path in {"/sign-in", "/sign-out"} or path.endswith(("/follow", "/write", "/answer", "/opened")):
            continue  # for everybody, and without effect on anybody
        for value in (bearer, token):
            begun = time.process_time()
            answer = stranger.post(path, {"how": "here"}, Authorization=f"Bearer {value}")
            assert answer.status_code in {401, 403, 404}, path
            assert time.process_time() - begun < 0.25
    assert forum.rows(LocalFollow) == forum.rows(Bookmark) == []
    assert home.deeds == []


@pytest.mark.parametrize(
    "path",
    ["/oauth/authorize", "/oauth/token", "/oauth/revoke", "/api/v1/apps", "/api/v1/statuses", "/register"],
)
def test_o03_o10_o11_there_is_no_authorization_server_to_abuse(
    forum: Forum, visitor: Visitor, path: str
) -> None:
    for answer in (
        visitor.get(path + "?client_id=x&redirect_uri=https://evil.example&response_type=code"),
        visitor.post(path, {"redirect_uris": "https://evil.example", "code": "x"}),
    ):
        assert answer.status_code in {404, 405}
        assert "Location" not in answer.headers


def test_o08_an_ended_session_is_over_with_its_next_request_and_nothing_streams(
    forum: Forum, app: Flask, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    visitor.sign_in(home, "dora")
    phone = Visitor(app)
    phone.sign_in(home, "dora")
    visitor.post("/you/disconnect")
    begun = time.monotonic()
    assert phone.get("/you").status_code == 401
    assert time.monotonic() - begun < 5
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and "<" not in str(rule):
            answer = phone.get(str(rule))
            assert answer.mimetype != "text/event-stream"
            assert "Upgrade" not in answer.headers


def test_o10_a_code_counts_once_and_a_second_use_gives_no_second_session(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    back = home.confirm(visitor.way_on(visitor.post("/sign-in", {"account": home.host})), "dora")
    assert visitor.come_back(back).status_code == 303
    before = len(home.calls("/oauth/token"))
    assert visitor.come_back(back).status_code == 400
    assert len(home.calls("/oauth/token")) == before, "it is not even asked for again"
