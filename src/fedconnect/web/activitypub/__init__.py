"""What other servers read, and where they post: actors, collections, inboxes, discovery."""

from __future__ import annotations

from flask import Blueprint

from fedconnect.web.activitypub import (
    board_collections,
    board_notes,
    board_objects,
    bots,
    discovery,
    inboxes,
    instance_actor,
    nodeinfo,
)

#: Every file of this room that answers addresses.
BLUEPRINTS: tuple[Blueprint, ...] = (
    instance_actor.blueprint,
    board_collections.blueprint,
    board_objects.blueprint,
    board_notes.blueprint,
    bots.blueprint,
    inboxes.blueprint,
    discovery.blueprint,
    nodeinfo.blueprint,
)
