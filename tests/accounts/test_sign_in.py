"""Signing in: every home software by its own road, and everybody else's tricks refused."""

from __future__ import annotations

import ipaddress
import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from fedconnect.accounts import identity, oauth, oauth_scopes, sign_in
from fedconnect.accounts.identity import VerifiedAccount
from fedconnect.accounts.mastodon_api import HomeRefused
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.sign_in import Begun, Expired, Return, SignInRefused, onward_path
from fedconnect.blocklists import instance_policies
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import NotPermitted
from fedconnect.jobs import homes as homes_job
from fedconnect.models.home_server import HomeServer, HomeServerApp
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.models.reader import Grant, Reader, ReaderSession, SignIn
from support.account_rows import World, a_home, a_home_reader, an_app
from support.forum import Forum
from support.home import DIALECTS, FakeHomeServer
from support.remote import RemoteServer
from support.unit import Unit
from support.visitor import Visitor, changing_paths

SIGNING_IN = [name for name in DIALECTS if name != "misskey"]


@pytest.fixture
def behind_a_proxy(app: Flask) -> None:
    """Let X-Forwarded-For count, so that many visitors can come from one machine."""
    app.config["TRUSTED_PROXIES"] = (ipaddress.ip_network("127.0.0.0/8"),)


def who(visitor: Visitor) -> str:
    page = visitor.page("/you")
    return page[page.index("<h1>") : page.index("</h1>")] if "<h1>" in page else ""


@pytest.mark.parametrize("dialect", SIGNING_IN)
def test_each_software_of_the_table_signs_its_people_in(forum: Forum, visitor: Visitor, dialect: str) -> None:
    home = FakeHomeServer("127.0.0.3", DIALECTS[dialect])
    home.resident("ana")
    answer = visitor.sign_in(home, "ana")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert "Ana" in who(visitor)
    (grant,) = forum.rows(Grant)
    narrow = "profile" if home.dialect.metadata else "read:accounts"
    assert grant.scopes == narrow, "no more than is needed was asked for"
    (person,) = forum.rows(Person, Person.username == "ana")
    assert person.uri == f"{home.base}/users/ana"
    visitor.post("/sign-out")
    assert home.tokens == {} or not home.dialect.revokes, "the last one out gives the permission back"
    home.close()


def test_misskey_signs_in_by_miauth_to_read(forum: Forum, visitor: Visitor) -> None:
    home = FakeHomeServer("127.0.0.3", DIALECTS["misskey"])
    home.resident("ana")
    assert visitor.sign_in(home, "ana").status_code == 303
    page = visitor.page("/you")
    assert "From Misskey you can read here" in page
    assert home.calls("/api/v1/apps") == []
    home.close()


@pytest.mark.parametrize("software", ["lemmy", "piefed", "nodebb", "wordpress"])
def test_a_server_that_cannot_is_told_so_kindly(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, software: str
) -> None:
    home.resident("ana")
    home.runs(software)
    answer = visitor.post("/sign-in", {"account": f"@ana@{home.host}"})
    assert answer.status_code == 422
    assert "follow and write to the boards from there all the same" in answer.get_data(as_text=True)
    assert home.calls("/api/v1/apps") == []


@pytest.mark.parametrize(
    "form",
    [
        "@ana@{host}",
        "ana@{host}",
        " @ana@{host} ",
        "http://{host}/@ana",
        "{host}",
        "https://{host}/users/ana",
    ],
)
def test_a_handle_a_profile_or_a_domain_will_do(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, form: str
) -> None:
    home.resident("ana")
    assert visitor.sign_in(home, "ana", typed=form.format(host=home.host)).status_code == 303
    assert "Ana" in who(visitor)


def webfinger(server: RemoteServer, resource: str, subject: str, actor: str) -> None:
    """Let a server answer WebFinger for a resource."""
    quoted = resource.replace("@", "%40").replace(":", "%3A")
    server.special[f"/.well-known/webfinger?resource=acct%3A{quoted}"] = (
        200,
        {"Content-Type": "application/jrd+json"},
        json.dumps(
            {
                "subject": f"acct:{subject}",
                "links": [{"rel": "self", "type": "application/activity+json", "href": actor}],
            }
        ).encode(),
    )


@pytest.mark.parametrize("is_agreed", [True, False])
def test_a_handle_on_another_domain_than_its_server_is_proven_both_ways(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, remote: RemoteServer, is_agreed: bool
) -> None:
    ana = home.resident("ana")
    webfinger(remote, f"ana@{remote.host}", f"ana@{remote.host}", ana.uri)
    if is_agreed:
        webfinger(home, f"ana@{home.host}", f"ana@{remote.host}", ana.uri)
    visitor.sign_in(home, "ana", typed=f"@ana@{remote.host}")
    page = visitor.page("/you")
    assert (f"@ana@{remote.host}" in page) == is_agreed
    assert (f"@ana@{home.host}" in page) != is_agreed


