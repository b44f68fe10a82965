"""A small ActivityPub server of its own process: it serves the demo's people and sends what they say.

Everything goes the road that a stranger's posts go: signed POSTs to the inbox, keys fetched back from here.
"""

from __future__ import annotations

import html
import json
import re
import threading
import time
from datetime import datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fedconnect.activitypub import signing
from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, MEDIA_TYPE, PUBLIC, SECURITY, Document
from fedconnect.demo.conversations import TOPICS, Statement, read_statements
from fedconnect.foundation import clock, fetch
from fedconnect.foundation.errors import FetchFailed
from fedconnect.foundation.settings import Settings

log = structlog.get_logger()
_PATIENCE_S = 60


def settings(ours: Settings) -> dict[str, str]:
    """Return the settings that the forum needs so that it may talk to the demo peer on loopback, from which all of the
    demo's people come at once."""
    allowed = [str(network) for network in ours.allowed_private_addresses] + ["127.0.0.1/32"]
    return {
        "FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES": ",".join(dict.fromkeys(allowed)),
        "FEDCONNECT_HOME_SERVER": ",".join(dict.fromkeys((*ours.home_server, "127.0.0.1"))),
    }


def run(ours: Settings) -> None:
    """Serve the demo's people for as long as the forum runs, and tell it what they said, once."""
    fetch.configure(ours)
    folder = ours.data_dir / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    peer = Peer(ours.base_url, f"http://127.0.0.1:{ours.bind_port + 1}", folder)
    server = ThreadingHTTPServer(("127.0.0.1", ours.bind_port + 1), peer.handler())
    server.daemon_threads = True
    threading.Thread(target=peer.tell_everything, name="demo", daemon=True).start()
    server.serve_forever()


