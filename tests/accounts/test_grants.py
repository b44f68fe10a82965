"""What readers permitted: never more than they said, given back once it is not needed, dead when its server says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.accounts import grants, held_tokens, oauth
from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.oauth import Token
from fedconnect.accounts.oauth_scopes import Permission, scopes_for
from fedconnect.foundation import database
from fedconnect.models.home_server import HomeServer
from fedconnect.models.reader import Grant, Reader, ReaderSession
from fedconnect.models.web_push import PushSubscription
from support.account_rows import World, a_grant, a_home, a_home_reader, a_session, a_visit, an_app
from support.unit import Unit, add

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
WRITE = " ".join(scopes_for([Permission.SIGN_IN, Permission.WRITE]))
WRITE_AND_FOLLOW = " ".join(scopes_for([Permission.SIGN_IN, Permission.WRITE, Permission.FOLLOW]))
ME = "GET https://home.example/api/v1/accounts/verify_credentials"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def kept() -> list[Grant]:
    with database.read_transaction() as session:
        return list(session.execute(select(Grant).order_by(Grant.id)).scalars())


def live(session: Session, reader: Reader) -> list[str]:
    """The tokens that are in use."""
    session.flush()
    found = select(Grant).where(Grant.reader_id == reader.id, Grant.ended_at.is_(None))
    return [held_tokens.token_of(one) for one in session.execute(found).scalars()]


def test_the_first_token_is_kept_sealed_and_nothing_is_given_back(session: Session) -> None:
    reader = a_home_reader(session)
    assert grants.keep(session, reader, None, Token("secret-token", WRITE), ["write"]) is None
    (kept_one,) = session.execute(select(Grant)).scalars()
    assert "secret-token" not in kept_one.token_sealed
    assert live(session, reader) == ["secret-token"]
    assert kept_one.withheld == "gather", "what came with another scope was not asked, and is not permitted"
    assert grants.allowed_by(kept_one) == {Permission.SIGN_IN, Permission.WRITE}


def test_a_narrower_token_of_a_second_browser_is_the_one_that_goes(session: Session) -> None:
    reader = a_home_reader(session)
    wide = a_grant(session, reader, WRITE, "wide")
    gone = grants.keep(session, reader, None, Token("narrow", "read:accounts"), ["sign_in"])
    assert gone is not None
    assert held_tokens.token_of(gone) == "narrow"
    assert wide.ended_at is None
    assert live(session, reader) == ["wide"]


@pytest.mark.parametrize("scopes", [WRITE, WRITE_AND_FOLLOW, "read:accounts read:follows"])
def test_a_token_that_allows_as_much_or_something_else_takes_the_place_of_the_former(
    session: Session, scopes: str
) -> None:
    reader = a_home_reader(session)
    old = a_grant(session, reader, WRITE, "old")
    assert grants.keep(session, reader, None, Token("new", scopes), ["write"]) is old
    assert old.ended_at == NOW
    assert live(session, reader) == ["new"]


def test_what_was_taken_back_is_no_reason_to_keep_the_wider_token(session: Session) -> None:
    reader = a_home_reader(session)
    old = a_grant(session, reader, WRITE_AND_FOLLOW, "old", withheld="follow interests")
    assert grants.keep(session, reader, None, Token("new", WRITE), ["write"]) is old


def test_what_was_taken_back_stays_so_unless_it_was_asked_for_again(session: Session) -> None:
    reader = a_home_reader(session)
    a_grant(session, reader, WRITE_AND_FOLLOW, "old", withheld="follow interests write")
    grants.keep(session, reader, None, Token("new", WRITE_AND_FOLLOW), ["write", "sign_in"])
    (fresh,) = session.execute(select(Grant).where(Grant.ended_at.is_(None))).scalars()
    assert fresh.withheld.split() == ["follow", "interests"]
    assert Permission.WRITE in grants.allowed_by(fresh)
    assert Permission.FOLLOW not in grants.allowed_by(fresh)


def test_nobody_can_take_back_that_they_are_signed_in(session: Session) -> None:
    reader = a_home_reader(session)
    held = a_grant(session, reader, WRITE)
    grants.withhold(session, a_visit(session, reader), Permission.SIGN_IN)
    assert held.withheld == ""


def test_a_permission_taken_back_twice_is_taken_back_once_and_the_others_stay(session: Session) -> None:
    reader = a_home_reader(session)
    held = a_grant(session, reader, WRITE_AND_FOLLOW)
    for one in (Permission.WRITE, Permission.FOLLOW, Permission.WRITE):
        grants.withhold(session, a_visit(session, reader), one)
    assert held.withheld == "follow write"
    assert grants.permissions_of(session, a_visit(session, reader)) == {
        Permission.SIGN_IN,
        Permission.INTERESTS,
        Permission.HASHTAGS,
    }


def test_where_nothing_is_kept_nothing_is_permitted_but_being_signed_in(session: Session) -> None:
    reader = a_home_reader(session)
    a_grant(session, reader, WRITE, ended_at=NOW)
    grants.withhold(session, a_visit(session, reader), Permission.WRITE)
    assert grants.permissions_of(session, a_visit(session, reader)) == {Permission.SIGN_IN}


def test_a_software_through_which_nobody_can_write_permits_nothing_more(session: Session) -> None:
    reader = a_home_reader(session)
    a_grant(session, reader, "read write")
    visit = a_visit(session, reader, software="misskey")
    assert grants.permissions_of(session, visit) == {Permission.SIGN_IN}


@pytest.mark.parametrize("case", ["none", "ended", "narrow", "withheld", "misskey"])
def test_nobody_acts_for_a_reader_without_their_permission(unit: Unit, case: str) -> None:
    with database.transaction() as session:
        reader = a_home_reader(
            session, home=a_home(session, software="misskey") if case == "misskey" else None
        )
        if case == "ended":
            a_grant(session, reader, WRITE, ended_at=NOW)
        elif case == "withheld":
            a_grant(session, reader, WRITE, withheld="write")
        elif case != "none":
            a_grant(session, reader, "read:accounts" if case == "narrow" else WRITE)
    with pytest.raises(PermissionNeeded) as refused:
        grants.client_for(reader.id, Permission.WRITE)
    assert refused.value.permission is Permission.WRITE


def test_whoever_acts_for_a_reader_does_so_at_their_home_with_their_token(unit: Unit) -> None:
    with database.transaction() as session:
        reader = a_home_reader(session)
        a_grant(session, a_home_reader(session, "ben"), WRITE, "theirs")
        a_grant(session, reader, WRITE, "mine")
    client = grants.client_for(reader.id, Permission.WRITE)
    assert (client.base, client.token) == ("https://home.example", "mine")


def test_a_token_cannot_be_opened_as_somebody_elses(session: Session) -> None:
    ana, ben = a_home_reader(session), a_home_reader(session, "ben")
    moved = a_grant(session, ana)
    moved.reader_id = ben.id
    with pytest.raises(Exception, match="cannot be opened"):
        held_tokens.token_of(moved)


def test_a_dead_token_is_forgotten_and_nobody_elses(unit: Unit) -> None:
    with database.transaction() as session:
        ana, ben = a_home_reader(session), a_home_reader(session, "ben")
        a_grant(session, ana)
        a_grant(session, ben)
        a_grant(session, ana, token="before", ended_at=NOW - timedelta(days=1))
    grants.note_dead(ana.id, "before")
    assert kept()[0].ended_at is None, "one that was given meanwhile is another"
    grants.note_dead(ana.id, "token")
    first, theirs, before = kept()
    assert (first.ended_at, first.token_sealed) == (NOW, "")
    assert theirs.ended_at is None
    assert before.token_sealed != "", "it is still to be given back"
    assert before.ended_at == NOW - timedelta(days=1)


def test_whoever_takes_everything_back_is_not_told_of_news_any_more(unit: Unit) -> None:
    with database.transaction() as session:
        ana, ben = a_home_reader(session), a_home_reader(session, "ben")
        a_grant(session, ana)
        a_grant(session, ben)
        for reader in (ana, ben):
            add(session, PushSubscription(
                reader_id=reader.id, endpoint=f"https://push.example/{reader.id}", p256dh="x", auth="x", since=NOW
            ))  # fmt: skip
    grants.withdraw(ana.id)
    assert [one.ended_at for one in kept()] == [NOW, None]
    assert kept()[0].token_sealed != "", "so that it can be given back"
    with database.read_transaction() as session:
        assert session.execute(select(PushSubscription.reader_id)).scalars().all() == [ben.id]


@pytest.fixture
def revoked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens that servers were asked to revoke; each says yes."""
    asked: list[str] = []

    def revoke(home: HomeServer, app: object, token: str) -> bool:
        assert not database.is_open()
        asked.append(token)
        return True

    monkeypatch.setattr(oauth, "revoke", revoke)
    return asked


