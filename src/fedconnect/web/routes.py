"""Every blueprint of ours: a file that is not listed here, or in its room, answers nothing."""

from __future__ import annotations

from flask import Blueprint, Flask

from fedconnect.web import boards, front, health, media, pwa
from fedconnect.web.account import account
from fedconnect.web.acting import acting
from fedconnect.web.actors import actors
from fedconnect.web.caring import caring
from fedconnect.web.composing import composing
from fedconnect.web.deciding import deciding
from fedconnect.web.discovery import discovery
from fedconnect.web.finding import finding
from fedconnect.web.hearings import hearings
from fedconnect.web.inboxes import inboxes
from fedconnect.web.joining import joining
from fedconnect.web.moderating import moderating
from fedconnect.web.pages import pages
from fedconnect.web.records import records
from fedconnect.web.rights import your_rights
from fedconnect.web.servers import other_servers
from fedconnect.web.services import services
from fedconnect.web.signing_in import signing_in
from fedconnect.web.staying import staying_here
from fedconnect.web.unnamed import unnamed_questions

BLUEPRINTS: tuple[Blueprint, ...] = (
    *boards.BLUEPRINTS,
    *front.BLUEPRINTS,
    pages,
    joining,
    signing_in,
    account,
    composing,
    acting,
    finding,
    hearings,
    caring,
    moderating,
    deciding,
    records,
    your_rights,
    unnamed_questions,
    other_servers,
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
