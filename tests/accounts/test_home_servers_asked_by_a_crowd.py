"""Case H7: where people live is asked once for a domain, and so is who does not answer: a crowd asks nobody again."""

from __future__ import annotations

import ipaddress
import json
from urllib.parse import quote

import pytest
from flask import Flask

from fedconnect.activitypub import webfinger
from fedconnect.activitypub.webfinger import Account, Handle
from support.forum import Forum
from support.home import FakeHomeServer
from support.remote import RemoteServer
from support.visitor import Visitor


def asked(server: RemoteServer) -> list[str]:
    return [one.path.partition("?")[0] for one in server.received if one.method == "GET"]


def test_h7_the_second_of_a_domain_to_sign_in_makes_us_ask_nobody(
    forum: Forum, app: Flask, home: FakeHomeServer
) -> None:
    for number, name in enumerate(("ana", "ben", "cleo")):
        home.resident(name, key=number)
    begin = {"account": f"@ana@{home.host}"}
    assert Visitor(app).post("/sign-in", begin).status_code == 200
    home.received.clear()
    for name in ("ben", "cleo"):
        assert Visitor(app).post("/sign-in", {"account": f"@{name}@{home.host}"}).status_code == 200
    assert asked(home) == []


def test_h7_a_crowd_that_comes_from_one_home_is_let_through(
    forum: Forum, app: Flask, home: FakeHomeServer
) -> None:
    app.config["TRUSTED_PROXIES"] = (ipaddress.ip_network("127.0.0.0/8"),)
    statuses = set()
    for number in range(45):  # more than strangers may have looked up in a minute
        home.resident(f"p{number}", key=0)
        where = {"X-Forwarded-For": f"198.51.100.{number}"}
        answer = Visitor(app).post("/sign-in", {"account": f"@p{number}@{home.host}"}, **where)
        statuses.add(answer.status_code)
    assert statuses == {200}


def test_h7_a_home_that_does_not_answer_is_asked_once_a_minute(
    forum: Forum, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_of: list[str] = []
    real = webfinger.look_up

    def look_up(handle: Handle, **options: float | None) -> Account:
        asked_of.append(handle.host)
        return real(handle, **options)

    monkeypatch.setattr(webfinger, "look_up", look_up)
    away = FakeHomeServer("127.0.0.3")
    away.close()
    statuses = [
        Visitor(app).post("/sign-in", {"account": f"@p{number}@{away.host}"}).status_code
        for number in range(3)
    ]
    assert len(set(statuses)) == 1
    assert statuses[0] >= 400
    assert asked_of == [away.host]


def test_h7_a_name_that_a_home_does_not_know_says_nothing_of_the_others(
    forum: Forum, app: Flask, home: FakeHomeServer
) -> None:
    home.resident("ana")
    assert Visitor(app).post("/sign-in", {"account": f"@nobody@{home.host}"}).status_code != 200
    assert Visitor(app).post("/sign-in", {"account": f"@ana@{home.host}"}).status_code == 200


def test_h7_a_handle_that_names_no_actor_locks_nobody_out(
    forum: Forum, app: Flask, home: FakeHomeServer
) -> None:
    home.resident("ana")
    home.names(home.person("odd"))
    path = next(path for path in home.special if "odd" in path)
    home.special[path] = (
        200,
        {"Content-Type": "application/jrd+json"},
        b'{"subject": "acct:odd@x", "links": []}',
    )
    for _ in range(3):
        assert Visitor(app).post("/sign-in", {"account": f"@odd@{home.host}"}).status_code != 200
    assert Visitor(app).post("/sign-in", {"account": f"@ana@{home.host}"}).status_code == 200


def test_h1_nobody_decides_where_the_others_of_their_domain_sign_in(
    forum: Forum, app: Flask, home: FakeHomeServer
) -> None:
    """A domain may send each of its people to another server; what is said of one holds for one."""
    elsewhere = FakeHomeServer("127.0.0.4")
    try:
        home.resident("ana")
        mallory = elsewhere.resident("mallory", key=2)
        told = {"subject": f"acct:mallory@{home.host}", "links": [
            {"rel": "self", "type": "application/activity+json", "href": mallory.uri}]}  # fmt: skip
        path = f"/.well-known/webfinger?resource=acct%3Amallory%40{quote(home.host, safe='')}"
        home.special[path] = (200, {"Content-Type": "application/jrd+json"}, json.dumps(told).encode())
        first = Visitor(app)
        assert elsewhere.base in first.way_on(first.post("/sign-in", {"account": f"@mallory@{home.host}"}))
        second = Visitor(app)
        assert home.base in second.way_on(second.post("/sign-in", {"account": f"@ana@{home.host}"}))
    finally:
        elsewhere.close()


def test_h1_nobody_decides_which_door_the_others_of_their_domain_take(
    forum: Forum, app: Flask, remote: RemoteServer
) -> None:
    subscribe = "http://ostatus.org/schema/1.0/subscribe"
    remote.names(remote.person("mallory"), **{subscribe: "http://evil.example/?uri={uri}"})
    remote.names(remote.person("ben"), **{subscribe: f"{remote.base}/authorize_interaction?uri={{uri}}"})
    pages = [
        Visitor(app)
        .post("/boards/respite/follow", {"account": f"@{name}@{remote.host}"})
        .get_data(as_text=True)
        for name in ("mallory", "ben")
    ]
    assert ["evil.example" in page for page in pages] == [True, False]


def test_h7_the_second_of_a_domain_who_follows_makes_us_ask_nobody(
    forum: Forum, app: Flask, remote: RemoteServer
) -> None:
    template = {"http://ostatus.org/schema/1.0/subscribe": f"{remote.base}/authorize_interaction?uri={{uri}}"}
    for name in ("ana", "ben"):
        remote.names(remote.person(name), **template)
    for name in ("ana", "ben"):
        page = Visitor(app).post("/boards/respite/follow", {"account": f"@{name}@{remote.host}"})
        assert "authorize_interaction" in page.get_data(as_text=True) + page.headers.get("Location", "")
    assert asked(remote).count("/.well-known/webfinger") == 1
