"""What an activity needs before it can be applied: fetched, cleaned and screened, with no transaction open.

Whether anything here is concerned is asked first, of ids alone: for what concerns nobody here nothing is cleaned,
and nobody is asked anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from fedconnect.activitypub import documents, vocabulary
from fedconnect.activitypub.vocabulary import Activity, Note
from fedconnect.federation import authority
from fedconnect.federation.activities import registry
from fedconnect.federation.activities.activity_type import Incoming
from fedconnect.federation.activities.registry import ACTIVITIES
from fedconnect.federation.activities.result import Deferred, Ignored
from fedconnect.federation.backfill import fetch_queue
from fedconnect.federation.inbound import concern, senders
from fedconnect.federation.inbound.received import Batch, Received
from fedconnect.forum import post_lookup
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.models.post import Arrival


@dataclass(frozen=True, slots=True)
class Prepared:
    """An activity that can be applied: `facts` are its type's own. `ends` is how it ends where nothing here is
    concerned, or its type is unknown: then nothing was prepared."""

    incoming: Incoming
    facts: Any = None
    ends: Ignored | Deferred | None = None


def prepare(received: Received, together: Batch) -> Prepared:
    """Return what a received activity needs.

    Raises:
        FetchFailed, Malformed: not to be had. NotPermitted: its server is blocked.
    """
    activity = received.activity
    met = senders.known_sender(received, together)
    note = _note_of(received) if registry.carries_post(activity) else None
    is_concerned = concern.concerns_us(received, note, met.person, together)
    met = together.people[activity.actor] = senders.introduce(received, met, is_concerned=is_concerned)
    assert met.person is not None
    incoming = Incoming(
        activity, met.person, met.policy, note, received.arrival, received.id, received.for_board, received.linked_group_uri,
        received.stands_alone, received.replies_to_uri, fetch_queue.restored_by(received.cause),
    )  # fmt: skip
    if note is not None and authority.may_publish(note, activity.actor):
        if not is_concerned:
            return Prepared(incoming, ends=concern.end_of(received, note))
        together.posts.add(note.id)
    found = ACTIVITIES.get(activity.kind)
    if found is None:
        return Prepared(incoming, ends=Ignored("no handler for this type"))
    return Prepared(incoming, found.prepare(incoming))


def _note_of(received: Received) -> Note | None:
    """Return the post: as embedded where that may be believed, else as its origin tells it."""
    activity, document = received.activity, received.activity.embedded
    proven = received.arrival is not Arrival.SENT  # we asked its origin ourselves
    if document is None or not (proven or authority.may_believe_embedded(activity, document)):
        if not activity.object_uri or not vocabulary.same_origin(activity.object_uri, activity.actor):
            return None
        document = documents.fetch_document(activity.object_uri)
    try:
        note = vocabulary.parse_note(document)
    except Malformed:
        return None
    return _addressed(_joined(note), activity)


def _joined(note: Note) -> Note:
    """Return a post that answers several (WordPress) as one that answers the one that is here."""
    if not note.also_answers or note.in_reply_to is None:
        return note
    with database.read_transaction() as session:
        answered = (note.in_reply_to, *note.also_answers)
        known = next((uri for uri in answered if post_lookup.find_post(session, uri) is not None), None)
    return replace(note, in_reply_to=known or note.in_reply_to)


def _addressed(note: Note, activity: Activity) -> Note:
    """Return a post that says nothing of whom it is for as its author's own activity says it; nobody else's is believed."""
    if note.to or note.cc or note.audience or note.author != activity.actor:
        return note
    return replace(note, to=activity.to, cc=activity.cc)