def an_ended_grant(
    checked: timedelta = timedelta(days=1),
    software: str = "mastodon",
    also: str = "",
    ended: timedelta = timedelta(days=1),
) -> Grant:
    with database.transaction() as session:
        home = a_home(session, software=software)
        reader, app = a_home_reader(session, home=home), an_app(session, home)
        if also:
            a_grant(session, reader, WRITE, also, app_id=app.id)
        return a_grant(
            session, reader, WRITE, "old", app_id=app.id, ended_at=NOW - ended, checked_at=NOW - checked
        )  # fmt: skip


def test_a_token_that_its_server_gave_again_is_forgotten_and_not_revoked(
    unit: Unit, revoked: list[str]
) -> None:
    grants.give_back(an_ended_grant(also="old"))
    assert revoked == []
    assert [one.token_sealed == "" for one in kept()] == [False, True]


def test_a_token_is_revoked_where_another_one_is_in_use(unit: Unit, revoked: list[str]) -> None:
    grants.give_back(an_ended_grant(also="new"))
    assert revoked == ["old"]
    assert [one.token_sealed == "" for one in kept()] == [False, True]


def test_a_server_that_cannot_revoke_is_not_asked_and_the_token_is_forgotten(
    unit: Unit, revoked: list[str]
) -> None:
    grants.give_back(an_ended_grant(software="friendica"))
    assert revoked == []
    assert [one.token_sealed for one in kept()] == [""]


