"""A whole home server: what its people permit others to do in their name, by the client API. Answers follow the public API
documentation of Mastodon, and where a dialect says so that of others (docs/home-servers.md)."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import parse_qs

from fedconnect.activitypub.vocabulary import Document
from fedconnect.demo.home.document_server import Answer, HomeRequest
from fedconnect.demo.home.home_dialect import DIALECTS, HomeDialect
from fedconnect.demo.home.sign_ins import as_json
from fedconnect.demo.home.statuses import StatusServer

_ROUTES: tuple[tuple[str, str, set[str], str], ...] = (
    (r"/api/v2/search", "GET", {"read:search", "read"}, "search"),
    (r"/api/v1/statuses", "POST", {"write:statuses", "write"}, "post_status"),
    (r"/api/v1/statuses/(\d+)", "PUT", {"write:statuses", "write"}, "edit_status"),
    (r"/api/v1/statuses/(\d+)", "DELETE", {"write:statuses", "write"}, "delete_status"),
    (r"/api/v1/statuses/(\d+)", "GET", {"read:statuses", "read"}, "get_status"),
    (r"/api/v1/statuses/(\d+)/context", "GET", {"read:statuses", "read"}, "context"),
    (r"/api/v1/statuses/(\d+)/source", "GET", {"read:statuses", "read"}, "source"),
    (r"/api/v1/accounts/(\d+)/statuses", "GET", {"read:statuses", "read"}, "own_statuses"),
    (r"/api/v1/statuses/(\d+)/((?:un)?favourite)", "POST", {"write:favourites", "write"}, "deed"),
    (r"/api/v1/statuses/(\d+)/((?:un)?reblog)", "POST", {"write:statuses", "write"}, "deed"),
    (r"/api/v1/statuses/(\d+)/((?:un)?bookmark)", "POST", {"write:bookmarks", "write"}, "deed"),
    (r"/api/v1/accounts/(\d+)/((?:un)?follow)", "POST", {"write:follows", "write", "follow"}, "follow"),
    (r"/api/v1/(mutes)", "GET", {"read:mutes", "read"}, "listed"),
    (r"/api/v1/(blocks|domain_blocks)", "GET", {"read:blocks", "read"}, "listed"),
    (r"/api/v1/(followed_tags)", "GET", {"read:follows", "read", "follow"}, "listed"),
    (r"/api/v1/timelines/(tag)/\w+", "GET", {"read:statuses", "read"}, "listed"),
    (r"/api/v2/(filters)", "GET", {"read:filters", "read"}, "listed"),
    (r"/api/v1/reports", "POST", {"write:reports", "write"}, "report"),
    (r"/api/v2/media", "POST", {"write:media", "write"}, "upload"),
    (r"/api/v1/media/([\w-]+)", "PUT", {"write:media", "write"}, "describe"),
)


class DemoHome(StatusServer):
    """A server on which readers live."""

    def __init__(
        self,
        address: str = "127.0.0.1",
        dialect: HomeDialect = DIALECTS["mastodon 4.5"],
        forum: str = "https://forum.example",
        port: int = 0,
    ) -> None:
        self.asked: list[tuple[str, str]] = []
        self.deeds: list[tuple[str, str, str]] = []
        self.mutes: dict[str, list[Any]] = {}
        super().__init__(address, dialect, forum, port)

    def answer_api(self, request: HomeRequest) -> Answer | None:
        """Answer what is neither a document nor an inbox."""
        path, _, query = request.path.partition("?")
        with self.lock:
            if path == "/.well-known/oauth-authorization-server":
                return self.metadata()
            if path == "/oauth/authorize":
                return self.authorize_page(request, query)
            if path == "/api/v1/apps":
                return self.register(self.fields(request, query))
            if path == "/oauth/token":
                return self.token(self.fields(request, query))
            if path == "/oauth/revoke":
                return self.revoke(self.fields(request, query))
            if path.startswith("/api/"):
                return self.api(request, path, self.fields(request, query))
        return None

    def api(self, request: HomeRequest, path: str, fields: Document) -> Answer:
        """Answer a request of the client API by the first route that fits."""
        if path == "/api/v1/accounts/verify_credentials":
            user = self.user(request, {"profile", "read:accounts", "read"})
            return user if isinstance(user, tuple) else as_json(self.account(user))
        if path == "/api/v2/instance":
            return as_json(self.instance())
        for pattern, method, scopes, action in _ROUTES:
            match = re.fullmatch(pattern, path)
            if match and method == request.method:
                user = self.user(request, scopes)
                if isinstance(user, tuple):
                    return user
                answer: Answer = getattr(self, action)(user, fields, request, *match.groups())
                return answer
        return as_json({"error": "Record not found"}, 404)

    def deed(self, user: str, fields: Document, request: HomeRequest, number: str, deed: str) -> Answer:
        """Favourite, boost or bookmark a post, or take that back."""
        self.deeds.append((user, deed, number))
        on = not deed.startswith("un")
        word = {"favourite": "favourited", "reblog": "reblogged", "bookmark": "bookmarked"}[
            deed.removeprefix("un")
        ]
        shown = {"id": number, word: on}
        return as_json({"id": "1", "reblog": shown} if deed == "reblog" else shown)

    def follow(self, user: str, fields: Document, request: HomeRequest, number: str, deed: str) -> Answer:
        """Follow an account, or no longer."""
        self.deeds.append((user, deed, fields.get("reblogs", "")))
        return as_json({"id": number, "following": deed == "follow", "requested": True})

    def listed(self, user: str, fields: Document, request: HomeRequest, which: str) -> Answer:
        """Return what somebody mutes, blocks, filters or follows."""
        return as_json(self.mutes.get(request.path.partition("?")[0], []))

    def report(self, user: str, fields: Document, request: HomeRequest) -> Answer:
        """Take a report."""
        self.deeds.append((user, "report", fields["comment"]))
        return as_json({"id": "1"})

    def upload(self, user: str, fields: Document, request: HomeRequest) -> Answer:
        """Take a picture."""
        number = str(uuid.uuid4()) if self.dialect.uuids else str(500 + len(self.uploads))
        self.uploads[number] = request.body
        return as_json({"id": number, "type": "image"})

    def describe(self, user: str, fields: Document, request: HomeRequest, number: str) -> Answer:
        """Take a picture's description."""
        if number not in self.uploads:
            return as_json({"error": "Record not found"}, 404)
        self.deeds.append((user, "describe", fields["description"]))
        return as_json({"id": number, "type": "image"})

    def instance(self) -> Document:
        """Return what this server says of itself."""
        return {
            "domain": self.host, "title": "A home", "version": self.dialect.version, "languages": ["en", "de"],
            "configuration": {
                "statuses": {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23},
                "polls": {"max_options": 4, "max_characters_per_option": 50},
            },
        }  # fmt: skip

    def account(self, user: str) -> Document:
        """Return an account as its owner sees it."""
        shown: Document = {
            "id": "1001", "username": user, "acct": user, "display_name": user.capitalize(), "locked": False,
            "url": f"{self.base}/@{user}", "note": "", "source": {"privacy": "public", "language": "en"},
        }  # fmt: skip
        uri = f"{self.base}/users/{user}"
        if "uri" in self.dialect.account:
            shown["uri"] = uri
        if "pleroma" in self.dialect.account:
            shown["pleroma"] = {"ap_id": uri}
        return shown

    def user(self, request: HomeRequest, scopes: set[str]) -> str | Answer:
        """Return whose token a request bears, or the refusal of one that does not allow this."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        self.asked.append((request.method, request.path.partition("?")[0]))
        known = self.tokens.get(token)
        if known is None:
            return as_json({"error": "The access token is invalid"}, 401)
        if not self.dialect.ignores_scopes and scopes.isdisjoint(known[1].split()):
            return as_json({"error": "This action is outside the authorized scopes"}, 403)
        return known[0]

    def fields(self, request: HomeRequest, query: str) -> Document:
        """Return what a request says, in its query and in its body, JSON or form."""
        kind = request.headers.get("content-type", "")
        if (
            kind.startswith("application/json")
            and request.body
            and not request.path.startswith("/api/miauth/")
        ):
            return {**{name: values[-1] for name, values in parse_qs(query).items()}, **request.json}
        form = request.body.decode() if kind.startswith("application/x-www-form-urlencoded") else ""
        found: Document = {}
        for name, values in [*parse_qs(query).items(), *parse_qs(form, keep_blank_values=True).items()]:
            if name.endswith("]") and not self.dialect.reads_lists_of_forms:
                continue  # lost in silence
            place, _, part = name.removesuffix("[]").partition("[")
            value = values if name.endswith("[]") else values[-1]
            if part:
                found.setdefault(place, {})[part.removesuffix("]")] = value
            else:
                found[place] = value
        return found
