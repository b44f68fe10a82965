"""A conversation."""

from __future__ import annotations

from flask import Blueprint

from fedconnect.web.threads import (
    feed,
    show,
)

#: Every file of this room that answers addresses.
BLUEPRINTS: tuple[Blueprint, ...] = (
    show.blueprint,
    feed.blueprint,
)
