"""Sign in with the account you have: begin at a typed address, end as a reader whose actor id is proven.

Ref: RFC 6749 §10.12 (state), RFC 7636, RFC 9207; docs/decisions/0009.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.accounts import grants, home_servers, identity, oauth, sessions, unkept_tokens
from fedconnect.accounts.home_servers import ensure_app, ensure_home_server
from fedconnect.accounts.identity import VerifiedAccount
from fedconnect.accounts.mastodon_api import HomeClient
from fedconnect.accounts.oauth_scopes import NARROW, PROFILE, Permission, everything, scopes_for
from fedconnect.accounts.pressed import PressedButton, from_json, to_json
from fedconnect.accounts.server_software import SignInMethod, software_of
from fedconnect.accounts.sessions import Visit
from fedconnect.accounts.typed_addresses import read_address
from fedconnect.activitypub.instance_trust import blocked_of
from fedconnect.foundation import clock, database, sealing
from fedconnect.foundation.database import changed
from fedconnect.foundation.errors import FedConnectError, FetchFailed, Malformed, NotPermitted
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.models.home_server import HomeServer, HomeServerApp
from fedconnect.models.person import Person
from fedconnect.models.reader import Grant, Reader, SignIn
from fedconnect.site.identity import get_site

LIFE = timedelta(minutes=10)
_STATE, _BROWSER, _VERIFIER, _PRESSED = (
    "sign-in state", "sign-in browser", "sign-in verifier", "sign-in pressed",
)  # fmt: skip


class Expired(FedConnectError):
    """The way back is not, or no longer, one that this browser began (400)."""

    status = 400
    safe = "This sign-in was not begun in this browser, or has run out. Please begin again."


class SignInRefused(FedConnectError):
    """The reader said no at their server (403)."""

    status = 403
    safe = "You did not permit it, so nothing has changed."


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in on its way: the page that the home server shows, and the secret that this browser keeps."""

    url: str
    host: str
    software: str
    browser: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A reader is signed in: their cookie, the page of ours where they were going, and what they had pressed."""

    cookie: str
    onward: str
    pressed: PressedButton | None = None


def begin(typed: str, wanted: Collection[Permission], onward: str, *, is_known: bool = False) -> Begun:
    """Find the home of a typed address, and prepare the way there; opens its own transactions. `is_known`: somebody
    who is signed in already, and whom strangers do not keep waiting.

    Raises:
        Malformed: what was typed is no address. NoSignIn: that server cannot. HomeAway: it does not answer.
        Busy: too many wait for other servers.
    """
    with outbound_slot(known=is_known):
        return _begin(typed, wanted, onward)


def _begin(typed: str, wanted: Collection[Permission], onward: str) -> Begun:
    address = read_address(typed)
    try:
        host = home_servers.find_host(address)
    except (FetchFailed, Malformed) as error:
        if address.handle is None:
            raise
        raise FetchFailed(
            error.detail,
            safe="%(host)s did not tell us about %(handle)s. Is it spelt right?",
            host=address.domain,
            handle=str(address.handle),
        ) from error
    home = ensure_home_server(host)
    return _set_out(home, address.domain, frozenset(wanted) | {Permission.SIGN_IN}, onward, None)


def begin_anew(
    visit: Visit, wanted: Collection[Permission], onward: str, pressed: PressedButton | None = None
) -> Begun:
    """Ask somebody who is signed in for more than they have permitted so far; `pressed` is what needed it.

    Raises: as begin.
    """
    with outbound_slot():
        home = ensure_home_server(visit.home_host)
        with database.read_transaction() as session:
            held = grants.permissions_of(session, visit)
        return _set_out(
            home, visit.handle.rpartition("@")[2], held | frozenset(wanted), onward, visit.reader_id, pressed
        )


def _set_out(
    home: HomeServer,
    domain: str,
    wanted: frozenset[Permission],
    onward: str,
    for_reader: int | None,
    pressed: PressedButton | None = None,
) -> Begun:
    state, browser, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    begun = SignIn(
        state_hash=sealing.digest(state, _STATE), browser_hash=sealing.digest(browser, _BROWSER),
        home_id=home.id, domain=domain, scopes="", wanted=" ".join(sorted(wanted)), onward=onward_path(onward), for_reader_id=for_reader,
        pressed_sealed=sealing.seal(to_json(pressed).encode(), _PRESSED) if pressed is not None else "", begun_at=clock.now(),
    )  # fmt: skip
    if software_of(home.software).proof is SignInMethod.MIAUTH:
        begun.ticket = str(uuid.uuid4())
        query = {
            "name": get_site().name,
            "callback": f"{home_servers.redirect_uri()}?{urlencode({'state': state})}",
            "permission": "read:account",
        }
        url = f"{home.base}/miauth/{begun.ticket}?{urlencode(query)}"
    else:
        scopes, registered = _scopes(home, wanted)
        app = ensure_app(home, registered)
        begun.app_id, begun.scopes = app.id, " ".join(scopes)
        begun.verifier_sealed = sealing.seal(verifier.encode(), _VERIFIER)
        url = oauth.authorize_url(home, app, begun.scopes, state, verifier)
    with database.transaction() as session:
        session.execute(delete(SignIn).where(SignIn.begun_at < clock.now() - LIFE))
        session.add(begun)
    return Begun(url, home.host, software_of(home.software).label, browser)


def _scopes(home: HomeServer, wanted: frozenset[Permission]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the scopes to ask for now, and those of the registration: a narrow one, and one for the rest."""
    offered = set(home.scopes_offered.split())
    if wanted == {Permission.SIGN_IN}:
        narrow = (PROFILE,) if PROFILE in offered else NARROW
        return narrow, narrow
    asked, all_of_it = scopes_for(wanted), everything()
    if offered:
        asked = tuple(scope for scope in asked if scope in offered)
        all_of_it = tuple(scope for scope in all_of_it if scope in offered)
    return asked, all_of_it


