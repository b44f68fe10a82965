"""What is posted to an inbox: looked at only where somebody lives, and kept before it is thanked for."""

from __future__ import annotations

import pytest

from fedconnect.federation.inbound import inbox
from fedconnect.federation.outbound import bot_actors
from fedconnect.federation.outbound.bot_actors import BotActor
from fedconnect.foundation import database
from fedconnect.foundation.errors import Busy, Malformed, NotPermitted, Unproven
from fedconnect.web.activitypub import inboxes as view
from support.forum import BASE
from support.unit import a_board
from support.views_unit import ACTIVITY, Call, Desk

INBOXES = ("/inbox", "/boards/respite/inbox", "/boards/respite/companion/inbox", "/services/letter/inbox")
BODY = b'{"type": "Follow"}'


@pytest.fixture
def opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    with database.transaction() as session:
        a_board(session)
        a_board(session, "shelter", is_local_only=True)
    found = {name: BotActor("bot:letter", name, "", "", "", "") for name in ("letter", "respite_quiet")}
    monkeypatch.setattr(bot_actors, "find_handle", lambda _session, name: found.get(name))
    desk.sign_out()
    return desk.open(view.blueprint)


def send(opened: Desk, path: str, kind: str = ACTIVITY) -> int:
    return opened.post(path, BODY, content_type=kind).status_code


@pytest.mark.parametrize(
    "path",
    [
        "/boards/nowhere/inbox", "/boards/shelter/inbox", "/boards/nowhere/companion/inbox",
        "/boards/shelter/companion/inbox", "/services/nobody/inbox", "/services/respite_quiet/inbox",
    ],
)  # fmt: skip
def test_where_nobody_lives_nothing_is_looked_at(opened: Desk, path: str) -> None:
    received = opened.watch(inbox, "receive")
    assert send(opened, path) == 404
    assert received == []


@pytest.mark.parametrize("path", INBOXES)
@pytest.mark.parametrize(
    "kind",
    ["application/json", "text/plain", "application/x-www-form-urlencoded", "", "application/activity"],
)
def test_what_is_no_activity_by_its_type_is_not_read(opened: Desk, path: str, kind: str) -> None:
    received = opened.watch(inbox, "receive")
    assert send(opened, path, kind) == 415
    assert received == []


@pytest.mark.parametrize("path", INBOXES)
@pytest.mark.parametrize(
    "kind",
    [ACTIVITY, "Application/Activity+JSON; charset=utf-8",
     'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'],
)  # fmt: skip
def test_an_activity_is_taken_at_each_inbox_as_it_was_signed(opened: Desk, path: str, kind: str) -> None:
    received: list[Call] = opened.watch(inbox, "receive")
    answer = opened.post(path, BODY, content_type=kind, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert (answer.status_code, answer.data) == (202, b"")
    (call,) = received
    signed = next(one for one in call.values() if not isinstance(one, str))
    assert (signed.method, signed.base_url, signed.body) == ("POST", BASE, BODY)
    assert signed.target.partition("?")[0] == path
    assert "203.0.113.9" in call.values()


@pytest.mark.parametrize(
    "error", [Malformed("x"), Unproven("x"), NotPermitted("x"), Busy("x")], ids=lambda one: type(one).__name__
)
def test_what_is_not_kept_is_not_thanked_for(opened: Desk, error: Malformed) -> None:
    opened.watch(inbox, "receive", error)
    assert {send(opened, path) for path in INBOXES} == {error.status}


def test_an_inbox_is_not_read(opened: Desk) -> None:
    assert {opened.get(path, ACTIVITY).status_code for path in INBOXES} == {405}
