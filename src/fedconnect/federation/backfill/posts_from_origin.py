"""A post as its own server tells it, kept as a received activity of its author."""

from __future__ import annotations

import hashlib
from functools import partial

from fedconnect.activitypub import documents, remote_actors, strict_json, vocabulary
from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, Document, Note
from fedconnect.events import Cause
from fedconnect.federation import authority, fetch_budget
from fedconnect.federation.backfill import fetch_queue
from fedconnect.forum import post_lookup, removal
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.fetch_task import FetchTask
from fedconnect.models.inbound import InboundActivity, InboundState, Proof


def fetch_note(cause: str, uri: str) -> tuple[Note, Document] | None:
    """Fetch a post by its id; None where its origin shows a tombstone.

    Raises:
        FetchFailed, Malformed: not to be had, or no post. BudgetExceeded, NotPermitted, Busy: see `charge`; each server
            on the way is charged and looked at before it is asked.
    """
    charge = partial(fetch_budget.charge, cause)
    charge(uri)
    document = documents.fetch_document(uri, before_another=charge)
    if vocabulary.kind_of(document) == "Create":  # some peers announce the activity's id
        inner = vocabulary.reference(document.get("object"))
        if inner is None or not vocabulary.same_origin(inner, uri):
            raise Malformed("an activity without a post of its own")
        charge(inner)
        document = documents.fetch_document(inner, before_another=charge)
    if vocabulary.kind_of(document) == "Tombstone":
        return None
    note = vocabulary.parse_note(document)
    if not authority.may_publish(note, note.author):
        raise Malformed("a post on another server than its author")
    return note, document


def keep(task: FetchTask, note: Note, document: Document) -> bool:
    """Keep a fetched post as an activity of its author, proven by its origin; False where it is kept already.

    The author is looked up here, so that it is paid for before the post is kept.
    """
    with database.read_transaction() as session:
        known = remote_actors.find_person(session, note.author)
    if known is None:
        fetch_budget.charge(task.cause, note.author)
        remote_actors.ensure_person(note.author)
    content = strict_json.dumps(document)
    if task.cause.startswith(fetch_queue.RESTORED):
        content += task.cause.encode()  # the same words are news after a Delete
    identity = f"{note.id.partition('#')[0]}#fetched/{hashlib.sha256(content).hexdigest()[:32]}"
    body = strict_json.dumps(
        {
            "@context": ACTIVITYSTREAMS,
            "id": identity,
            "type": "Update",
            "actor": note.author,
            "object": document,
        }
    )
    now = clock.now()
    with database.transaction() as session:
        kept = session.connection().execute(
            insert_or_skip(session, table_of(InboundActivity)),
            {
                "id": new_id(), "actor_uri": note.author, "activity_uri": identity, "kind": "Update",
                "object_uri": note.id, "body": body.decode(), "received_at": now, "due_at": now,
                "state": InboundState.RECEIVED, "proof": Proof.FETCHED, "cause": task.cause,
                "for_board": task.for_board, "linked_group_uri": task.linked_group_uri,
            },
        )  # fmt: skip
        if changed(kept) != 1:
            return False
        database.enqueue_after_commit(session, "inbox")
    return True


def drop_what_is_gone(uri: str) -> str:
    """Take away what its own server no longer has, a post or the leave for one; return what came of it."""
    with database.transaction() as session:
        if removal.revoke(session, uri):
            return "leave to answer taken back"
        post = post_lookup.find_post(session, uri)
        if post is None:
            return "gone"
        removal.withdraw(session, post, Cause.ACCOUNT)
    return "gone from here too"
