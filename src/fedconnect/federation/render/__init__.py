"""Rows → ActivityPub JSON of our own actors, collections, notes and activities."""

from fedconnect.federation.render.actors import board_actor, bot_actor, instance_actor
from fedconnect.federation.render.announcements import (
    announce,
    announce_uri,
    companion_announce,
    envelope,
    envelope_prefix,
    hashtag_announce,
    move,
    undo_announce,
    undone,
    without_inner_id,
)
from fedconnect.federation.render.collections import (
    closed_collection,
    collection,
    collection_page,
    context_uri,
    paged_collection,
)
from fedconnect.federation.render.follows import (
    accept_bot_follow,
    accept_follow,
    follow,
    reject_follow,
    undo_follow,
)
from fedconnect.federation.render.names import digest
from fedconnect.federation.render.notes import (
    accept_quote,
    bot_note,
    create_announced,
    create_direct_message,
    create_own,
    delete_own,
    own_note,
    stamp,
    stamp_uri,
)

__all__ = [
    "accept_bot_follow",
    "accept_follow",
    "accept_quote",
    "announce",
    "announce_uri",
    "board_actor",
    "bot_actor",
    "bot_note",
    "closed_collection",
    "collection",
    "collection_page",
    "companion_announce",
    "context_uri",
    "create_announced",
    "create_direct_message",
    "create_own",
    "delete_own",
    "digest",
    "envelope",
    "envelope_prefix",
    "follow",
    "hashtag_announce",
    "instance_actor",
    "move",
    "own_note",
    "paged_collection",
    "reject_follow",
    "stamp",
    "stamp_uri",
    "undo_announce",
    "undo_follow",
    "undone",
    "without_inner_id",
]
