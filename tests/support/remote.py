"""Other servers for tests: real HTTP on loopback, real keys, every request written down."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fedconnect.activitypub import signing
from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, PUBLIC, SECURITY

Document = dict[str, Any]


def ago(**time: float) -> str:
    """Return a moment of not long ago, as servers write it: what counts only for days must not age in a test."""
    moment = datetime.now(UTC) - timedelta(**time)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


@lru_cache(maxsize=16)
def key_number(number: int) -> rsa.RSAPrivateKey:
    """Return one of a few keys, made once for the whole run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(key: rsa.RSAPrivateKey) -> str:
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


@dataclass
class Received:
    """One request that reached a server."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Document:
        return json.loads(self.body)


class RemoteServer:
    """A server on a loopback address of its own. `documents` by path are served as ActivityPub."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.documents: dict[str, Document] = {}
        self.special: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.received: list[Received] = []
        self.inbox_status = 202
        self.inbox_headers: dict[str, str] = {}
        self._server = ThreadingHTTPServer((address, 0), self._handler())
        self._server.daemon_threads = True
        self.base = f"http://{address}:{self._server.server_address[1]}"
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    @property
    def host(self) -> str:
        return self.base.removeprefix("http://")

    def answer_api(self, request: Received) -> tuple[int, dict[str, str], bytes] | None:
        """Answer a request that is neither a document nor an inbox; a home server does."""
        return None

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def deliveries(self) -> list[Document]:
        inbox_posts = [one for one in self.received if one.method == "POST" and one.path.endswith("inbox")]
        return [one.json for one in inbox_posts]

    def delivered(self, kind: str) -> list[Document]:
        return [one for one in self.deliveries if one["type"] == kind]

    def gets(self, path: str) -> int:
        return sum(one.method == "GET" and one.path == path for one in self.received)

    def person(self, name: str, *, key: int = 0, **extra: Any) -> RemotePerson:
        person = RemotePerson(self, name, key_number(key))
        self.documents[f"/users/{name}"] = {**person.document(), **extra}
        return person

    def runs(self, software: str) -> None:
        """Serve the NodeInfo of a software."""
        self.documents["/.well-known/nodeinfo"] = {
            "links": [
                {
                    "rel": "http://nodeinfo.diaspora.software/ns/schema/2.1",
                    "href": self.base + "/nodeinfo/2.1",
                }
            ]
        }
        self.documents["/nodeinfo/2.1"] = {"version": "2.1", "software": {"name": software, "version": "1"}}

    def names(self, person: RemotePerson, domain: str = "", **links: str) -> None:
        """Answer WebFinger for a person's handle, here or on another domain; `links` are relations."""
        found = [{"rel": rel, "template": template} for rel, template in links.items()]
        self.special[
            f"/.well-known/webfinger?resource=acct%3A{person.name}%40{quote(domain or self.host, safe='')}"
        ] = (
            200,
            {"Content-Type": "application/jrd+json"},
            json.dumps(
                {
                    "subject": f"acct:{person.name}@{domain or self.host}",
                    "links": [
                        {"rel": "self", "type": "application/activity+json", "href": person.uri},
                        *found,
                    ],
                }
            ).encode(),
        )

    def serve(self, document: Document) -> str:
        """Serve a document at its id, and return the id."""
        document = {"@context": ACTIVITYSTREAMS, **document}
        path = document["id"].removeprefix(self.base)
        self.documents[path] = document
        self.special.pop(path, None)
        return str(document["id"])

    def forget(self, uri: str, status: int = 410) -> None:
        """Serve nothing at an id any more."""
        path = uri.removeprefix(self.base)
        self.documents.pop(path, None)
        self.special[path] = (status, {"Content-Type": "application/activity+json"}, b"{}")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True  # or the body waits 40 ms for the head to be acknowledged
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._note(b"")
                if self._answered_by_api():
                    return
                if self.path in server.special:
                    self._answer(*server.special[self.path])
                    return
                document = server.documents.get(self.path)
                body = json.dumps(document).encode() if document is not None else b"{}"
                kind = {"Content-Type": "application/activity+json"}
                self._answer(200 if document is not None else 404, kind, body)

            def do_POST(self) -> None:
                self._note(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
                if self._answered_by_api():
                    return
                self._answer(server.inbox_status, server.inbox_headers, b"")

            do_PUT = do_DELETE = do_POST

            def _answered_by_api(self) -> bool:
                answer = server.answer_api(server.received[-1])
                if answer is not None:
                    self._answer(*answer)
                return answer is not None

            def _note(self, body: bytes) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                server.received.append(Received(self.command, self.path, headers, body))

            def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        return Handler


@dataclass
class RemotePerson:
    """Somebody on another server, with the activities that their server would send."""

    server: RemoteServer
    name: str
    key: rsa.RSAPrivateKey
    numbers: int = 0
    published: str = field(default_factory=lambda: ago(hours=2))
    on_send: Callable[[Document], None] | None = field(default=None, repr=False)

    @property
    def uri(self) -> str:
        return f"{self.server.base}/users/{self.name}"

    @property
    def key_id(self) -> str:
        return self.uri + "#main-key"

    def document(self) -> Document:
        return {
            "@context": [ACTIVITYSTREAMS, SECURITY],
            "id": self.uri,
            "type": "Person",
            "preferredUsername": self.name,
            "name": self.name.capitalize(),
            "inbox": self.uri + "/inbox",
            "followers": self.uri + "/followers",
            "url": f"{self.server.base}/@{self.name}",
            "indexable": True,
            "endpoints": {"sharedInbox": self.server.base + "/inbox"},
            "publicKey": {"id": self.key_id, "owner": self.uri, "publicKeyPem": public_pem(self.key)},
        }

    def next_uri(self) -> str:
        self.numbers += 1
        return f"{self.uri}/statuses/{self.numbers}"

    def note(self, text: str, *boards: str, **extra: Any) -> Document:
        """Return a public Note that mentions boards (by actor id), as Mastodon writes it."""
        mentions = "".join(
            f'<p><span class="h-card" translate="no"><a href="{board}" class="u-url mention">@<span>'
            f"{board.rpartition('/')[2]}</span></a></span></p>"
            for board in boards
        )
        uri = extra.pop("id", None) or self.next_uri()
        return {
            "id": uri,
            "type": "Note",
            "attributedTo": self.uri,
            "inReplyTo": None,
            "content": f"<p>{text}</p>{mentions}",
            "published": self.published,
            "to": [PUBLIC],
            "cc": [self.uri + "/followers", *boards],
            "url": uri,
            "tag": [{"type": "Mention", "href": board, "name": "@board"} for board in boards],
            "attachment": [],
            **extra,
        }

    def activity(self, kind: str, about: Any, **extra: Any) -> Document:
        self.numbers += 1
        return {
            "@context": ACTIVITYSTREAMS,
            "id": f"{self.uri}#{kind.lower()}s/{self.numbers}",
            "type": kind,
            "actor": self.uri,
            "to": [PUBLIC],
            "object": about,
            **extra,
        }

    def create(self, note: Document) -> Document:
        return self.activity("Create", note, id=note["id"] + "/activity")

    def update(self, note: Document, text: str, updated: str = "") -> Document:
        return self.activity(
            "Update",
            {
                **note,
                "content": note["content"].replace("<p>", f"<p>{text} ", 1),
                "updated": updated or ago(hours=1),
            },
        )

    def delete(self, uri: str) -> Document:
        return self.activity("Delete", {"id": uri, "type": "Tombstone"}, id=uri + "#delete")

    def follow(self, board: str) -> Document:
        return self.activity("Follow", board)

    def envelope(self, activity: Document) -> Document:
        """Return an activity in this Group's envelope (FEP-1b12)."""
        return self.activity("Announce", activity, cc=[self.uri + "/followers"])

    def undo(self, activity: Document) -> Document:
        inner = {name: value for name, value in activity.items() if name != "@context"}
        return self.activity("Undo", inner)

    def sign(self, url: str, body: bytes, method: str = "POST") -> dict[str, str]:
        return signing.sign(self.key, self.key_id, method, url, body)
