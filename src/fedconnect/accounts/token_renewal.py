"""A token that ends is renewed once, however many processes want to use it.

Most servers give a new refresh token each time, and take the use of an old one for theft: so whoever renews claims the
grant's row first, and everybody else waits for what comes of it. Ref: RFC 6749 §6, RFC 9700 §4.14.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update

from fedconnect.accounts import held_tokens, oauth, unkept_tokens
from fedconnect.accounts.mastodon_api import HomeAway, HomeRefused
from fedconnect.accounts.oauth import Token
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import changed, database_now
from fedconnect.models.home_server import HomeServer, HomeServerApp
from fedconnect.models.reader import Grant

log = structlog.get_logger()
SOON = timedelta(seconds=60)
_LEASE = timedelta(seconds=30)  # three times the longest that a home server may take
_PATIENCE_S = 8.0
_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class _Claimed:
    grant: Grant
    home: HomeServer
    app: HomeServerApp
    until: datetime


@dataclass(frozen=True, slots=True)
class _Busy:
    host: str


def is_ending(grant: Grant) -> bool:
    """Whether a token is to be renewed before it is used: it ends within a minute, and can be."""
    return grant.refresh_sealed != "" and grant.ends_at is not None and grant.ends_at <= clock.now() + SOON


def renew(grant_id: int, stale: str) -> str | None:
    """Return the token that takes the place of a `stale` one: renewed here, or by somebody else just now. None where there
    is none; if its server said so, the grant has ended, and the reader is asked again. Opens its own transactions.

    Raises:
        HomeAway: no answer, or somebody else waits for one; the grant stays as it is.
    """
    until = time.monotonic() + _PATIENCE_S
    while isinstance(found := _claim(grant_id, stale), _Busy):
        if time.monotonic() > until:
            raise HomeAway(found.host, "somebody else renews this token")
        time.sleep(_LOOK_S)
    if not isinstance(found, _Claimed):
        return found
    try:
        given = oauth.refresh(found.home, found.app, held_tokens.refresh_token_of(found.grant))
    except HomeRefused as error:
        log.info("token_not_renewed", host=found.home.host, reason=error.detail)
        _write(found, ended_at=clock.now(), **held_tokens.FORGOTTEN)
        return None
    except BaseException:
        _write(found)
        raise
    return _keep(found, given)


def _claim(grant_id: int, stale: str) -> _Claimed | _Busy | str | None:
    with database.transaction() as session:
        row = session.execute(
            select(Grant, HomeServer, HomeServerApp)
            .join(HomeServerApp, HomeServerApp.id == Grant.app_id)
            .join(HomeServer, HomeServer.id == HomeServerApp.home_id)
            .where(Grant.id == grant_id, Grant.ended_at.is_(None))
            .with_for_update(of=Grant)
        ).one_or_none()
        if row is None:
            return None
        grant, home, app = row
        token = held_tokens.token_of(grant)
        if token != stale:
            return token
        if not grant.refresh_sealed:
            return None
        now = database_now(session)
        if grant.renewing_until is not None and grant.renewing_until > now:
            return _Busy(home.host)
        grant.renewing_until = until = now + _LEASE
    return _Claimed(grant, home, app, until)


def _keep(claimed: _Claimed, given: Token) -> str | None:
    """Keep the new tokens; where the grant ended meanwhile, as by signing out, they are given back."""
    if _write(claimed, **held_tokens.sealed(claimed.grant.reader_id, given)):
        return given.value
    unkept_tokens.give_back(claimed.home, claimed.app, given.value, given.refresh)
    return None


def _write(claimed: _Claimed, **values: object) -> bool:
    """Write how a claim ended, and let go of it; False where it no longer holds."""
    with database.transaction() as session:
        written = session.execute(
            update(Grant)
            .where(
                Grant.id == claimed.grant.id,
                Grant.ended_at.is_(None),
                Grant.renewing_until == claimed.until,
            )
            .values(renewing_until=None, **values)
        )
        return changed(written) == 1
