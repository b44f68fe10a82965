"""What an activity needs before it can be applied: fetched, cleaned and screened, with no transaction open.

Whether anything here is concerned is asked first, of ids alone: for what concerns nobody here nothing is cleaned,
and nobody is asked anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from fedconnect.activitypub import documents, remote_actors, vocabulary
from fedconnect.activitypub.trust import policy_of
from fedconnect.activitypub.vocabulary import Activity, Note
from fedconnect.drafts import PostDraft, Visibility
from fedconnect.federation import authority, peers, submissions
from fedconnect.federation.handlers.registry import CARRY_A_POST
from fedconnect.federation.posts import draft_of, visibility_of
from fedconnect.federation.results import Gathered, Ignored, Waits
from fedconnect.forum import posting
from fedconnect.forum.boards import find_board, slug_of
from fedconnect.foundation import database
from fedconnect.foundation.errors import FetchFailed, Malformed, NotPermitted
from fedconnect.hooks import manager
from fedconnect.hooks.views import PersonView, Verdict
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
    sister_uri: str
    answers_uri: str = ""
    has_waited: bool = False


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Somebody who speaks in a batch, and how far their server is trusted; nobody, where they are not met yet."""

    person: Person | None
    policy: Policy
    is_introduced: bool = False  # their server was asked about itself


@dataclass(slots=True)
class Batch:
    """What is known within a batch: who was looked up, and the posts of it that concern somebody here."""

    people: dict[str, Acquaintance] = field(default_factory=dict)
    posts: set[str] = field(default_factory=set)


def gather(received: Received, together: Batch) -> Gathered:
    """Return what a received activity needs.

    Raises:
        FetchFailed, Malformed: not to be had. NotPermitted: its server is blocked.
    """
    activity = received.activity
    met = _meet(received, together)
    note = _note_of(received) if _carries_a_post(activity) else None
    is_concerned = _concerns_us(received, note, met.person, together)
    met = together.people[activity.actor] = _introduced(received, met, is_concerned=is_concerned)
    assert met.person is not None
    person = met.person
    plain = Gathered(
        person, arrival=received.arrival, inbound_id=received.id, for_board=received.for_board,
        sister_uri=received.sister_uri, stands_alone=received.stands_alone,
    )  # fmt: skip
    if activity.kind == "Update" and activity.object_uri == activity.actor:
        return _with(plain, actor=remote_actors.fetch_actor(activity.actor))
    if activity.kind == "Move" and activity.object_uri == activity.actor and activity.target_uri:
        return _with(plain, actor=remote_actors.fetch_actor(activity.target_uri))
    if activity.kind in {"Block", "Add", "Remove"}:
        return _with(plain, subject=_subject(activity, person))
    if note is None or not authority.may_publish(note, activity.actor):
        return plain
    if not is_concerned:
        return _with(plain, ends=_end_of(received, note))
    together.posts.add(note.id)
    draft = draft_of(note)
    if received.answers_uri and draft.in_reply_to is None:
        draft = replace(draft, in_reply_to=received.answers_uri)
    if met.policy is Policy.SILENCED and draft.visibility is Visibility.PUBLIC:
        draft = replace(
            draft, visibility=Visibility.UNLISTED
        )  # it stands on its board, and in no feed or search
    verdict, screened = _screen(draft, person, met.policy)
    return _with(
        plain, draft=draft, verdict=verdict, screened=screened, approval=_approval(note),
        collections=_collections(note),
    )  # fmt: skip


def _with(plain: Gathered, **facts: object) -> Gathered:
    return replace(plain, **facts)  # type: ignore[arg-type]


def _carries_a_post(activity: Activity) -> bool:
    return activity.kind in CARRY_A_POST and activity.object_uri != activity.actor


def _meet(received: Received, together: Batch) -> Acquaintance:
    """Return what is known here of who speaks, asked once an actor and batch."""
    uri = received.activity.actor
    met = together.people.get(uri)
    if met is None:
        with database.reading() as session:
            known = remote_actors.find_person(session, uri)
            met = Acquaintance(known, policy_of(session, vocabulary.host(uri)))
    if met.policy is Policy.BLOCKED:
        raise NotPermitted("a blocked instance")
    return met


