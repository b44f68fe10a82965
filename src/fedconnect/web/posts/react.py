"""Favourite or boost a post."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.forum.post_addresses import read_address
from fedconnect.home_servers import reactions
from fedconnect.models.post import ReactionKind
from fedconnect.web.reader_actions import acting_visit, back_to_post

blueprint = Blueprint("posts/react", __name__)
_REACTIONS = {
    "favourite": (ReactionKind.LIKE, True), "unfavourite": (ReactionKind.LIKE, False),
    "boost": (ReactionKind.BOOST, True), "unboost": (ReactionKind.BOOST, False),
}  # fmt: skip


@blueprint.post(
    "/boards/<slug>/threads/<thread_id>/<post_id>/<any(favourite, unfavourite, boost, unboost):action>"
)
def react(slug: str, thread_id: str, post_id: str, action: str) -> BaseResponse:
    """Favourite or boost through one's own server."""
    visit = acting_visit(Permission.MARK)
    kind, on = _REACTIONS[action]
    reactions.react(visit, read_address(slug, thread_id, post_id), kind, on=on)
    return back_to_post(slug, thread_id, post_id)
