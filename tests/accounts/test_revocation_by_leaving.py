"""Whoever leaves is gone here, whatever their home server says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from fedconnect.accounts import preferences, revocation, sessions
from fedconnect.foundation import clock, database
from fedconnect.models.reader import Grant, ReaderSession
from support.forum import Forum
from support.home import DIALECTS, FakeHomeServer
from support.rows import signed_in, visit_of
from support.visitor import Visitor


def granted(reader_id: int) -> None:
    """Keep a grant of a home server that is not there."""
    now = clock.now() - timedelta(days=1)
    with database.transaction() as session:
        session.add(
            Grant(reader_id=reader_id, scopes="profile", token_sealed="x", given_at=now, checked_at=now)
        )


def test_who_is_signed_in_elsewhere_too_keeps_the_permission(forum: Forum) -> None:
    dora = signed_in("dora")
    granted(dora.reader_id)
    with database.transaction() as session:
        sessions.begin(session, preferences.preferences_of(session, dora), "")
    revocation.sign_out(dora)
    assert [one.ended_at for one in forum.rows(Grant)] == [None]
    assert len(forum.rows(ReaderSession)) == 1


def test_with_the_last_browser_the_permission_ends(forum: Forum) -> None:
    dora = signed_in("dora")
    granted(dora.reader_id)
    revocation.sign_out(dora)
    assert [one.ended_at is not None for one in forum.rows(Grant)] == [True]
    assert forum.rows(ReaderSession) == []


def test_disconnecting_signs_out_everywhere_and_gives_the_token_back(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    visitor.sign_in(home, "dora")
    revocation.disconnect(visit_of(visitor))
    assert home.tokens == {}
    assert forum.rows(ReaderSession) == []
    assert [one.token_sealed for one in forum.rows(Grant)] == [""]


def test_what_a_reader_sees_first_is_theirs_to_choose(forum: Forum) -> None:
    dora, eve = signed_in("dora"), signed_in("eve")
    with database.transaction() as session:
        preferences.choose_first(session, dora, content=True)
    with database.read_transaction() as session:
        assert preferences.preferences_of(session, dora).hides_authors is True
        assert preferences.preferences_of(session, eve).hides_authors is None


@pytest.mark.parametrize("dialect", ["mastodon 4.5", "gotosocial", "hollo"])
@pytest.mark.parametrize("way", ["/sign-out", "/you/disconnect"])
def test_after_any_number_of_permissions_signing_out_leaves_no_token(
    forum: Forum, visitor: Visitor, dialect: str, way: str
) -> None:
    home = FakeHomeServer("127.0.0.5", DIALECTS[dialect])
    home.resident("dora")
    visitor.sign_in(home, "dora")
    for wanted in ("write", "follow", "mark", "report"):
        visitor.permit(home, "dora", wanted)
        assert len(home.tokens) == 1, "the earlier token was given back"
        assert len(forum.rows(ReaderSession)) == 1, "and the earlier session of this browser ended"
    visitor.post(way)
    assert home.tokens == {}
    assert forum.rows(ReaderSession) == []
    home.close()


def test_ending_ones_own_session_in_the_list_gives_the_token_back_too(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    visitor.sign_in(home, "dora")
    (row,) = forum.rows(ReaderSession)
    visitor.post(f"/you/sessions/{row.id}/end")
    assert home.tokens == {}


def test_who_signs_in_with_another_account_leaves_nothing_of_the_first(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    home.resident("eve", key=2)
    visitor.sign_in(home, "dora")
    visitor.sign_in(home, "eve")
    assert [user for user, _ in home.tokens.values()] == ["eve"]
    assert len(forum.rows(ReaderSession)) == 1


@pytest.mark.parametrize("dialect", ["mastodon 4.5", "gotosocial"])
def test_a_sign_in_that_fails_leaves_no_token_and_takes_none_that_is_used(
    forum: Forum, visitor: Visitor, app: Flask, dialect: str
) -> None:
    home = FakeHomeServer("127.0.0.5", DIALECTS[dialect])
    home.resident("dora")
    home.resident("eve", key=2)
    other = Visitor(app)
    other.sign_in(home, "eve", wanted=("write",))
    visitor.sign_in(home, "dora")
    assert visitor.permit(home, "eve", "write").status_code == 403
    assert sorted(user for user, _ in home.tokens.values()) == ["dora", "eve"]
    assert other.get("/boards/respite/new").status_code == 200
    home.close()


def test_a_lost_answer_to_giving_back_leaves_no_token(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    visitor.sign_in(home, "dora")
    home.spoilt["POST /oauth/revoke"] = (502, {}, b"")
    visitor.post("/sign-out")
    assert home.tokens == {}
    assert [one.token_sealed for one in forum.rows(Grant)] == [""]
