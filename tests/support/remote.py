"""Other servers for tests: real HTTP on loopback, real keys, every request written down. The demo's are the same."""

from __future__ import annotations

from fedconnect.activitypub.vocabulary import PUBLIC, Document
from fedconnect.demo.home.document_server import DocumentServer as RemoteServer
from fedconnect.demo.home.document_server import HomeRequest as Received
from fedconnect.demo.home.resident import Resident as RemotePerson
from fedconnect.demo.home.resident import ago, key_number, public_pem

__all__ = [
    "PUBLIC",
    "Document",
    "Received",
    "RemotePerson",
    "RemoteServer",
    "ago",
    "key_number",
    "public_pem",
]
