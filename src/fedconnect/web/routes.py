"""Every blueprint of ours: a file that is not listed here, or in its room, answers nothing."""

from __future__ import annotations

from flask import Blueprint, Flask

from fedconnect.web import (
    activitypub,
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
    site,
    threads,
    you,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    *front.BLUEPRINTS,
    *boards.BLUEPRINTS,
    *threads.BLUEPRINTS,
    *posts.BLUEPRINTS,
    *local_boards.BLUEPRINTS,
    *search.BLUEPRINTS,
    *you.BLUEPRINTS,
    *sign_in.BLUEPRINTS,
    *moderation.BLUEPRINTS,
    *decisions.BLUEPRINTS,
    *activitypub.BLUEPRINTS,
    *site.BLUEPRINTS,
    media.blueprint,
    pwa.blueprint,
    health.blueprint,
)


def register_blueprints(app: Flask) -> None:
    """Let the app answer every address of ours."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
