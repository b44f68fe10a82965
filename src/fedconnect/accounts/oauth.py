"""OAuth 2 with a home server, by authlib, over our own guarded connections.

Ref: RFC 6749 §4.1 (code) and §6 (refresh), RFC 7636 (PKCE, S256), RFC 7009 (revocation), RFC 9207 (issuer).
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

_FORGOT_US = frozenset({"invalid_client", "unauthorized_client"})
_PASSING = frozenset({"server_error", "temporarily_unavailable", "slow_down"})  # no word on the token
_LONGEST_TOKEN = 4000
_LONGEST_S = 315_360_000
_IN_THE_BODY = "client_secret_post"  # the one way that every software knows


class AppForgotten(FedConnectError):
    """The home server no longer knows our registration; a new one is made on the next try."""

    status = 409
    safe = "Your server had forgotten us. That is mended; please sign in once more."


@dataclass(frozen=True, slots=True)
class Token:
    """What a home server gave: the token, and the scopes that it is good for; where it ends, in how many seconds, and what
    is good for the next one."""

    value: str
    scopes: str
    refresh: str = ""
    ends_in_s: int | None = None


@dataclass(frozen=True, slots=True)
class _Reply:
    """An answer in the few words that authlib asks of one."""

    status_code: int
    body: bytes

    def json(self) -> Any:
        if self.status_code == 429:  # its error is none of OAuth's, and passes
            self.raise_for_status()
        document = strict_json.loads(self.body)
        # authlib computes with these, whatever they are
        return {**document, "expires_in": _seconds(document.get("expires_in")), "expires_at": None}

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
    """Turn a code into a token. Where no answer came, or a fault of the server's own, it is asked once more: then the code
    is good still, or was used. A server that gave a token for it should take that back (RFC 6749 §4.1.2), and not all do.

    Raises:
        AppForgotten: our registration is gone. HomeRefused: the code is not taken. HomeAway: no answer.
    """

    def ask() -> dict[str, Any]:
        return dict(
            _client(home, app, scopes).fetch_token(
                home.token_url, grant_type="authorization_code", code=code, code_verifier=verifier
            )
        )

    is_again = False
    try:
        try:
            response = ask()
        except FetchFailed as error:
            if error.response_status is not None and error.response_status < 500:
                raise
            is_again = True
            response = ask()
    except OAuth2Error as error:
        if error.error in _FORGOT_US:
            home_servers.forget_app(app.id)
            raise AppForgotten(f"{home.host}: {error.error}") from error
        if is_again:
            raise _lost_token(home, f"token: a lost answer, then {error.error}") from error
        raise _refusal(home, error) from error
    except FetchFailed as error:
        if error.response_status is None:
            raise _lost_token(home, f"token: {error}") from error
        raise _no_token(home, f"token: {error}") from error
    except (Malformed, ValueError) as error:
        raise _no_token(home, f"token: {error}") from error
    return _token(home, response, scopes)


def refresh(home: HomeServer, app: HomeServerApp, refresh_token: str) -> Token:
    """Turn a refresh token into a new token; where no new refresh token comes with it, the old one stays good.

    Raises:
        HomeRefused: it is good for nothing any more, or our registration is gone. HomeAway: no answer.
    """
    try:
        response = _client(home, app, "").refresh_token(home.token_url, refresh_token=refresh_token)
    except OAuth2Error as error:
        if error.error in _PASSING:
            raise _no_token(home, f"refresh: {error.error}") from error
        if error.error == "invalid_client":  # others mean this token, or refreshing, alone
            home_servers.forget_app(app.id)
        raise _refusal(home, error) from error
    except (FetchFailed, Malformed, ValueError) as error:
        raise _failure(home, error) from error
    return _token(home, response, "")


def _token(home: HomeServer, response: dict[str, Any], scopes: str) -> Token:
    value, granted, following = (response.get(name) for name in ("access_token", "scope", "refresh_token"))
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TOKEN:
        raise _no_token(home, "a token answer without a token")
    is_usable = isinstance(following, str) and len(following) <= _LONGEST_TOKEN
    return Token(
        value,
        granted if isinstance(granted, str) and granted else scopes,
        str(following) if is_usable else "",
        _seconds(response.get("expires_in")),
    )


def _seconds(told: object) -> int | None:
    """Return in how many seconds a token ends, ten years at most; None where nothing usable is told."""
    is_number = isinstance(told, int | str) and not isinstance(told, bool)
    digits = str(told)[:20] if is_number else ""
    if not (digits.isascii() and digits.isdigit() and int(digits) > 0):
        return None
    return min(int(digits), _LONGEST_S)


def _refusal(home: HomeServer, error: OAuth2Error) -> HomeRefused:
    return HomeRefused(home.host, 400, html.plain(error.description or error.error, 200))


def _failure(home: HomeServer, error: Exception) -> HomeAway:
    if isinstance(error, FetchFailed) and error.response_status is None:
        return HomeAway(home.host, f"token: {error}")
    return _no_token(home, f"token: {error}")


def _lost_token(home: HomeServer, detail: str) -> HomeFault:
    return HomeFault(
        detail, host=home.host,
        safe="%(host)s did not answer in time, so you are not signed in. It may show a permission for this forum that never "
        "reached us; you can take it back there. Please sign in once more.",
    )  # fmt: skip


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
