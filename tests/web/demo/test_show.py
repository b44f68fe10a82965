"""The demo's pages: nobody finds them without a demo, and in one they lead the road that everybody takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fedconnect.activitypub import own_keys
from fedconnect.app import create_app
from fedconnect.foundation import clock, database
from fedconnect.migrating import migrate
from fedconnect.web.demo.door import DemoDoor, DemoPerson
from fedconnect.web.routes import register_blueprints
from support.forum import settings_for
from support.home import FakeHomeServer

OURS = "https://forum.example"
PEOPLE = (DemoPerson("dora", "Dora", "carer", "/"), DemoPerson("mo", "Mo", "moderator", "/moderation"))


@pytest.fixture
def home() -> Iterator[FakeHomeServer]:
    made = FakeHomeServer("127.0.0.3")
    made.resident("dora")
    yield made
    made.close()


@pytest.fixture
def demo(tmp_path: Path, valkey_url: str, home: FakeHomeServer) -> Iterator[FlaskClient]:
    settings = settings_for(tmp_path / "data", FEDCONNECT_REDIS_URL=valkey_url)
    app = create_app(settings, demo=DemoDoor(home.base, PEOPLE))
    migrate(settings, database.installed())
    with database.transaction() as session:
        own_keys.ensure_key(session, own_keys.INSTANCE, "/actor")
    yield app.test_client()
    clock.set_shift(None)
    database.installed().dispose()


def test_without_a_demo_none_of_its_addresses_is_there() -> None:
    app = Flask("fedconnect", static_folder=None)
    register_blueprints(app)
    assert [str(rule) for rule in app.url_map.iter_rules() if "demo" in str(rule)] == []
    register_blueprints(app2 := Flask("fedconnect", static_folder=None), is_demo=True)
    assert sum("demo" in str(rule) for rule in app2.url_map.iter_rules()) == 2


def test_without_a_demo_no_page_offers_it_and_no_form_leads_away(tmp_path: Path, valkey_url: str) -> None:
    settings = settings_for(tmp_path / "data", FEDCONNECT_REDIS_URL=valkey_url)
    client = create_app(settings).test_client()
    migrate(settings, database.installed())
    try:
        assert client.get("/demo").status_code == 404
        for path in ("/", "/sign-in"):
            answer = client.get(path)
            assert "Try it as" not in answer.text
            assert "demo.css" not in answer.text
            assert "form-action 'self';" in answer.headers["Content-Security-Policy"]
        ours = {"Origin": "https://forum.example"}
        assert client.post("/demo/as/dora", headers=ours).status_code == 404
    finally:
        database.installed().dispose()


def test_nobody_is_signed_in_by_another_site_or_under_another_name(
    demo: FlaskClient, home: FakeHomeServer
) -> None:
    assert demo.post("/demo/as/dora", headers={"Origin": "https://evil.example"}).status_code == 403
    assert demo.get("/demo/as/dora").status_code == 405
    assert demo.post("/demo/as/eve", headers={"Origin": "https://forum.example"}).status_code == 404
    assert home.received == []


def test_one_click_leads_to_the_home_server_with_all_that_oauth_asks_for(
    demo: FlaskClient, home: FakeHomeServer
) -> None:
    answer = demo.post("/demo/as/dora", headers={"Origin": OURS}, base_url=OURS)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{home.base}/oauth/authorize?")
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["login_hint"] == ["dora"]
    assert query["code_challenge_method"] == ["S256"]
    assert "fedconnect_sign_in" in answer.headers["Set-Cookie"]
    back = home.confirm(answer.headers["Location"], "dora")
    done = demo.get(back.removeprefix(OURS), base_url=OURS)
    assert (done.status_code, done.headers.get("Location")) == (303, "/"), done.text[-2500:]
    assert "Try it as" not in demo.get("/", base_url=OURS).text, (
        "who is signed in is offered nobody else on the front page"
    )


def test_while_the_month_goes_by_nobody_can_be_anybody_yet(demo: FlaskClient, home: FakeHomeServer) -> None:
    clock.set_shift(lambda: timedelta(days=-12.5))
    page = demo.get("/demo").text
    assert "13 days to go" in page
    assert '<button type="submit"><strong>Try it as' not in page
    answer = demo.post("/demo/as/dora", headers={"Origin": OURS}, base_url=OURS)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/demo")
    assert home.received == []


def test_the_page_says_in_ten_lines_what_to_try_and_the_door_offers_it(
    demo: FlaskClient, home: FakeHomeServer
) -> None:
    answer = demo.get("/demo")
    assert (
        answer.text.count("<li><strong>") + answer.text.count("<li>Anyone") + answer.text.count("<li>Posts")
        == 10
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"form-action 'self' {home.base};" in answer.headers["Content-Security-Policy"]
    for path in ("/", "/sign-in", "/demo"):
        assert demo.get(path).text.count("Try it as") == len(PEOPLE)
