"""The post that an activity carries: cleaned and screened before the transaction opens."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fedconnect.activitypub import documents, vocabulary
from fedconnect.activitypub.vocabulary import Note
from fedconnect.drafts import PostDraft, Visibility
from fedconnect.federation import authority
from fedconnect.federation.activities.activity_type import Incoming
from fedconnect.federation.note_drafts import draft_of
from fedconnect.forum import post_lookup
from fedconnect.foundation import database
from fedconnect.foundation.errors import FetchFailed, Malformed
from fedconnect.hooks import manager
from fedconnect.hooks.views import PersonView, Verdict
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person


@dataclass(frozen=True, slots=True)
class PreparedPost:
    """A post ready for its place. `screened` says why the verdict is to hold it: `plugin`, or `limited` by its server's
    policy; `approval` where the leave for an answer stands, proven; `collections` where the rest of its conversation
    may be found."""

    draft: PostDraft
    verdict: Verdict = Verdict.PUBLISH
    screened: str = ""
    approval: str = ""
    collections: tuple[str, ...] = ()


def prepare(incoming: Incoming) -> PreparedPost | None:
    """Clean and screen the post; None where it is none that its sender may publish."""
    note = incoming.note
    if note is None or not authority.may_publish(note, incoming.activity.actor):
        return None
    draft = draft_of(note)
    if incoming.replies_to_uri and draft.in_reply_to is None:
        draft = replace(draft, in_reply_to=incoming.replies_to_uri)
    if incoming.policy is Policy.SILENCED and draft.visibility is Visibility.PUBLIC:
        # it stands on its board, and in no feed or search
        draft = replace(draft, visibility=Visibility.UNLISTED)
    verdict, screened = _screen(draft, incoming)
    return PreparedPost(draft, verdict, screened, _approval(note), _collections(note))


def _screen(draft: PostDraft, incoming: Incoming) -> tuple[Verdict, str]:
    """Return the strictest verdict and, where it is to hold, why: what comes from a limited instance waits for a
    moderator at least."""
    if not draft.visibility.is_open:
        return Verdict.PUBLISH, ""
    person = incoming.person
    verdict = manager.screen_post(draft, PersonView(person.uri, person.name, person.handle))
    if verdict is Verdict.PUBLISH:
        return (Verdict.HOLD, "limited") if incoming.policy is Policy.LIMITED else (verdict, "")
    return verdict, "plugin" if verdict is Verdict.HOLD else ""


def _approval(note: Note) -> str:
    """Return where the author of what a post answers gave leave for it; empty where they did not."""
    if note.in_reply_to is None or not note.approval:
        return ""
    with database.read_transaction() as session:
        parent = post_lookup.find_post(session, note.in_reply_to)
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
