"""What a page saw."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.surfacing.hearing import impressions
from fedconnect.web import current_visit, view_tracking

blueprint = Blueprint("posts/seen", __name__)
_beacons = RateLimit("beacons of a reader", 300, 300)


@blueprint.post("/seen")
def note_seen() -> BaseResponse:
    """Take in what a page saw: half of a post visible for a second. Says nothing in return."""
    visit = current_visit.get_visit()
    if visit.counts_views:
        current_visit.check_rate_limit(_beacons, str(visit.reader_id))
        tokens = request.form.get("tokens", "")[:20_000].split()
        view_tracking.note_showings(impressions.read_tokens(visit.reader_id, tokens))
    return Response(status=204)