def test_a_token_without_its_registration_is_forgotten(unit: Unit, revoked: list[str]) -> None:
    with database.transaction() as session:
        found = a_grant(session, a_home_reader(session), WRITE, ended_at=NOW)
    grants.give_back(found)
    assert revoked == []
    assert [one.token_sealed for one in kept()] == [""]


def test_a_token_stays_until_its_server_says_that_it_is_revoked(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "revoke", lambda *facts: False)
    ended = an_ended_grant()
    assert grants.give_back_next()
    assert kept()[0].token_sealed == ended.token_sealed
    assert not grants.give_back_next(), "its turn comes again in an hour"


@pytest.mark.parametrize(
    ("checked", "is_due"), [(timedelta(hours=1), False), (timedelta(hours=1) + A_SECOND, True)]
)
def test_a_token_is_given_back_once_an_hour(
    unit: Unit, revoked: list[str], checked: timedelta, is_due: bool
) -> None:
    an_ended_grant(checked)
    assert grants.give_back_next() is is_due
    assert revoked == ["old"] * is_due


@pytest.mark.parametrize(
    ("ended", "checked", "is_due"),
    [
        (timedelta(minutes=14), timedelta(minutes=1), False),
        (timedelta(minutes=14), timedelta(minutes=1) + A_SECOND, True),
        (timedelta(minutes=15), timedelta(minutes=1) + A_SECOND, False),
    ],
)
def test_a_token_that_ended_just_now_is_given_back_once_a_minute(
    unit: Unit, revoked: list[str], ended: timedelta, checked: timedelta, is_due: bool
) -> None:
    an_ended_grant(checked, ended=ended)
    assert grants.give_back_next() is is_due
    assert revoked == ["old"] * is_due


