"""OAuth 2 with a home server, by authlib, over our own guarded connections.

Ref: RFC 6749 §4.1 (code), RFC 7636 (PKCE, S256), RFC 7009 (revocation), RFC 9207 (issuer).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.errors import OAuth2Error

from fedconnect.accounts import home_servers
from fedconnect.accounts.mastodon_api import PATIENCE_S, HomeAway, HomeFault, HomeRefused
from fedconnect.activitypub import strict_json
from fedconnect.foundation import fetch, html
from fedconnect.foundation.errors import FedConnectError, FetchFailed, Malformed
from fedconnect.models.home_server import HomeServer, HomeServerApp

_IN_THE_BODY = "client_secret_post"  # the one way that every software knows


class AppForgotten(FedConnectError):
    """The home server no longer knows our registration; a new one is made on the next try."""

    status = 409
    safe = "Your server had forgotten us. That is mended; please sign in once more."


@dataclass(frozen=True, slots=True)
class Token:
    """What a home server gave: the token, and the scopes that it is good for."""

    value: str
    scopes: str


@dataclass(frozen=True, slots=True)
class _Reply:
    """An answer in the few words that authlib asks of one."""

    status_code: int
    body: bytes

    def json(self) -> Any:
        return strict_json.loads(self.body)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise FetchFailed(f"status {self.status_code}", response_status=self.status_code)


class _FetchSession:
    """What authlib takes for a session: each request goes through foundation/fetch, to that very host."""

    def post(
        self, url: str, data: dict[str, str], headers: dict[str, str], auth: Callable[..., Any]
    ) -> _Reply:
        url, headers, body = auth.prepare("POST", url, headers, urlencode(data))  # type: ignore[attr-defined]
        content = (body or "").encode()
        sent = {name: value for name, value in headers.items() if name.lower() != "content-length"}
        response = fetch.send("POST", url, content, headers=sent, total_s=PATIENCE_S)
        return _Reply(response.status, response.body)


def _client(home: HomeServer, app: HomeServerApp, scopes: str) -> OAuth2Client:
    return OAuth2Client(
        _FetchSession(),
        client_id=app.client_id,
        client_secret=home_servers.secret_of(home, app),
        token_endpoint_auth_method=_IN_THE_BODY,
        revocation_endpoint_auth_method=_IN_THE_BODY,
        scope=scopes,
        redirect_uri=app.redirect_uri,
        code_challenge_method="S256",
    )


def authorize_url(home: HomeServer, app: HomeServerApp, scopes: str, state: str, verifier: str) -> str:
    """Return where the reader permits us what we ask for."""
    url, _ = _client(home, app, scopes).create_authorization_url(
        home.authorize_url, state=state, code_verifier=verifier
    )
    return str(url)


def exchange(home: HomeServer, app: HomeServerApp, scopes: str, code: str, verifier: str) -> Token:
    """Turn a code into a token.

    Raises:
        AppForgotten: our registration is gone. HomeRefused: the code is not taken. HomeAway: no answer.
    """
    try:
        response = _client(home, app, scopes).fetch_token(
            home.token_url, grant_type="authorization_code", code=code, code_verifier=verifier
        )
    except OAuth2Error as error:
        if error.error in {"invalid_client", "unauthorized_client"}:
            home_servers.forget_app(app.id)
            raise AppForgotten(f"{home.host}: {error.error}") from error
        raise HomeRefused(home.host, 400, html.plain(error.description or error.error, 200)) from error
    except FetchFailed as error:
        if error.response_status is None:
            raise HomeAway(home.host, f"token: {error}") from error
        raise _no_token(home, f"token: {error}") from error
    except (Malformed, ValueError) as error:
        raise _no_token(home, f"token: {error}") from error
    value, granted = response.get("access_token"), response.get("scope")
    if not isinstance(value, str) or not 0 < len(value) <= 4000:
        raise _no_token(home, "a token answer without a token")
    return Token(value, granted if isinstance(granted, str) and granted else scopes)


def _no_token(home: HomeServer, detail: str) -> HomeFault:
    return HomeFault(
        detail, host=home.host,
        safe="%(host)s did not give us what you permitted there, so you are not signed in. Somebody who runs it can mend that.",
    )  # fmt: skip


def revoke(home: HomeServer, app: HomeServerApp, token: str) -> bool:
    """Give a token back; False where the server cannot, or twice does not answer."""
    for _ in range(2):
        try:
            response = _client(home, app, "").revoke_token(home.revoke_url, token=token)
        except (FetchFailed, ValueError):
            continue
        if response.status_code not in {502, 504}:
            return bool(response.status_code < 300)
    return False
