"""The front page, and what this is."""

from __future__ import annotations

from flask import Blueprint

from fedconnect.web.front import about, crisis_help, home

#: Every file of this room that answers addresses.
BLUEPRINTS: tuple[Blueprint, ...] = (
    home.blueprint,
    about.blueprint,
    crisis_help.blueprint,
)