class Peer:
    """The demo's people: their documents, their key, and what they send."""

    def __init__(self, forum: str, base: str, folder: Path) -> None:
        self.forum = forum
        self.base = base
        self.done = folder / "told"
        self.key = _key(folder / "key.pem")
        self.statements = {one.number: one for one in read_statements(_beginning(folder / "begun"))}
        self.people = {one.author for one in self.statements.values()}

    def tell_everything(self) -> None:
        """Send every follow, post, edit and deletion, in the order of their times."""
        if self.done.exists():
            return
        _wait_for(self.forum)
        for topic in TOPICS:
            readers = sorted(one for one in self.people if one.startswith(topic.slug))[:3]
            for person in readers:
                self._send(person, self.follow(person, topic.slug))
        for statement in self.statements.values():
            self._send(statement.author, self.create(statement))
            if statement.is_edited:
                self._send(statement.author, self.update(statement))
        for statement in self.statements.values():
            if statement.is_deleted:
                self._send(statement.author, self.delete(statement))
        self.done.touch()
        log.info("demo_told", posts=len(self.statements))

    def actor(self, name: str) -> Document:
        """Return a person's document."""
        uri = f"{self.base}/people/{name}"
        topic, _, number = name.rpartition("_")
        return {
            "@context": [ACTIVITYSTREAMS, SECURITY],
            "id": uri,
            "type": "Person",
            "preferredUsername": name,
            "name": f"Participant {number}" if number != "0" else "The organisers",
            "summary": f"<p>Took part in a Polis conversation ({html.escape(topic)}).</p>",
            "inbox": f"{uri}/inbox",
            "outbox": f"{uri}/outbox",
            "followers": f"{uri}/followers",
            "url": uri,
            "indexable": True,
            "endpoints": {"sharedInbox": f"{self.base}/inbox"},
            "publicKey": {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": self.public_pem},
        }

    @property
    def public_pem(self) -> str:
        """The one key of all the demo's people (making 250 would take half a minute)."""
        return (
            self.key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )

    def note(self, statement: Statement, *, cut_short: bool = False) -> Document:
        """Return a statement as the Note that Mastodon would make of it."""
        board = f"{self.forum}/boards/{statement.topic.slug}"
        author = f"{self.base}/people/{statement.author}"
        text = statement.text
        if cut_short:
            text = text[: text.rfind(" ", 0, len(text) * 2 // 3)]
        mention = (
            f'<span class="h-card" translate="no"><a href="{board}" class="u-url mention">@<span>'
            f"{statement.topic.slug}</span></a></span>"
        )
        parent = self.statements[statement.answers] if statement.answers is not None else None
        content = f"<p>{html.escape(text)}</p><p>{mention}</p>" if parent is None else (
            f"<p>{mention} {html.escape(text)}</p>"
        )  # fmt: skip
        note: Document = {
            "id": self.uri(statement),
            "type": "Note",
            "attributedTo": author,
            "inReplyTo": self.uri(parent) if parent is not None else None,
            "content": content,
            "contentMap": {"en": content},
            "published": _moment(statement.published),
            "to": [PUBLIC],
            "cc": [f"{author}/followers", board],
            "url": self.uri(statement),
            "tag": [{"type": "Mention", "href": board, "name": f"@{statement.topic.slug}"}],
            "attachment": [],
        }
        if statement.is_edited and not cut_short:
            note["updated"] = _moment(clock.now())
        return note

    def uri(self, statement: Statement) -> str:
        """Return a statement's id."""
        return f"{self.base}/people/{statement.author}/posts/{statement.number}"

    def follow(self, person: str, slug: str) -> Document:
        """Return a Follow of a board."""
        uri = f"{self.base}/people/{person}"
        return self._activity("Follow", uri, f"{uri}#follows/{slug}", f"{self.forum}/boards/{slug}")

    def create(self, statement: Statement) -> Document:
        """Return a statement's Create; of one that is edited later, cut short."""
        note = self.note(statement, cut_short=statement.is_edited)
        return self._activity("Create", note["attributedTo"], note["id"] + "/activity", note)

    def update(self, statement: Statement) -> Document:
        """Return the Update that completes a statement."""
        note = self.note(statement)
        return self._activity("Update", note["attributedTo"], note["id"] + "#updates/1", note)

    def delete(self, statement: Statement) -> Document:
        """Return a statement's Delete."""
        uri = self.uri(statement)
        author = f"{self.base}/people/{statement.author}"
        return self._activity("Delete", author, uri + "#delete", {"id": uri, "type": "Tombstone"})

    def _activity(self, kind: str, actor: str, identity: str, about: Any) -> Document:
        return {
            "@context": ACTIVITYSTREAMS, "id": identity, "type": kind, "actor": actor, "to": [PUBLIC],
            "object": about,
        }  # fmt: skip

    def _send(self, person: str, activity: Document) -> None:
        """Sign and send; what the forum cannot take just now is sent again."""
        inbox = f"{self.forum}/inbox"
        body = json.dumps(activity).encode()
        until = time.monotonic() + _PATIENCE_S
        while True:
            headers = signing.sign(self.key, f"{self.base}/people/{person}#main-key", "POST", inbox, body)
            try:
                status = fetch.post(inbox, body, headers=headers).status
            except FetchFailed:
                status = 503
            if status == 202:
                return
            if (status < 500 and status != 429) or time.monotonic() > until:
                log.error("demo_refused", status=status, kind=activity["type"])
                return
            time.sleep(0.5)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """Return what answers requests: people, their posts, and a 202 for whatever is delivered."""
        peer = self

        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True  # or the body waits for the head to be acknowledged

            def do_GET(self) -> None:
                self._answer(peer.find(unquote(urlsplit(self.path).path)))

            def do_POST(self) -> None:
                self.rfile.read(min(int(self.headers.get("Content-Length", "0")), 1 << 20))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def _answer(self, document: Document | None) -> None:
                body = json.dumps(document or {"error": "not found"}).encode()
                kind = MEDIA_TYPE
                if document is not None and "text/html" in self.headers.get("Accept", ""):
                    body, kind = _page(document), "text/html; charset=utf-8"
                self.send_response(200 if document is not None else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Date", formatdate(usegmt=True))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler

    def find(self, path: str) -> Document | None:
        """Return the document at a path, or None."""
        match = re.fullmatch(r"/people/(\w+)(?:/posts/(\d{1,18}))?", path)
        if match is None or match[1] not in self.people:
            return None
        if match[2] is None:
            return self.actor(match[1])
        statement = self.statements.get(int(match[2]))
        if statement is None or statement.author != match[1] or statement.is_deleted:
            return None
        return {"@context": ACTIVITYSTREAMS, **self.note(statement)}


def _page(document: Document) -> bytes:
    title = html.escape(str(document.get("name") or document.get("preferredUsername") or "A post"))
    text = document.get("summary") or document.get("content") or ""
    return f"<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1>{text}".encode()


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _beginning(path: Path) -> datetime:
    """Return when the demo first began, so that a restart serves the same documents."""
    if not path.exists():
        path.write_text(clock.now().isoformat())
    return datetime.fromisoformat(path.read_text())


def _key(path: Path) -> rsa.RSAPrivateKey:
    if not path.exists():
        made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        path.touch(mode=0o600)
        path.write_bytes(
            made.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def _wait_for(forum: str) -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        try:
            if fetch.get(f"{forum}/health").status == 200:
                return
        except FetchFailed:
            pass
        time.sleep(0.2)
