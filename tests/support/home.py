"""Home servers for tests: client API, OAuth and ActivityPub on one origin, each software in its own way.

They check what a real one checks: client, secret, redirect address, scopes, verifier, single use. Answers follow
the public API documentation: Mastodon (methods/apps, oauth, accounts, statuses; entities/Account, Status),
GoToSocial (swagger), Pleroma/Akkoma (docs/development/API/differences_in_mastoapi_responses), Pixelfed and
Friendica (API-Mastodon), Misskey (MiAuth; /api/i), as gathered in docs/home-servers.md.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import secrets
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from fedconnect.activitypub.vocabulary import PUBLIC
from support.remote import Received, RemotePerson, RemoteServer

Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Dialect:
    """In what a software differs from a present Mastodon."""

    software: str
    version: str
    metadata: bool = True
    offers: tuple[str, ...] = (
        "profile", "read", "read:accounts", "read:search", "read:statuses", "read:follows", "read:blocks",
        "read:mutes", "read:filters", "write", "write:statuses", "write:media", "write:favourites",
        "write:bookmarks", "write:follows", "write:reports", "follow", "push",
    )  # fmt: skip
    account: tuple[str, ...] = ("uri",)
    numeric_client: bool = False
    ignores_scopes: bool = False
    expires: bool = False
    revokes: bool = True
    refuses_arrays: bool = False
    keeps_keys: bool = True
    reads_lists_of_forms: bool = True
    uuids: bool = False
    refuses_same_edit: bool = False


_ROUTES: tuple[tuple[str, str, set[str], str], ...] = (
    (r"/api/v2/search", "GET", {"read:search", "read"}, "_search"),
    (r"/api/v1/statuses", "POST", {"write:statuses", "write"}, "_post_status"),
    (r"/api/v1/statuses/(\d+)", "PUT", {"write:statuses", "write"}, "_edit_status"),
    (r"/api/v1/statuses/(\d+)", "DELETE", {"write:statuses", "write"}, "_delete_status"),
    (r"/api/v1/statuses/(\d+)", "GET", {"read:statuses", "read"}, "_get_status"),
    (r"/api/v1/statuses/(\d+)/context", "GET", {"read:statuses", "read"}, "_context"),
    (r"/api/v1/statuses/(\d+)/source", "GET", {"read:statuses", "read"}, "_source"),
    (r"/api/v1/accounts/(\d+)/statuses", "GET", {"read:statuses", "read"}, "_own_statuses"),
    (r"/api/v1/statuses/(\d+)/((?:un)?favourite)", "POST", {"write:favourites", "write"}, "_deed"),
    (r"/api/v1/statuses/(\d+)/((?:un)?reblog)", "POST", {"write:statuses", "write"}, "_deed"),
    (r"/api/v1/statuses/(\d+)/((?:un)?bookmark)", "POST", {"write:bookmarks", "write"}, "_deed"),
    (r"/api/v1/accounts/(\d+)/((?:un)?follow)", "POST", {"write:follows", "write", "follow"}, "_follow"),
    (r"/api/v1/(mutes)", "GET", {"read:mutes", "read"}, "_mutes"),
    (r"/api/v1/(blocks|domain_blocks)", "GET", {"read:blocks", "read"}, "_mutes"),
    (r"/api/v1/(followed_tags)", "GET", {"read:follows", "read", "follow"}, "_mutes"),
    (r"/api/v1/timelines/(tag)/\w+", "GET", {"read:statuses", "read"}, "_mutes"),
    (r"/api/v2/(filters)", "GET", {"read:filters", "read"}, "_mutes"),
    (r"/api/v1/reports", "POST", {"write:reports", "write"}, "_report"),
    (r"/api/v2/media", "POST", {"write:media", "write"}, "_upload"),
    (r"/api/v1/media/([\w-]+)", "PUT", {"write:media", "write"}, "_describe"),
)
_OLD = tuple(scope for scope in Dialect("", "").offers if scope != "profile")
DIALECTS = {
    "mastodon 4.5": Dialect("mastodon", "4.5.2"),
    "mastodon 4.7": Dialect("mastodon", "4.7.0-alpha.2"),
    "mastodon 4.2": Dialect("mastodon", "4.2.10", metadata=False, offers=_OLD),
    "mastodon 3.5": Dialect("mastodon", "3.5.19", metadata=False, offers=_OLD, account=()),
    "gotosocial": Dialect("gotosocial", "0.20.0", metadata=False, offers=_OLD, account=(), refuses_arrays=True, keeps_keys=False, refuses_same_edit=True),
    "pleroma": Dialect("pleroma", "2.7.2 (compatible; Pleroma 2.9.1)", metadata=False, offers=_OLD, account=("pleroma",), expires=True),
    "akkoma": Dialect("akkoma", "2.7.2 (compatible; Akkoma 3.15)", metadata=False, offers=_OLD, account=("pleroma",), expires=True),
    "pixelfed": Dialect("pixelfed", "3.5.3 (compatible; Pixelfed 0.12)", metadata=False, offers=_OLD, account=(), numeric_client=True, ignores_scopes=True, expires=True, refuses_arrays=True),
    "friendica": Dialect("friendica", "2.8.0 (compatible; Friendica 2024.12)", metadata=False, offers=_OLD, account=(), revokes=False),
    "hollo": Dialect("hollo", "0.10.0", keeps_keys=False, reads_lists_of_forms=False, uuids=True),
    "misskey": Dialect("misskey", "2025.5.0"),
}  # fmt: skip


def _question(poll: dict[str, Any] | None) -> dict[str, Any]:
    if not poll:
        return {}
    options = [
        {"type": "Note", "name": title, "replies": {"type": "Collection", "totalItems": 0}}
        for title in poll["options"]
    ]
    ends = datetime.now(UTC) + timedelta(seconds=int(poll["expires_in"]))
    return {
        "type": "Question", "anyOf" if poll.get("multiple") in (True, "true") else "oneOf": options,
        "endTime": ends.isoformat(timespec="seconds"),
    }  # fmt: skip


@dataclass
class App:
    client_id: str
    secret: str
    redirect: str
    scopes: set[str]


@dataclass
class Code:
    app: App
    user: str
    scopes: str
    challenge: str


@dataclass(eq=False)
class FakeHomeServer(RemoteServer):
    """A server on which readers live. `lies` replaces fields of what it says of an account."""

    address: str = "127.0.0.1"
    dialect: Dialect = DIALECTS["mastodon 4.5"]
    apps: dict[str, App] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: Good for one new token each: the access token that it came with.
    refreshing: dict[str, str] = field(default_factory=dict)
    ends_in_s: int = 315360000
    tickets: dict[str, str] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    metadata_lies: dict[str, Any] = field(default_factory=dict)
    refusing: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    forum: str = "https://forum.example"
    people: dict[str, RemotePerson] = field(default_factory=dict)
    at_the_keyboard: str = "dora"
    known: dict[str, str] = field(default_factory=dict)
    unresolvable: set[str] = field(default_factory=set)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    descendants: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    deeds: list[tuple[str, str, str]] = field(default_factory=list)
    uploads: dict[str, bytes] = field(default_factory=dict)
    mutes: dict[str, list[Any]] = field(default_factory=dict)
    spoilt: dict[str, Answer] = field(default_factory=dict)
    loses: Callable[[str], bool] = field(default=lambda request: False)

    def __post_init__(self) -> None:
        super().__init__(self.address)
        self.lock = threading.Lock()
        self.runs(self.dialect.software)

    def resident(self, name: str, *, key: int = 1) -> RemotePerson:
        """Let somebody live here, with WebFinger."""
        person = self.people[name] = self.person(name, key=key)
        self.names(person)
        return person

    def sends(self, name: str, uri: str) -> dict[str, Any]:
        """Return the Create that this server delivers for a post that was written through its API."""
        return self.people[name].create(self.documents[uri.removeprefix(self.base)])

    def confirm(self, url: str, user: str, *, deny: bool = False) -> str:
        """Do what a person does on the page that we sent them to; return where they are sent back to."""
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert f"{parts.scheme}://{parts.netloc}" == self.base, "sent to another server"
        if parts.path.startswith("/miauth/"):
            ticket = parts.path.rpartition("/")[2]
            self.tickets[ticket] = user
            return (
                query["callback"]
                + ("&" if "?" in query["callback"] else "?")
                + urlencode({"session": ticket})
            )
        assert parts.path == "/oauth/authorize"
        app = self.apps.get(query["client_id"])
        assert app is not None, "unknown client"
        assert query["redirect_uri"] == app.redirect, "another redirect address"
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        asked = set(query["scope"].split())
        assert self.dialect.ignores_scopes or asked <= app.scopes, f"{asked} is more than was registered"
        if deny:
            return (
                query["redirect_uri"] + "?" + urlencode({"error": "access_denied", "state": query["state"]})
            )
        code = secrets.token_urlsafe(16)
        self.codes[code] = Code(app, user, query["scope"], query["code_challenge"])
        return query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"]})

    def calls(self, path: str) -> list[Received]:
        return [one for one in self.received if one.path.partition("?")[0] == path]

    def answer_api(self, request: Received) -> Answer | None:
        path, _, query = request.path.partition("?")
        if path in self.refusing:
            return self.refusing[path]
        fields = self._fields(request, query)
        with self.lock:
            if path == "/.well-known/oauth-authorization-server":
                return self._metadata()
            if self.dialect.software == "misskey":
                return self._misskey(request, path)
            if path == "/oauth/authorize":
                return self._authorize_page(request, query)
            if path == "/api/v1/apps":
                return self._register(fields)
            if path == "/oauth/token":
                return self._token(fields)
            if path == "/oauth/revoke":
                answer = self._revoke(fields)
                return self.spoilt.pop("POST /oauth/revoke", None) or answer
            if path.startswith("/api/"):
                return self._api(request, path, fields)
        return None

    def _api(self, request: Received, path: str, fields: dict[str, Any]) -> Answer:
        if path == "/api/v1/accounts/verify_credentials":
            user = self._user(request, {"profile", "read:accounts", "read"})
            return user if isinstance(user, tuple) else self._json(self.account(user))
        if path == "/api/v2/instance":
            return self._json(self.instance())
        for pattern, method, scopes, action in _ROUTES:
            match = re.fullmatch(pattern, path)
            if match and method == request.method:
                user = self._user(request, scopes)
                if isinstance(user, tuple):
                    return user
                answer: Answer = getattr(self, action)(user, fields, request, *match.groups())
                asked = f"{method} {path}"
                spoilt = self.spoilt.pop(asked, None)  # it is done, and then the line breaks
                return spoilt or ((502, {}, b"") if self.loses(asked) else answer)
        return self._json({"error": "Record not found"}, 404)

    def _search(self, user: str, fields: dict[str, Any], request: Received) -> Answer:
        found: dict[str, list[Any]] = {"accounts": [], "statuses": [], "hashtags": []}
        asked = fields["q"]
        if fields.get("type") == "accounts":
            found["accounts"] = [{"id": "77", "acct": asked.removeprefix("@")}]
        elif asked not in self.unresolvable:
            number = self.known.setdefault(asked, str(9000 + len(self.known)))
            found["statuses"] = [{"id": number, "uri": asked, "account": {"id": "55"}}]
        return self._json(found)

    def _post_status(self, user: str, fields: dict[str, Any], request: Received) -> Answer:
        key = request.headers.get("idempotency-key", "")
        if (user, key) in self.keys and self.dialect.keeps_keys:
            return self._json(self.statuses[self.keys[user, key]])
        if len(fields["status"]) > 600:
            return self._json({"error": "Validation failed: Text character limit of 500 exceeded"}, 422)
        parent = fields.get("in_reply_to_id")
        by_id = {number: uri for uri, number in self.known.items()}
        if parent is not None and parent not in by_id:
            return self._json({"error": "The post you are trying to reply to does not appear to exist."}, 404)
        media, poll = fields.get("media_ids") or [], fields.get("poll")
        if not set(media) <= set(self.uploads):
            return self._json({"error": "Validation failed: Media not found"}, 422)
        person = RemotePerson(self, user, self.people[user].key, numbers=self.people[user].numbers)
        uri = self.people[user].next_uri()
        note = self.note_of(person, uri, fields, by_id.get(parent) if parent else None)
        self.serve(note)
        number = uri.rpartition("/")[2]
        self.known[uri] = number
        self.notes[number] = note
        self.statuses[number] = {
            "id": number, "uri": uri, "created_at": note["published"], "content": note["content"],
            "in_reply_to_id": parent, "visibility": fields.get("visibility", "public"), "text": fields["status"],
            "spoiler_text": fields.get("spoiler_text", ""), "account": {"id": "1001"},
            "media_attachments": [{"id": one, "type": "image"} for one in media],
            "poll": poll and {"options": [{"title": title} for title in poll["options"]]},
        }  # fmt: skip
        self.keys[user, key] = number
        return self._json(self.statuses[number])

    def note_of(
        self, person: RemotePerson, uri: str, fields: dict[str, Any], parent: str | None
    ) -> dict[str, Any]:
        """Return the Note that a status becomes, as Mastodon writes it."""
        boards = re.findall(rf"@(\w+)@{re.escape(self.forum.partition('://')[2])}", fields["status"])
        mentions = [f"{self.forum}/boards/{slug}" for slug in boards]
        shown = html.escape(fields["status"], quote=False)
        for slug, href in zip(boards, mentions, strict=True):
            handle = f"@{slug}@{self.forum.partition('://')[2]}"
            link = f'<span class="h-card" translate="no"><a href="{href}" class="u-url mention">@<span>{slug}</span></a></span>'
            shown = shown.replace(handle, link)
        body = "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in shown.split("\n\n"))
        public = fields.get("visibility", "public") == "public"
        followers = person.uri + "/followers"
        return {
            **person.note("", id=uri, inReplyTo=parent),
            "content": body, "to": [PUBLIC] if public else [followers], "cc": [followers if public else PUBLIC, *mentions],
            "tag": [{"type": "Mention", "href": href, "name": "@board"} for href in mentions],
            "attachment": [{"type": "Document", "mediaType": "image/webp", "url": f"{self.base}/media/{one}.webp"} for one in fields.get("media_ids") or []],
            **_question(fields.get("poll")),
            "summary": fields.get("spoiler_text") or None, "sensitive": bool(fields.get("spoiler_text")),
            "published": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "contentMap": {fields["language"]: body} if fields.get("language") else {},
        }  # fmt: skip

    def _edit_status(self, user: str, fields: dict[str, Any], request: Received, number: str) -> Answer:
        old = self.notes[number]
        person = self.people[user]
        new = self.note_of(person, old["id"], fields, old["inReplyTo"])
        is_same = all(new[name] == old[name] for name in ("content", "summary", "attachment", "contentMap"))
        if is_same and self.dialect.refuses_same_edit:
            return self._json({"error": "Unprocessable Entity: status was not changed"}, 422)
        new |= {
            "published": old["published"],
            "updated": (datetime.now(UTC) + timedelta(seconds=1)).isoformat(),
            "to": old["to"],
            "cc": old["cc"],
        }
        self.notes[number] = new
        self.serve(new)
        self.statuses[number] |= {"text": fields["status"], "content": new["content"]}
        return self._json(self.statuses[number])

    def _delete_status(self, user: str, fields: dict[str, Any], request: Received, number: str) -> Answer:
        if number not in self.notes:
            return self._json({"error": "Record not found"}, 404)
        self.forget(self.notes.pop(number)["id"])
        return self._json(self.statuses.pop(number))

    def _get_status(self, user: str, fields: dict[str, Any], request: Received, number: str) -> Answer:
        return self._json(
            self.statuses.get(number) or {"id": number, "account": {"id": "55"}, "media_attachments": []}
        )

    def _context(self, user: str, fields: dict[str, Any], request: Received, number: str) -> Answer:
        return self._json({"ancestors": [], "descendants": self.descendants.get(number, [])})

    def _source(self, user: str, fields: dict[str, Any], request: Received, number: str) -> Answer:
        return self._json({"id": number, "text": self.statuses[number]["text"], "spoiler_text": ""})

    def _own_statuses(self, user: str, fields: dict[str, Any], request: Received, number: str) -> Answer:
        """Return a page of somebody's posts, the youngest first; at most 40, whatever is asked (Mastodon)."""
        most, before = min(int(fields.get("limit", 20)), 40), int(fields.get("max_id", 10**9))
        own = [
            one
            for one in self.statuses.values()
            if self.notes[one["id"]]["attributedTo"].endswith(f"/{user}")
        ]
        page = [one for one in reversed(own) if int(one["id"]) < before][:most]
        shown = [{name: value for name, value in one.items() if name != "text"} for one in page]
        status, headers, body = self._json(shown)
        if page:
            older = f"{self.base}/api/v1/accounts/{number}/statuses?limit={most}&max_id={page[-1]['id']}"
            headers["Link"] = f'<{older}>; rel="next"'
        return status, headers, body

    def _deed(self, user: str, fields: dict[str, Any], request: Received, number: str, deed: str) -> Answer:
        self.deeds.append((user, deed, number))
        on = not deed.startswith("un")
        word = {"favourite": "favourited", "reblog": "reblogged", "bookmark": "bookmarked"}[
            deed.removeprefix("un")
        ]
        shown = {"id": number, word: on}
        return self._json({"id": "1", "reblog": shown} if deed == "reblog" else shown)

    def _follow(self, user: str, fields: dict[str, Any], request: Received, number: str, deed: str) -> Answer:
        self.deeds.append((user, deed, fields.get("reblogs", "")))
        return self._json({"id": number, "following": deed == "follow", "requested": True})

    def _mutes(self, user: str, fields: dict[str, Any], request: Received, which: str) -> Answer:
        return self._json(self.mutes.get(request.path.partition("?")[0], []))

    def _report(self, user: str, fields: dict[str, Any], request: Received) -> Answer:
        self.deeds.append((user, "report", fields["comment"]))
        return self._json({"id": "1"})

    def _upload(self, user: str, fields: dict[str, Any], request: Received) -> Answer:
        number = str(uuid.uuid4()) if self.dialect.uuids else str(500 + len(self.uploads))
        self.uploads[number] = request.body
        return self._json({"id": number, "type": "image"})

    def _describe(self, user: str, fields: dict[str, Any], request: Received, number: str) -> Answer:
        if number not in self.uploads:
            return self._json({"error": "Record not found"}, 404)
        self.deeds.append((user, "describe", fields["description"]))
        return self._json({"id": number, "type": "image"})

    def instance(self) -> dict[str, Any]:
        return {
            "domain": self.host, "title": "A home", "version": self.dialect.version, "languages": ["en", "de"],
            "configuration": {
                "statuses": {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23},
                "polls": {"max_options": 4, "max_characters_per_option": 50},
            },
        }  # fmt: skip

    def account(self, user: str) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": "1001", "username": user, "acct": user, "display_name": user.capitalize(), "locked": False,
            "url": f"{self.base}/@{user}", "note": "", "source": {"privacy": "public", "language": "en"},
        }  # fmt: skip
        uri = f"{self.base}/users/{user}"
        if "uri" in self.dialect.account:
            shown["uri"] = uri
        if "pleroma" in self.dialect.account:
            shown["pleroma"] = {"ap_id": uri}
        return {**shown, **self.lies}

    def _metadata(self) -> Answer:
        if not self.dialect.metadata:
            return 404, {"Content-Type": "text/html"}, b"<h1>Not found</h1>"
        document = {
            "issuer": self.base + "/",
            "authorization_endpoint": self.base + "/oauth/authorize",
            "token_endpoint": self.base + "/oauth/token",
            "revocation_endpoint": self.base + "/oauth/revoke",
            "scopes_supported": list(self.dialect.offers),
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "app_registration_endpoint": self.base + "/api/v1/apps",
        }
        if self.dialect.software == "misskey":
            del document["app_registration_endpoint"], document["revocation_endpoint"]
        return self._json({**document, **self.metadata_lies})

    def _register(self, fields: dict[str, Any]) -> Answer:
        redirect, scopes = fields.get("redirect_uris"), set(str(fields.get("scopes", "read")).split())
        if not isinstance(redirect, str):
            return self._json({"error": "redirect_uris must be one string"}, 422)
        if not self.dialect.ignores_scopes and not scopes <= set(self.dialect.offers):
            return self._json(
                {"error": "Validation failed: Scopes doesn't match configured on the server."}, 422
            )
        client_id: str | int = (
            len(self.apps) + 1 if self.dialect.numeric_client else secrets.token_urlsafe(16)
        )
        app = App(str(client_id), secrets.token_urlsafe(24), redirect, scopes)
        self.apps[app.client_id] = app
        return self._json(
            {"id": "1", "name": fields["client_name"], "website": fields["website"], "redirect_uri": redirect,
             "client_id": client_id, "client_secret": app.secret, "client_secret_expires_at": 0}
        )  # fmt: skip

    def _authorize_page(self, request: Received, query: str) -> Answer:
        """The page on which a person confirms; `at_the_keyboard` is who is signed in there."""
        if request.method == "POST":
            asked = parse_qs(request.body.decode())["way"][0]
            return (
                303,
                {"Location": self.confirm(f"{self.base}/oauth/authorize?{asked}", self.at_the_keyboard)},
                b"",
            )
        page = (
            f"<!doctype html><title>Authorize</title><h1>A forum asks to know who you are</h1><form method=post>"
            f'<input type=hidden name=way value="{html.escape(query)}"><button>Authorize</button></form>'
        )
        return 200, {"Content-Type": "text/html; charset=utf-8"}, page.encode()

    def _token(self, fields: dict[str, Any]) -> Answer:
        app = self.apps.get(fields.get("client_id", ""))
        if app is None or fields.get("client_secret") != app.secret:
            return self._json({"error": "invalid_client", "error_description": "unknown client"}, 401)
        if fields.get("grant_type") == "refresh_token":
            return self._refresh(fields.get("refresh_token", ""))
        code = self.codes.pop(fields.get("code", ""), None)
        digest = hashlib.sha256(fields.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            code is None
            or code.app is not app
            or fields.get("redirect_uri") != app.redirect
            or proven != code.challenge
        ):
            return self._json({"error": "invalid_grant", "error_description": "expired or revoked"}, 400)
        for token, (user, scopes) in self.tokens.items():
            if (user, scopes) == (code.user, code.scopes) and self.dialect.software == "mastodon":
                return self._granted(token, scopes)  # Doorkeeper's reuse_access_token
        token = secrets.token_urlsafe(24)
        self.tokens[token] = (code.user, code.scopes)
        return self._granted(token, code.scopes)

    def _refresh(self, refresh: str) -> Answer:
        """Give the next pair for a refresh token, once; whoever uses one twice loses what came of it."""
        known = self.tokens.pop(self.refreshing.get(refresh, ""), None)
        if known is None:
            return self._json(
                {"error": "invalid_grant", "error_description": "The refresh token is invalid"}, 400
            )
        self.refreshing[refresh] = token = secrets.token_urlsafe(24)
        self.tokens[token] = known
        return self._granted(token, known[1])

    def _granted(self, token: str, scopes: str) -> Answer:
        document: dict[str, Any] = {
            "access_token": token,
            "token_type": "Bearer",
            "scope": scopes,
            "created_at": 1,
        }
        if self.dialect.expires:
            refresh = secrets.token_urlsafe(16)
            self.refreshing[refresh] = token
            document |= {"expires_in": self.ends_in_s, "refresh_token": refresh}
        return self._json(document)

    def _revoke(self, fields: dict[str, Any]) -> Answer:
        if not self.dialect.revokes:
            return self._json({"error": "not found"}, 404)
        app = self.apps.get(fields.get("client_id", ""))
        if app is None or fields.get("client_secret") != app.secret:
            return self._json({"error": "unauthorized_client"}, 403)
        given = fields.get("token", "")
        self.tokens.pop(self.refreshing.pop(given, given), None)
        return self._json({})

    def _misskey(self, request: Received, path: str) -> Answer | None:
        if path.startswith("/api/miauth/") and path.endswith("/check"):
            user = self.tickets.pop(path.split("/")[3], None)
            if user is None:
                return self._json({"ok": False})
            token = secrets.token_urlsafe(16)
            self.tokens[token] = (user, "read:account")
            return self._json(
                {"ok": True, "token": token, "user": {"id": "9abc", "username": user, "host": None, "name": user, **self.lies}}
            )  # fmt: skip
        if path == "/api/i":
            known = self.tokens.get(request.json.get("i", ""))
            return self._json({"username": known[0]}) if known else self._json({"error": {}}, 401)
        return None

    def _user(self, request: Received, scopes: set[str]) -> str | Answer:
        """Return whose token a request bears, or the refusal of one that does not allow this."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        self.asked.append((request.method, request.path.partition("?")[0]))
        known = self.tokens.get(token)
        if known is None:
            return self._json({"error": "The access token is invalid"}, 401)
        if not self.dialect.ignores_scopes and scopes.isdisjoint(known[1].split()):
            return self._json({"error": "This action is outside the authorized scopes"}, 403)
        return known[0]

    @staticmethod
    def _json(document: Any, status: int = 200) -> Answer:
        return status, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(document).encode()

    def _fields(self, request: Received, query: str) -> dict[str, Any]:
        kind = request.headers.get("content-type", "")
        if (
            kind.startswith("application/json")
            and request.body
            and not request.path.startswith("/api/miauth/")
        ):
            return {**{name: values[-1] for name, values in parse_qs(query).items()}, **request.json}
        form = request.body.decode() if kind.startswith("application/x-www-form-urlencoded") else ""
        found: dict[str, Any] = {}
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
