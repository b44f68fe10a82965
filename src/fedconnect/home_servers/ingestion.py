"""A post that a reader wrote through their own server, taken in at once rather than when it arrives.

It is asked for at its origin and takes the same road as everything else, so that it is one row whichever
comes first, this or its server's own delivery.
"""

from __future__ import annotations

import hashlib
import time

from sqlalchemy import select

from fedconnect.activitypub import documents, strict_json, vocabulary
from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS
from fedconnect.federation import authority
from fedconnect.federation.inbound import processor
from fedconnect.federation.inbound.received_kind import RECEIVED
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.inbound import InboundActivity, InboundState, Proof

WAITS_S, _LOOKS_EVERY_S = 10.0, 0.2  # for whoever handles something of the same author just now


def ingest_own_post(uri: str, author_uri: str, *, replies_to_uri: str = "") -> frozenset[str]:
    """Fetch a post from its origin and show it, if it is this author's; return the actors that it names. Opens its own
    transactions.

    `replies_to_uri` is what it answers where its own server does not know.

    Raises:
        FetchFailed: not to be had just now. Malformed: not a post of this author's.
    """
    document = documents.fetch_document(uri)
    note = vocabulary.parse_note(document)
    if note.author != author_uri or not authority.may_publish(note, author_uri):
        raise Malformed("somebody else's post")
    content = strict_json.dumps(document)
    identity = f"{note.id.partition('#')[0]}#adopted/{hashlib.sha256(content).hexdigest()[:32]}"
    body = {
        "@context": ACTIVITYSTREAMS,
        "id": identity,
        "type": "Update",
        "actor": author_uri,
        "object": document,
    }
    now = clock.now()
    row = {
        "id": new_id(), "actor_uri": author_uri, "activity_uri": identity, "kind": "Update",
        "object_uri": note.id, "body": strict_json.dumps(body).decode(), "received_at": now, "due_at": now,
        "state": InboundState.RECEIVED, "proof": Proof.HOME_API, "replies_to_uri": replies_to_uri,
    }  # fmt: skip
    with database.transaction() as session:
        session.connection().execute(insert_or_skip(session, table_of(InboundActivity)), row)
        database.enqueue_after_commit(session, "inbox")
    _process(identity)
    return frozenset({*note.to, *note.cc, *note.audience, *note.mentions})


def _process(identity: str) -> None:
    """Handle a row, and wait a while for it where a worker has it, or what its author's server delivered just now: an
    author's rows are handled one after the other."""
    until = time.monotonic() + WAITS_S
    is_waiting = select(InboundActivity.id).where(
        InboundActivity.activity_uri == identity,
        InboundActivity.state.in_(RECEIVED.open),
        InboundActivity.due_at <= clock.now(),  # what was put off has a reason, and a time of its own
    )
    while not (claims := processor.claim(only=identity)):
        with database.read_transaction() as session:
            if session.execute(is_waiting).first() is None or time.monotonic() > until:
                return
        time.sleep(_LOOKS_EVERY_S)
    processor.process(claims)
