"""A post that a reader wrote through their own server, taken in at once rather than when it arrives.

It is asked for at its origin and takes the same road as everything else, so that it is one row whichever
comes first, this or its server's own delivery.
"""

from __future__ import annotations

import hashlib

from fedconnect.activitypub import documents, strict_json, vocabulary
from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS
from fedconnect.federation import authority
from fedconnect.federation.inbound import processor
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.inbound import InboundActivity, InboundState, Proof


def ingest_own_post(uri: str, author_uri: str, *, replies_to_uri: str = "") -> None:
    """Fetch a post from its origin and show it, if it is this author's; opens its own transactions.

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
    processor.process(processor.claim(only=identity))
