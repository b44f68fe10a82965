"""Somebody who lives on a server, with the documents and activities that it would send for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fedconnect.activitypub import signing
from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, PUBLIC, SECURITY, Document
from fedconnect.foundation import clock


class Origin(Protocol):
    """Where somebody lives: `base` is scheme and host."""

    base: str


def moment(at: datetime) -> str:
    """Return a moment as servers write it."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def ago(**time: float) -> str:
    """Return a moment of not long ago, as servers write it: what counts only for days must not age."""
    return moment(clock.now() - timedelta(**time))


@lru_cache(maxsize=16)
def key_number(number: int) -> rsa.RSAPrivateKey:
    """Return one of a few keys, made once for the whole process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(key: rsa.RSAPrivateKey) -> str:
    """Return the public half of a key."""
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key.public_key().public_bytes(*form).decode()


@dataclass
class Resident:
    """A person of a server; `numbers` counts what they have sent, so that each has an id of its own."""

    server: Origin
    name: str
    key: rsa.RSAPrivateKey
    numbers: int = 0
    published: str = field(default_factory=lambda: ago(hours=2))
    on_send: Callable[[Document], None] | None = field(default=None, repr=False)

    @property
    def uri(self) -> str:
        """The id of their actor."""
        return f"{self.server.base}/users/{self.name}"

    @property
    def key_id(self) -> str:
        """The id of their key."""
        return self.uri + "#main-key"

    def document(self) -> Document:
        """Return their actor as Mastodon writes it."""
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
        """Return the id of their next post."""
        self.numbers += 1
        return f"{self.uri}/statuses/{self.numbers}"

    def note(self, text: str, *boards: str, **extra: Any) -> Document:
        """Return a public Note that mentions boards (by actor id), as Mastodon writes it. `text` is HTML."""
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
        """Return an activity of theirs."""
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
        """Return a post's Create."""
        return self.activity("Create", note, id=note["id"] + "/activity")

    def update(self, note: Document, text: str, updated: str = "") -> Document:
        """Return the Update that puts `text` before what a post says."""
        content = note["content"].replace("<p>", f"<p>{text} ", 1)
        return self.activity("Update", {**note, "content": content, "updated": updated or ago(hours=1)})

    def delete(self, uri: str) -> Document:
        """Return a post's Delete."""
        return self.activity("Delete", {"id": uri, "type": "Tombstone"}, id=uri + "#delete")

    def follow(self, board: str) -> Document:
        """Return a Follow of a board, by its actor id."""
        return self.activity("Follow", board)

    def envelope(self, activity: Document) -> Document:
        """Return an activity in this Group's envelope (FEP-1b12)."""
        return self.activity("Announce", activity, cc=[self.uri + "/followers"])

    def undo(self, activity: Document) -> Document:
        """Return what takes an activity back."""
        inner = {name: value for name, value in activity.items() if name != "@context"}
        return self.activity("Undo", inner)

    def sign(self, url: str, body: bytes, method: str = "POST") -> dict[str, str]:
        """Return the headers that prove a request of theirs."""
        return signing.sign(self.key, self.key_id, method, url, body)
