"""A reader speaks through their own server: the wish is kept first, then carried out once, whatever breaks."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from fedconnect.accounts import grants, unsent_posts
from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.mastodon_api import (
    Fields,
    HomeAway,
    HomeClient,
    HomeRefused,
    PermissionGone,
)
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.activitypub import vocabulary
from fedconnect.federation.activities.submitted_replies import GIVES_UP
from fedconnect.forum import post_lookup
from fedconnect.forum.boards import board_uri
from fedconnect.foundation import clock, database, durable
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.durable_kind import Backoff, Claim, Kind, RetryLater
from fedconnect.foundation.errors import FedConnectError, FetchFailed, LostClaim, Malformed
from fedconnect.foundation.ids import new_id
from fedconnect.foundation.translatable_sentences import Sentence, from_row, to_row
from fedconnect.home_servers import ingestion, status_publication
from fedconnect.home_servers.home_posts import remember_home_id
from fedconnect.home_servers.published_differences import board_not_named, is_difference
from fedconnect.home_servers.status_publication import SubmissionRequest
from fedconnect.models.base import table_of
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import PostState
from fedconnect.models.reader import Reader
from fedconnect.models.submission import Submission, SubmissionKind, SubmissionState

log = structlog.get_logger()
LOOKED_AT_FIRST = Sentence("A moderator looks at it first.")
WAITS_S, _LOOKS_EVERY_S = 10.0, 0.2  # for a worker that took it first
STILL_ON_ITS_WAY = timedelta(seconds=40)  # by then a server shows what it took, though its answer was lost
GIVEN_UP = Sentence("Something went wrong here. Your text is kept; please send it again.")


@dataclass(frozen=True, slots=True)
class SubmissionStatus:
    """How far a submission has come."""

    id: int
    state: SubmissionState
    uri: str
    problem: str


def submit(
    session: Session,
    reader_id: int,
    board: Board,
    kind: SubmissionKind,
    fields: Fields,
    *,
    key: str,
    about_uri: str = "",
    is_loose: bool = False,
) -> Submission:
    """Keep what a reader wants to say; it is said by `process`, or by a worker should this process die.

    `key` is the form's: sent a second time, the form finds the submission that it made.
    """
    now = clock.now()
    session.execute(
        insert_or_skip(session, table_of(Submission)).values(
            id=new_id(), reader_id=reader_id, board_id=board.id, kind=kind, state=SubmissionState.ASKED,
            about_uri=about_uri, is_loose=is_loose, key=key, fields=json.dumps(dict(fields)), uri="", home_post_id="",
            problem="", asked_at=now, due_at=now, attempts=0,
        )
    )  # fmt: skip
    database.enqueue_after_commit(session, "submissions")
    row = session.execute(
        select(Submission).where(Submission.reader_id == reader_id, Submission.key == key)
    ).scalar_one()
    if row.state is not SubmissionState.FAILED:
        return row
    anew = str(uuid.uuid4())  # somebody went back to a form that had failed, and sends it again
    return submit(session, reader_id, board, kind, fields, key=anew, about_uri=about_uri, is_loose=is_loose)


def process(submission_id: int) -> SubmissionStatus:
    """Say it now, as far as that goes; opens its own transactions.

    Raises:
        PermissionNeeded: the reader has to permit it (anew). HomeRefused: the home server did not take it.
        The text stays in the draft. HomeAway is not raised: it is tried again, and the state tells so.
    """
    claims = durable.claim(SUBMISSIONS, Submission.id == submission_id)
    for claimed in claims:
        _carry_out(claimed)
    return get_status(submission_id) if claims else _wait_for(submission_id)


def _wait_for(submission_id: int) -> SubmissionStatus:
    """Return how far a submission has come once the worker that took it first has ended, or after a while."""
    until = time.monotonic() + WAITS_S
    held = select(Submission.id).where(
        Submission.id == submission_id, Submission.state.in_(SUBMISSIONS.open), Submission.token.is_not(None)
    )
    while time.monotonic() < until:
        with database.read_transaction() as session:
            if session.execute(held).first() is None:
                break
        time.sleep(_LOOKS_EVERY_S)
    return get_status(submission_id)


def process_next() -> bool:
    """Carry out one submission that is due; False where there is none."""
    claims = durable.claim(SUBMISSIONS)
    for claimed in claims:
        try:
            _carry_out(claimed)
        except FedConnectError as error:
            log.info("submission_ended", reason=error.detail)
    return bool(claims)


def get_status(submission_id: int) -> SubmissionStatus:
    """Return how far a submission has come."""
    with database.read_transaction() as session:
        row = session.get_one(Submission, submission_id)
        return SubmissionStatus(row.id, row.state, row.uri, row.problem)


def _decode(row: Submission) -> SubmissionRequest:
    fields = json.loads(row.fields)
    if not isinstance(fields, dict) or not all(map(_is_field, fields.values())):
        raise ValueError("no fields")
    return SubmissionRequest(
        row.id, row.reader_id, row.board_id, row.kind, fields, row.key, row.about_uri, row.is_loose, row.asked_at,
        row.uri, row.home_post_id, is_sent=row.state is SubmissionState.SENT,
        differs=row.problem if is_difference(from_row(row.problem)) else "",
        tries=row.attempts + max(row.claims - 1, 0) or int(bool(row.problem)),
    )  # fmt: skip


def _is_field(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def _given_up(session: Session, request: SubmissionRequest) -> None:
    """Tell the reader of a submission that nobody will try again, where they were told nothing better."""
    session.execute(
        update(Submission)
        .where(Submission.id == request.id, Submission.problem == "")
        .values(problem=to_row(GIVEN_UP))
        .execution_options(synchronize_session=False)
    )


SUBMISSIONS = Kind(
    name="submissions",
    row=Submission,
    open=(SubmissionState.ASKED, SubmissionState.SENT),
    done=SubmissionState.SEEN,
    failed=SubmissionState.FAILED,
    reopened=case((Submission.uri != "", SubmissionState.SENT), else_=SubmissionState.ASKED),
    decode=_decode,
    backoff=Backoff((15, 60, 300, 1800), 7200),
    lease=timedelta(seconds=120),  # longer than all that one try asks for: nobody else begins it meanwhile
    most_attempts=1_000,  # not so often, but so long: `GIVES_UP`
    given_up=_given_up,
)


def _carry_out(claimed: Claim[SubmissionRequest]) -> None:
    """Say it and show it. Raises: as `process`; whatever else goes wrong is tried again."""
    try:
        client = grants.client_for(claimed.item.reader_id, Permission.WRITE)
        if not claimed.item.is_sent:
            claimed = replace(claimed, item=_publish(client, claimed))
        _show(claimed)
    except (HomeAway, FetchFailed, Malformed) as error:
        _put_off(claimed, error)
    except PermissionGone as error:
        if error.is_dead:
            grants.note_dead(claimed.item.reader_id, error.token)
        _fail(claimed, error)
        raise PermissionNeeded(Permission.WRITE) from error
    except (PermissionNeeded, HomeRefused) as error:
        _fail(claimed, error)
        raise
    except LostClaim:
        log.info("submission_lost", id=claimed.id)
    except FedConnectError:
        raise  # the database is busy, and the lease ends by itself
    except Exception as error:
        log.exception("submission_unforeseen", id=claimed.id)
        _put_off(claimed, Malformed(f"unforeseen: {type(error).__name__}"), told=GIVEN_UP)


def _publish(client: HomeClient, claimed: Claim[SubmissionRequest]) -> SubmissionRequest:
    """Let the home server publish it, and keep what it is called there."""
    request = claimed.item
    made = status_publication.publish(client, request)
    differs = to_row(made.differs) if made.differs is not None else ""
    with database.transaction() as session:
        if not differs:
            unsent_posts.delete_unsent(
                session, request.reader_id, request.board_id, request.about_uri, until=request.asked_at
            )
        durable.save(
            session, SUBMISSIONS, claimed,
            state=SubmissionState.SENT, uri=made.uri, home_post_id=made.number, problem=differs,
        )  # fmt: skip
    remember_home_id(client, made.uri, made.number)
    return replace(request, uri=made.uri, home_post_id=made.number, is_sent=True, differs=differs)


def _show(claimed: Claim[SubmissionRequest]) -> None:
    said = claimed.item
    with database.read_transaction() as session:
        author = session.execute(
            select(Person.uri).join(Reader, Reader.person_id == Person.id).where(Reader.id == said.reader_id)
        ).scalar_one()
        board = session.get_one(Board, said.board_id)
    named = ingestion.ingest_own_post(
        said.uri, author, replies_to_uri=said.about_uri if said.is_loose else ""
    )
    unnamed = to_row(board_not_named(vocabulary.host(said.uri)))
    with database.read_transaction() as session:
        post = post_lookup.find_post(session, said.uri)
    if post is None:
        if said.kind is SubmissionKind.START and board_uri(board.slug) not in named and not said.differs:
            claimed = replace(claimed, item=replace(said, differs=unnamed))
        _put_off(claimed, Malformed("not taken in yet"))
        return
    differs = said.differs if said.differs != unnamed else ""  # it names the board by now
    held = to_row(LOOKED_AT_FIRST) if post.state is PostState.HELD else ""
    with database.transaction() as session:
        durable.end(
            session, SUBMISSIONS, claimed, state=SubmissionState.SEEN, problem=differs or held
        )  # fmt: skip


def _put_off(
    claimed: Claim[SubmissionRequest], error: FedConnectError, *, told: Sentence | None = None
) -> None:
    if clock.now() - claimed.item.asked_at > GIVES_UP:
        _fail(claimed, error)
        return
    with database.transaction() as session:
        durable.save(session, SUBMISSIONS, claimed, problem=_problem(claimed, told or error.sentence))
        is_early = claimed.attempts == 0 and isinstance(error, HomeAway) and error.is_in_doubt
        wait = STILL_ON_ITS_WAY if is_early else None
        durable.put_off(session, SUBMISSIONS, claimed, RetryLater(error.detail, wait=wait))


def _problem(claimed: Claim[SubmissionRequest], told: Sentence) -> str:
    """Return what the reader is told: a difference stays, whatever else goes wrong on the way to our page."""
    return claimed.item.differs or to_row(told)


def _fail(claimed: Claim[SubmissionRequest], error: FedConnectError) -> None:
    with database.transaction() as session:
        durable.save(session, SUBMISSIONS, claimed, problem=_problem(claimed, error.sentence))
        durable.give_up(session, SUBMISSIONS, claimed, error.detail)
