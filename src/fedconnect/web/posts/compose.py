"""Write from here, as yourself: a thread, an answer, an edit. What is typed is never lost."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import form_limits, home_media, outgoing_status, unsent_posts
from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.post_form import POLL_LASTS, PostForm
from fedconnect.accounts.sessions import Visit
from fedconnect.forum.post_addresses import read_address
from fedconnect.foundation import database, html, link_display
from fedconnect.foundation.errors import FedConnectError
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.home_servers import publishing
from fedconnect.home_servers.home_posts import ParentUnknown
from fedconnect.moderation.posts import writing_places
from fedconnect.moderation.posts.writing_places import WritingPlace
from fedconnect.web import current_visit
from fedconnect.web.languages import say
from fedconnect.web.posts.compose_form import LANGUAGES, MOST_BYTES, form_key, read_form, read_pictures
from fedconnect.web.responses import personal_page

blueprint = Blueprint("posts/compose", __name__)
_sent = RateLimit("posts of a reader", 20, 300)


@blueprint.route("/boards/<slug>/new", methods=["GET", "POST"])
def start(slug: str) -> BaseResponse:
    """Begin a thread on a board."""
    visit = _writer()
    with database.read_transaction() as session:
        place = writing_places.place_to_start(session, visit, slug)
    return _compose(visit, place)


@blueprint.route("/boards/<slug>/threads/<thread_id>/<post_id>/reply", methods=["GET", "POST"])
def reply(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Answer a post."""
    visit = _writer()
    with database.read_transaction() as session:
        place = writing_places.place_to_reply(session, visit, read_address(slug, thread_id, post_id))
    return _compose(visit, place)


@blueprint.route("/boards/<slug>/threads/<thread_id>/<post_id>/edit", methods=["GET", "POST"])
def edit(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Change a post of one's own."""
    visit = _writer()
    with database.read_transaction() as session:
        place = writing_places.place_to_edit(session, visit, read_address(slug, thread_id, post_id))
    return _compose(visit, place)


def _writer() -> Visit:
    visit = current_visit.find_visit()
    if visit is None:
        raise current_visit.SignInNeeded("to write", wanted=(Permission.WRITE,))
    return visit


def _compose(visit: Visit, place: WritingPlace) -> BaseResponse:
    if request.method != "POST":
        return _show(visit, place, publishing.begin_form(visit, place))
    request.max_content_length = MOST_BYTES
    typed = read_form()
    doing = request.form.get("do", "send")
    try:
        if doing == "picture":
            typed = replace(typed, media=(*typed.media, *home_media.upload_pictures(visit, read_pictures())))
        with database.transaction() as session:
            unsent_posts.save_unsent(session, visit.reader_id, place.board.id, place.about_uri, typed)
        if doing != "send":
            return _show(visit, place, typed, preview=doing == "preview", saved=doing == "save")
        return _send(visit, place, typed)
    except ParentUnknown as error:
        return _show(visit, place, typed, problem=say(error.sentence), offers_loose=True, status=422)
    except PermissionNeeded:
        raise
    except FedConnectError as error:
        return _show(visit, place, typed, problem=say(error.sentence), status=max(error.status, 400))


def _send(visit: Visit, place: WritingPlace, typed: PostForm) -> BaseResponse:
    current_visit.check_rate_limit(_sent, str(visit.reader_id))
    done = publishing.send(visit, place, typed, key=form_key(), accepts_no_alt="no_alt" in request.form)
    if done.post is None:
        return redirect(f"/you/sent/{done.submission_id}", 303)
    return redirect(f"/boards/{place.board.slug}/threads/{done.post.thread_id}/{done.post.id}", 303)


def _show(
    visit: Visit,
    place: WritingPlace,
    typed: PostForm,
    *,
    problem: str = "",
    preview: bool = False,
    saved: bool = False,
    offers_loose: bool = False,
    status: int = 200,
) -> Response:
    limits = form_limits.limits_for_form(place.home)
    status_text = outgoing_status.status_text(typed.text, place.handle, place.answered)
    counted = outgoing_status.length(status_text, typed.warning, limits)
    shown = link_display.with_links(html.paragraphs(typed.text)) if preview else ""
    return personal_page(
        "posts/compose.html", status, place=place, board=place.board, typed=typed, problem=problem, limits=limits,
        left=limits.max_characters - counted, preview=shown, saved=saved, offers_loose=offers_loose,
        key=uuid.uuid4(), languages=LANGUAGES, lasts=POLL_LASTS, home=visit.home_host, default=place.reader.default_visibility,
        around=outgoing_status.length(outgoing_status.status_text("", place.handle, place.answered), "", limits),
    )  # fmt: skip
