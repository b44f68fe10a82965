"""What tests of accounts need: visits, grants, sessions and drafts as rows, and other servers that answer as they please."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.foundation import clock, database, sealing
from fedconnect.foundation.errors import FetchFailed
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.models.home_server import HomeServer, HomeServerApp
from fedconnect.models.person import Person
from fedconnect.models.reader import Grant, Reader, ReaderSession
from support.unit import a_person, a_reader, add

COOKIE = "c" * 43


def a_home(session: Session, host: str = "home.example", **values: Any) -> HomeServer:
    """A home server that was just asked, with endpoints as Mastodon has them."""
    base = f"https://{host}"
    known = {
        "host": host, "base": base, "software": "mastodon", "asked_at": clock.now(), "authorize_url": f"{base}/oauth/authorize",
        "token_url": f"{base}/oauth/token", "revoke_url": f"{base}/oauth/revoke", "register_url": f"{base}/api/v1/apps",
    }  # fmt: skip
    return add(session, HomeServer(**{**known, **values}))


def an_app(session: Session, home: HomeServer, **values: Any) -> HomeServerApp:
    """Our registration at a home, with the secret `hush`."""
    known = {
        "home_id": home.id, "redirect_uri": "https://forum.example/sign-in/back", "scopes": "profile",
        "client_id": "client", "secret_sealed": sealing.seal(b"hush", f"home-app {home.host}"), "made_at": clock.now(),
    }  # fmt: skip
    return add(session, HomeServerApp(**{**known, **values}))


def a_home_reader(session: Session, name: str = "ana", home: HomeServer | None = None) -> Reader:
    """A reader whose home can be asked, home.example where none is said; each name has an account of its own."""
    reader = a_reader(session, a_person(session, name))
    known = session.execute(select(HomeServer).where(HomeServer.host == "home.example")).scalar_one_or_none()
    reader.home_id = (home or known or a_home(session)).id
    session.flush()
    return reader


def a_visit(session: Session, reader: Reader, **values: Any) -> Visit:
    """The visit of a reader; nothing of it need stand in a session row."""
    person, home = session.get_one(Person, reader.person_id), session.get_one(HomeServer, reader.home_id)
    known = {
        "session_id": 0, "reader_id": reader.id, "person_id": person.id, "person_uri": person.uri, "name": person.name,
        "handle": f"@{person.username}@{person.handle_host}", "home_id": home.id, "home_host": home.host,
        "software": home.software, "joined_at": reader.joined_at, "hides_authors": None, "has_news": False,
    }  # fmt: skip
    return Visit(**{**known, **values})


def a_session(session: Session, reader: Reader, cookie: str = COOKIE, **values: Any) -> ReaderSession:
    """A browser in which a reader is signed in with a cookie."""
    known = {
        "token_hash": sealing.digest(cookie, "session"), "reader_id": reader.id, "begun_at": clock.now(),
        "seen_at": clock.now(),
    }  # fmt: skip
    return add(session, ReaderSession(**{**known, **values}))


def a_grant(
    session: Session, reader: Reader, scopes: str = "read:accounts", token: str = "token", **values: Any
) -> Grant:
    """A token that a reader's home gave us."""
    known = {
        "reader_id": reader.id, "scopes": scopes, "token_sealed": sealing.seal(token.encode(), f"grant {reader.id}"),
        "given_at": clock.now(), "checked_at": clock.now(),
    }  # fmt: skip
    return add(session, Grant(**{**known, **values}))


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that went out."""

    method: str
    url: str
    body: bytes
    headers: Mapping[str, str]


@dataclass
class World:
    """Other servers. What nobody taught them they do not know (404, as a page); nobody asks them in a transaction."""

    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, HttpResponse | Exception] = field(default_factory=dict)
    once: dict[str, HttpResponse | Exception] = field(default_factory=dict)

    def says(self, what: str, document: object, status: int = 200, **headers: str) -> None:
        """Let `GET https://…` answer with JSON: this very address or, where it has no query, whatever the query."""
        sent = {"content-type": "application/json", **headers}
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.answers[what] = HttpResponse(status, sent, body, what.partition(" ")[2])

    def fails(self, what: str, error: Exception | None = None) -> None:
        """Let an address be silent."""
        self.answers[what] = error or FetchFailed("no answer")

    def loses(self, what: str, status: int | None = None) -> None:
        """Let an address be silent once, or have a fault of its own, before it answers."""
        lost = FetchFailed("no answer")
        self.once[what] = (
            lost if status is None else HttpResponse(status, {"content-type": "text/html"}, b"", "")
        )

    def of(self, method: str) -> list[str]:
        """The addresses that were asked for by one method, in order."""
        return [one.url for one in self.asked if one.method == method]

    def send(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        *,
        headers: Mapping[str, str],
        total_s: float = 0,
    ) -> HttpResponse:
        if database.is_open():
            raise RuntimeError("a request to another server inside a transaction")
        self.asked.append(Asked(method, url, body or b"", dict(headers)))
        exact = self.once.pop(f"{method} {url}", None) or self.answers.get(f"{method} {url}")
        answer = exact or self.answers.get(f"{method} {url.partition('?')[0]}")
        if isinstance(answer, Exception):
            raise answer
        return answer or HttpResponse(404, {"content-type": "text/html"}, b"<h1>Not found</h1>", url)

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, **_bounds: object) -> HttpResponse:
        return self.send("GET", url, headers=headers or {})
