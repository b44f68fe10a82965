"""Every blueprint of ours: a file that is not listed here, or in its room, answers nothing."""

from __future__ import annotations

from flask import Blueprint, Flask

from fedconnect.web import (
    boards,
    decisions,
    front,
    health,
    local_boards,
    media,
    moderation,
    posts,
    pwa,
    search,
    sign_in,
    threads,
    you,
)
from fedconnect.web.actors import actors
from fedconnect.web.discovery import discovery
from fedconnect.web.inboxes import inboxes
from fedconnect.web.services import services

BLUEPRINTS: tuple[Blueprint, ...] = (
    *search.BLUEPRINTS,
    *sign_in.BLUEPRINTS,
    *you.BLUEPRINTS,
    *local_boards.BLUEPRINTS,
    *decisions.BLUEPRINTS,
    *moderation.BLUEPRINTS,
    *posts.BLUEPRINTS,
    *threads.BLUEPRINTS,
    *boards.BLUEPRINTS,
    *front.BLUEPRINTS,
    services,
    pwa.blueprint,
    actors,
    media.blueprint,
    inboxes,
    discovery,
    health.blueprint,
)


def register_blueprints(app: Flask) -> None:
    """Let the app answer every address of ours."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
