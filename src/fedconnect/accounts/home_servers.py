"""Home servers: where they take sign-ins, what they offer, and our registration there, asked for once.

Ref: RFC 8414 (metadata), Mastodon `POST /api/v1/apps`; what a server says of itself counts for its own host only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from fedconnect.accounts.mastodon_api import Document, HomeAway, HomeClient, HomeFault, text
from fedconnect.accounts.server_software import SOFTWARE, SignInMethod, software_of
from fedconnect.accounts.typed_addresses import Address
from fedconnect.activitypub import remote_nodeinfo, vocabulary, webfinger
from fedconnect.activitypub.instance_trust import policy_of
from fedconnect.foundation import clock, database, fetch, html, own_address, sealing
from fedconnect.foundation.caches import TTLCache
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.errors import FedConnectError, FetchFailed, Malformed, NotPermitted
from fedconnect.foundation.ids import new_id
from fedconnect.foundation.registrable_domains import registrable_domain
from fedconnect.models.base import table_of
from fedconnect.models.home_server import HomeServer, HomeServerApp
from fedconnect.models.instance import Policy
from fedconnect.site.identity import get_site

log = structlog.get_logger()
ASK_EVERY = timedelta(days=1)
_METADATA = "/.well-known/oauth-authorization-server"
_FALLBACK = {
    "authorization_endpoint": "/oauth/authorize",
    "token_endpoint": "/oauth/token",
    "revocation_endpoint": "/oauth/revoke",
    "app_registration_endpoint": "/api/v1/apps",
}
_hosts: TTLCache[str] = TTLCache(life_s=3600)  # domain of handles → host of its server
_failures: TTLCache[FedConnectError] = TTLCache(life_s=60)  # domain or host → what came of asking it


class NoSignIn(NotPermitted):
    """The server cannot sign its people in elsewhere; they can follow boards from it all the same."""

    status = 422


def is_known(domain: str) -> bool:
    """Whether we can tell where the people of a domain live, or that it does not answer, without asking anybody."""
    return _hosts.get(domain) is not None or _failures.get(domain) is not None


def find_host(address: Address) -> str:
    """Return the host on which somebody's server lives, asked once an hour for all people of a domain.

    Only a host of that same domain holds for all of them: a domain may send each of its people to another server, and
    nobody may be sent where somebody else said.

    Raises:
        FetchFailed: it does not answer, now or within the last minute, or knows nobody of that name.
        Malformed: its answer is none.
    """
    domain = address.domain
    if (known := _hosts.get(domain)) is not None:
        return known
    _fail_again(domain)
    try:
        if address.handle is None:
            host = web_host(domain)
        else:
            host = vocabulary.host(webfinger.look_up(address.handle).actor_uri)
    except FetchFailed as error:
        # silence, and not a response about this one handle
        if error.retryable and error.response_status is None:
            _failures.put(domain, error)
        raise
    if registrable_domain(host) == registrable_domain(domain):
        _hosts.put(domain, host)
    return host


def ensure_home_server(host: str) -> HomeServer:
    """Return a home server, asked what it offers once a day; opens its own transactions.

    Raises:
        NoSignIn: it cannot sign its people in here. NotPermitted: it is blocked.
        HomeAway: it does not answer, or names endpoints on another host.
    """
    with database.read_transaction() as session:
        known = session.execute(select(HomeServer).where(HomeServer.host == host)).scalar_one_or_none()
        policy = policy_of(session, host)
    if policy is Policy.BLOCKED:
        raise NotPermitted("a blocked home", safe="This forum does not take part with that server.")
    if known is not None and clock.now() - known.asked_at < ASK_EVERY:
        return known
    _fail_again(host)
    try:
        facts = _ask(host)
    except (NoSignIn, HomeAway) as error:
        _failures.put(host, error)
        raise
    with database.transaction() as session:
        session.execute(insert_or_skip(session, table_of(HomeServer)).values(id=new_id(), host=host, **facts))
        session.execute(update(HomeServer).where(HomeServer.host == host).values(**facts))
        return session.execute(
            select(HomeServer).where(HomeServer.host == host).execution_options(populate_existing=True)
        ).scalar_one()


def ensure_app(home: HomeServer, scopes: Sequence[str]) -> HomeServerApp:
    """Return our registration at a home for these scopes, made once and pinned; opens its own transactions.

    Raises:
        HomeAway, HomeRefused: it did not take the registration.
    """
    named, where = " ".join(scopes), redirect_uri()
    with database.read_transaction() as session:
        known = _find_app(session, home, named, where)
    if known is not None:
        return known
    client = HomeClient(home.base)
    response = client.post_form(
        home.register_url.removeprefix(home.base),
        {
            "client_name": get_site().name,
            "redirect_uris": where,
            "scopes": named,
            "website": own_address.base_url(),
        },
    )
    client_id, secret = text(response, "client_id"), text(response, "client_secret", 2000)
    if not client_id or not secret:
        raise HomeFault(
            "a registration without a client", host=home.host,
            safe="%(host)s registered us without a secret of our own, so nobody can sign in from there yet. "
            "Somebody who runs it can mend that.",
        )  # fmt: skip
    sealed = sealing.seal(secret.encode(), f"home-app {home.host}")
    with database.transaction() as session:
        session.execute(
            insert_or_skip(session, table_of(HomeServerApp)).values(
                id=new_id(), home_id=home.id, redirect_uri=where, scopes=named, client_id=client_id,
                secret_sealed=sealed, made_at=clock.now(),
            )
        )  # fmt: skip
        made = _find_app(session, home, named, where)
    if made is None:
        raise RuntimeError("a registration was lost")
    return made


def forget_app(app_id: int) -> None:
    """Drop a registration that its server no longer knows, so that the next sign-in makes a new one."""
    with database.transaction() as session:
        session.execute(delete(HomeServerApp).where(HomeServerApp.id == app_id))


def secret_of(home: HomeServer, app: HomeServerApp) -> str:
    """Return a registration's client secret."""
    return sealing.unseal(app.secret_sealed, f"home-app {home.host}").decode()


