"""What tests of `home_servers` need: a reader with a grant and a post to do something with, and their home
server as it answers.

`HomeOthers` is `OtherServers` that also keeps how long each request might last and how many places for waiting were
left, for nobody is to be asked without an end, or by more threads than may wait.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation import fetch, outbound_slots
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from support.account_rows import a_grant, a_home_reader, a_visit
from support.federation_rows import OtherServers
from support.unit import a_board, a_person, a_thread

HOME = "https://home.example"
STATUSES, ACCOUNTS = f"{HOME}/api/v1/statuses", f"{HOME}/api/v1/accounts"
EVERYTHING = "read write follow"
#: the board as home.example knows it
BOARD_ACCOUNT: dict[str, Any] = {
    "id": "9", "username": "respite", "acct": "respite@forum.example", "uri": "https://forum.example/boards/respite",
    "url": "https://forum.example/boards/respite",
}  # fmt: skip
LONGEST_WAIT_S = 60.0  # nobody waits longer for others


@dataclass(frozen=True)
class Place:
    """Ana, who permitted everything unless a test says otherwise, and a post of Ben's."""

    visit: Visit
    board: Board
    thread: Thread
    post: Post
    author: Person

    @property
    def address(self) -> PostAddress:
        return PostAddress(self.board.slug, self.thread.id, self.post.id)


def a_place(session: Session, scopes: str = EVERYTHING, *, is_own: bool = False, **of_post: Any) -> Place:
    """A board with a post that Ana may do something with; with `is_own` she wrote it. Without scopes: no grant."""
    reader, board = a_home_reader(session), a_board(session)
    if scopes:
        a_grant(session, reader, scopes)
    author = session.get_one(Person, reader.person_id) if is_own else a_person(session, "ben")
    thread, post = a_thread(session, board, author, **of_post)
    return Place(a_visit(session, reader), board, thread, post, author)


class HomeOthers(OtherServers):
    """Other servers, home.example among them."""

    def __init__(self) -> None:
        super().__init__()
        self.lasting_s: list[float | None] = []
        self.places_left: list[int] = []

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        deadline: float,
        max_bytes: int = 1 << 20,
    ) -> HttpResponse:
        ceiling = getattr(fetch._thread, "ceiling", None)
        self.lasting_s.append(None if ceiling is None else ceiling - time.monotonic())
        self.places_left.append(outbound_slots._slots._value)
        return super().request(method, url, headers, body, deadline, max_bytes)

    def tells(self, url: str, document: object, status: int = 200) -> None:
        """Let an address answer as a client API does."""
        self.say(url, document, status, "application/json")

    def finds(self, uri: str, number: object = "7", **status: Any) -> None:
        """Let home.example know a post, under an id of its own."""
        self.tells(search_for(uri, "statuses"), {"statuses": [{"id": number, "uri": uri, **status}]})

    @property
    def deeds(self) -> list[str]:
        """What home.example was asked to do, without searches."""
        return [
            f"{method} {url.removeprefix(HOME + '/api/v1')}"
            for method, url in self.asked
            if "/api/v2/search?" not in url
        ]

    @property
    def form(self) -> dict[str, Any]:
        """The last form or JSON document that was sent."""
        _, headers, body = self.sent[-1]
        if headers.get("Content-Type") == "application/json":
            return dict(json.loads(body or b""))
        return parse_qs((body or b"").decode(), keep_blank_values=True)

    def waited_in_bounds(self) -> bool:
        """Whether every request had an end and held one of the places for waiting."""
        bounded = all(one is not None and one <= LONGEST_WAIT_S for one in self.lasting_s)
        return bool(self.asked) and bounded and set(self.places_left) == {outbound_slots.SLOTS - 1}


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> HomeOthers:
    """Other servers; what nobody prepared is not reachable."""
    found = HomeOthers()
    monkeypatch.setattr(fetch, "_request", found.request)
    return found


def search_for(what: str, kind: str) -> str:
    """The address at which home.example looks for a post or an account."""
    return f"{HOME}/api/v2/search?" + urlencode({"q": what, "resolve": "true", "type": kind, "limit": "1"})
