"""Write from here, as yourself: a thread, an answer, an edit. What is typed is never lost."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import composer, drafting, grants, homes
from fedconnect.accounts.client import HomeAway, HomeClient, HomeRefused, text
from fedconnect.accounts.composer import Composed, Medium, NotReady, PollAsked
from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.homes import Limits
from fedconnect.accounts.permissions import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.activitypub import own_keys
from fedconnect.drafts import Visibility
from fedconnect.federation import speaking
from fedconnect.federation.speaking import ParentUnknown, Spoken
from fedconnect.forum import boards, posting, reading
from fedconnect.foundation import database, fetch, html, ids, links, pictures
from fedconnect.foundation.counts import RateLimit
from fedconnect.foundation.errors import FedConnectError, NotFound, NotPermitted
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.models.board import Board
from fedconnect.models.home import Home
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader import Reader
from fedconnect.models.submission import Submission, SubmissionKind, SubmissionState
from fedconnect.models.thread import ThreadState
from fedconnect.moderation import admission, cases
from fedconnect.web import visitors
from fedconnect.web.headers import personal_page
from fedconnect.web.languages import say

composing = Blueprint("composing", __name__)
_PATIENCE_S = 25.0  # the home server fetches what is answered from us while we wait
_MOST_BYTES = 16 << 20
_sent = RateLimit("posts of a reader", 20, 300)
LANGUAGES = {
    "en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "it": "Italiano", "nl": "Nederlands",
    "pl": "Polski", "pt": "Português", "sv": "Svenska", "da": "Dansk", "nb": "Norsk", "fi": "Suomi",
    "cs": "Čeština", "tr": "Türkçe", "uk": "Українська", "ru": "Русский", "ar": "العربية", "fa": "فارسی",
    "he": "עברית", "cy": "Cymraeg", "ga": "Gaeilge", "eu": "Euskara", "ca": "Català", "ja": "日本語", "zh": "中文",
}  # fmt: skip
LASTS = {"86400": 1, "259200": 3, "604800": 7}


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody writes: to a board, under a post, or over a post of their own."""

    kind: SubmissionKind
    board: Board
    about: Post | None
    title: str
    answered: str
    answered_name: str
    reader: Reader
    home: Home

    @property
    def handle(self) -> str:
        return f"@{self.board.slug}@{own_keys.host()}"

    @property
    def about_uri(self) -> str:
        return self.about.uri if self.about is not None else ""


@composing.route("/boards/<slug>/new", methods=["GET", "POST"])
def start(slug: str) -> BaseResponse:
    """Begin a thread on a board."""
    visit = _writer()
    with database.reading() as session:
        board = boards.get_board(session, slug)
        place = _place(session, visit, SubmissionKind.START, board, None, "")
    return _compose(visit, place)


