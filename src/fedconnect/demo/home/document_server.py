"""A small server of documents and inboxes: real HTTP, and every request written down."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric import rsa

from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, Document
from fedconnect.demo.home.resident import Resident, key_number

#: A status, headers and a body.
Answer = tuple[int, dict[str, str], bytes]
_MOST_BYTES = 1 << 24


@dataclass
class HomeRequest:
    """One request that reached a server."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Document:
        """Its body, which is JSON."""
        found: Document = json.loads(self.body)
        return found


class DocumentServer:
    """A server at an address of this machine. `documents` by path are served as ActivityPub; of the requests the last
    `remembers` are kept (None: all)."""

    remembers: int | None = None

    def __init__(self, address: str = "127.0.0.1", port: int = 0) -> None:
        self.documents: dict[str, Document] = {}
        self.special: dict[str, Answer] = {}
        self.received: list[HomeRequest] = []
        self.inbox_status = 202
        self.inbox_headers: dict[str, str] = {}
        self._server = ThreadingHTTPServer((address, port), self._handler())
        self._server.daemon_threads = True
        self.base = f"http://{address}:{self._server.server_address[1]}"
        listen = {"poll_interval": 0.02 if port == 0 else 0.5}  # tests end hundreds of these
        threading.Thread(target=self._server.serve_forever, kwargs=listen, daemon=True).start()

    @property
    def host(self) -> str:
        """Address and port, as in handles."""
        return self.base.removeprefix("http://")

    def answer_api(self, request: HomeRequest) -> Answer | None:
        """Answer a request that is neither a document nor an inbox; a home server does."""
        return None

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def deliveries(self) -> list[Document]:
        """What inboxes here were sent, in order."""
        inbox_posts = [one for one in self.received if one.method == "POST" and one.path.endswith("inbox")]
        return [one.json for one in inbox_posts]

    def delivered(self, kind: str) -> list[Document]:
        """What of that is of one type."""
        return [one for one in self.deliveries if one["type"] == kind]

    def gets(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(one.method == "GET" and one.path == path for one in self.received)

    def key(self, number: int) -> rsa.RSAPrivateKey:
        """Return one of this server's keys."""
        return key_number(number)

    def person(self, name: str, *, key: int = 0, **extra: Any) -> Resident:
        """Serve somebody's actor; `extra` are fields of it."""
        person = Resident(self, name, self.key(key))
        self.documents[f"/users/{name}"] = {**person.document(), **extra}
        return person

    def runs(self, software: str) -> None:
        """Serve the NodeInfo of a software."""
        schema = "http://nodeinfo.diaspora.software/ns/schema/2.1"
        self.documents["/.well-known/nodeinfo"] = {
            "links": [{"rel": schema, "href": self.base + "/nodeinfo/2.1"}]
        }
        self.documents["/nodeinfo/2.1"] = {"version": "2.1", "software": {"name": software, "version": "1"}}

    def names(self, person: Resident, domain: str = "", **links: str) -> None:
        """Answer WebFinger for a person's handle, here or on another domain; `links` are relations."""
        found = [{"rel": rel, "template": template} for rel, template in links.items()]
        own = {"rel": "self", "type": "application/activity+json", "href": person.uri}
        named = {"subject": f"acct:{person.name}@{domain or self.host}", "links": [own, *found]}
        asked = f"acct%3A{person.name}%40{quote(domain or self.host, safe='')}"
        kind = {"Content-Type": "application/jrd+json"}
        self.special[f"/.well-known/webfinger?resource={asked}"] = (200, kind, json.dumps(named).encode())

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

    def take_delivery(self, request: HomeRequest) -> None:
        """Do something with what an inbox was sent; tests only look at it afterwards."""

    def _note(self, request: HomeRequest) -> None:
        self.received.append(request)
        if self.remembers is not None:
            del self.received[: -self.remembers]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True  # or the body waits 40 ms for the head to be acknowledged
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if self._answered_by_api(self._read(b"")):
                    return
                if self.path in server.special:
                    self._answer(*server.special[self.path])
                    return
                document = server.documents.get(self.path)
                body = json.dumps(document).encode() if document is not None else b"{}"
                kind = {"Content-Type": "application/activity+json"}
                self._answer(200 if document is not None else 404, kind, body)

            def do_POST(self) -> None:
                length = min(int(self.headers.get("Content-Length", "0")), _MOST_BYTES)
                request = self._read(self.rfile.read(length))
                if self._answered_by_api(request):
                    return
                server.take_delivery(request)
                self._answer(server.inbox_status, server.inbox_headers, b"")

            do_PUT = do_DELETE = do_POST

            def _read(self, body: bytes) -> HomeRequest:
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = HomeRequest(self.command, self.path, headers, body)
                server._note(request)
                return request

            def _answered_by_api(self, request: HomeRequest) -> bool:
                answer = server.answer_api(request)
                if answer is not None:
                    self._answer(*answer)
                return answer is not None

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
