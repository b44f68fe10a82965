"""Search, and somebody's posts on one page."""

from __future__ import annotations

from flask import Blueprint

from fedconnect.web.search import posts_of_person, search

#: Every file of this room that answers addresses.
BLUEPRINTS: tuple[Blueprint, ...] = (
    search.blueprint,
    posts_of_person.blueprint,
)
