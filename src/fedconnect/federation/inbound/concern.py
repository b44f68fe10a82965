"""Whether anything here is concerned by what arrived, told from ids alone; and how it ends where nothing is."""

from __future__ import annotations

from fedconnect.activitypub.vocabulary import Note
from fedconnect.federation import authority
from fedconnect.federation.activities import registry, submitted_replies
from fedconnect.federation.activities.result import Deferred, Ignored
from fedconnect.federation.inbound.received import Batch, Received
from fedconnect.federation.note_drafts import visibility_of
from fedconnect.forum import post_lookup
from fedconnect.foundation import database
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival


def concerns_us(received: Received, note: Note | None, person: Person | None, together: Batch) -> bool:
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
        about |= {note.id, note.in_reply_to or "", *note.also_answers}
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


def end_of(received: Received, note: Note) -> Ignored | Deferred:
    """Return how a post ends that concerns nothing here: what it answers may come yet."""
    if not visibility_of(note).is_open:
        return Ignored("private: not kept")
    if note.in_reply_to is not None and not received.stands_alone:
        return Deferred(note.in_reply_to)
    return Ignored("names no board of ours")
