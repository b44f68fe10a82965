"""What was learnt of a reader, to take along."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from fedconnect.forum import boards, topics
from fedconnect.foundation import clock, database
from fedconnect.surfacing.hearing import opt_outs
from fedconnect.surfacing.profile import profiles
from fedconnect.web import current_visit

blueprint = Blueprint("you/interests_export", __name__)


@blueprint.get("/you/interests/export")
def export() -> Response:
    """Return everything that was learnt and told, as JSON to take along."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        profile = profiles.find_profile(session, visit.reader_id)
        learnt = profiles.read_interests(profile)
        slugs = {board.id: board.slug for board in boards.list_boards(session)}
        told = [one.topic for one in topics.list_topics(session, visit.reader_id)]
        refused = opt_outs.has_opted_out(session, visit.person_id)
    choices = profiles.choices_of(profile)
    response = jsonify(
        {
            "handle": visit.handle,
            "written": clock.now().isoformat(timespec="seconds"),
            "learning": choices.learns,
            "personal": choices.is_personal,
            "counts_views": choices.counts_views,
            "order": choices.order.value,
            "topics": told,
            "words": learnt.liked,
            "words_against": learnt.disliked,
            "boards": {slugs[one]: weight for one, weight in learnt.boards.items() if one in slugs},
            "own_posts_surfaced": not refused,
        }
    )
    response.headers["Content-Disposition"] = 'attachment; filename="interests.json"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
