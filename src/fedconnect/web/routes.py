"""Every blueprint of ours: a file that is not listed here, or in its room, answers nothing."""

from __future__ import annotations

from flask import Blueprint, Flask

from fedconnect.web import boards, decisions, front, health, media, moderation, posts, pwa, threads
from fedconnect.web.account import account
from fedconnect.web.actors import actors
from fedconnect.web.caring import caring
from fedconnect.web.composing import composing
from fedconnect.web.deciding import deciding
from fedconnect.web.discovery import discovery
from fedconnect.web.finding import finding
from fedconnect.web.inboxes import inboxes
from fedconnect.web.rights import your_rights
from fedconnect.web.services import services
from fedconnect.web.signing_in import signing_in
from fedconnect.web.staying import staying_here
from fedconnect.web.unnamed import unnamed_questions

BLUEPRINTS: tuple[Blueprint, ...] = (
    *decisions.BLUEPRINTS,
    *moderation.BLUEPRINTS,
    *posts.BLUEPRINTS,
    *threads.BLUEPRINTS,
    *boards.BLUEPRINTS,
    *front.BLUEPRINTS,
    signing_in,
    account,
    composing,
    finding,
    caring,
    deciding,
    your_rights,
    unnamed_questions,
    staying_here,
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
