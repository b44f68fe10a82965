"""Going away is done here at once, whatever the home server answers."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from fedconnect.accounts import grants, revocation
from fedconnect.accounts.sessions import Visit
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import Busy, FetchFailed, NotFound
from fedconnect.models.reader import Grant, ReaderSession
from support.account_rows import a_grant, a_home_reader, a_session, a_visit
from support.unit import Unit


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For whom tokens were given back."""
    found: list[int] = []
    monkeypatch.setattr(grants, "give_back_all", found.append)
    return found


def signed_in(name: str = "ana", browsers: int = 1) -> Visit:
    with database.transaction() as session:
        reader = a_home_reader(session, name)
        a_grant(session, reader)
        rows = [a_session(session, reader, f"{name}{number}") for number in range(browsers)]
        return a_visit(session, reader, session_id=rows[0].id)


def left() -> tuple[int, int]:
    """How many sessions, and how many grants in use."""
    with database.read_transaction() as session:
        used = select(Grant.id).where(Grant.ended_at.is_(None))
        return len(session.execute(select(ReaderSession.id)).all()), len(session.execute(used).all())


def test_nobody_signs_somebody_else_out(unit: Unit, asked: list[int]) -> None:
    ana, ben = signed_in("ana"), signed_in("ben")
    forged = Visit(**{name: getattr(ana, name) for name in ana.__slots__} | {"session_id": ben.session_id})
    with pytest.raises(NotFound):
        revocation.sign_out(forged)
    assert left() == (2, 2)
    assert asked == []


def test_signing_out_in_one_of_two_browsers_gives_nothing_back(unit: Unit, asked: list[int]) -> None:
    revocation.sign_out(signed_in(browsers=2))
    assert left() == (1, 1)
    assert asked == []


def test_signing_out_in_the_last_browser_gives_the_permission_back(unit: Unit, asked: list[int]) -> None:
    ana = signed_in("ana")
    signed_in("ben")
    revocation.sign_out(ana)
    assert left() == (1, 1)
    assert asked == [ana.reader_id]


def test_disconnecting_ends_every_browser_of_ones_own(unit: Unit, asked: list[int]) -> None:
    ana = signed_in("ana", browsers=3)
    signed_in("ben")
    revocation.disconnect(ana)
    assert left() == (1, 1)
    assert asked == [ana.reader_id]


@pytest.mark.parametrize("error", [FetchFailed("silence"), Busy("no slot")])
def test_a_home_that_is_away_keeps_nobody_here(
    unit: Unit, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def give_back_all(reader_id: int) -> None:
        raise error

    monkeypatch.setattr(grants, "give_back_all", give_back_all)
    ana = signed_in()
    revocation.disconnect(ana)
    assert left() == (0, 0)
    with database.read_transaction() as session:
        (ended,) = session.execute(select(Grant)).scalars()
    assert ended.token_sealed != "", "its turn comes again"
    assert ended.ended_at is not None
    assert ended.ended_at <= clock.now()
