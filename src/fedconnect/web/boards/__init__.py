"""A board's own pages: read, followed, asked, and looked after."""

from __future__ import annotations

from flask import Blueprint

from fedconnect.web.boards import (
    about,
    anonymous,
    feeds,
    follow,
    hashtags,
    hearing,
    invitations,
    linked_groups,
    listening,
    log,
    overview,
    rules,
    screening,
    settings,
    show,
    team,
    unanswered,
    write,
)

#: Every file of this room that answers addresses.
BLUEPRINTS: tuple[Blueprint, ...] = (
    show.blueprint,
    about.blueprint,
    unanswered.blueprint,
    feeds.blueprint,
    follow.blueprint,
    write.blueprint,
    anonymous.blueprint,
    hashtags.blueprint,
    settings.blueprint,
    rules.blueprint,
    screening.blueprint,
    team.blueprint,
    linked_groups.blueprint,
    invitations.blueprint,
    hearing.blueprint,
    listening.blueprint,
    log.blueprint,
    overview.blueprint,
)
