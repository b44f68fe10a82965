"""A token of a sign-in that failed: taken back by its server whenever that answers, and none that somebody uses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from fedconnect.accounts import oauth, unkept_tokens
from fedconnect.foundation import database
from fedconnect.models.home_server import HomeServer, HomeServerApp
from fedconnect.models.reader import UnkeptToken
from support.account_rows import a_grant, a_home, a_home_reader, an_app
from support.unit import Unit

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
Registered = tuple[HomeServer, HomeServerApp]


class Line:
    """The way to a home server's revocation; `given_back` are the tokens that arrived."""

    is_whole = False

    def __init__(self) -> None:
        self.given_back: list[str] = []

    def revoke(self, home: HomeServer, app: HomeServerApp, token: str) -> bool:
        assert not database.is_open()
        if self.is_whole:
            self.given_back.append(token)
        return self.is_whole


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    found = Line()
    monkeypatch.setattr(oauth, "revoke", found.revoke)
    return found


def registered(software: str = "mastodon") -> Registered:
    with database.transaction() as session:
        home = a_home(session, software=software)
        return home, an_app(session, home)


def kept() -> list[UnkeptToken]:
    with database.read_transaction() as session:
        return list(session.scalars(select(UnkeptToken)))


def test_a_token_that_somebody_is_signed_in_with_is_neither_given_back_nor_kept(
    unit: Unit, line: Line
) -> None:
    line.is_whole = True
    home, app = registered()
    with database.transaction() as session:
        a_grant(
            session,
            a_home_reader(session, home=session.get_one(HomeServer, home.id)),
            token="t",
            app_id=app.id,
        )
    unkept_tokens.give_back(home, app, "t")
    assert (line.given_back, kept()) == ([], [])


def test_a_server_that_cannot_revoke_is_not_asked_and_leaves_no_row(unit: Unit, line: Line) -> None:
    unkept_tokens.give_back(*registered("friendica"), "t")
    assert (line.given_back, kept()) == ([], [])


def test_what_is_given_back_at_once_leaves_no_row(unit: Unit, line: Line) -> None:
    line.is_whole = True
    unkept_tokens.give_back(*registered(), "t")
    assert (line.given_back, kept()) == (["t"], [])


def test_a_registration_that_is_gone_leaves_no_row(unit: Unit, line: Line) -> None:
    home, app = registered()
    with database.transaction() as session:
        session.delete(session.get_one(HomeServerApp, app.id))
    unkept_tokens.give_back(home, app, "t")
    assert kept() == []


def test_it_is_kept_sealed_and_tried_each_minute_and_then_each_hour_until_it_is_taken(
    unit: Unit, line: Line, clock: time_machine.Traveller
) -> None:
    unkept_tokens.give_back(*registered(), "secret-token")
    (row,) = kept()
    assert "secret-token" not in row.token_sealed
    assert not unkept_tokens.give_back_next(), "it was tried just now"
    clock.shift(timedelta(minutes=1, seconds=1))
    assert unkept_tokens.give_back_next()
    assert not unkept_tokens.give_back_next(), "its turn comes again"
    clock.shift(timedelta(minutes=20))
    assert not unkept_tokens.give_back_next(), "its first quarter of an hour is over"
    clock.shift(timedelta(hours=1))
    line.is_whole = True
    assert unkept_tokens.give_back_next()
    assert (line.given_back, kept()) == (["secret-token"], [])
    assert not unkept_tokens.give_back_next()


def test_one_that_its_server_gave_again_meanwhile_is_forgotten_and_not_taken_from_its_reader(
    unit: Unit, line: Line, clock: time_machine.Traveller
) -> None:
    home, app = registered()
    unkept_tokens.give_back(home, app, "t")
    with database.transaction() as session:
        a_grant(
            session,
            a_home_reader(session, home=session.get_one(HomeServer, home.id)),
            token="t",
            app_id=app.id,
        )
    clock.shift(timedelta(hours=2))
    line.is_whole = True
    assert unkept_tokens.give_back_next()
    assert (line.given_back, kept()) == ([], [])
