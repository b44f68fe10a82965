"""What tests of federation's modules need beside `support.unit`: other servers that answer as badly as real ones do,
keys without the wait, and rows of what came and what goes.

`OtherServers` stands where `fetch` opens a connection, so that redirects, time limits and the rules about when nobody
may be asked are the real ones. What nobody prepared is not reachable.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.activitypub.own_keys import Signer
from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, Activity, Document, parse_activity
from fedconnect.foundation import clock, database, fetch, own_address
from fedconnect.foundation.errors import FetchFailed, NetworkNeeded
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.models.board import Board, Follow
from fedconnect.models.fetch_task import FetchKind, FetchTask
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.instance import Instance
from fedconnect.models.outbound import Delivery, OutboundActivity
from fedconnect.models.person import Person, PersonKey
from support.remote import key_number, public_pem
from support.unit import add

ACTIVITY_JSON = "application/activity+json"
_numbers = itertools.count(1)


class OtherServers:
    """The rest of the network: `asked` keeps each request, as method and address."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.sent: list[tuple[str, dict[str, str], bytes | None]] = []
        self._answers: dict[str, HttpResponse | Exception] = {}

    def say(
        self, url: str, body: object, status: int = 200, kind: str = ACTIVITY_JSON, **headers: str
    ) -> None:
        """Let an address answer; a `body` that is no bytes is sent as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self._answers[url] = HttpResponse(status, {"content-type": kind, **names}, raw, url)

    def redirect(self, url: str, target: str) -> None:
        self.say(url, b"", 302, location=target)

    def fail(self, url: str, error: Exception) -> None:
        self._answers[url] = error

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        deadline: float,
        max_bytes: int = 1 << 20,
    ) -> HttpResponse:
        assert not database.is_open(), "a request to another server inside a transaction"
        if getattr(fetch._thread, "forbidden", False):
            raise NetworkNeeded(url)
        self.asked.append((method, url))
        self.sent.append((url, dict(headers), body))
        answer = self._answers.get(url, FetchFailed("nobody there"))
        if isinstance(answer, Exception):
            raise answer
        if len(answer.body) > max_bytes:
            raise FetchFailed("an answer that is too long", retryable=False)
        return answer


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> OtherServers:
    """Other servers; nobody leaves this machine."""
    found = OtherServers()
    monkeypatch.setattr(fetch, "_request", found.request)
    return found


def with_keys(*names: str) -> None:
    """Let actors of ours sign, with keys that are made once a run."""
    for name in names or (own_keys.INSTANCE,):
        path = "/actor" if name == own_keys.INSTANCE else f"/boards/{name.partition(':')[2]}"
        own_keys._signers[own_address.base_url(), name] = Signer(
            own_address.base_url() + path, public_pem(key_number(1)), key_number(1)
        )


def actor_document(uri: str, number: int = 2, **fields: Any) -> Document:
    """An actor as its server tells it, with one of the run's keys."""
    key = {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": public_pem(key_number(number))}
    return {
        "@context": ACTIVITYSTREAMS, "id": uri, "type": "Person", "preferredUsername": uri.rpartition("/")[2],
        "inbox": f"{uri}/inbox", "publicKey": key, **fields,
    }  # fmt: skip


def note_document(uri: str, author: str, **fields: Any) -> Document:
    return {
        "@context": ACTIVITYSTREAMS, "id": uri, "type": "Note", "attributedTo": author, "content": "<p>Words</p>",
        "to": ["as:Public"], "published": "2026-11-01T10:00:00Z", **fields,
    }  # fmt: skip


def an_activity(kind: str, actor: str, obj: object, **fields: Any) -> Activity:
    known = {
        "@context": ACTIVITYSTREAMS,
        "id": f"{actor}#{next(_numbers)}",
        "type": kind,
        "actor": actor,
        "object": obj,
    }
    return parse_activity({**known, **fields})


def a_key(session: Session, person: Person, number: int = 2, **values: Any) -> PersonKey:
    known = {"person_id": person.id, "key_uri": f"{person.uri}#main-key", "checked_at": clock.now()}
    return add(session, PersonKey(**{**known, "pem": public_pem(key_number(number)), **values}))


def a_follow(session: Session, board: Board, person: Person, **values: Any) -> Follow:
    known = {"board_id": board.id, "person_id": person.id, "uri": f"{person.uri}#follows/{board.id}"}
    return add(session, Follow(**{**known, "since": clock.now(), **values}))


def an_instance(session: Session, host: str, **values: Any) -> Instance:
    return add(session, Instance(host=host, **values))


def a_received(
    session: Session, actor: str, obj: object, kind: str = "Create", **values: Any
) -> InboundActivity:
    """A received activity that waits for its worker; `obj` as in the document."""
    uri = f"{actor}#{next(_numbers)}"
    body = {"@context": ACTIVITYSTREAMS, "id": uri, "type": kind, "actor": actor, "object": obj}
    known = {
        "actor_uri": actor, "activity_uri": uri, "kind": kind, "body": json.dumps(body), "received_at": clock.now(),
        "object_uri": obj if isinstance(obj, str) else obj.get("id", "") if isinstance(obj, dict) else "",
        "due_at": clock.now(),
    }  # fmt: skip
    return add(session, InboundActivity(**{**known, **values}))


def a_delivery(
    session: Session,
    inbox: str = "https://home.example/inbox",
    activity: OutboundActivity | None = None,
    **values: Any,
) -> Delivery:
    """A delivery that is due, of an activity of its own where none is given."""
    number = next(_numbers)
    if activity is None:
        activity = add(session, OutboundActivity(
            uri=f"https://forum.example/boards/respite#{number}", actor="instance", kind="Accept",
            object_uri=f"https://home.example/{number}", body='{"type":"Accept"}', created_at=clock.now(),
        ))  # fmt: skip
    known = {
        "activity_id": activity.id, "inbox": inbox, "host": inbox.split("/")[2], "object_uri": activity.object_uri,
        "due_at": clock.now(), "created_at": clock.now(),
    }  # fmt: skip
    return add(session, Delivery(**{**known, **values}))


def a_task(session: Session, uri: str = "https://far.example/posts/1", **values: Any) -> FetchTask:
    known = {"kind": FetchKind.POST, "uri": uri, "cause": f"test:{next(_numbers)}", "asker": "far.example"}
    return add(session, FetchTask(**{**known, "due_at": clock.now(), **values}))
