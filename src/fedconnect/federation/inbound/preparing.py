"""What an activity needs before it can be applied: fetched, cleaned and screened, with no transaction open.

Whether anything here is concerned is asked first, of ids alone: for what concerns nobody here nothing is cleaned,
and nobody is asked anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from fedconnect.activitypub import documents, remote_actors, vocabulary
from fedconnect.activitypub.instance_trust import policy_of
from fedconnect.activitypub.vocabulary import Activity, Note
from fedconnect.federation import authority, instances
from fedconnect.federation.activities import registry, submitted_replies
from fedconnect.federation.activities.activity_type import Incoming
from fedconnect.federation.activities.registry import ACTIVITIES
from fedconnect.federation.activities.result import Deferred, Ignored
from fedconnect.federation.note_drafts import visibility_of
from fedconnect.forum import post_lookup
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival


@dataclass(frozen=True, slots=True)
class Received:
    """What a row of a received activity says."""

    id: int
    activity: Activity
    body: str
    received_at: datetime
    arrival: Arrival
    stands_alone: bool
    cause: str
    for_board: str
    linked_group_uri: str
    replies_to_uri: str = ""
    has_waited: bool = False


@dataclass(frozen=True, slots=True)
class KnownSender:
    """Somebody who speaks in a batch, and how far their server is trusted; nobody, where they are not met yet."""

    person: Person | None
    policy: Policy
    is_introduced: bool = False  # their server was asked about itself


@dataclass(slots=True)
class Batch:
    """What is known within a batch: who was looked up, and the posts of it that concern somebody here."""

    people: dict[str, KnownSender] = field(default_factory=dict)
    posts: set[str] = field(default_factory=set)


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
    met = _known_sender(received, together)
    note = _note_of(received) if registry.carries_post(activity) else None
    is_concerned = _concerns_us(received, note, met.person, together)
    met = together.people[activity.actor] = _introduced(received, met, is_concerned=is_concerned)
    assert met.person is not None
    incoming = Incoming(
        activity, met.person, met.policy, note, received.arrival, received.id, received.for_board, received.linked_group_uri,
        received.stands_alone, received.replies_to_uri,
    )  # fmt: skip
    if note is not None and authority.may_publish(note, activity.actor):
        if not is_concerned:
            return Prepared(incoming, ends=_end_of(received, note))
        together.posts.add(note.id)
    found = ACTIVITIES.get(activity.kind)
    if found is None:
        return Prepared(incoming, ends=Ignored("no handler for this type"))
    return Prepared(incoming, found.prepare(incoming))


def _known_sender(received: Received, together: Batch) -> KnownSender:
    """Return what is known here of who speaks, asked once an actor and batch."""
    uri = received.activity.actor
    met = together.people.get(uri)
    if met is None:
        with database.read_transaction() as session:
            known = remote_actors.find_person(session, uri)
            met = KnownSender(known, policy_of(session, vocabulary.host(uri)))
    if met.policy is Policy.BLOCKED:
        raise NotPermitted("a blocked instance")
    return met


def _introduced(received: Received, met: KnownSender, *, is_concerned: bool) -> KnownSender:
    """Return who speaks; their server is asked about itself where somebody here is concerned. The author of a post
    that we fetched ourselves was looked up then, and who is going need not be."""
    known, is_going = met.person, registry.can_end_account(received.activity)
    if met.is_introduced or (known is not None and (not is_concerned or received.cause or is_going)):
        return met
    if known is None or remote_actors.is_stale(known):
        known = remote_actors.ensure_person(received.activity.actor)
    if not is_concerned:
        return replace(met, person=known)
    return replace(met, person=instances.learn_software(known), is_introduced=True)


def _concerns_us(received: Received, note: Note | None, person: Person | None, together: Batch) -> bool:
    """Whether an activity names, answers or changes something here, by the ids in it alone."""
    activity = received.activity
    if (
        received.arrival is not Arrival.SENT
        or received.cause
        or received.for_board
        or received.replies_to_uri
    ):
        return True  # we went for it
    about = {activity.object_uri, activity.inner_target, *activity.about}
    named = {activity.target_uri, *activity.named}
    if note is not None:
        about |= {note.id, note.in_reply_to or ""}
        named |= {*note.mentions, *note.to, *note.cc, *note.audience}
    about.discard("")
    if not about.isdisjoint(together.posts) or any(authority.is_ours(uri) for uri in (about | named) - {""}):
        return True
    with database.read_transaction() as session:
        if post_lookup.is_any_here(session, about):
            return True
        if person is None:
            return False
        if registry.concerns(session, activity, person):
            return True
        if note is None or note.in_reply_to is not None:
            return False
        return submitted_replies.find_loose_reply(session, person, note.id) is not None


def _end_of(received: Received, note: Note) -> Ignored | Deferred:
    """Return how a post ends that concerns nothing here: what it answers may come yet."""
    if not visibility_of(note).is_open:
        return Ignored("private: not kept")
    if note.in_reply_to is not None and not received.stands_alone:
        return Deferred(note.in_reply_to)
    return Ignored("names no board of ours")


def _note_of(received: Received) -> Note | None:
    """Return the post: as embedded where that may be believed, else as its origin tells it."""
    activity, document = received.activity, received.activity.embedded
    proven = received.arrival is not Arrival.SENT  # we asked its origin ourselves
    if document is None or not (proven or authority.may_believe_embedded(activity, document)):
        if not activity.object_uri or not vocabulary.same_origin(activity.object_uri, activity.actor):
            return None
        document = documents.fetch_document(activity.object_uri)
    try:
        return vocabulary.parse_note(document)
    except Malformed:
        return None