def test_a_token_in_use_or_forgotten_is_not_given_back(unit: Unit, revoked: list[str]) -> None:
    long_ago = NOW - timedelta(days=9)
    with database.transaction() as session:
        reader = a_home_reader(session)
        app = an_app(session, session.get_one(HomeServer, reader.home_id))
        a_grant(session, reader, WRITE, app_id=app.id, checked_at=long_ago)
        a_grant(
            session, reader, WRITE, app_id=app.id, checked_at=long_ago, ended_at=long_ago, token_sealed=""
        )
    assert not grants.give_back_next()
    grants.give_back_all(reader.id)
    assert revoked == []


def test_whoever_leaves_has_all_of_their_old_tokens_given_back_and_nobody_elses(
    unit: Unit, revoked: list[str]
) -> None:
    with database.transaction() as session:
        ana, ben = a_home_reader(session), a_home_reader(session, "ben")
        app = an_app(session, session.get_one(HomeServer, ana.home_id))
        for reader, token in ((ana, "one"), (ana, "two"), (ben, "theirs")):
            a_grant(session, reader, WRITE, token, app_id=app.id, ended_at=NOW)
    grants.give_back_all(ana.id)
    assert sorted(revoked) == ["one", "two"]
    grants.give_back_all(ana.id)
    assert len(revoked) == 2


def a_grant_to_check(checked: timedelta, software: str = "mastodon") -> Reader:
    with database.transaction() as session:
        reader = a_home_reader(session, home=a_home(session, software=software))
        a_grant(session, reader, WRITE, "token", checked_at=NOW - checked)
        a_session(session, reader)
    return reader


def signed_in() -> int:
    with database.read_transaction() as session:
        return len(session.execute(select(ReaderSession.id)).all())


@pytest.mark.parametrize(
    ("checked", "is_due"), [(timedelta(hours=20), False), (timedelta(hours=20) + A_SECOND, True)]
)
def test_an_account_is_asked_about_once_a_day(
    unit: Unit, world: World, checked: timedelta, is_due: bool
) -> None:
    world.says(ME, {"username": "ana"})
    a_grant_to_check(checked)
    assert grants.check_next() is is_due
    assert len(world.asked) == is_due
    assert not grants.check_next(), "not twice"
    assert signed_in() == 1


@pytest.mark.parametrize("status", [401, 403, 404, 422])
def test_whom_their_server_no_longer_lets_in_is_signed_out_here(
    unit: Unit, world: World, status: int
) -> None:
    world.says(ME, {"error": "no"}, status)
    a_grant_to_check(timedelta(days=1))
    assert grants.check_next()
    assert signed_in() == 0
    assert [(one.ended_at, one.token_sealed) for one in kept()] == [(NOW, "")]


def test_a_suspended_account_is_signed_out(unit: Unit, world: World) -> None:
    world.says(ME, {"username": "ana", "suspended": True})
    a_grant_to_check(timedelta(days=1))
    assert grants.check_next()
    assert signed_in() == 0


@pytest.mark.parametrize("status", [302, 429, 500, 503])
def test_a_server_that_is_away_signs_nobody_out(unit: Unit, world: World, status: int) -> None:
    world.says(ME, {"error": "later"}, status, location="https://evil.example/")
    a_grant_to_check(timedelta(days=1))
    assert grants.check_next()
    assert signed_in() == 1
    assert [one.ended_at for one in kept()] == [None]
    assert len(world.asked) == 1, "nobody else is asked with the token"


def test_misskey_is_asked_in_its_own_way(unit: Unit, world: World) -> None:
    world.says("POST https://home.example/api/i", {"id": "9"})
    a_grant_to_check(timedelta(days=1), "misskey")
    assert grants.check_next()
    assert [one.body for one in world.asked] == [b'{"i":"token"}']
    assert signed_in() == 1


def test_a_check_seals_the_token_anew(unit: Unit, world: World) -> None:
    world.says(ME, {"username": "ana"})
    a_grant_to_check(timedelta(days=1))
    (before,) = [one.token_sealed for one in kept()]
    grants.check_next()
    (after,) = kept()
    assert after.token_sealed != before
    assert held_tokens.token_of(after) == "token"
