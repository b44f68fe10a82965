"""Write from here, as yourself: a thread, an answer, an edit. What is typed is never lost."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import composer, form_limits, home_media, unsent_posts
from fedconnect.accounts.composer import MediaUpload
from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.permissions import Permission
from fedconnect.accounts.post_form import A_DAY_S, POLL_LASTS, PostForm
from fedconnect.accounts.sessions import Visit
from fedconnect.federation.home_servers import publishing
from fedconnect.federation.home_servers.submissions import ParentUnknown
from fedconnect.forum.post_addresses import read_address
from fedconnect.foundation import database, html, ids, links
from fedconnect.foundation.errors import FedConnectError, NotFound
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.models.submission import SubmissionState
from fedconnect.moderation.posts import writing_places
from fedconnect.moderation.posts.writing_places import WritingPlace
from fedconnect.web import current_visit
from fedconnect.web.languages import say
from fedconnect.web.responses import personal_page

composing = Blueprint("composing", __name__)
_MOST_BYTES = 16 << 20
_sent = RateLimit("posts of a reader", 20, 300)
LANGUAGES = {
    "en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "it": "Italiano", "nl": "Nederlands",
    "pl": "Polski", "pt": "Português", "sv": "Svenska", "da": "Dansk", "nb": "Norsk", "fi": "Suomi",
    "cs": "Čeština", "tr": "Türkçe", "uk": "Українська", "ru": "Русский", "ar": "العربية", "fa": "فارسی",
    "he": "עברית", "cy": "Cymraeg", "ga": "Gaeilge", "eu": "Euskara", "ca": "Català", "ja": "日本語", "zh": "中文",
}  # fmt: skip


@composing.route("/boards/<slug>/new", methods=["GET", "POST"])
def start(slug: str) -> BaseResponse:
    """Begin a thread on a board."""
    visit = _writer()
    with database.read_transaction() as session:
        place = writing_places.place_to_start(session, visit, slug)
    return _compose(visit, place)


@composing.route("/boards/<slug>/threads/<thread_id>/<post_id>/reply", methods=["GET", "POST"])
def reply(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Answer a post."""
    visit = _writer()
    with database.read_transaction() as session:
        place = writing_places.place_to_reply(session, visit, read_address(slug, thread_id, post_id))
    return _compose(visit, place)


@composing.route("/boards/<slug>/threads/<thread_id>/<post_id>/edit", methods=["GET", "POST"])
def edit(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Change a post of one's own."""
    visit = _writer()
    with database.read_transaction() as session:
        place = writing_places.place_to_edit(session, visit, read_address(slug, thread_id, post_id))
    return _compose(visit, place)


@composing.get("/you/sent/<submission_id>")
def sent(submission_id: str) -> BaseResponse:
    """How far something that one wrote has come."""
    visit = current_visit.get_visit()
    number = ids.parse_id(submission_id)
    if number is None:
        raise NotFound("no id")
    with database.read_transaction() as session:
        shown = publishing.read_sent(session, visit, number)
    row, post, board = shown.submission, shown.post, shown.board
    if shown.waits:
        until = post.held_until if post is not None else None
        return personal_page(
            "you/submission.html", submission=row, board=board, waits=True, why=shown.why, until=until
        )
    if post is not None and row.state is SubmissionState.SEEN:
        return redirect(f"/boards/{board.slug}/threads/{post.thread_id}/{post.id}", 303)
    return personal_page("you/submission.html", submission=row, board=board)


def _writer() -> Visit:
    visit = current_visit.find_visit()
    if visit is None:
        raise current_visit.SignInNeeded("to write", wanted=(Permission.WRITE,))
    return visit


def _compose(visit: Visit, place: WritingPlace) -> BaseResponse:
    if request.method != "POST":
        return _show(visit, place, publishing.begin_form(visit, place))
    request.max_content_length = _MOST_BYTES
    typed = _typed()
    doing = request.form.get("do", "send")
    try:
        if doing == "picture":
            typed = replace(typed, media=(*typed.media, *home_media.upload_pictures(visit, _pictures())))
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
    done = publishing.send(visit, place, typed, key=_key(), accepts_no_alt="no_alt" in request.form)
    if done.post is None:
        return redirect(f"/you/sent/{done.submission_id}", 303)
    return redirect(f"/boards/{place.board.slug}/threads/{done.post.thread_id}/{done.post.id}", 303)


def _key() -> str:
    """Return the key that this form was given when it was shown, so that it counts once."""
    try:
        return str(uuid.UUID(request.form.get("key", "")))
    except ValueError:
        return str(uuid.uuid4())


def _pictures() -> list[bytes]:
    chosen = [file for file in request.files.getlist("pictures") if file.filename]
    return [file.read(_MOST_BYTES) for file in chosen[: home_media.MOST_AT_ONCE]]


def _typed() -> PostForm:
    """Return the form as it was sent, each value bounded."""
    form = request.form
    numbers, alts = form.getlist("media_id")[:16], form.getlist("media_alt")[:16]
    dropped = set(form.getlist("drop"))
    language, visibility = form.get("language", ""), form.get("visibility", "")
    return PostForm(
        text=form.get("text", "")[: composer.MAX_TEXT].replace("\r\n", "\n"),
        warning=html.plain(form.get("warning", ""), 500),
        language=language if language in LANGUAGES else "",
        visibility=visibility if visibility in {"public", "unlisted"} else "",
        is_sensitive="sensitive" in form,
        media=tuple(
            MediaUpload(number[:100], alt[:1500])
            for number, alt in zip(numbers, alts, strict=False)
            if number.isalnum() and number not in dropped
        ),
        options=form.get("options", "")[:4000].replace("\r\n", "\n"),
        lasts_s={str(seconds): seconds for seconds in POLL_LASTS}.get(form.get("lasts", ""), A_DAY_S),
        is_multiple="multiple" in form,
        is_loose="loose" in form,
    )


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
    status_text = composer.status_text(typed.text, place.handle, place.answered)
    counted = composer.length(status_text, typed.warning, limits)
    shown = links.with_links(html.paragraphs(typed.text)) if preview else ""
    return personal_page(
        "posts/compose.html", status, place=place, board=place.board, typed=typed, problem=problem, limits=limits,
        left=limits.max_characters - counted, preview=shown, saved=saved, offers_loose=offers_loose,
        key=uuid.uuid4(), languages=LANGUAGES, lasts=POLL_LASTS, home=visit.home_host, default=place.reader.default_visibility,
        around=composer.length(composer.status_text("", place.handle, place.answered), "", limits),
    )  # fmt: skip
