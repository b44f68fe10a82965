"""The page on which a board's moderators tie hashtags, answer what nobody answered and boost, by hand, what was gathered."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.federation.outbound import hashtag_decisions as hashtag_posts
from fedconnect.federation.outbound.hashtag_curation import MOST_TAGS
from fedconnect.federation.outbound.hashtag_decisions import HashtagAction
from fedconnect.foundation import database, ids
from fedconnect.home_servers import interaction_links
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("boards/hashtags", __name__)


@blueprint.get("/boards/<slug>/gathered")
def overview(slug: str) -> Response:
    """What is gathered for a board, for its moderators."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        shown = hashtag_posts.read_page(session, visit, slug)
    links = interaction_links.links_home(
        visit.handle, visit.home_host, [one.uri for one in shown.questions], current_visit.client_address()
    )
    return personal_page(
        "boards/hashtags.html", board=shown.board, tags=shown.tags, found=shown.found, most=MOST_TAGS,
        questions=list(zip(shown.questions, links, strict=True)),
    )  # fmt: skip


@blueprint.post("/boards/<slug>/gathered")
def tie(slug: str) -> BaseResponse:
    """Gather a hashtag with one's own token; asked for that permission first."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        hashtag_posts.follow_tag(session, visit, slug, request.form.get("tag", "")[:100])
    return redirect(f"/boards/{slug}/gathered", 303)


@blueprint.post("/boards/<slug>/gathered/<number>/<any(boost, leave, untie):action>")
def decide(slug: str, number: str, action: str) -> BaseResponse:
    """Boost or leave out what was found, or end a hashtag."""
    visit = current_visit.get_visit()
    hashtag_posts.carry_out(visit, slug, ids.parse_id(number) or 0, HashtagAction(action))
    return redirect("/moderation" if request.args.get("back") == "list" else f"/boards/{slug}/gathered", 303)