def redirect_uri() -> str:
    """Where home servers send readers back to: one address, spelt one way."""
    return own_address.base_url() + "/sign-in/back"


def web_host(domain: str) -> str:
    """Return the host on which a domain's server lives: another one where handles and pages are split.

    Ref: RFC 6415 (host-meta), Mastodon LOCAL_DOMAIN and WEB_DOMAIN.
    """
    for scheme in fetch.schemes_of(domain):
        try:
            response = fetch.get(f"{scheme}://{domain}/.well-known/host-meta", headers={"Accept": "*/*"})
        except FetchFailed:
            continue
        return fetch.host_of(response.url) if response.status == 200 else domain
    return domain


def _fail_again(name: str) -> None:
    if (failed := _failures.get(name)) is not None:
        raise failed.with_traceback(None)


def _find_app(session: Session, home: HomeServer, scopes: str, where: str) -> HomeServerApp | None:
    return session.execute(
        select(HomeServerApp).where(
            HomeServerApp.home_id == home.id,
            HomeServerApp.scopes == scopes,
            HomeServerApp.redirect_uri == where,
        )
    ).scalar_one_or_none()


def _ask(host: str) -> dict[str, object]:
    base, metadata = _metadata(host)
    software = _software(base)
    proof = software_of(software).proof
    named = SOFTWARE.get(software)
    has_api = metadata is None or "app_registration_endpoint" in metadata
    if proof is SignInMethod.NONE or (not has_api and proof is not SignInMethod.MIAUTH):
        raise NoSignIn(
            f"{software or 'unknown'} cannot sign in",
            safe="%(host)s cannot sign its people in elsewhere yet, since it runs %(software)s. "
            "You can follow and write to the boards from there all the same.",
            host=host,
            software=named.label if named else software or "?",
        )
    endpoints = {name: base + path for name, path in _FALLBACK.items()} | _own_endpoints(base, metadata or {})
    offered = (metadata or {}).get("scopes_supported")
    words = [one for one in offered if isinstance(one, str)] if isinstance(offered, list) else []
    return {
        "base": base,
        "software": software,
        "authorize_url": endpoints["authorization_endpoint"],
        "token_url": endpoints["token_endpoint"],
        "revoke_url": endpoints["revocation_endpoint"],
        "register_url": endpoints["app_registration_endpoint"],
        "scopes_offered": " ".join(words)[:4000],
        "asked_at": clock.now(),
    }


def _metadata(host: str) -> tuple[str, Document | None]:
    """Return the base address that answers, and what it says of its endpoints (None: nothing, before 4.3)."""
    problem: HomeAway | None = None
    for scheme in fetch.schemes_of(host):
        base = f"{scheme}://{host}"
        try:
            document = HomeClient(base).get(_METADATA)
        except HomeAway as error:
            if error.response_status is not None and error.response_status < 400:
                return base, None  # a redirect, or a page for people: as if there were none
            problem = problem or error
            continue
        except FedConnectError:
            return base, None
        return base, document if isinstance(document, dict) else None
    raise problem or HomeAway(host, "no scheme")


def _own_endpoints(base: str, metadata: Document) -> dict[str, str]:
    """Return the endpoints that a server names, all of them on its own origin.

    Raises:
        HomeAway: one lies elsewhere, or it speaks for another issuer (RFC 9207, mix-up attacks).
    """
    host = base.partition("://")[2]
    issuer = metadata.get("issuer")
    if issuer is not None and str(issuer).rstrip("/") != base:
        raise HomeFault(
            "metadata of another issuer", host=host, issuer=html.plain(str(issuer), 200),
            safe="%(host)s says that signing in there is the business of %(issuer)s, so we send nobody there. "
            "Somebody who runs it can mend that.",
        )  # fmt: skip
    found: dict[str, str] = {}
    for name in _FALLBACK:
        if name not in metadata:
            continue
        where = vocabulary.uri(metadata[name])
        if where is None or not vocabulary.same_origin(where, base) or urlsplit(where).query:
            raise HomeFault(
                f"{name} is not on its own host", host=host,
                safe="%(host)s names another server for signing in, so we send nobody there. Somebody who runs it can mend that.",
            )  # fmt: skip
        found[name] = where
    return found


def _software(base: str) -> str:
    try:
        return remote_nodeinfo.fetch_software(base)
    except (FetchFailed, Malformed) as error:
        log.debug("software_unknown", base=base, reason=error.detail)
        return ""
