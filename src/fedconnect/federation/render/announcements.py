"""What a board announces: boosts, envelopes, that it has moved. Ref: ActivityPub §7.11, FEP-1b12."""

from __future__ import annotations

from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, PUBLIC, Document
from fedconnect.federation.render.names import digest, moment
from fedconnect.forum.boards import board_uri
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread


def announce_uri(board: Board, thread_id: int, undone: int) -> str:
    """Return the id of a board's announcement of a thread; stable, so that it can be undone. After `undone` earlier
    ones it is a new one: servers that remember the ids of what they heard would not hear it otherwise."""
    nth = f"-{undone + 1}" if undone else ""
    return f"{board_uri(board.slug)}/announces/{thread_id}{nth}"


def announce(board: Board, thread: Thread, author_uri: str) -> Document:
    """Return a board's announcement of a thread starter: a plain id, as microblogs expect it."""
    uri = board_uri(board.slug)
    return {
        "@context": ACTIVITYSTREAMS,
        "id": announce_uri(board, thread.id, thread.boosts_undone),
        "type": "Announce",
        "actor": uri,
        "published": moment(clock.now()),
        "to": [PUBLIC],
        "cc": [f"{uri}/followers", author_uri],
        "object": thread.starter_uri,
    }


def companion_announce(bot_uri: str, post: Post, author_uri: str) -> Document:
    """Return a companion's boost of a quiet post; a plain id, as microblogs expect it."""
    return {
        "@context": ACTIVITYSTREAMS,
        "id": f"{bot_uri}/boosts/{post.id}",
        "type": "Announce",
        "actor": bot_uri,
        "published": moment(clock.now()),
        "to": [PUBLIC],
        "cc": [f"{bot_uri}/followers", author_uri],
        "object": post.uri,
    }


def hashtag_announce(board: Board, hashtag_post_id: int, uri: str, author_uri: str) -> Document:
    """Return a board's boost of a post from elsewhere, by a moderator's hand."""
    own = board_uri(board.slug)
    return {
        "@context": ACTIVITYSTREAMS,
        "id": f"{own}#gathered/{hashtag_post_id}",
        "type": "Announce",
        "actor": own,
        "published": moment(clock.now()),
        "to": [PUBLIC],
        "cc": [f"{own}/followers", author_uri],
        "object": uri,
    }


def undo_announce(board: Board, thread: Thread, author_uri: str) -> Document:
    """Return the withdrawal of an announcement."""
    return undone(announce(board, thread, author_uri))


def undone(inner: Document) -> Document:
    """Return the Undo of an Announce of ours, which is whole: some read it by itself."""
    del inner["@context"]
    return {
        "@context": ACTIVITYSTREAMS,
        "id": inner["id"] + "#undo",
        "type": "Undo",
        "actor": inner["actor"],
        "to": inner["to"],
        "cc": inner["cc"],
        "object": inner,
    }


def envelope_prefix(board: Board) -> str:
    """Return what the ids of a board's envelopes begin with."""
    return f"{board_uri(board.slug)}/envelopes/"


def envelope(board: Board, activity: Document, version: str = "") -> Document:
    """Return an activity in the board's envelope. `version` tells apart what comes under one id more than once. Ref: FEP-1b12
    §announcing."""
    uri = board_uri(board.slug)
    return {
        "@context": ACTIVITYSTREAMS,
        "id": envelope_prefix(board) + digest(str(activity["id"]) + version),
        "type": "Announce",
        "actor": uri,
        "published": moment(clock.now()),
        "to": [PUBLIC],
        "cc": [f"{uri}/followers"],
        "audience": uri,
        "object": activity,
    }


def without_inner_id(said: Document) -> Document:
    """Return an envelope under another id, with what is inside as it stands, for servers that would fetch it by its id."""
    inner = {name: value for name, value in said["object"].items() if name != "id"}
    return {**said, "id": f"{said['id']}/whole", "object": inner}


def look_again(board: Board, post_uri: str, author_uri: str) -> Document:
    """Return the word that a post is to be read anew at its origin; it says nothing of the post itself."""
    uri = board_uri(board.slug)
    return {
        "id": f"{uri}#again/{digest(post_uri + moment(clock.now()))}",
        "type": "Update",
        "actor": author_uri,
        "to": [PUBLIC],
        "cc": [uri],
        "audience": uri,
        "object": {"id": post_uri, "type": "Note"},  # NodeBB reads the id of an object alone
    }


def update_board(actor: Document) -> Document:
    """Return a board's word that it, or who speaks for its moderators, has changed. `actor`: the board as it is now."""
    inner = {name: value for name, value in actor.items() if name != "@context"}
    return {
        "@context": actor["@context"],
        "id": f"{actor['id']}#updates/{digest(str(inner) + moment(clock.now()))}",
        "type": "Update",
        "actor": actor["id"],
        "to": [PUBLIC],
        "cc": [actor["followers"]],
        "object": inner,
    }


def move(board: Board) -> Document:
    """Return a board's word that it has gone to another address."""
    uri = board_uri(board.slug)
    return {
        "@context": ACTIVITYSTREAMS,
        "id": f"{uri}#moves/{digest(board.moved_to or '')}",
        "type": "Move",
        "actor": uri,
        "to": [f"{uri}/followers"],
        "object": uri,
        "target": board.moved_to,
    }
