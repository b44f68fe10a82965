"""What readers permitted: tokens sealed at rest, used for what they were given for, given back when asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from fedconnect.accounts import held_tokens, identity, oauth, sessions, token_renewal, unkept_tokens
from fedconnect.accounts.held_tokens import token_of
from fedconnect.accounts.mastodon_api import HomeClient, HomeRefused, PermissionGone
from fedconnect.accounts.oauth import Token
from fedconnect.accounts.oauth_scopes import Permission, permitted
from fedconnect.accounts.server_software import SignInMethod, software_of
from fedconnect.accounts.sessions import Visit
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FedConnectError
from fedconnect.models.home_server import HomeServer, HomeServerApp
from fedconnect.models.reader import Grant, Reader
from fedconnect.models.web_push import PushSubscription

log = structlog.get_logger()
CHECK_EVERY = timedelta(hours=20)


class PermissionNeeded(FedConnectError):
    """The reader has not permitted this yet; the page asks them (403)."""

    status = 403
    safe = "You have not permitted this yet."

    def __init__(self, permission: Permission) -> None:
        super().__init__(f"needs {permission}")
        self.permission = permission


def keep(
    session: Session, reader: Reader, app: HomeServerApp | None, given: Token, asked: Collection[str]
) -> Grant | None:
    """Keep a new token, sealed; return the grant whose token is now to be given back.

    Somebody who signs in on a second browser, for less than they permitted on the first, loses nothing: then
    the wider grant stays, and the new token is the one that goes. What was not `asked` for is withheld: taken back before, or come with another scope.
    """
    now = clock.now()
    old = find_grant(session, reader.id)
    fresh = Grant(
        reader_id=reader.id, app_id=app.id if app is not None else None, scopes=given.scopes[:400],
        given_at=now, checked_at=now, **held_tokens.sealed(reader.id, given),
    )  # fmt: skip
    # what came along with a scope of something else was not asked, and is not used
    known = allowed_by(old) if old is not None else frozenset({Permission.SIGN_IN})
    fresh.withheld = " ".join(sorted(permitted(fresh.scopes) - known - set(asked)))
    session.add(fresh)
    if old is not None and permitted(fresh.scopes) < allowed_by(old):
        fresh.ended_at = now
        return fresh
    if old is not None:
        old.ended_at = now
    return old


def find_grant(session: Session, reader_id: int) -> Grant | None:
    """Return a reader's live grant."""
    return session.execute(
        select(Grant).where(Grant.reader_id == reader_id, Grant.ended_at.is_(None)).limit(1)
    ).scalar_one_or_none()


def allowed_by(grant: Grant) -> frozenset[Permission]:
    """Return what a grant allows us, without what the reader took back since."""
    return permitted(grant.scopes) - frozenset(map(Permission, grant.withheld.split()))


def withhold(session: Session, visit: Visit, permission: Permission) -> None:
    """Take one permission back: it is not used any more, until the reader permits it anew."""
    found = find_grant(session, visit.reader_id)
    if found is not None and permission is not Permission.SIGN_IN:
        found.withheld = " ".join(sorted({*found.withheld.split(), permission.value}))


def permissions_of(session: Session, visit: Visit) -> frozenset[Permission]:
    """Return what a reader has permitted us."""
    found = find_grant(session, visit.reader_id)
    if found is None or not software_of(visit.software).writes:
        return frozenset({Permission.SIGN_IN})
    return allowed_by(found)


def client_for(reader_id: int, permission: Permission) -> HomeClient:
    """Return a client that acts for a reader; opens its own transaction.

    Raises:
        PermissionNeeded: they have not permitted this, or no longer.
    """
    with database.read_transaction() as session:
        row = session.execute(
            select(Grant, HomeServer)
            .join(Reader, Reader.id == Grant.reader_id)
            .join(HomeServer, HomeServer.id == Reader.home_id)
            .where(Grant.reader_id == reader_id, Grant.ended_at.is_(None))
        ).first()
    if row is None or permission not in allowed_by(row[0]) or not software_of(row[1].software).writes:
        raise PermissionNeeded(permission)
    return _client(row[1], row[0])


def _client(home: HomeServer, grant: Grant) -> HomeClient:
    renew = partial(token_renewal.renew, grant.id) if grant.refresh_sealed else None
    return HomeClient(home.base, token_of(grant), renew, token_renewal.is_ending(grant))


def note_dead(reader_id: int, token: str) -> None:
    """Remember that a reader's token is dead: what needs it asks them again. One that they gave meanwhile is another."""
    with database.transaction() as session:
        live = session.execute(select(Grant).where(Grant.reader_id == reader_id, Grant.ended_at.is_(None)))
        dead = [grant.id for grant in live.scalars() if token_of(grant) == token]
        session.execute(
            update(Grant)
            .where(Grant.id.in_(dead), Grant.ended_at.is_(None))
            .values(ended_at=clock.now(), **held_tokens.FORGOTTEN)
            .execution_options(synchronize_session=False)
        )


