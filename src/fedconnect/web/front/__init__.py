"""The front page, and what this is."""

from __future__ import annotations

from flask import Blueprint

from fedconnect.web.front import (
    about,
    help_now,
    home,
)

#: Every file of this room that answers addresses.
BLUEPRINTS: tuple[Blueprint, ...] = (
    home.blueprint,
    about.blueprint,
    help_now.blueprint,
)
