"""Signing in at a home server: OAuth with PKCE. It checks what a real one checks: client, secret, redirect address, scopes,
verifier, single use. Ref: Mastodon's documentation (methods/apps, oauth); RFC 6749, 7636, 7009, 8414."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from fedconnect.activitypub.vocabulary import Document
from fedconnect.demo.home.document_server import Answer, DocumentServer, HomeRequest
from fedconnect.demo.home.home_dialect import DIALECTS, HomeDialect


@dataclass(slots=True)
class HomeApp:
    """A client that registered."""

    client_id: str
    secret: str
    redirect: str
    scopes: set[str]


@dataclass(slots=True)
class HomeCode:
    """What somebody permitted, on its way to the client."""

    app: HomeApp
    user: str
    scopes: str
    challenge: str


def as_json(document: Any, status: int = 200) -> Answer:
    """Return an answer in JSON."""
    return status, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(document).encode()


class SignInServer(DocumentServer):
    """A server on which people can sign in to others; `at_the_keyboard` is who is signed in in everybody's browser."""

    def __init__(
        self, address: str = "127.0.0.1", dialect: HomeDialect = DIALECTS["mastodon 4.5"], port: int = 0
    ) -> None:
        self.dialect = dialect
        self.apps: dict[str, HomeApp] = {}
        self.codes: dict[str, HomeCode] = {}
        self.tokens: dict[str, tuple[str, str]] = {}
        #: Good for one new token each: the access token that it came with.
        self.refreshing: dict[str, str] = {}
        self.ends_in_s = 315360000
        self.at_the_keyboard = "dora"
        self.lock = threading.RLock()
        super().__init__(address, port)
        self.runs(dialect.software)

    def confirm(self, url: str, user: str, *, deny: bool = False) -> str:
        """Do what a person does on the page that we sent them to; return where they are sent back to."""
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert f"{parts.scheme}://{parts.netloc}" == self.base, "sent to another server"
        assert parts.path == "/oauth/authorize"
        wrong = self.refusal(query)
        assert not wrong, wrong
        app = self.apps[query["client_id"]]
        if deny:
            return (
                query["redirect_uri"] + "?" + urlencode({"error": "access_denied", "state": query["state"]})
            )
        code = secrets.token_urlsafe(16)
        self.codes[code] = HomeCode(app, user, query["scope"], query["code_challenge"])
        return query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"]})

    def refusal(self, query: dict[str, str]) -> str:
        """Return what is wrong with a request for permission; empty where nothing is."""
        app = self.apps.get(query.get("client_id", ""))
        if app is None:
            return "unknown client"
        if query.get("redirect_uri") != app.redirect:
            return "another redirect address"
        if query.get("response_type") != "code" or query.get("code_challenge_method") != "S256":
            return "no code with a challenge is asked for"
        asked = set(query.get("scope", "").split())
        if not self.dialect.ignores_scopes and not asked <= app.scopes:
            return f"{asked} is more than was registered"
        return "" if "state" in query and "code_challenge" in query else "state and challenge are missing"

    def metadata(self) -> Answer:
        """Return what the authorization server says of itself (RFC 8414)."""
        if not self.dialect.metadata:
            return 404, {"Content-Type": "text/html"}, b"<h1>Not found</h1>"
        return as_json(self.described())

    def described(self) -> Document:
        """Return the metadata of the authorization server."""
        return {
            "issuer": self.base + "/",
            "authorization_endpoint": self.base + "/oauth/authorize",
            "token_endpoint": self.base + "/oauth/token",
            "revocation_endpoint": self.base + "/oauth/revoke",
            "scopes_supported": list(self.dialect.offers),
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "app_registration_endpoint": self.base + "/api/v1/apps",
        }

    def register(self, fields: Document) -> Answer:
        """Register a client."""
        redirect, scopes = fields.get("redirect_uris"), set(str(fields.get("scopes", "read")).split())
        if not isinstance(redirect, str):
            return as_json({"error": "redirect_uris must be one string"}, 422)
        if not self.dialect.ignores_scopes and not scopes <= set(self.dialect.offers):
            return as_json(
                {"error": "Validation failed: Scopes doesn't match configured on the server."}, 422
            )
        client_id: str | int = (
            len(self.apps) + 1 if self.dialect.numeric_client else secrets.token_urlsafe(16)
        )
        app = HomeApp(str(client_id), secrets.token_urlsafe(24), redirect, scopes)
        self.apps[app.client_id] = app
        return as_json(
            {"id": "1", "name": fields["client_name"], "website": fields["website"], "redirect_uri": redirect,
             "client_id": client_id, "client_secret": app.secret, "client_secret_expires_at": 0}
        )  # fmt: skip

    def authorize_page(self, request: HomeRequest, query: str) -> Answer:
        """The page on which a person confirms; `at_the_keyboard` is who is signed in there."""
        if request.method == "POST":
            asked = parse_qs(request.body.decode())["way"][0]
            return (
                303,
                {"Location": self.confirm(f"{self.base}/oauth/authorize?{asked}", self.at_the_keyboard)},
                b"",
            )
        page = (
            f"<!doctype html><title>Authorize</title><h1>FedConnect asks to know who you are</h1><form method=post>"
            f'<input type=hidden name=way value="{html.escape(query)}"><button>Authorize</button></form>'
        )
        return 200, {"Content-Type": "text/html; charset=utf-8"}, page.encode()

    def token(self, fields: Document) -> Answer:
        """Give a token for a code, or for a refresh token."""
        app = self.apps.get(fields.get("client_id", ""))
        if app is None or fields.get("client_secret") != app.secret:
            return as_json({"error": "invalid_client", "error_description": "unknown client"}, 401)
        if fields.get("grant_type") == "refresh_token":
            return self.refresh(fields.get("refresh_token", ""))
        code = self.codes.pop(fields.get("code", ""), None)
        digest = hashlib.sha256(fields.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            code is None
            or code.app is not app
            or fields.get("redirect_uri") != app.redirect
            or proven != code.challenge
        ):
            return as_json({"error": "invalid_grant", "error_description": "expired or revoked"}, 400)
        for token, (user, scopes) in self.tokens.items():
            if (user, scopes) == (code.user, code.scopes) and self.dialect.software == "mastodon":
                return self.granted(token, scopes)  # Doorkeeper's reuse_access_token
        token = secrets.token_urlsafe(24)
        self.tokens[token] = (code.user, code.scopes)
        return self.granted(token, code.scopes)

    def refresh(self, refresh: str) -> Answer:
        """Give the next pair for a refresh token, once; whoever uses one twice loses what came of it."""
        known = self.tokens.pop(self.refreshing.get(refresh, ""), None)
        if known is None:
            return as_json(
                {"error": "invalid_grant", "error_description": "The refresh token is invalid"}, 400
            )
        self.refreshing[refresh] = token = secrets.token_urlsafe(24)
        self.tokens[token] = known
        return self.granted(token, known[1])

    def granted(self, token: str, scopes: str) -> Answer:
        """Answer with a token."""
        document: Document = {
            "access_token": token,
            "token_type": "Bearer",
            "scope": scopes,
            "created_at": 1,
        }
        if self.dialect.expires:
            refresh = secrets.token_urlsafe(16)
            self.refreshing[refresh] = token
            document |= {"expires_in": self.ends_in_s, "refresh_token": refresh}
        return as_json(document)

    def revoke(self, fields: Document) -> Answer:
        """End a token."""
        if not self.dialect.revokes:
            return as_json({"error": "not found"}, 404)
        app = self.apps.get(fields.get("client_id", ""))
        if app is None or fields.get("client_secret") != app.secret:
            return as_json({"error": "unauthorized_client"}, 403)
        given = fields.get("token", "")
        self.tokens.pop(self.refreshing.pop(given, given), None)
        return as_json({})
