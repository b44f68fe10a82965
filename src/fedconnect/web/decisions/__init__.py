"""A decision, for whom it concerns."""

from __future__ import annotations

from flask import Blueprint

from fedconnect.web.decisions import (
    appeal,
    show,
)

#: Every file of this room that answers addresses.
BLUEPRINTS: tuple[Blueprint, ...] = (
    show.blueprint,
    appeal.blueprint,
)