@composing.route("/boards/<slug>/threads/<thread_id>/<post_id>/reply", methods=["GET", "POST"])
def reply(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Answer a post."""
    visit = _writer()
    with database.reading() as session:
        board = boards.get_board(session, slug)
        thread, post = reading.get_post_place(session, board, _number(post_id))
        if str(thread.id) != thread_id:
            raise NotFound("another thread's")
        if thread.state is ThreadState.LOCKED:
            raise NotPermitted("locked", safe="This conversation is closed: it takes no more answers.")
        place = _place(session, visit, SubmissionKind.REPLY, board, post, thread.title)
    return _compose(visit, place)


@composing.route("/boards/<slug>/threads/<thread_id>/<post_id>/edit", methods=["GET", "POST"])
def edit(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Change a post of one's own."""
    visit = _writer()
    with database.reading() as session:
        board = boards.get_board(session, slug)
        thread, post = reading.get_post_place(session, board, _number(post_id))
        if str(thread.id) != thread_id or post.person_id != visit.person_id:
            raise NotFound("another thread's, or somebody else's")
        place = _place(session, visit, SubmissionKind.EDIT, board, post, thread.title)
    return _compose(visit, place)


@composing.get("/you/sent/<submission_id>")
def sent(submission_id: str) -> BaseResponse:
    """How far something that one wrote has come."""
    visit = visitors.get_visit()
    with database.reading() as session:
        row = session.get(Submission, _number(submission_id))
        if row is None or row.reader_id != visit.reader_id:
            raise NotFound("no such submission")
        post = posting.find_post(session, row.uri) if row.uri else None
        board = session.get_one(Board, row.board_id)
        waits = post is not None and post.state is PostState.HELD
        why = cases.why_held(session, post) if post is not None and waits else ""
    if waits:
        return personal_page(
            "sent.html", submission=row, board=board, waits=True, why=why, until=post and post.held_until
        )
    if post is not None and row.state is SubmissionState.SEEN:
        return redirect(f"/boards/{board.slug}/threads/{post.thread_id}/{post.id}", 303)
    return personal_page("sent.html", submission=row, board=board)


def _writer() -> Visit:
    visit = visitors.find_visit()
    if visit is None:
        raise visitors.SignInNeeded("to write", wanted=(Permission.WRITE,))
    return visit


def _place(
    session: Session, visit: Visit, kind: SubmissionKind, board: Board, about: Post | None, title: str
) -> Place:
    reader = session.get_one(Reader, visit.reader_id)
    if Permission.WRITE not in grants.permissions_of(session, visit):
        raise PermissionNeeded(Permission.WRITE)
    if admission.standing_of(session, board, session.get_one(Person, visit.person_id)).is_banned:
        raise NotPermitted("banned", safe="Its moderators do not let you write to this board at present.")
    answered = name = ""
    if kind is SubmissionKind.REPLY and about is not None and about.person_id not in {None, visit.person_id}:
        person = session.get_one(Person, about.person_id)
        answered, name = person.handle, person.name or person.username
    return Place(kind, board, about, title, answered, name, reader, session.get_one(Home, visit.home_id))


def _compose(visit: Visit, place: Place) -> BaseResponse:
    if request.method == "GET":
        return _show(visit, place, _first_fields(visit, place))
    request.max_content_length = _MOST_BYTES
    typed = _typed()
    doing = request.form.get("do", "send")
    try:
        if doing == "picture":
            typed["media"] = [*typed["media"], *_upload(visit, request.files.getlist("pictures"))]
        _keep(visit, place, typed)
        if doing != "send":
            return _show(visit, place, typed, preview=doing == "preview", saved=doing == "save")
        return _send(visit, place, typed)
    except ParentUnknown as error:
        return _show(visit, place, typed, problem=say(error.sentence), offers_loose=True, status=422)
    except PermissionNeeded:
        raise
    except FedConnectError as error:
        return _show(visit, place, typed, problem=say(error.sentence), status=max(error.status, 400))


def _send(visit: Visit, place: Place, typed: dict[str, Any]) -> BaseResponse:
    visitors.limit(_sent, str(visit.reader_id))
    composed = _composed(typed)
    with outbound_slot(), fetch.at_most(_PATIENCE_S):
        composer.check(composed, place.handle, place.answered, homes.limits_of(place.home))
        if place.kind is not SubmissionKind.EDIT:  # what is published already is described at home
            _describe(visit, composed.media)
        with database.transaction() as session:
            row = speaking.submit(
                session, visit.reader_id, place.board, place.kind,
                composer.fields_of(composed, place.handle, place.answered),
                key=_key(), about_uri=place.about_uri, is_loose=typed["loose"] and place.kind is SubmissionKind.REPLY,
            )  # fmt: skip
        spoken = speaking.carry_out(row.id)
    return redirect(_where(place, spoken), 303)


def _key() -> str:
    """Return the key that this form was given when it was shown, so that it counts once."""
    try:
        return str(uuid.UUID(request.form.get("key", "")))
    except ValueError:
        return str(uuid.uuid4())


def _where(place: Place, spoken: Spoken) -> str:
    if spoken.state is SubmissionState.SEEN and not spoken.problem:
        with database.reading() as session:
            post = posting.find_post(session, spoken.uri)
        if post is not None:
            return f"/boards/{place.board.slug}/threads/{post.thread_id}/{post.id}"
    return f"/you/sent/{spoken.id}"


def _first_fields(visit: Visit, place: Place) -> dict[str, Any]:
    """Return what the form begins with: a draft that was left, the post to be edited, or nothing."""
    with database.reading() as session:
        left = drafting.find_draft(session, visit.reader_id, place.board.id, place.about_uri)
    if left is not None:
        return left
    own = place.reader.default_visibility
    fields: dict[str, Any] = {
        "text": "", "warning": "", "language": place.reader.default_language or place.board.language,
        "visibility": own if own in {"public", "unlisted"} else "" if own else "public",
        "sensitive": False, "media": [], "options": "", "lasts": "86400", "multiple": False, "loose": False,
    }  # fmt: skip
    about = place.about
    if about is not None and place.kind is SubmissionKind.REPLY:
        fields["warning"] = about.warning
        if about.visibility is Visibility.UNLISTED:
            fields["visibility"] = "unlisted"  # an answer is not louder than what it answers
    if about is not None and place.kind is SubmissionKind.EDIT:
        fields |= _as_published(visit, place, about)
    return fields


def _as_published(visit: Visit, place: Place, post: Post) -> dict[str, Any]:
    """Return a post's own words and what hangs on it, as its server keeps them."""
    with outbound_slot(), fetch.at_most(_PATIENCE_S):
        client = grants.client_for(visit.reader_id, Permission.WRITE)
        number = speaking.home_id(client, post.uri)
        source = client.get(f"/api/v1/statuses/{number}/source")
        whole = client.get(f"/api/v1/statuses/{number}")
    media = whole.get("media_attachments") if isinstance(whole, dict) else None
    if not isinstance(media, list) or not text(source, "text", composer.MAX_TEXT):
        raise HomeAway(client.host, "a post without its parts")  # an edit would lose them
    if post.poll:
        raise NotPermitted(
            "a poll",
            safe="A post with a poll is edited on your own server: from here it would lose its votes.",
        )
    answered = ""
    if post.parent_id is not None:
        with database.reading() as session:
            parent = session.get(Post, post.parent_id)
            person = session.get(Person, parent.person_id) if parent and parent.person_id else None
            answered = person.handle if person is not None else ""
    return {
        "text": composer.without_handles(text(source, "text", composer.MAX_TEXT), [answered, place.handle]),
        "warning": text(source, "spoiler_text", 500),
        "visibility": post.visibility.value,
        "language": post.language,
        "sensitive": bool(whole.get("sensitive")),
        "media": [
            [text(one, "id"), text(one, "description", 2000)] for one in media if isinstance(one, dict)
        ],
    }


def _typed() -> dict[str, Any]:
    """Return the form as it was sent, each value bounded."""
    form = request.form
    ids_of, alts = form.getlist("media_id")[:16], form.getlist("media_alt")[:16]
    dropped = set(form.getlist("drop"))
    media = [
        [number[:100], alt[:1500]]
        for number, alt in zip(ids_of, alts, strict=False)
        if number.isalnum() and number not in dropped
    ]
    language = form.get("language", "")
    return {
        "text": form.get("text", "")[: composer.MAX_TEXT].replace("\r\n", "\n"),
        "warning": html.plain(form.get("warning", ""), 500),
        "language": language if language in LANGUAGES else "",
        "visibility": form.get("visibility", "") if form.get("visibility") in {"public", "unlisted"} else "",
        "sensitive": "sensitive" in form,
        "media": media,
        "options": form.get("options", "")[:4000].replace("\r\n", "\n"),
        "lasts": form.get("lasts", "") if form.get("lasts") in LASTS else "86400",
        "multiple": "multiple" in form,
        "loose": "loose" in form,
    }


def _composed(typed: dict[str, Any]) -> Composed:
    if not typed["visibility"]:
        raise NotReady("visibility", safe="A post to a board is public or unlisted. Please choose one.")
    missing = [one for one in typed["media"] if not one[1].strip()]
    if missing and "no_alt" not in request.form:
        raise NotReady(
            "alt",
            safe="A picture has no description yet. People who cannot see it will thank you for a sentence.",
        )
    options = tuple(line.strip() for line in typed["options"].split("\n") if line.strip())[:20]
    return Composed(
        text=typed["text"], visibility=Visibility(typed["visibility"]), warning=typed["warning"],
        language=typed["language"], is_sensitive=typed["sensitive"],
        media=tuple(Medium(number, alt) for number, alt in typed["media"]),
        poll=PollAsked(options, int(typed["lasts"]), typed["multiple"]) if options else None,
    )  # fmt: skip


def _upload(visit: Visit, files: list[FileStorage]) -> list[list[str]]:
    """Hand pictures to the home server, made anew without what a file hides (place, camera, time)."""
    chosen = [file for file in files if file.filename][:4]
    if not chosen:
        raise NotReady("no file", safe="Please choose a picture first.")
    client = grants.client_for(visit.reader_id, Permission.WRITE)
    found = []
    with outbound_slot(), fetch.at_most(_PATIENCE_S):
        for file in chosen:
            picture = pictures.remake(file.read(_MOST_BYTES))
            answer = client.upload("/api/v2/media", "picture.webp", "image/webp", picture, {})
            number = text(answer, "id", 100)
            if not number.isalnum():
                raise HomeRefused(client.host, 422, "the picture was not taken")
            found.append([number, ""])
    return found


def _describe(visit: Visit, media: tuple[Medium, ...]) -> None:
    client: HomeClient | None = None
    for medium in media:
        if medium.alt:
            client = client or grants.client_for(visit.reader_id, Permission.WRITE)
            client.put(f"/api/v1/media/{medium.id}", {"description": medium.alt})


def _keep(visit: Visit, place: Place, typed: dict[str, Any]) -> None:
    with database.transaction() as session:
        drafting.save_draft(session, visit.reader_id, place.board.id, place.about_uri, typed)


def _show(
    visit: Visit,
    place: Place,
    typed: dict[str, Any],
    *,
    problem: str = "",
    preview: bool = False,
    saved: bool = False,
    offers_loose: bool = False,
    status: int = 200,
) -> Response:
    limits = _limits(place.home)
    status_text = composer.status_text(typed["text"], place.handle, place.answered)
    counted = composer.length(status_text, typed["warning"], limits)
    shown = links.with_links(html.paragraphs(typed["text"])) if preview else ""
    return personal_page(
        "compose.html", status, place=place, board=place.board, typed=typed, problem=problem, limits=limits,
        left=limits.max_characters - counted, preview=shown, saved=saved, offers_loose=offers_loose,
        key=uuid.uuid4(), languages=LANGUAGES, lasts=LASTS, home=visit.home_host, default=place.reader.default_visibility,
        around=composer.length(composer.status_text("", place.handle, place.answered), "", limits),
    )  # fmt: skip


def _limits(home: Home) -> Limits:
    try:
        with outbound_slot(), fetch.at_most(5.0):
            return homes.limits_of(home)
    except FedConnectError:
        return Limits()


def _number(text: str) -> int:
    number = ids.parse_id(text)
    if number is None:
        raise NotFound("no id")
    return number
