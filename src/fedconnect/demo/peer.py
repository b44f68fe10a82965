"""A small ActivityPub server in the demo's process: it serves the demo's people and sends what they say.

Everything goes the road that a stranger's posts go: signed POSTs to the inbox, keys fetched back from here.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import formatdate
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, MEDIA_TYPE, PUBLIC, SECURITY, Document
from fedconnect.demo.conversations import TOPICS, Statement, read_statements
from fedconnect.demo.home.deliverer import deliver
from fedconnect.foundation import clock

_REGRETS = timedelta(days=1)


class Peer:
    """The demo's people: their documents, their key, and what they send."""

    def __init__(self, forum: str, base: str, folder: Path) -> None:
        self.forum = forum
        self.base = base
        self.told = folder / "told"
        self.key = own_key(folder / "key.pem")
        self.statements = {one.number: one for one in read_statements(beginning(folder / "begun"))}
        self.people = {one.author for one in self.statements.values()}
        self.script = self._script()

    def tell_until(self, moment: datetime) -> int:
        """Send every follow, post, edit and deletion whose time has come, in order; return how many that were. What was told
        before a restart is not told again."""
        told = self.told.read_text() if self.told.exists() else "0"
        begin = int(told) if told else len(self.script)  # an empty file is from before the demo had a month
        due = [(person, make) for at, person, make in self.script[begin:] if at <= moment]
        for person, make in due:
            deliver(self.key, f"{self.base}/people/{person}#main-key", f"{self.forum}/inbox", make())
        if due:
            self.told.write_text(str(begin + len(due)))
        return len(due)

    def _script(self) -> list[tuple[datetime, str, Callable[[], Document]]]:
        """Return what is told, when and by whom: a slip is mended at once, and what is taken back is so a day later."""
        found: list[tuple[datetime, str, Callable[[], Document]]] = []
        first = min((one.published for one in self.statements.values()), default=clock.now())
        for topic in TOPICS:
            for person in sorted(one for one in self.people if one.startswith(topic.slug))[:3]:
                found.append((first, person, partial(self.follow, person, topic.slug)))
        for one in self.statements.values():
            found.append((one.published, one.author, partial(self.create, one)))
            if one.is_edited:
                found.append((one.published, one.author, partial(self.update, one)))
            if one.is_deleted:
                found.append((one.published + _REGRETS, one.author, partial(self.delete, one)))
        return sorted(found, key=lambda part: part[0])

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


def beginning(path: Path) -> datetime:
    """Return when the demo first began, so that a restart serves the same documents; its month ends then."""
    if not path.exists():
        path.write_text(clock.machine_now().isoformat())
    return datetime.fromisoformat(path.read_text())


def own_key(path: Path) -> rsa.RSAPrivateKey:
    """Return the key of all the demo's people, made once."""
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
