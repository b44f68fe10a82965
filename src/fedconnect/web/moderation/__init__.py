"""What those who look after boards, and those who run the installation, decide."""

from __future__ import annotations

from flask import Blueprint

from fedconnect.web.moderation import (
    attention,
    blocklists,
    case,
    instances,
    queue,
    transparency,
)

#: Every file of this room that answers addresses.
BLUEPRINTS: tuple[Blueprint, ...] = (
    queue.blueprint,
    attention.blueprint,
    case.blueprint,
    transparency.blueprint,
    instances.blueprint,
    blocklists.blueprint,
)