def test_one_registration_serves_everybody_of_a_home(forum: Forum, app: Flask, home: FakeHomeServer) -> None:
    for name in ("ana", "ben", "carla"):
        home.resident(name)
        assert Visitor(app).sign_in(home, name).status_code == 303
    assert len(home.calls("/api/v1/apps")) == 1
    assert len(home.calls("/.well-known/oauth-authorization-server")) == 1
    assert len(forum.rows(Reader)) == 3


def test_o02_a_callback_counts_in_the_browser_that_began_it_and_once(
    forum: Forum, app: Flask, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("mallory")
    back = home.confirm(
        visitor.way_on(visitor.post("/sign-in", {"account": f"@mallory@{home.host}"})), "mallory"
    )
    victim = Visitor(app)
    refused = victim.come_back(back)
    assert refused.status_code == 400
    assert victim.cookie("session") is None
    assert visitor.come_back(back).status_code == 303
    again = visitor.come_back(back)
    assert again.status_code == 400
    assert len(forum.rows(ReaderSession)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"state": ""},
        {"state": "x" * 43},
        {"iss": "https://evil.example"},
        {"error": "access_denied"},
        {"code": ""},
        {"code": "wrong"},
    ],
)
def test_o02_a_callback_with_anything_wrong_signs_nobody_in(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, change: dict[str, str]
) -> None:
    home.resident("ana")
    back = home.confirm(visitor.way_on(visitor.post("/sign-in", {"account": f"@ana@{home.host}"})), "ana")
    query = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()} | change
    answer = visitor.get("/sign-in/back?" + urlencode(query))
    assert answer.status_code in {400, 403, 422}
    assert visitor.cookie("session") is None
    assert forum.rows(ReaderSession) == []


