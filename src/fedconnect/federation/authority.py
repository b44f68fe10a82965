"""Who may do what to what: the only place that decides. A valid signature is not yet a permission.

Every function takes what was proven (the actor whose key signed) and what is asked, and says yes or no.
Ref: ActivityPub §7, FEP-fe34 (origin-based security), lessons A1–A10 in docs/decisions/0003.
"""

from __future__ import annotations

from fedconnect.activitypub import own_keys, vocabulary
from fedconnect.activitypub.vocabulary import Activity, Document, Note
from fedconnect.models.person import Person
from fedconnect.models.post import Post


def may_speak(activity: Activity, key_owner: str) -> bool:
    """Whether the owner of the signing key may utter this activity: it is theirs, on their server."""
    return (
        activity.actor == key_owner
        and vocabulary.same_origin(activity.id, activity.actor)
        and not is_ours(activity.actor)
    )


def is_ours(uri: str) -> bool:
    """Whether an id is on this installation, where nobody else may claim anything."""
    return vocabulary.same_origin(uri, own_keys.base_url())


def may_believe_embedded(activity: Activity, embedded: Document) -> bool:
    """Whether an embedded object counts as said: it is the signer's own, on the signer's server."""
    identity = vocabulary.uri(embedded.get("id"))
    author = vocabulary.reference(embedded.get("attributedTo"))
    return (
        identity is not None and author == activity.actor and vocabulary.same_origin(identity, activity.actor)
    )


def may_publish(note: Note, author: str) -> bool:
    """Whether a post may be published as this author's."""
    return note.author == author and vocabulary.same_origin(note.id, author) and not is_ours(note.id)


def may_edit(person: Person, post: Post) -> bool:
    """Whether a person may change a post: it is their own."""
    return post.person_id == person.id


def may_delete(person: Person, uri: str, post: Post | None) -> bool:
    """Whether a person may take back this id: their own post, or one of their server yet to come."""
    if post is not None:
        return post.person_id == person.id
    return vocabulary.same_origin(uri, person.uri)


def may_undo(activity: Activity) -> bool:
    """Whether an Undo is about the signer's own activity."""
    embedded = activity.embedded
    if embedded is not None and vocabulary.reference(embedded.get("actor")) not in {None, activity.actor}:
        return False
    return not activity.object_uri or vocabulary.same_origin(activity.object_uri, activity.actor)