@dataclass(frozen=True, slots=True)
class Return:
    """What came back with the reader: the query of our redirect address, bounded."""

    state: str
    code: str
    ticket: str
    issuer: str
    error: str


def finish(back: Return, browser: str, user_agent: str, *, earlier: Visit | None = None) -> SignedIn:
    """End a sign-in: take the code to the home that it was begun at, and prove whose account it is. `earlier` is who was
    signed in in this browser until now: one browser has one session, or signing out would never be the last.

    Raises:
        Expired: not begun in this browser, used already, or too old. Refused: the reader said no.
        AppForgotten, HomeAway, HomeRefused: the home's side. IdentityMismatch: the account is not proven.
        Busy: too many wait for other servers.
    """
    with outbound_slot(known=False):
        return _finish(back, browser, user_agent, earlier)


def _finish(back: Return, browser: str, user_agent: str, earlier: Visit | None) -> SignedIn:
    begun, home, app = _take(back, browser)
    if back.issuer and back.issuer.rstrip("/") != home.base:
        raise Expired("another issuer came back")
    if back.error:
        raise SignInRefused(f"{home.host}: {back.error[:80]}")
    if begun.ticket:
        if back.ticket and back.ticket != begun.ticket:
            raise Expired("another MiAuth session")
        found, token = identity.fetch_account_by_miauth(home, begun.ticket)
        vouched: VerifiedAccount | None = found
        granted = oauth.Token(token, "")
    else:
        if app is None:
            raise oauth.AppForgotten("the registration was dropped meanwhile")
        verifier = sealing.unseal(begun.verifier_sealed, _VERIFIER).decode()
        granted = oauth.exchange(home, app, begun.scopes, back.code, verifier)
        vouched = None
    try:
        vouched = vouched or identity.fetch_account(home, HomeClient(home.base, granted.value))
        person = identity.prove_person(home, vouched, begun.domain)
        cookie, ended = _keep(begun, home, app, granted, vouched, person, user_agent, earlier)
    except FedConnectError:
        if app is not None:
            unkept_tokens.give_back(home, app, granted.value, granted.refresh)
        raise
    for grant in ended:
        grants.give_back(grant)
    kept = begun.pressed_sealed
    return SignedIn(
        cookie, begun.onward, from_json(sealing.unseal(kept, _PRESSED).decode()) if kept else None
    )


def _keep(
    begun: SignIn,
    home: HomeServer,
    app: HomeServerApp | None,
    granted: oauth.Token,
    vouched: VerifiedAccount,
    person: Person,
    user_agent: str,
    earlier: Visit | None,
) -> tuple[str, list[Grant]]:
    """Keep what a home granted and begin the session; return its cookie and the grants that are to be given back."""
    with database.transaction() as session:
        if blocked_of(session, {person.host, home.host}):
            raise NotPermitted("a blocked home", safe="This forum does not take part with that server.")
        reader = _reader(session, person, home, vouched)
        if begun.for_reader_id is not None and reader.id != begun.for_reader_id:
            raise NotPermitted(
                "another account",
                safe="You permitted this with another account than the one you are signed in with.",
            )
        ended = [grants.keep(session, reader, app, granted, begun.wanted.split())]
        cookie = sessions.begin(session, reader, user_agent)
        if earlier is not None and sessions.end_replaced(session, earlier):
            ended.append(grants.end(session, earlier.reader_id))
    return cookie, [one for one in ended if one is not None]


def _take(back: Return, browser: str) -> tuple[SignIn, HomeServer, HomeServerApp | None]:
    """Take the sign-in that a state names out of the table: whoever comes second finds nothing."""
    with database.transaction() as session:
        found = session.execute(
            select(SignIn).where(SignIn.state_hash.in_(sealing.digests(back.state, _STATE)))
        ).scalar_one_or_none()
        if found is None or found.browser_hash not in sealing.digests(browser, _BROWSER):
            raise Expired("no such sign-in in this browser")
        gone = session.execute(delete(SignIn).where(SignIn.id == found.id))
        if changed(gone) != 1 or clock.now() - found.begun_at > LIFE:
            raise Expired("used already, or too late")
        session.expunge(found)
        home = session.get_one(HomeServer, found.home_id)
        app = session.get(HomeServerApp, found.app_id) if found.app_id is not None else None
    return found, home, app


def _reader(session: Session, person: Person, home: HomeServer, vouched: VerifiedAccount) -> Reader:
    found = session.execute(select(Reader).where(Reader.person_id == person.id)).scalar_one_or_none()
    if found is None:
        found = Reader(person_id=person.id, home_id=home.id, joined_at=clock.now())
        session.add(found)
        session.flush()  # the session names its reader
    found.home_id = home.id
    found.default_visibility = vouched.visibility or found.default_visibility or ""
    found.default_language = vouched.language or found.default_language or ""
    return found


def onward_path(text: str) -> str:
    """Return a path of ours, or `/`: never an address that leads away. Case O03."""
    is_path = re.fullmatch(r"/[A-Za-z0-9_./?=&%#@:-]{0,390}", text) is not None
    if not is_path or "//" in text or "%5c" in text.lower():
        return "/"
    return text
