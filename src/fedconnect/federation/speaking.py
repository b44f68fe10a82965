"""A reader speaks through their own server: the wish is kept first, then carried out once, whatever breaks.

Asked twice with the same Idempotency-Key, a home server gives the same post again for an hour; after that
we look among the reader's own posts before we would ask again. Ref: Mastodon `POST /api/v1/statuses`.
"""

from __future__ import annotations

import json
import re
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedconnect.accounts import drafting, grants
from fedconnect.accounts.client import HomeAway, HomeClient, HomeRefused, PermissionGone, text
from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.permissions import Permission
from fedconnect.activitypub import vocabulary
from fedconnect.federation import adopting
from fedconnect.forum import posting
from fedconnect.foundation import clock, database, html
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.errors import FedConnectError, FetchFailed, Malformed
from fedconnect.foundation.ids import new_id
from fedconnect.foundation.memory import Memory
from fedconnect.foundation.sentences import Sentence, to_row
from fedconnect.models.base import table_of
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import PostState
from fedconnect.models.reader import Reader
from fedconnect.models.submission import Submission, SubmissionKind, SubmissionState

log = structlog.get_logger()
LEASE = timedelta(seconds=60)
KEY_LIFE = timedelta(minutes=50)  # a home server remembers a key for an hour
GIVES_UP = timedelta(hours=24)
_WAITS = (15, 60, 300, 1800)  # seconds until the next try; then two hours
LOOKED_AT_FIRST = Sentence("A moderator looks at it first.")
_ids: Memory[str] = Memory(life_s=3600)


class ParentUnknown(HomeRefused):
    """The home server cannot find the post that is answered."""

    def __init__(self, host: str) -> None:
        super().__init__(
            host,
            404,
            safe="%(host)s cannot find the post that you answer. You can send yours all the same: it then names "
            "the board and the person, and stands in its place here.",
        )


@dataclass(frozen=True, slots=True)
class Spoken:
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
    fields: dict[str, Any],
    *,
    key: str,
    about_uri: str = "",
    is_loose: bool = False,
) -> Submission:
    """Keep what a reader wants to say; it is said by `carry_out`, or by a worker should this process die.

    `key` is the form's: sent a second time, the form finds the submission that it made.
    """
    now = clock.now()
    session.execute(
        insert_or_skip(session, table_of(Submission)).values(
            id=new_id(), reader_id=reader_id, board_id=board.id, kind=kind, state=SubmissionState.ASKED,
            about_uri=about_uri, is_loose=is_loose, key=key, fields=json.dumps(fields), uri="", home_post_id="",
            problem="", asked_at=now, due_at=now, attempts=0,
        )
    )  # fmt: skip
    database.ring_after_commit(session, "submissions")
    row = session.execute(
        select(Submission).where(Submission.reader_id == reader_id, Submission.key == key)
    ).scalar_one()
    if row.state is not SubmissionState.FAILED:
        return row
    anew = str(uuid.uuid4())  # somebody went back to a form that had failed, and sends it again
    return submit(session, reader_id, board, kind, fields, key=anew, about_uri=about_uri, is_loose=is_loose)


def carry_out(submission_id: int) -> Spoken:
    """Say it now, as far as that goes; opens its own transactions.

    Raises:
        PermissionNeeded: the reader has to permit it (anew). HomeRefused: the home server did not take it.
        The text stays in the draft. HomeAway is not raised: it is tried again, and the state tells so.
    """
    claimed = _claim(submission_id)
    if claimed is None:
        return get_spoken(submission_id)
    return _carry_out(claimed)


def do_next() -> bool:
    """Carry out one submission that is due; False where there is none."""
    claimed = _claim(None)
    if claimed is None:
        return False
    try:
        _carry_out(claimed)
    except FedConnectError as error:
        log.info("submission_ended", reason=error.detail)
    return True


def get_spoken(submission_id: int) -> Spoken:
    """Return how far a submission has come."""
    with database.reading() as session:
        row = session.get_one(Submission, submission_id)
        return Spoken(row.id, row.state, row.uri, row.problem)


def is_due() -> bool:
    """Whether a submission waits to be carried out."""
    with database.reading() as session:
        return session.execute(_due().limit(1)).first() is not None


def intended_parent(session: Session, author: Person, uri: str) -> str | None:
    """Return what a post answers whose author could not say so through their own server.

    An empty text means: not known yet, since the home server has not answered us. None: nothing of the kind.
    """
    row = session.execute(
        select(Submission.about_uri, Submission.uri)
        .join(Reader, Reader.id == Submission.reader_id)
        .where(
            Reader.person_id == author.id, Submission.is_loose.is_(True),
            Submission.uri.in_(("", uri)), Submission.asked_at > clock.now() - GIVES_UP,
            Submission.state.in_((SubmissionState.ASKED, SubmissionState.SENT, SubmissionState.SEEN)),
        )
        .order_by(Submission.uri.desc()).limit(1)
    ).first()  # fmt: skip
    if row is None:
        return None
    return str(row[0]) if row[1] == uri else ""


def home_id(client: HomeClient, uri: str) -> str:
    """Return the id that a post has on a home server, which fetches it where it must.

    Raises:
        ParentUnknown: it cannot find it. HomeAway, HomeRefused, PermissionGone.
    """
    known = _ids.get(f"{client.host} {uri}")
    return known if known is not None else text(home_status(client, uri), "id", 100)


