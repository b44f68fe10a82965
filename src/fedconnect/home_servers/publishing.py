"""Writing through one's own server, from the first look at the form to what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from fedconnect.accounts import home_limits, home_media, outgoing_status, unsent_posts
from fedconnect.accounts.post_form import PostForm, compose, empty_form
from fedconnect.accounts.sessions import Visit
from fedconnect.forum import post_lookup
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.foundation.translatable_sentences import from_row
from fedconnect.home_servers import original_text, submissions
from fedconnect.home_servers.published_differences import is_difference
from fedconnect.models.board import Board
from fedconnect.models.post import Post, PostState
from fedconnect.models.submission import Submission, SubmissionKind, SubmissionState
from fedconnect.moderation.cases import held_cases
from fedconnect.moderation.posts.writing_places import WritingPlace


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: its submission, and the post where it stands on the board already."""

    submission_id: int
    post: Post | None


@dataclass(frozen=True, slots=True)
class SentPage:
    """How far something has come. `waits`: a moderator looks at it first, and `why`. `differs`: its server made something
    else of it than was asked; the submission's problem says what."""

    submission: Submission
    board: Board
    post: Post | None
    waits: bool
    why: str
    differs: bool = False


def begin_form(visit: Visit, place: WritingPlace) -> PostForm:
    """Return what the form begins with: a draft that was left there, the post to be edited, or nothing yet. Opens its
    own transactions. Raises: as `original_text.fetch_original`."""
    with database.read_transaction() as session:
        left = unsent_posts.find_unsent(session, visit.reader_id, place.board.id, place.about_uri)
    if left is not None:
        return left
    if place.about is not None and place.kind is SubmissionKind.EDIT:
        return original_text.fetch_original(visit, place.about, place.handle)
    return empty_form(place.reader, place.board, place.about)


def send(visit: Visit, place: WritingPlace, form: PostForm, *, key: str, accepts_no_alt: bool) -> Sent:
    """Publish what was typed through the reader's own server; sent a second time with the same key, it is published
    once. Opens its own transactions.

    Raises:
        NotReady: something must be changed first. PermissionNeeded, HomeRefused: it was not published, and the draft
        is kept. HomeAway, Busy: the same where nothing was submitted yet; what was is tried again for a day.
    """
    composed = compose(form, accepts_no_alt=accepts_no_alt)
    with outbound_slot():
        outgoing_status.check(composed, place.handle, place.answered, home_limits.limits_of(place.home))
        if place.kind is not SubmissionKind.EDIT:  # what is published already is described at home
            home_media.describe(visit, composed.media)
        with database.transaction() as session:
            row = submissions.submit(
                session, visit.reader_id, place.board, place.kind,
                outgoing_status.fields_of(composed, place.handle, place.answered),
                key=key, about_uri=place.about_uri, is_loose=form.is_loose and place.kind is SubmissionKind.REPLY,
            )  # fmt: skip
        status = submissions.process(row.id)
    if status.state is not SubmissionState.SEEN or status.problem:
        return Sent(status.id, None)
    with database.read_transaction() as session:
        return Sent(status.id, post_lookup.find_post(session, status.uri))


def read_sent(session: Session, visit: Visit, submission_id: int) -> SentPage:
    """Return how far something that a reader wrote has come. Raises NotFound, also where somebody else did."""
    row = session.get(Submission, submission_id)
    if row is None or row.reader_id != visit.reader_id:
        raise NotFound("no such submission")
    post = post_lookup.find_post(session, row.uri) if row.uri else None
    board = session.get_one(Board, row.board_id)
    waits = post is not None and post.state is PostState.HELD
    why = held_cases.why_held(session, post) if post is not None and waits else ""
    return SentPage(row, board, post, waits, why, is_difference(from_row(row.problem)))
