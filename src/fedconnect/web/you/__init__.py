"""A reader's own pages."""

from __future__ import annotations

from flask import Blueprint

from fedconnect.web.you import (
    anonymous,
    bookmarks,
    decisions,
    erase,
    export,
    interests,
    interests_export,
    mutes,
    notifications,
    overview,
    push,
    reading,
    sessions,
    submission,
    topics,
    withdraw_permissions,
)

#: Every file of this room that answers addresses.
BLUEPRINTS: tuple[Blueprint, ...] = (
    overview.blueprint,
    sessions.blueprint,
    withdraw_permissions.blueprint,
    notifications.blueprint,
    push.blueprint,
    reading.blueprint,
    topics.blueprint,
    mutes.blueprint,
    bookmarks.blueprint,
    interests.blueprint,
    interests_export.blueprint,
    submission.blueprint,
    anonymous.blueprint,
    decisions.blueprint,
    export.blueprint,
    erase.blueprint,
)
