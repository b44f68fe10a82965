"""Funding: posts that carry a deadline become a list of opportunities, the next to close first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from fedconnect.events import PostEdited, PostPublished, PostWithdrawn
from fedconnect.foundation import clock
from fedconnect.foundation.settings import Settings
from fedconnect.hooks.specs import hookimpl
from fedconnect.hooks.views import Link, PostView

from . import opportunities, pages


@hookimpl
def startup(settings: Settings) -> None:
    """Read our own setting, FUNDING_HASHTAGS; a bad one stops the server with a clear line."""
    opportunities.wanted_hashtags()


@hookimpl
def register_pages() -> Sequence[Any]:
    return [pages.blueprint]


@hookimpl
def register_links() -> Sequence[Link]:
    return [Link("Funding", "/funding/")]


@hookimpl
def post_published(event: PostPublished, post: PostView) -> None:
    if opportunities.deadline_of(post) is not None:  # most posts are none, and cost nothing
        opportunities.note(post)


@hookimpl
def post_edited(event: PostEdited, post: PostView) -> None:
    opportunities.note(post)


@hookimpl
def post_withdrawn(event: PostWithdrawn) -> None:
    opportunities.forget(event.post_id)


@hookimpl
def render_post_footer(post: PostView) -> str | None:
    """Say under the post how long there is still time."""
    closes = opportunities.deadline_of(post)
    if closes is None:
        return None
    words = escape(opportunities.time_left(closes, clock.now().date()))
    return Markup('<p class="aside"><a href="/funding/">Funding</a>: {}</p>').format(words)


@hookimpl
def nodeinfo_metadata() -> Mapping[str, Any]:
    return {"hashtags": sorted(opportunities.wanted_hashtags())}
