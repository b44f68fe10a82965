"""Every blueprint of ours: a file that is not listed here, or in its room, answers nothing."""

from __future__ import annotations

from flask import Blueprint, Flask

from fedconnect.web import (
    activitypub,
    boards,
    decisions,
    demo,
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
    media.blueprint,
    pwa.blueprint,
    health.blueprint,
)
#: These answer in a demo alone.
DEMO_BLUEPRINTS: tuple[Blueprint, ...] = demo.BLUEPRINTS


def register_blueprints(app: Flask, *, is_demo: bool = False) -> None:
    """Let the app answer every address of ours, and those of the demo where it is one."""
    for blueprint in (*BLUEPRINTS, *(DEMO_BLUEPRINTS if is_demo else ())):
        app.register_blueprint(blueprint)
