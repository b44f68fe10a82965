"""What was found, as a page or as a feed."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, make_response, render_template

from fedconnect.forum.search import Found
from fedconnect.foundation import clock, own_address
from fedconnect.web.responses import as_atom


def results_feed(
    title: str, path: str, self_path: str, found: Sequence[Found], *, is_about_one: bool = False
) -> Response:
    """Return what was found as a feed. Ref: RFC 4287."""
    updated = max((one.published for one in found), default=clock.now())
    response = results_page(
        "search/feed.atom", title=title, path=path, self_path=self_path, found=found, updated=updated,
        base=own_address.base_url(), is_about_one=is_about_one,
    )  # fmt: skip
    return as_atom(response)


def results_page(template: str, **facts: object) -> Response:
    """Return a page that caches may share for half a minute."""
    response = make_response(render_template(template, **facts))
    response.headers["Cache-Control"] = "public, max-age=30"
    return response
