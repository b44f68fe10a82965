"""One post: written, found, and what is done with it."""

from __future__ import annotations

from flask import Blueprint

from fedconnect.web.posts import (
    bookmark,
    compose,
    delete,
    less,
    moderate,
    not_for_me,
    opened,
    opt_out,
    pass_on,
    react,
    remote,
    report,
    seen,
    show,
)

#: Every file of this room that answers addresses.
BLUEPRINTS: tuple[Blueprint, ...] = (
    show.blueprint,
    compose.blueprint,
    remote.blueprint,
    react.blueprint,
    bookmark.blueprint,
    delete.blueprint,
    report.blueprint,
    moderate.blueprint,
    not_for_me.blueprint,
    pass_on.blueprint,
    less.blueprint,
    seen.blueprint,
    opened.blueprint,
    opt_out.blueprint,
)