def test_o02_a_sign_in_runs_out_after_ten_minutes(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    back = home.confirm(visitor.way_on(visitor.post("/sign-in", {"account": f"@ana@{home.host}"})), "ana")
    with database.transaction() as session:
        session.query(SignIn).update({"begun_at": clock.now() - timedelta(minutes=11)})
    assert visitor.come_back(back).status_code == 400
    assert len(home.calls("/oauth/token")) == 0, "the code went nowhere"


def test_o03_nothing_leads_off_site_after_signing_in(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, behind_a_proxy: None
) -> None:
    home.resident("ana")
    for number, onward in enumerate(
        (
            "//evil.example",
            "/\\evil.example",
            "https:evil",
            "https://evil.example/",
            "/a//b",
            "javascript:alert(1)",
        )
    ):
        visitor.headers["X-Forwarded-For"] = f"203.0.113.{number}"
        way = visitor.way_on(visitor.post("/sign-in", {"account": f"@ana@{home.host}", "next": onward}))
        answer = visitor.come_back(home.confirm(way, "ana"))
        assert answer.headers["Location"] == "/", onward
        assert visitor.get("/sign-in?" + urlencode({"next": onward})).headers["Location"] == "/"
        visitor.post("/sign-out")


def test_the_page_that_one_came_from_is_where_one_goes(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    way = visitor.way_on(
        visitor.post("/sign-in", {"account": f"@ana@{home.host}", "next": "/boards/respite?page=2"})
    )
    assert visitor.come_back(home.confirm(way, "ana")).headers["Location"] == "/boards/respite?page=2"


@pytest.mark.parametrize(
    "lies",
    [
        {"uri": "{victim}/users/admin"},
        {"username": "admin"},
        {
            "username": "admin",
            "uri": "{victim}/users/admin",
            "url": "{victim}/@admin",
            "acct": "admin@{victim_host}",
        },
        {"username": ""},
        {"username": "../../users/admin"},
        {"suspended": True},
    ],
)
def test_o05_a_home_server_vouches_for_its_own_people_alone(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, remote: RemoteServer, lies: dict[str, object]
) -> None:
    remote.names(remote.person("admin", key=2))
    home.resident("ana")
    fill = {"victim": remote.base, "victim_host": remote.host}
    home.lies = {
        name: value.format(**fill) if isinstance(value, str) else value for name, value in lies.items()
    }
    answer = visitor.sign_in(home, "ana")
    assert answer.status_code == 403
    assert visitor.cookie("session") is None
    assert forum.rows(Reader) == []


def test_o05_a_home_server_that_names_an_actor_elsewhere_by_webfinger_is_refused(
    forum: Forum, visitor: Visitor, remote: RemoteServer
) -> None:
    home = FakeHomeServer(
        "127.0.0.3", DIALECTS["gotosocial"]
    )  # its API names no actor that could be compared
    home.resident("ana")
    admin = remote.person("admin", key=2)
    remote.names(admin)
    way = visitor.way_on(visitor.post("/sign-in", {"account": home.host}))
    home.lies = {"username": "admin"}
    home.special[f"/.well-known/webfinger?resource=acct%3Aadmin%40{home.host.replace(':', '%3A')}"] = (
        200, {"Content-Type": "application/jrd+json"},
        json.dumps({"subject": f"acct:admin@{home.host}", "links": [
            {"rel": "self", "type": "application/activity+json", "href": admin.uri}]}).encode(),
    )  # fmt: skip
    assert visitor.come_back(home.confirm(way, "admin")).status_code == 403
    assert forum.rows(Reader) == []
    home.close()


@pytest.fixture
def silent_home() -> Iterator[FakeHomeServer]:
    """A home whose API names no actor."""
    home = FakeHomeServer("127.0.0.3", DIALECTS["gotosocial"])
    yield home
    home.close()


def test_m2_of_two_actors_of_one_name_the_home_says_which_and_no_other_domain(
    forum: Forum, visitor: Visitor, silent_home: FakeHomeServer, remote: RemoteServer
) -> None:
    """A Lemmy community may be called as its user is; whose domain was typed must not choose between them."""
    home = silent_home
    ana = home.resident("ana")
    other = home.serve({**ana.document(), "id": home.base + "/c/ana"})
    webfinger(remote, f"ana@{remote.host}", f"ana@{remote.host}", other)
    visitor.sign_in(home, "ana", typed=f"@ana@{remote.host}")
    (reader,) = forum.rows(Reader)
    with database.read_transaction() as session:
        assert session.get_one(Person, reader.person_id).uri == ana.uri


@pytest.mark.parametrize(("said", "status"), [({}, 403), ({"group": True}, 303)])
def test_m2_somebody_is_a_group_only_if_the_api_says_so(
    forum: Forum, visitor: Visitor, silent_home: FakeHomeServer, said: dict[str, object], status: int
) -> None:
    ana = silent_home.resident("ana")
    silent_home.serve({**ana.document(), "type": "Group"})
    silent_home.lies = said
    assert visitor.sign_in(silent_home, "ana").status_code == status
    assert len(forum.rows(Reader)) == (status == 303)


def test_o05_the_account_that_confirmed_is_signed_in_whatever_was_typed(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    home.resident("ben", key=2)
    way = visitor.way_on(visitor.post("/sign-in", {"account": f"@ana@{home.host}"}))
    assert visitor.come_back(home.confirm(way, "ben")).status_code == 303
    assert "Ben" in who(visitor)


@pytest.mark.parametrize(
    "typed",
    ["localhost", "server.local", "x.onion", "x.i2p", "10.0.0.1", "[::1]", "0x7f000001", "2130706433", "a" * 300 + ".example",
     "forum.example", "@ana@forum.example", "good.example:8443", "user:pass@good.example", "no-dot", "", "@", "@@", "a b.example",
     "javascript:alert(1)", "good.example/\\evil", "http://", "@ana@good.example:444", "１２７.0.0.9:1"],
)  # fmt: skip
def test_o06_what_is_no_public_server_is_refused_without_a_packet(
    forum: Forum, visitor: Visitor, typed: str
) -> None:
    answer = visitor.post("/sign-in", {"account": typed})
    assert answer.status_code == 422
    assert (
        "Please type" in answer.get_data(as_text=True)
        or "no handle" in answer.get_data(as_text=True)
        or "no server" in answer.get_data(as_text=True)
    )


@pytest.mark.parametrize(
    ("typed", "domain"),
    [("GOOD.example", "good.example"), ("good.example.", "good.example"), ("good.example:443", "good.example"),
     ("https://Good.Example/about", "good.example"), ("@ana@bücher.example", "xn--bcher-kva.example"), ("good@evil.example", "evil.example")],
)  # fmt: skip
def test_o06_one_spelling_of_a_server(app: Flask, typed: str, domain: str) -> None:
    from fedconnect.accounts.typed_addresses import read_address

    assert read_address(typed).domain == domain


@pytest.mark.parametrize(
    "name",
    [
        "token_endpoint",
        "authorization_endpoint",
        "app_registration_endpoint",
        "revocation_endpoint",
        "issuer",
    ],
)
def test_o06_metadata_that_points_to_another_server_is_not_followed(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, remote: RemoteServer, name: str
) -> None:
    home.resident("ana")
    home.metadata_lies = {name: remote.base + "/oauth/token"}
    answer = visitor.post("/sign-in", {"account": f"@ana@{home.host}"})
    assert answer.status_code == 502
    assert remote.received == [], "nothing was sent to the other server"
    assert home.calls("/api/v1/apps") == []


def test_o06_a_home_that_redirects_its_token_endpoint_gets_no_code_sent_on(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, remote: RemoteServer
) -> None:
    home.resident("ana")
    back = home.confirm(visitor.way_on(visitor.post("/sign-in", {"account": f"@ana@{home.host}"})), "ana")
    home.refusing["/oauth/token"] = (307, {"Location": remote.base + "/oauth/token"}, b"")
    assert visitor.come_back(back).status_code == 502
    assert remote.received == []


def test_o06_a_blocked_server_is_not_asked(forum: Forum, visitor: Visitor, home: FakeHomeServer) -> None:

    home.resident("ana")
    with database.transaction() as session:
        instance_policies.set_policy(session, home.host, Policy.BLOCKED, "Spam.")
    answer = visitor.post("/sign-in", {"account": home.host})
    assert answer.status_code in {403, 422}
    assert home.calls("/.well-known/oauth-authorization-server") == []


def test_o07_a_session_is_new_at_each_sign_in_and_dead_after_signing_out(
    forum: Forum, app: Flask, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    visitor.client.set_cookie("__Host-fedconnect_session", "planted" * 8, domain="forum.example", secure=True)
    visitor.sign_in(home, "ana")
    first = visitor.cookie("session")
    assert first is not None
    assert first != "planted" * 8
    assert first not in json.dumps([row.token_hash for row in forum.rows(ReaderSession)]), (
        "only a digest is kept"
    )
    second = Visitor(app, "Mozilla/5.0 (Linux; Android 15) Firefox/140.0")
    second.sign_in(home, "ana")
    assert second.cookie("session") != first
    assert "Firefox, Android" in visitor.page("/you")
    out = visitor.post("/sign-out")
    assert "cookies" in out.headers["Clear-Site-Data"]
    thief = Visitor(app)
    thief.client.set_cookie("__Host-fedconnect_session", first, domain="forum.example", secure=True)
    assert thief.get("/you").status_code == 401
    assert second.get("/you").status_code == 200, "the other browser stays signed in"
    assert home.tokens, "and its permission stands"


def test_o07_a_session_of_another_browser_can_be_ended_and_nobody_elses(
    forum: Forum, app: Flask, visitor: Visitor, home: FakeHomeServer
) -> None:
    for name in ("ana", "mallory"):
        home.resident(name)
    visitor.sign_in(home, "ana")
    phone, mallory = Visitor(app, "iPhone Safari/605"), Visitor(app)
    phone.sign_in(home, "ana")
    mallory.sign_in(home, "mallory")
    ids = [row.id for row in forum.rows(ReaderSession)]
    assert mallory.post(f"/you/sessions/{ids[1]}/end").status_code == 404
    assert phone.get("/you").status_code == 200
    assert visitor.post(f"/you/sessions/{ids[1]}/end").status_code == 303
    assert phone.get("/you").status_code == 401


def test_o07_sessions_run_out_after_two_weeks_idle_and_ninety_days_at_most(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    visitor.sign_in(home, "ana")
    begun = clock.now()
    for day in range(10, 90, 10):
        with time_machine.travel(begun + timedelta(days=day), tick=True):
            assert visitor.get("/you").status_code == 200, day
    with time_machine.travel(begun + timedelta(days=91), tick=True):
        assert visitor.get("/you").status_code == 401


def test_o07_a_cookie_is_for_this_host_over_https_and_not_for_scripts(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    begun = visitor.post("/sign-in", {"account": f"@ana@{home.host}"})
    done = visitor.come_back(home.confirm(visitor.way_on(begun), "ana"))
    for answer in (begun, done):
        for line in answer.headers.getlist("Set-Cookie"):
            assert line.startswith("__Host-")
            assert all(word in line for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")), line
            assert "Domain" not in line


def test_o09_a_form_of_another_site_changes_nothing(
    forum: Forum, app: Flask, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    visitor.sign_in(home, "ana")
    paths = changing_paths(app)
    assert "/sign-out" in paths
    for path in paths:
        for origin in (
            "https://evil.example",
            "null",
            "http://forum.example",
            "https://forum.example.evil.example",
            "",
        ):
            answer = visitor.post(path, {"account": "x"}, Origin=origin)
            assert answer.status_code == 403, (path, origin)
        plain = visitor.post(path, '{"account": "x"}', Origin="", **{"Content-Type": "text/plain"})
        assert plain.status_code == 403
    assert visitor.get("/you").status_code == 200, "still signed in"
    for path in ("/sign-out", "/you/disconnect", "/permit"):
        assert visitor.get(path).status_code == 405


def test_o12_a_home_that_never_answers_costs_nobody_else_anything(
    forum: Forum, app: Flask, visitor: Visitor, behind_a_proxy: None
) -> None:
    import socket

    with socket.create_server(("127.0.0.4", 0), backlog=50) as silent:
        host = f"127.0.0.4:{silent.getsockname()[1]}"
        took: list[float] = []
        statuses: list[int] = []

        def knock(number: int) -> None:
            one = Visitor(app)
            begun = time.monotonic()
            statuses.append(
                one.post(
                    "/sign-in", {"account": host}, **{"X-Forwarded-For": f"203.0.113.{number}"}
                ).status_code
            )
            took.append(time.monotonic() - begun)

        threads = [threading.Thread(target=knock, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(1.5)
        begun = time.monotonic()
        assert visitor.get("/").status_code == 200
        assert time.monotonic() - begun < 2, "pages go on"
        for thread in threads:
            thread.join()
    assert max(took) < 12
    assert set(statuses) <= {502, 503, 422}
    assert statuses.count(503) >= 4 or statuses.count(422) >= 4, "at most four waited"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((200, {"Content-Type": "text/html"}, b"<h1>hello</h1>"), "did not give us what you permitted"),
        (
            (200, {"Content-Type": "application/json"}, b'"' + b"x" * (5 << 20) + b'"'),
            "you can take it back there",
        ),
        ((500, {}, b""), "did not give us what you permitted"),
        ((200, {"Content-Type": "application/json"}, b"{}"), "did not give us what you permitted"),
    ],
)
def test_o12_a_token_answer_that_is_none_gets_a_friendly_page(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, answer: tuple[int, dict[str, str], bytes], told: str
) -> None:
    home.resident("ana")
    back = home.confirm(visitor.way_on(visitor.post("/sign-in", {"account": f"@ana@{home.host}"})), "ana")
    home.refusing["/oauth/token"] = answer
    page = visitor.come_back(back)
    assert page.status_code == 502
    assert told in page.get_data(as_text=True)


def test_a_purged_registration_is_made_anew_on_the_next_try(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    back = home.confirm(visitor.way_on(visitor.post("/sign-in", {"account": f"@ana@{home.host}"})), "ana")
    home.apps.clear()
    page = visitor.come_back(back)
    assert page.status_code == 409
    assert "sign in once more" in page.get_data(as_text=True)
    assert visitor.sign_in(home, "ana").status_code == 303
    assert len(forum.rows(HomeServerApp)) == 1


def test_o13_an_account_that_its_server_no_longer_lets_in_is_signed_out_within_a_day(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    visitor.sign_in(home, "ana")
    home.tokens.clear()
    homes_job.run()
    assert visitor.get("/you").status_code == 200, "asked once a day"
    with time_machine.travel(clock.now() + timedelta(hours=21), tick=True):
        homes_job.run()
        assert visitor.get("/you").status_code == 401
    (grant,) = forum.rows(Grant)
    assert grant.token_sealed == ""


def test_o13_a_home_that_is_away_for_a_day_signs_nobody_out(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    visitor.sign_in(home, "ana")
    home.refusing["/api/v1/accounts/verify_credentials"] = (503, {}, b"")
    with time_machine.travel(clock.now() + timedelta(hours=21), tick=True):
        homes_job.run()
        assert visitor.get("/you").status_code == 200


def test_o13_tokens_are_sealed_where_they_lie(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, caplog: pytest.LogCaptureFixture
) -> None:
    home.resident("ana")
    visitor.sign_in(home, "ana")
    ((token, _),) = home.tokens.items()
    (app,) = home.apps.values()
    from sqlalchemy import text

    with database.read_transaction() as session:
        for table in ("reader_grant", "home_server_app", "sign_in", "reader_session", "home_server"):
            stored = str(session.execute(text(f"SELECT * FROM {table}")).all())
            assert token not in stored
            assert app.secret not in stored
    assert forum.rows(Grant)[0].token_sealed.startswith("k1:")
    assert token not in caplog.text


def test_disconnecting_gives_the_token_back_and_signs_out_everywhere(
    forum: Forum, app: Flask, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    visitor.sign_in(home, "ana")
    phone = Visitor(app)
    phone.sign_in(home, "ana")
    visitor.post("/you/disconnect")
    assert home.tokens == {}
    assert visitor.get("/you").status_code == phone.get("/you").status_code == 401


@pytest.mark.parametrize("way", ["/sign-out", "/you/disconnect"])
def test_a_token_whose_server_is_away_is_given_back_when_it_is_there_again(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, way: str
) -> None:
    home.resident("ana")
    visitor.sign_in(home, "ana")
    home.refusing["/oauth/revoke"] = (503, {}, b"")
    assert visitor.post(way).status_code == 303
    assert visitor.get("/you").status_code == 401, "signed out all the same"
    assert len(home.tokens) == 1
    home.refusing.clear()
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=True):
        homes_job.run()
    assert home.tokens == {}
    assert [grant.token_sealed for grant in forum.rows(Grant)] == [""]


def test_wider_scopes_are_asked_for_when_needed_refused_without_harm_and_replace_the_narrow_ones(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    visitor.sign_in(home, "ana")
    (narrow,) = home.tokens
    way = visitor.way_on(visitor.post("/permit", {"for": ["write"]}))
    denied = visitor.come_back(home.confirm(way, "ana", deny=True))
    assert denied.status_code == 403
    assert visitor.get("/you").status_code == 200, "a no changes nothing"
    visitor.permit(home, "ana", "write")
    assert "Publish, edit and delete" in visitor.page("/you")
    ((token, (_, scopes)),) = home.tokens.items()
    assert token != narrow, "the narrow token was given back"
    assert set(scopes.split()) == set(oauth_scopes.scopes_for([Permission.SIGN_IN, Permission.WRITE]))
    assert "write" not in scopes.split(), "never the wide scope"


def test_one_permission_can_be_taken_back_and_given_anew(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    visitor.sign_in(home, "ana", wanted=("write", "follow", "interests"))
    visitor.post("/you/permissions/write/end")
    visitor.post("/you/permissions/interests/end")
    page = visitor.page("/you")
    assert "Publish, edit and delete" not in page
    assert "Read which hashtags" not in page
    assert "Follow and unfollow" in page
    assert visitor.get("/boards/respite/new").status_code == 403
    assert visitor.post("/you/permissions/nonsense/end").status_code == 404
    visitor.permit(home, "ana", "write")
    assert visitor.get("/boards/respite/new").status_code == 200
    assert "Read which hashtags" not in visitor.page("/you"), "only what was asked for comes back"


def test_signing_in_on_a_second_browser_takes_nothing_back_from_the_first(
    forum: Forum, app: Flask, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    visitor.sign_in(home, "ana", wanted=("write",))
    (wide,) = home.tokens
    phone = Visitor(app)
    phone.sign_in(home, "ana")
    assert list(home.tokens) == [wide], "the narrow token of the phone was given back at once"
    for browser in (visitor, phone):
        assert "Publish, edit and delete" in browser.page("/you")
        assert browser.get("/boards/respite/new").status_code == 200


def test_a_permission_given_by_another_account_is_not_taken(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("ana")
    home.resident("ben", key=2)
    visitor.sign_in(home, "ana")
    assert visitor.permit(home, "ben", "write").status_code == 403
    assert "Ana" in who(visitor)
    assert "Publish" not in visitor.page("/you")


def test_nobody_tries_servers_all_the_time(forum: Forum, visitor: Visitor, home: FakeHomeServer) -> None:
    home.resident("ana")
    statuses = [visitor.post("/sign-in", {"account": home.host}).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_c03_what_is_for_one_reader_is_kept_by_no_cache(
    forum: Forum, visitor: Visitor, app: Flask, home: FakeHomeServer
) -> None:
    home.resident("ana")
    assert "public" in visitor.get("/").headers["Cache-Control"]
    visitor.sign_in(home, "ana")
    assert (
        "public"
        in visitor.get("/boards/respite", Accept="application/activity+json").headers["Cache-Control"]
    )
    for path in ("/", "/about", "/boards/respite", "/quiet", "/you", "/nowhere"):
        answer = visitor.get(path)
        assert answer.headers["Cache-Control"] == "private, no-store", path
        assert "Cookie" in answer.headers["Vary"], path
        stranger = Visitor(app).get(path)
        assert "Cookie" in stranger.headers["Vary"], path
        assert ">You<" not in stranger.get_data(as_text=True)


def test_c04_rotated_secrets_keep_readers_until_the_old_ones_are_dropped(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    from fedconnect import wiring
    from fedconnect.foundation import secrets
    from fedconnect.foundation.secrets import Secrets

    home.resident("ana")
    visitor.sign_in(home, "ana")
    folder = forum.settings.data_dir
    before = secrets.open_secrets(folder)
    secrets.rotate(folder)
    database.installed().dispose()
    wiring.install(forum.settings)
    assert visitor.get("/you").status_code == 200, "a former secret still counts"
    with time_machine.travel(clock.now() + timedelta(hours=21), tick=True):
        homes_job.run()
        assert forum.rows(Grant)[0].token_sealed.startswith("k2:"), "sealed anew"
    visitor.get("/you")
    stranger = visitor.cookie("session")
    with database.transaction() as session:  # a browser that has not been here since the rotation
        former = Secrets(before.session, before.keys, before.current).digest(str(stranger), "session")
        session.query(ReaderSession).update({"token_hash": former})
    assert visitor.get("/you").status_code == 200
    secrets.rotate(folder, drop_former=True)
    database.installed().dispose()
    wiring.install(forum.settings)
    assert visitor.get("/you").status_code == 401, "what the old secret vouched for is refused"


# The module by itself: the home server is a row, and what it proves is told by the test.


@pytest.mark.parametrize(
    "text",
    [
        "", "boards", "//evil.example", "/\\evil.example", "/a//b", "/%5Cevil.example", "/%5cevil.example", "https://evil.example",
        "/a b", "/a\n", "/ü", "/<b>", "/'", "/" + "a" * 391,
    ],
)  # fmt: skip
def test_o03_no_address_but_a_path_of_ours_is_gone_on_to(text: str) -> None:
    assert onward_path(text) == "/"


@pytest.mark.parametrize("text", ["/", "/boards/respite?page=2&x=%20#p7", "/@ana:1", "/" + "a" * 390])
def test_o03_a_path_of_ours_is_gone_on_to(text: str) -> None:
    assert onward_path(text) == text


@pytest.mark.parametrize(
    ("offered", "wanted", "asked", "registered"),
    [
        ("", {Permission.SIGN_IN}, {"read:accounts"}, {"read:accounts"}),
        ("read profile", {Permission.SIGN_IN}, {"profile"}, {"profile"}),
        ("read write", {Permission.SIGN_IN}, {"read:accounts"}, {"read:accounts"}),
        ("", {Permission.SIGN_IN, Permission.INTERESTS}, {"read:accounts", "read:follows"}, set(oauth_scopes.everything())),
        (
            "read:accounts write:statuses profile", {Permission.SIGN_IN, Permission.INTERESTS}, {"read:accounts"},
            {"read:accounts", "write:statuses"},
        ),
    ],
)  # fmt: skip
def test_no_more_is_asked_for_than_is_wanted_and_offered(
    offered: str, wanted: set[Permission], asked: set[str], registered: set[str]
) -> None:
    home = HomeServer(host="home.example", base="https://home.example", scopes_offered=offered)
    now, all_of_it = sign_in._scopes(home, frozenset(wanted))
    assert (set(now), set(all_of_it)) == (asked, registered)


@pytest.fixture
def proven(unit: Unit, world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A home where every code is good for the account of ana, who is known; what was asked of it is kept."""
    deeds: list[str] = []

    def exchange(home: HomeServer, app: HomeServerApp, scopes: str, code: str, verifier: str) -> oauth.Token:
        deeds.append(f"exchange {code} for {scopes}")
        return oauth.Token("token", scopes)

    def prove(home: HomeServer, vouched: VerifiedAccount, domain: str) -> Person:
        with database.read_transaction() as session:
            return session.execute(select(Person).where(Person.username == vouched.username)).scalar_one()

    monkeypatch.setattr(oauth, "exchange", exchange)
    monkeypatch.setattr(identity, "fetch_account", lambda home, token: VerifiedAccount("ana"))
    monkeypatch.setattr(identity, "prove_person", prove)
    with database.transaction() as session:
        home = a_home(session)
        an_app(session, home, scopes="read:accounts")
        for name in ("ana", "ben"):
            a_home_reader(session, name)
    return deeds


def begun(
    for_reader: int | None = None, wanted: frozenset[Permission] = frozenset({Permission.SIGN_IN})
) -> Begun:
    with database.read_transaction() as session:
        home = session.execute(select(HomeServer).where(HomeServer.host == "home.example")).scalar_one()
    return sign_in._set_out(home, "home.example", wanted, "/boards", for_reader)


def back(way: Begun, **changes: str) -> Return:
    state = parse_qs(urlsplit(way.url).query)["state"][0]
    return Return(**{"state": state, "code": "code", "ticket": "", "issuer": "", "error": "", **changes})


def signed_in_readers() -> list[int]:
    with database.read_transaction() as session:
        return list(session.execute(select(ReaderSession.reader_id)).scalars())


@pytest.mark.parametrize(
    ("changes", "browser", "error"),
    [
        ({"state": "another"}, None, Expired),
        ({"state": ""}, None, Expired),
        ({}, "another browser", Expired),
        ({}, "", Expired),
        ({"issuer": "https://evil.example"}, None, Expired),
        ({"error": "access_denied"}, None, SignInRefused),
    ],
)
def test_o02_what_comes_back_otherwise_than_it_went_reaches_nobody(
    proven: list[str], changes: dict[str, str], browser: str | None, error: type[Exception]
) -> None:
    way = begun()
    with pytest.raises(error):
        sign_in.finish(back(way, **changes), way.browser if browser is None else browser, "")
    assert proven == [], "the code is taken to nobody"
    assert signed_in_readers() == []


def test_o02_a_wrong_browser_does_not_use_a_sign_in_up(proven: list[str]) -> None:
    way = begun()
    with pytest.raises(Expired):
        sign_in.finish(back(way), "another browser", "")
    assert sign_in.finish(back(way), way.browser, "").onward == "/boards"
    with pytest.raises(Expired):
        sign_in.finish(back(way), way.browser, "")
    assert proven == ["exchange code for read:accounts"]


@pytest.mark.parametrize(("seconds", "is_over"), [(600, False), (601, True)])
def test_o02_a_sign_in_lasts_ten_minutes(proven: list[str], seconds: int, is_over: bool) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as moment:
        way = begun()
        moment.shift(seconds)
        if not is_over:
            assert sign_in.finish(back(way, issuer="https://home.example/"), way.browser, "").cookie
            return
        with pytest.raises(Expired):
            sign_in.finish(back(way), way.browser, "")
        assert proven == []


def test_o02_what_has_run_out_is_forgotten_with_the_next_that_begins(proven: list[str]) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as moment:
        begun()
        moment.shift(601)
        begun()
    with database.read_transaction() as session:
        assert len(session.execute(select(SignIn.id)).all()) == 1


def test_neither_state_nor_secret_of_a_sign_in_is_kept_as_it_is(proven: list[str]) -> None:
    way = begun()
    state = back(way).state
    with database.read_transaction() as session:
        (row,) = session.execute(select(SignIn)).scalars()
    assert not {state, way.browser} & {row.state_hash, row.browser_hash, row.verifier_sealed}
    assert way.browser not in way.url


def test_who_permits_more_with_another_account_changes_neither(proven: list[str]) -> None:
    with database.read_transaction() as session:
        readers = dict(session.execute(select(Person.username, Reader.id).join(Reader)).all())
    way = begun(readers["ben"])
    with pytest.raises(NotPermitted):
        sign_in.finish(back(way), way.browser, "")
    assert signed_in_readers() == []
    with database.read_transaction() as session:
        assert session.execute(select(Grant)).all() == []
    way = begun(readers["ana"])
    sign_in.finish(back(way), way.browser, "")
    assert signed_in_readers() == [readers["ana"]]


@pytest.mark.parametrize("host", ["home.example", "accounts.example"])
def test_h5_a_server_that_was_blocked_on_the_way_signs_nobody_in(proven: list[str], host: str) -> None:
    way = begun()
    with database.transaction() as session:
        for person in session.execute(select(Person)).scalars():
            person.host = "accounts.example"
        session.add(Instance(host=host, policy=Policy.BLOCKED))
    with pytest.raises(NotPermitted):
        sign_in.finish(back(way), way.browser, "")
    assert signed_in_readers() == []


def test_misskey_is_asked_by_its_own_ticket_and_no_other_is_taken(
    proven: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        session.execute(
            select(HomeServer).where(HomeServer.host == "home.example")
        ).scalar_one().software = "misskey"
    asked: list[str] = []

    def by_miauth(home: HomeServer, ticket: str) -> tuple[VerifiedAccount, str]:
        asked.append(ticket)
        raise HomeRefused(home.host, 403)

    monkeypatch.setattr(identity, "fetch_account_by_miauth", by_miauth)
    for changes, error in (({"ticket": "another"}, Expired), ({}, HomeRefused)):
        way = begun()
        ticket = urlsplit(way.url).path.removeprefix("/miauth/")
        state = parse_qs(urlsplit(parse_qs(urlsplit(way.url).query)["callback"][0]).query)["state"][0]
        with pytest.raises(error):
            sign_in.finish(
                Return(
                    **{"state": state, "code": "", "ticket": ticket, "issuer": "", "error": "", **changes}
                ),
                way.browser,
                "",
            )
    assert asked == [ticket]
    assert proven == []
