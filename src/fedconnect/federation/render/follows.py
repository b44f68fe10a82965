"""Follows, and what is answered to them. Ref: ActivityPub §7.5 to §7.7."""

from __future__ import annotations

from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, Document
from fedconnect.forum.boards import board_uri
from fedconnect.models.board import Board
from fedconnect.models.person import Person


def accept_follow(board: Board, person: Person, follow_uri: str, accept_uri: str) -> Document:
    """Return a board's yes to a Follow, with the Follow inside as peers look for it."""
    uri = board_uri(board.slug)
    return {
        "@context": ACTIVITYSTREAMS,
        "id": accept_uri,
        "type": "Accept",
        "actor": uri,
        "to": [person.uri],
        "object": {"id": follow_uri, "type": "Follow", "actor": person.uri, "object": uri},
    }


def accept_bot_follow(bot_uri: str, person: Person, follow_uri: str, accept_uri: str) -> Document:
    """Return a service's yes to a Follow."""
    return {
        "@context": ACTIVITYSTREAMS,
        "id": accept_uri,
        "type": "Accept",
        "actor": bot_uri,
        "to": [person.uri],
        "object": {"id": follow_uri, "type": "Follow", "actor": person.uri, "object": bot_uri},
    }


def reject_follow(actor_uri: str, person: Person, follow_uri: str, reject_uri: str) -> Document:
    """Return an actor's no to a Follow."""
    return {
        "@context": ACTIVITYSTREAMS,
        "id": reject_uri,
        "type": "Reject",
        "actor": actor_uri,
        "to": [person.uri],
        "object": {"id": follow_uri, "type": "Follow", "actor": person.uri, "object": actor_uri},
    }


def follow(actor_uri: str, group: Person, follow_uri: str) -> Document:
    """Return an actor's Follow of a remote Group."""
    return {
        "@context": ACTIVITYSTREAMS,
        "id": follow_uri,
        "type": "Follow",
        "actor": actor_uri,
        "to": [group.uri],
        "object": group.uri,
    }


def undo_follow(actor_uri: str, group: Person, follow_uri: str) -> Document:
    """Return the end of an actor's Follow."""
    inner = follow(actor_uri, group, follow_uri)
    del inner["@context"]
    return {
        "@context": ACTIVITYSTREAMS,
        "id": follow_uri + "/undo",
        "type": "Undo",
        "actor": inner["actor"],
        "to": inner["to"],
        "object": inner,
    }
