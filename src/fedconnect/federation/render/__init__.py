"""Rows → ActivityPub JSON of our own actors, collections, notes and activities."""

from fedconnect.federation.render.actors import board_actor, instance_actor
from fedconnect.federation.render.announcements import (
    announce,
    announce_uri,
    envelope,
    envelope_prefix,
    move,
    undo_announce,
)
from fedconnect.federation.render.collections import (
    closed_collection,
    collection,
    collection_page,
    context_uri,
    paged_collection,
)
from fedconnect.federation.render.follows import accept_follow, follow, reject_follow, undo_follow
from fedconnect.federation.render.names import digest
from fedconnect.federation.render.notes import accept_quote, create_notice, own_note, stamp, stamp_uri

__all__ = [
    "accept_follow",
    "accept_quote",
    "announce",
    "announce_uri",
    "board_actor",
    "closed_collection",
    "collection",
    "collection_page",
    "context_uri",
    "create_notice",
    "digest",
    "envelope",
    "envelope_prefix",
    "follow",
    "instance_actor",
    "move",
    "own_note",
    "paged_collection",
    "reject_follow",
    "stamp",
    "stamp_uri",
    "undo_announce",
    "undo_follow",
]