def home_status(client: HomeClient, uri: str) -> dict[str, Any]:
    """Return a post as a home server's search shows it. Raises: as home_id."""
    found = client.get("/api/v2/search", q=uri, resolve="true", type="statuses", limit="1")
    statuses = found.get("statuses") if isinstance(found, dict) else None
    first = statuses[0] if isinstance(statuses, list) and statuses else None
    number = text(first, "id", 100)
    if not isinstance(first, dict) or not number or text(first, "uri", 2048) not in {uri, ""}:
        raise ParentUnknown(client.host)
    _ids.put(f"{client.host} {uri}", number)
    return first


def forget_ids() -> None:
    """Empty this process's memory of what posts are called elsewhere (tests)."""
    _ids.clear()


def _due() -> Any:
    open_states = (SubmissionState.ASKED, SubmissionState.SENT)
    return select(Submission.id).where(Submission.state.in_(open_states), Submission.due_at <= clock.now())


def _claim(submission_id: int | None) -> Submission | None:
    """Take a submission for a minute; whoever dies with it leaves it to the next."""
    with database.transaction() as session:
        wanted = _due() if submission_id is None else _due().where(Submission.id == submission_id)
        found = session.execute(
            select(Submission).where(Submission.id.in_(wanted.order_by(Submission.due_at).limit(1).scalar_subquery()))
            .with_for_update(skip_locked=True)
        ).scalar_one_or_none()  # fmt: skip
        if found is None:
            return None
        found.token, found.due_at = secrets.token_hex(16), clock.now() + LEASE
        found.attempts += 1
        return found


def _carry_out(row: Submission) -> Spoken:
    try:
        client = grants.client_for(row.reader_id, Permission.WRITE)
        if row.state is SubmissionState.ASKED:
            _say(client, row)
        _show(row)
    except (HomeAway, FetchFailed, Malformed) as error:
        _put_off(row, error)
    except PermissionGone as error:
        if error.is_dead:
            grants.note_dead(row.reader_id)
        _fail(row, error)
        raise PermissionNeeded(Permission.WRITE) from error
    except (PermissionNeeded, HomeRefused) as error:
        _fail(row, error)
        raise
    return get_spoken(row.id)


def _say(client: HomeClient, row: Submission) -> None:
    fields = json.loads(row.fields)
    if row.kind is SubmissionKind.EDIT:
        number = row.home_post_id or home_id(client, row.about_uri)
        answer = client.put(f"/api/v1/statuses/{number}", fields)
    else:
        if row.kind is SubmissionKind.REPLY and not row.is_loose:
            fields["in_reply_to_id"] = home_id(client, row.about_uri)
        answer = _said_before(client, row, fields) if clock.now() - row.asked_at > KEY_LIFE else None
        if answer is None:
            answer = client.post("/api/v1/statuses", fields, idempotency_key=row.key)
    uri, number = (
        vocabulary.uri(answer.get("uri")) if isinstance(answer, dict) else None,
        text(answer, "id", 100),
    )
    if uri is None or not number or vocabulary.host(uri) != client.host:
        raise HomeAway(client.host, "a post without an id of its own")
    with database.transaction() as session:
        drafting.drop_draft(session, row.reader_id, row.board_id, row.about_uri, until=row.asked_at)
    _write(row, state=SubmissionState.SENT, uri=uri, home_post_id=number, problem="")
    row.state, row.uri, row.home_post_id = SubmissionState.SENT, uri, number
    _ids.put(f"{client.host} {uri}", number)


def _said_before(client: HomeClient, row: Submission, fields: dict[str, Any]) -> dict[str, Any] | None:
    """Look among the reader's own posts for one that an earlier call made, before anything is said twice."""
    me = text(client.get("/api/v1/accounts/verify_credentials"), "id", 100)
    posts = client.get(f"/api/v1/accounts/{me}/statuses", limit="40")
    for post in posts if isinstance(posts, list) else []:
        made = clock.parse_instant(post.get("created_at")) if isinstance(post, dict) else None
        if made is None or made < row.asked_at - timedelta(minutes=2):
            continue
        same_parent = text(post, "in_reply_to_id", 100) == fields.get("in_reply_to_id", "")
        if same_parent and _words(html.text_of(text(post, "content", 100_000))) == _words(fields["status"]):
            return dict(post)
    return None


def _words(said: str) -> list[str]:
    """Return the words without handles and links, which servers write in their own way."""
    return re.findall(r"\w+", re.sub(r"@\S+|https?://\S+", " ", said))


def _show(row: Submission) -> None:
    with database.reading() as session:
        author = session.execute(
            select(Person.uri).join(Reader, Reader.person_id == Person.id).where(Reader.id == row.reader_id)
        ).scalar_one()
    adopting.adopt(row.uri, author, answers_uri=row.about_uri if row.is_loose else "")
    with database.reading() as session:
        post = posting.find_post(session, row.uri)
    if post is not None:
        held = to_row(LOOKED_AT_FIRST) if post.state is PostState.HELD else ""
        _write(row, state=SubmissionState.SEEN, problem=held)
    else:
        _put_off(row, Malformed("not taken in yet"))


def _put_off(row: Submission, error: FedConnectError) -> None:
    if clock.now() - row.asked_at > GIVES_UP:
        _fail(row, error)
        return
    wait = _WAITS[row.attempts - 1] if row.attempts <= len(_WAITS) else 7200
    _write(row, due_at=clock.now() + timedelta(seconds=wait), problem=to_row(error.sentence))


def _fail(row: Submission, error: FedConnectError) -> None:
    _write(row, state=SubmissionState.FAILED, problem=to_row(error.sentence))


def _write(row: Submission, **values: object) -> None:
    """Write how far it is, while our claim stands."""
    with database.transaction() as session:
        written = session.execute(
            update(Submission).where(Submission.id == row.id, Submission.token == row.token).values(**values)
        )
        if changed(written) != 1:
            log.info("submission_lost", id=row.id)
