"""Who may do what to what: the only place that decides. A valid signature is not yet a permission.

Every function takes what was proven (the actor whose key signed, or the origin that was asked) and what is
asked, and says yes or no. tests/federation/authority.txt holds the verdicts, written by hand.
Ref: ActivityPub §7, FEP-fe34 (origin-based security), lessons A1–A10 in docs/decisions/0003.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.activitypub.vocabulary import Activity, Actor, Document, Note
from fedconnect.forum import linked_groups, moderators
from fedconnect.foundation import clock, own_address
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post

MOVE_EVERY_DAYS = 30
_OF_THE_SERVER = frozenset({"", "/", "/actor"})  # as Mastodon and Lemmy have it


def may_speak(activity: Activity, key_owner: str) -> bool:
    """Whether the owner of the signing key may utter this activity: it is theirs, on their server."""
    return (
        activity.actor == key_owner
        and vocabulary.same_origin(activity.id, activity.actor)
        and not is_ours(activity.actor)
    )


def is_ours(uri: str) -> bool:
    """Whether an id is on this installation, where nobody else may claim anything."""
    return vocabulary.same_origin(uri, own_address.base_url())


def may_believe_embedded(activity: Activity, embedded: Document) -> bool:
    """Whether an embedded object counts as said: it is the signer's own, on the signer's server."""
    identity = vocabulary.uri(embedded.get("id"))
    author = vocabulary.author_of(embedded)
    return (
        identity is not None and author == activity.actor and vocabulary.same_origin(identity, activity.actor)
    )


def may_publish(note: Note, author: str) -> bool:
    """Whether a post may be published as this author's: theirs by its own word, and on their server."""
    return note.author == author and vocabulary.same_origin(note.id, author) and not is_ours(note.id)


def needs_approval(parent: Post, author: Person) -> bool:
    """Whether an answer needs leave: the author of what is answered chose who may, and did not name this person.
    Ref: GoToSocial's canReply."""
    if not parent.may_reply or parent.person_id == author.id:
        return False
    return author.uri not in parent.may_reply.split("\n")


def may_boost(post: Post, booster_uri: str) -> bool:
    """Whether an actor of ours may boost a post: its author left that open, or named it, and has not said no to a boost.
    Ref: GoToSocial's canAnnounce."""
    if post.refuses_boosts:
        return False
    return not post.may_boost or booster_uri in post.may_boost.split("\n")


def may_approve(approval: Document, address: str, author_uri: str, parent_uri: str, reply_uri: str) -> bool:
    """Whether a document is leave for this very answer: given by the author of what is answered, on their server,
    found at its own address. Ref: FEP-044f §stamps; CVE-2026-47777."""
    return (
        vocabulary.kind_of(approval, ("ReplyAuthorization", "ReplyApproval")) != ""
        and approval.get("id") == address
        and vocabulary.author_of(approval) == author_uri
        and vocabulary.same_origin(address, author_uri)
        and vocabulary.reference(approval.get("interactingObject")) == reply_uri
        and vocabulary.reference(approval.get("interactionTarget")) == parent_uri
    )


def may_edit(person: Person, post: Post) -> bool:
    """Whether a person may change a post: it is their own, from before their address changed hands too."""
    is_heir = person.quarantined_at is not None and post.received < person.quarantined_at
    return post.person_id == person.id and not is_heir


def may_delete(person: Person, uri: str, post: Post | None) -> bool:
    """Whether a person may take back this id: their own post, or one of their server yet to come."""
    if post is not None:
        return post.person_id == person.id
    return vocabulary.same_origin(uri, person.uri)


def may_delete_for_its_server(person: Person, post: Post) -> bool:
    """Whether this is the server of the post speaking: its instance actor, which answers for its people.

    Anybody may call themselves an Application; an address that no account can have is the server's own.
    """
    return is_the_server(person) and vocabulary.same_origin(post.uri, person.uri)


def is_the_server(person: Person) -> bool:
    """Whether an actor is its server's own, which speaks for all of it."""
    return person.kind == "Application" and urlsplit(person.uri).path in _OF_THE_SERVER


def may_undo(activity: Activity) -> bool:
    """Whether an Undo is about the signer's own activity."""
    embedded = activity.embedded
    if embedded is not None and vocabulary.reference(embedded.get("actor")) not in {None, activity.actor}:
        return False
    return not activity.object_uri or vocabulary.same_origin(activity.object_uri, activity.actor)


def may_moderate(session: Session, board: Board, person: Person) -> bool:
    """Whether somebody decides on a board from their own server: a moderator of that very board, or an admin, now.
    Ref: FEP-1b12."""
    return moderators.may_decide(session, board, person)


def carries_for(session: Session, group: Person) -> list[Board]:
    """Return the boards that a Group may bring its people's activities to: those that follow it."""
    return linked_groups.boards_that_follow(session, group.uri) if group.kind == "Group" else []


def may_move(person: Person, target: Actor) -> bool:
    """Whether an account may pass what it holds here on: the new one names it, and has not gone on itself."""
    too_soon = person.moved_at is not None and (clock.now() - person.moved_at).days < MOVE_EVERY_DAYS
    return (
        person.uri in target.also_known_as
        and target.id != person.uri
        and target.moved_to is None
        and not is_ours(target.id)
        and not too_soon
        and person.quarantined_at is None
    )


def may_quote(note: Document, actor: str) -> bool:
    """Whether a quoting post is the asker's own."""
    identity = vocabulary.reference(note)
    author = vocabulary.reference(note.get("attributedTo"))
    return identity is not None and vocabulary.same_origin(identity, actor) and author in {None, actor}
