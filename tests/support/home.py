"""Home servers for tests: the demo's own, which refuse, lie, lose answers and speak MiAuth where a test wants that."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from fedconnect.demo.home.demo_home import DemoHome
from fedconnect.demo.home.home_dialect import DIALECTS
from fedconnect.demo.home.home_dialect import HomeDialect as Dialect
from fedconnect.demo.home.sign_ins import as_json
from support.remote import Received

__all__ = ["DIALECTS", "Dialect", "FakeHomeServer"]

Answer = tuple[int, dict[str, str], bytes]


class FakeHomeServer(DemoHome):
    """A server on which readers live. `lies` replaces fields of what it says of an account, `metadata_lies` of itself;
    `refusing` answers a path at once, `spoilt` (once) and `loses` break the line after the thing was done."""

    def __init__(
        self,
        address: str = "127.0.0.1",
        dialect: Dialect = DIALECTS["mastodon 4.5"],
        forum: str = "https://forum.example",
    ) -> None:
        self.tickets: dict[str, str] = {}
        self.lies: dict[str, Any] = {}
        self.metadata_lies: dict[str, Any] = {}
        self.refusing: dict[str, Answer] = {}
        self.unresolvable: set[str] = set()
        self.spoilt: dict[str, Answer] = {}
        self.loses: Callable[[str], bool] = lambda request: False
        super().__init__(address, dialect, forum)

    def calls(self, path: str) -> list[Received]:
        return [one for one in self.received if one.path.partition("?")[0] == path]

    def confirm(self, url: str, user: str, *, deny: bool = False) -> str:
        parts = urlsplit(url)
        if not parts.path.startswith("/miauth/"):
            return super().confirm(url, user, deny=deny)
        assert f"{parts.scheme}://{parts.netloc}" == self.base, "sent to another server"
        callback = parse_qs(parts.query)["callback"][0]
        ticket = parts.path.rpartition("/")[2]
        self.tickets[ticket] = user
        return callback + ("&" if "?" in callback else "?") + urlencode({"session": ticket})

    def answer_api(self, request: Received) -> Answer | None:
        path = request.path.partition("?")[0]
        if path in self.refusing:
            return self.refusing[path]
        if self.dialect.software == "misskey" and path != "/.well-known/oauth-authorization-server":
            with self.lock:
                return self._misskey(request, path)
        return super().answer_api(request)

    def api(self, request: Received, path: str, fields: dict[str, Any]) -> Answer:
        answer = super().api(request, path, fields)
        asked = f"{request.method} {path}"
        if path in {"/api/v1/accounts/verify_credentials", "/api/v2/instance"} or answer[0] in {401, 403}:
            return answer
        spoilt = self.spoilt.pop(asked, None)  # it is done, and then the line breaks
        return spoilt or ((502, {}, b"") if self.loses(asked) else answer)

    def revoke(self, fields: dict[str, Any]) -> Answer:
        answer = super().revoke(fields)
        return self.spoilt.pop("POST /oauth/revoke", None) or answer

    def search(self, user: str, fields: dict[str, Any], request: Received) -> Answer:
        if fields["q"] in self.unresolvable:
            return as_json({"accounts": [], "statuses": [], "hashtags": []})
        return super().search(user, fields, request)

    def account(self, user: str) -> dict[str, Any]:
        return {**super().account(user), **self.lies}

    def metadata(self) -> Answer:
        if not self.dialect.metadata:
            return super().metadata()
        document = self.described()
        if self.dialect.software == "misskey":
            del document["app_registration_endpoint"], document["revocation_endpoint"]
        return as_json({**document, **self.metadata_lies})

    def _misskey(self, request: Received, path: str) -> Answer | None:
        if path.startswith("/api/miauth/") and path.endswith("/check"):
            user = self.tickets.pop(path.split("/")[3], None)
            if user is None:
                return as_json({"ok": False})
            token = secrets.token_urlsafe(16)
            self.tokens[token] = (user, "read:account")
            return as_json(
                {"ok": True, "token": token, "user": {"id": "9abc", "username": user, "host": None, "name": user, **self.lies}}
            )  # fmt: skip
        if path == "/api/i":
            known = self.tokens.get(request.json.get("i", ""))
            return as_json({"username": known[0]}) if known else as_json({"error": {}}, 401)
        return None
