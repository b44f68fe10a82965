"""Tokens of sign-ins that failed: given back to their server, at once or when it answers again. Nobody here is known by one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from fedconnect.accounts import held_tokens, oauth
from fedconnect.accounts.server_software import software_of
from fedconnect.foundation import clock, database, sealing
from fedconnect.models.home_server import HomeServer, HomeServerApp
from fedconnect.models.reader import Grant, UnkeptToken

GIVEN_BACK_EVERY = timedelta(hours=1)
_AT_FIRST, _AT_FIRST_EVERY = (
    timedelta(minutes=15),
    timedelta(minutes=1),
)  # a line that broke is mostly whole again soon
_MOST_OF_AN_APP = 2_000
_PURPOSE = "unkept token"


def give_back(home: HomeServer, app: HomeServerApp, token: str, refresh_token: str = "") -> None:
    """Revoke what came back of a sign-in which failed; opens its own transactions. Where its server does not answer, as
    it mostly does not when a sign-in failed, its turn comes again (`give_back_next`).

    A server may give the very token of before again (Mastodon): one that somebody is signed in with is not touched.
    """
    with database.read_transaction() as session:
        is_used = is_held(session, app.id, token)
    if is_used or not software_of(home.software).revokes:
        return
    for one in (refresh_token, token):
        if one and not oauth.revoke(home, app, one):
            _keep(app, one)


def _keep(app: HomeServerApp, token: str) -> None:
    now = clock.now()
    kept = UnkeptToken(
        app_id=app.id, token_sealed=sealing.seal(token.encode(), _PURPOSE), ended_at=now, checked_at=now
    )
    with database.transaction() as session:
        if session.get(HomeServerApp, app.id) is not None:  # else nobody can give it back
            session.add(kept)


def give_back_next() -> bool:
    """Give back one that its server did not take so far, as often as one of somebody who signed out; False where none is due."""
    now = clock.now()
    with database.transaction() as session:
        found = session.execute(
            select(UnkeptToken).where(turn_has_come(UnkeptToken, now))
            .order_by(UnkeptToken.checked_at).limit(1).with_for_update(skip_locked=True)
        ).scalar_one_or_none()  # fmt: skip
        if found is None:
            return False
        found.checked_at = now
        app = session.get_one(HomeServerApp, found.app_id)
        home = session.get_one(HomeServer, app.home_id)
        token = sealing.unseal(found.token_sealed, _PURPOSE).decode()
        is_used = is_held(session, app.id, token)
    if is_used or oauth.revoke(home, app, token):
        with database.transaction() as session:
            session.execute(delete(UnkeptToken).where(UnkeptToken.id == found.id))
    return True


def is_held(session: Session, app_id: int, token: str) -> bool:
    """Whether somebody is signed in with this very token of a registration."""
    held = session.execute(
        select(Grant).where(Grant.app_id == app_id, Grant.ended_at.is_(None)).limit(_MOST_OF_AN_APP)
    ).scalars()
    return any(token in held_tokens.tokens_of(one) for one in held)


def turn_has_come(row: type[Grant] | type[UnkeptToken], now: datetime) -> ColumnElement[bool]:
    """Return the condition that a token which could not be given back is tried again: each minute at first, then each hour."""
    return or_(
        row.checked_at < now - GIVEN_BACK_EVERY,
        and_(row.ended_at > now - _AT_FIRST, row.checked_at < now - _AT_FIRST_EVERY),
    )
