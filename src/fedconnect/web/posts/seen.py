"""What a page saw."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.surfacing.hearing import impressions, link_tokens
from fedconnect.web import current_visit, view_tracking

blueprint = Blueprint("posts/seen", __name__)
_beacons = RateLimit("beacons of a reader", 300, 300)
_MOST_LINKS = 5  # such a page sends one


@blueprint.post("/seen")
def note_seen() -> BaseResponse:
    """Take in what a page saw: half of a post visible for a second. Says nothing in return. Whoever is not signed in can
    only say it of a post that a link in a message brought them to."""
    tokens = request.form.get("tokens", "")[:20_000].split()
    links = [token for token in tokens if link_tokens.looks_like_one(token)]
    if links and current_visit.find_visit() is None:
        current_visit.check_rate_limit(view_tracking.LINKS_OPENED, current_visit.client_address())
        view_tracking.note_links(links[:_MOST_LINKS])
        return Response(status=204)
    visit = current_visit.get_visit()
    if visit.counts_views:
        current_visit.check_rate_limit(_beacons, str(visit.reader_id))
        view_tracking.note_showings(impressions.read_tokens(visit.reader_id, tokens))
    return Response(status=204)
