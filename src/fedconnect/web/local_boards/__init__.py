"""Boards that do not federate: read and written here alone, by who is signed in."""

from __future__ import annotations

from flask import Blueprint

from fedconnect.web.local_boards import delete, report_post, show, write

#: Every file of this room that answers addresses.
BLUEPRINTS: tuple[Blueprint, ...] = (
    show.blueprint,
    write.blueprint,
    delete.blueprint,
    report_post.blueprint,
)
