"""A board, and what began on it in a month. Pages set no cookie, and work without JavaScript."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.activitypub import own_keys
from fedconnect.federation import render
from fedconnect.forum import boards, thread_lists
from fedconnect.foundation import database, own_address
from fedconnect.foundation.errors import NotFound
from fedconnect.moderation import anonymous_questions
from fedconnect.moderation.boards import board_rules, moderator_activity
from fedconnect.web import viewer_context
from fedconnect.web.authorized_fetch import check_reader
from fedconnect.web.negotiation import activity_json, wants_activitypub
from fedconnect.web.pagination import page_number
from fedconnect.web.responses import public_page

blueprint = Blueprint("boards/show", __name__)


@blueprint.get("/boards/<slug>")
def board(slug: str) -> BaseResponse:
    """A board as a page, or as the Group that it is."""
    if wants_activitypub():
        check_reader()
    with database.read_transaction() as session:
        found = boards.get_board(session, slug)
        if wants_activitypub():
            return activity_json(render.board_actor(found, own_keys.signer(session, f"board:{slug}")))
        listed = thread_lists.list_threads(session, found, page_number())
        viewer = viewer_context.load(session)
        listed = replace(listed, threads=viewer.apply(session, listed.threads))
        rules = board_rules.rules_of(board_rules.current(session, found))
        months = thread_lists.list_months(session, found)
        asks = anonymous_questions.is_offered(session, found)
    response = public_page(
        "boards/show.html",
        board=found,
        follows=viewer.visit.follows(slug) if viewer.visit is not None else "",
        rules=rules,
        listed=listed,
        months=months,
        handle=f"@{slug}@{own_address.host()}",
        unattended=moderator_activity.is_unattended(found),
        asks=asks,
    )
    response.headers["Link"] = (
        f'<{boards.board_uri(slug)}>; rel="alternate"; type="application/activity+json"'
    )
    return response


@blueprint.get("/boards/<slug>/<year>/<month>")
def month(slug: str, year: str, month: str) -> Response:
    """The threads that began in a month."""
    if not re.fullmatch(r"[0-9]{4}", year) or not re.fullmatch(r"0[1-9]|1[0-2]", month) or year == "0000":
        raise NotFound("no month")
    with database.read_transaction() as session:
        found = boards.get_board(session, slug)
        listed = thread_lists.list_month(session, found, f"{year}-{month}", page_number())
        listed = replace(listed, threads=viewer_context.load(session).apply(session, listed.threads))
        months = thread_lists.list_months(session, found)
    first_day = datetime(int(year), int(month), 1, tzinfo=UTC)
    return public_page("boards/month.html", board=found, listed=listed, months=months, month=first_day)
