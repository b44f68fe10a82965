"""Rows → ActivityPub JSON of our own actors, collections, notes and activities."""

from fedconnect.federation.render.actors import board_actor, instance_actor, service_actor
from fedconnect.federation.render.announcements import (
    announce,
    announce_uri,
    companion_announce,
    envelope,
    envelope_prefix,
    gathered_announce,
    move,
    undo_announce,
    undone,
)
from fedconnect.federation.render.collections import (
    closed_collection,
    collection,
    collection_page,
    context_uri,
    paged_collection,
)
from fedconnect.federation.render.follows import (
    accept_follow,
    accept_service_follow,
    follow,
    reject_follow,
    undo_follow,
)
from fedconnect.federation.render.names import digest
from fedconnect.federation.render.notes import (
    accept_quote,
    create_notice,
    create_own,
    delete_own,
    own_note,
    service_note,
    stamp,
    stamp_uri,
)

__all__ = [
    "accept_follow",
    "accept_quote",
    "accept_service_follow",
    "announce",
    "announce_uri",
    "board_actor",
    "closed_collection",
    "collection",
    "collection_page",
    "companion_announce",
    "context_uri",
    "create_notice",
    "create_own",
    "delete_own",
    "digest",
    "envelope",
    "envelope_prefix",
    "follow",
    "gathered_announce",
    "instance_actor",
    "move",
    "own_note",
    "paged_collection",
    "reject_follow",
    "service_actor",
    "service_note",
    "stamp",
    "stamp_uri",
    "undo_announce",
    "undo_follow",
    "undone",
]