def withdraw(reader_id: int) -> None:
    """End what a reader permitted, and give the token back to its server; opens its own transactions.

    Where the server does not answer, its turn comes again (`give_back_next`). Whoever takes everything back is
    not told of news any more either.
    """
    with database.transaction() as session:
        end(session, reader_id)


def end(session: Session, reader_id: int) -> Grant | None:
    """End what a reader permitted; return the grant whose token is now to be given back."""
    session.execute(delete(PushSubscription).where(PushSubscription.reader_id == reader_id))
    found = find_grant(session, reader_id)
    if found is not None:
        found.ended_at = clock.now()
    return found


def give_back(grant: Grant) -> None:
    """Revoke an ended grant's tokens at its server and forget them, unless the server gave the very same ones again.

    A server that does not answer is asked again later; one that cannot revoke is not asked at all.
    """
    with database.read_transaction() as session:
        kept = find_grant(session, grant.reader_id)
        row = session.execute(
            select(HomeServer, HomeServerApp)
            .join(HomeServerApp, HomeServerApp.home_id == HomeServer.id)
            .where(HomeServerApp.id == grant.app_id)
        ).one_or_none()
    can = row is not None and software_of(row[0].software).revokes
    tokens = held_tokens.tokens_of(grant)
    is_needed = kept is not None and not tokens.isdisjoint(held_tokens.tokens_of(kept))
    if row is not None and can and not is_needed and not _revoke(row[0], row[1], tokens):
        return
    with database.transaction() as session:
        session.execute(update(Grant).where(Grant.id == grant.id).values(held_tokens.FORGOTTEN))


def _revoke(home: HomeServer, app: HomeServerApp, tokens: Collection[str]) -> bool:
    """Revoke tokens that belong together; a server that ends all with the first says yes to each (RFC 7009 §2.2)."""
    answers = [
        oauth.revoke(home, app, token) for token in sorted(tokens)
    ]  # each is asked, whatever it says to others
    return all(answers)


def give_back_next() -> bool:
    """Give back one token that is not needed any more: once a minute each at first, later once an hour; False where none
    is due."""
    now = clock.now()
    with database.transaction() as session:
        found = session.execute(
            select(Grant).where(
                Grant.ended_at.is_not(None), Grant.token_sealed != "", unkept_tokens.turn_has_come(Grant, now)
            ).order_by(Grant.checked_at).limit(1).with_for_update(skip_locked=True)
        ).scalar_one_or_none()  # fmt: skip
        if found is None:
            return False
        found.checked_at = now
    give_back(found)
    return True


def give_back_all(reader_id: int) -> None:
    """Give back at once what a reader no longer needs, while they wait."""
    with database.read_transaction() as session:
        ended = list(
            session.execute(
                select(Grant).where(
                    Grant.reader_id == reader_id, Grant.ended_at.is_not(None), Grant.token_sealed != ""
                ).limit(20)
            ).scalars()
        )  # fmt: skip
    for grant in ended:
        give_back(grant)


def check_next() -> bool:
    """Ask one home whether a reader's account and token still stand; False where none is due.

    An account that its server no longer lets in is signed out here. Also seals the token anew where the
    installation's key was rotated.
    """
    now = clock.now()
    with database.transaction() as session:
        found = session.execute(
            select(Grant).where(Grant.ended_at.is_(None), Grant.checked_at < now - CHECK_EVERY)
            .order_by(Grant.checked_at).limit(1).with_for_update(skip_locked=True)
        ).scalar_one_or_none()  # fmt: skip
        if found is None:
            return False
        found.checked_at = now
        held_tokens.seal_anew(found)
        home = session.execute(
            select(HomeServer)
            .join(Reader, Reader.home_id == HomeServer.id)
            .where(Reader.id == found.reader_id)
        ).scalar_one()
    try:
        if software_of(home.software).proof is SignInMethod.MIAUTH:
            HomeClient(home.base).post("/api/i", {"i": token_of(found)})
        else:
            identity.fetch_account(home, _client(home, found))
    except (PermissionGone, HomeRefused, identity.IdentityMismatch) as error:
        log.info("reader_signed_out", host=home.host, reason=error.detail)
        with database.transaction() as session:
            sessions.end_all(session, found.reader_id)
        note_dead(found.reader_id, token_of(found))
    except FedConnectError as error:
        log.info("home_not_asked", host=home.host, reason=error.detail)  # tomorrow again
    return True
