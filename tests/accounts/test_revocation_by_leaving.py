"""Whoever leaves is gone here, whatever their home server says."""

from __future__ import annotations

from datetime import timedelta

from fedconnect.accounts import preferences, revocation, sessions
from fedconnect.foundation import clock, database
from fedconnect.models.reader import Grant, ReaderSession
from support.forum import Forum
from support.home import FakeHomeServer
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