def _introduced(received: Received, met: Acquaintance, *, is_concerned: bool) -> Acquaintance:
    """Return who speaks; their server is asked about itself where somebody here is concerned. The author of a post
    that we fetched ourselves was looked up then, and who is going need not be."""
    known, is_going = met.person, received.activity.kind == "Delete"
    if met.is_introduced or (known is not None and (not is_concerned or received.cause or is_going)):
        return met
    if known is None or remote_actors.is_stale(known):
        known = remote_actors.ensure_person(received.activity.actor)
    if not is_concerned:
        return replace(met, person=known)
    return replace(met, person=peers.acquaint(known), is_introduced=True)


def _concerns_us(received: Received, note: Note | None, person: Person | None, together: Batch) -> bool:
    """Whether an activity names, answers or changes something here, by the ids in it alone."""
    activity = received.activity
    if received.arrival is not Arrival.SENT or received.cause or received.for_board or received.answers_uri:
        return True  # we went for it
    about = {activity.object_uri, activity.inner_target, *activity.about}
    named = {activity.target_uri, *activity.named}
    if note is not None:
        about |= {note.id, note.in_reply_to or ""}
        named |= {*note.mentions, *note.to, *note.cc, *note.audience}
    about.discard("")
    if not about.isdisjoint(together.posts) or any(authority.is_ours(uri) for uri in (about | named) - {""}):
        return True
    with database.reading() as session:
        if posting.is_any_here(session, about):
            return True
        if person is None:
            return False
        if activity.kind == "Announce" and authority.carries_for(session, person):
            return True
        if note is None or note.in_reply_to is not None:
            return False
        return submissions.find_loose_reply(session, person, note.id) is not None


def _end_of(received: Received, note: Note) -> Ignored | Waits:
    """Return how a post ends that concerns nothing here: what it answers may come yet."""
    if not visibility_of(note).is_open:
        return Ignored("private: not kept")
    if note.in_reply_to is not None and not received.stands_alone:
        return Waits(note.in_reply_to)
    return Ignored("names no board of ours")


def _subject(activity: Activity, person: Person) -> Person | None:
    """Return whom a moderator's decision is about; nobody else can make us look somebody up."""
    target = activity.target_uri.removesuffix("/moderators")
    slug = slug_of(target)
    if slug is None or not activity.object_uri or activity.target_uri.endswith("/featured"):
        return None
    with database.reading() as session:
        board = find_board(session, slug)
        if board is None or not authority.may_moderate(session, board, person):
            return None
    return (
        None if authority.is_ours(activity.object_uri) else remote_actors.ensure_person(activity.object_uri)
    )


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


def _screen(draft: PostDraft, person: Person, policy: Policy) -> tuple[Verdict, str]:
    """Return the strictest verdict and, where it is to hold, why: what comes from a limited instance waits for a
    moderator at least."""
    if not draft.visibility.is_open:
        return Verdict.PUBLISH, ""
    verdict = manager.screen_post(draft, PersonView(person.uri, person.name, person.handle))
    if verdict is Verdict.PUBLISH:
        return (Verdict.HOLD, "limited") if policy is Policy.LIMITED else (verdict, "")
    return verdict, "plugin" if verdict is Verdict.HOLD else ""


def _approval(note: Note) -> str:
    """Return where the author of what a post answers gave leave for it; empty where they did not."""
    if note.in_reply_to is None or not note.approval:
        return ""
    with database.reading() as session:
        parent = posting.find_post(session, note.in_reply_to)
        if parent is None or not parent.may_reply or parent.person_id is None:
            return ""
        author = session.get_one(Person, parent.person_id)
    if not vocabulary.same_origin(note.approval, author.uri):
        return ""
    try:
        document = documents.fetch_document(note.approval)
    except (FetchFailed, Malformed):
        return ""
    is_theirs = authority.may_approve(document, note.approval, author.uri, parent.uri, note.id)
    return note.approval if is_theirs else ""


def _collections(note: Note) -> tuple[str, ...]:
    """Return where the rest of a conversation may be found: on the post's own server only."""
    found = (note.context, note.replies)
    return tuple(uri for uri in found if uri and vocabulary.same_origin(uri, note.id))
