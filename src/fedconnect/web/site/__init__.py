"""The forum's own identity as pages and files: what admins say of it, its notices, its look, what crawlers read."""

from __future__ import annotations

from flask import Blueprint

from fedconnect.web.site import boards, crawlers, look, notices, overview, settings

#: Every file of this room that answers addresses.
BLUEPRINTS: tuple[Blueprint, ...] = (
    overview.blueprint,
    settings.blueprint,
    notices.blueprint,
    boards.blueprint,
    look.blueprint,
    crawlers.blueprint,
)
