"""What we fetch of our own accord: forwarded posts, what sister boards announce, the rest of a conversation.

An errand only ever asks the origin of a thing for that thing; what comes is kept as a received activity and
takes the same road as everything else. All of it within budget.py's bounds.
Ref: FEP-7888 and FEP-f228 (contexts), ActivityPub §7.1.2 (ghost replies), Mastodon's fetch-all-replies.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from fedconnect.activitypub import documents, remote_actors, strict_json, vocabulary
from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, Activity, Document, Note
from fedconnect.events import Cause
from fedconnect.federation import authority, budget, synchronization
from fedconnect.federation.budget import Overspent
from fedconnect.federation.posts import named_boards
from fedconnect.forum import posting, withdrawing
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.errors import Busy, FedConnectError, FetchFailed, Malformed
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.errand import Errand, ErrandKind
from fedconnect.models.inbound import InboundActivity, InboundState, Road
from fedconnect.models.post import Post

log = structlog.get_logger()
PATIENCE = timedelta(seconds=60)  # what an answer answers is mostly on its way already
LOOKS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
AGAIN = (timedelta(days=1), timedelta(days=7), timedelta(days=30), timedelta(days=90))
_LEASE = timedelta(minutes=10)
_MOST_ATTEMPTS = 5
_MOST_CLAIMS = 8
_MOST_PAGES = 5
_MOST_OPEN = 10_000


def fetch_post(session: Session, uri: str, *, cause: str, for_board: str = "", sister_uri: str = "") -> bool:
    """Mean to fetch a post from its origin; False where that is meant already, or too much is."""
    return _add(session, ErrandKind.POST, uri, cause, for_board=for_board, sister_uri=sister_uri)


def fetch_ancestors(session: Session, parent_uri: str, inbound_id: int) -> None:
    """Mean to look for what a waiting post answers, unless it arrives by itself in the meantime."""
    if not authority.is_ours(parent_uri):
        _add(
            session, ErrandKind.ANCESTORS, parent_uri, f"inbound:{inbound_id}",
            inbound_id=inbound_id, wait=PATIENCE,
        )  # fmt: skip


def fetch_answers(session: Session, post_uri: str, collections: tuple[str, ...]) -> None:
    """Mean to look for answers that nobody sends us: a few times within the first day of a thread."""
    for number, wait in enumerate(LOOKS):
        for uri in collections:
            _add(session, ErrandKind.ANSWERS, uri, f"look:{_digest(post_uri)}:{number}", wait=wait)


def look_again(session: Session, uri: str, sister_uri: str) -> None:
    """Mean to look again at a post that we fetched: nobody will tell us of its edit or its end."""
    for number, wait in enumerate(AGAIN):
        _add(
            session, ErrandKind.POST, uri, f"again:{_digest(uri)}:{number}", sister_uri=sister_uri, wait=wait
        )  # fmt: skip


def note_forwarded(activity: Activity, sender_host: str) -> None:
    """Remember an activity that somebody else than its actor sent, if it may concern a thread here.

    Nothing of it is believed; its object is asked for at its origin. What one server forwards within an hour
    has one purse, so that nobody makes us fetch at their pleasure.
    """
    uri = activity.object_uri
    if activity.kind not in {"Create", "Update", "Delete"} or not uri or authority.is_ours(uri):
        return
    parent = vocabulary.reference((activity.embedded or {}).get("inReplyTo"))
    about = [one for one in (uri, parent) if one is not None]
    with database.reading() as session:
        known = session.execute(select(Post.id).where(Post.uri.in_(about)).limit(1)).first()
    if known is not None:
        with database.transaction() as session:
            fetch_post(session, uri, cause=f"forwarded:{_digest(sender_host)}:{clock.now():%Y-%m-%dT%H}")


def compare_followers(url: str, group_uri: str) -> None:
    """Mean to ask a Group's server which boards of ours follow it; once an hour at most."""
    with database.transaction() as session:
        cause = f"followers:{_digest(group_uri)}:{clock.now():%Y-%m-%dT%H}"
        _add(session, ErrandKind.FOLLOWERS, url, cause, sister_uri=group_uri)


class _OnItsWay(Busy):
    """What is looked for has arrived already and only waits to be handled."""


@dataclass(frozen=True, slots=True)
class _Task:
    id: int
    kind: ErrandKind
    uri: str
    cause: str
    inbound_id: int | None
    for_board: str
    sister_uri: str
    attempts: int


def do_next() -> bool:
    """Do one errand that is due; False where there is none."""
    task = _claim()
    if task is None:
        return False
    if task.attempts > _MOST_CLAIMS:
        _release(task)
        return True
    try:
        outcome = _DO[task.kind](task)
    except Overspent as error:
        outcome = error.detail
        _release(task)
    except _OnItsWay as error:
        _put_off(task, error.detail, wait=PATIENCE)
        return True
    except FedConnectError as error:
        if error.retryable and task.attempts < _MOST_ATTEMPTS:
            _put_off(task, error.detail)
            return True
        outcome = error.detail or type(error).__name__
        _release(task)
    _finish(task, outcome)
    return True


def is_due() -> bool:
    """Whether an errand waits to be done."""
    with database.reading() as session:
        due = select(Errand.id).where(Errand.done_at.is_(None), Errand.due_at <= clock.now())
        return session.execute(due.limit(1)).first() is not None


def _claim() -> _Task | None:
    with database.transaction() as session:
        row = session.execute(
            select(Errand)
            .where(Errand.done_at.is_(None), Errand.due_at <= clock.now())
            .order_by(Errand.due_at, Errand.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).scalar_one_or_none()
        if row is None:
            return None
        row.attempts += 1
        if row.attempts > _MOST_CLAIMS:  # one that ends its worker each time must not do so for ever
            row.done_at, row.outcome = clock.now(), "claimed too often without an end"
        row.due_at = clock.now() + _LEASE  # a worker that dies leaves it to the next
        return _Task(
            row.id, row.kind, row.uri, row.cause, row.inbound_id, row.for_board, row.sister_uri, row.attempts
        )


def _post(task: _Task) -> str:
    """Ask a post's origin for it: new, changed or gone."""
    try:
        note = _fetch_note(task.cause, task.uri)
    except FetchFailed as error:
        if not error.is_gone:
            raise
        return _gone(task.uri)
    if note is None:
        return _gone(task.uri)
    return "kept" if _keep(task, *note) else "known"


def _ancestors(task: _Task) -> str:
    """Climb from what a post answers to something that is here, or to the top of the conversation.

    Only a chain that ends at a thread here is kept; otherwise the waiting post, which names a board, stands
    alone and begins a thread.
    """
    uri: str | None = task.uri
    chain: list[tuple[Note, Document]] = []
    while uri is not None:
        if not _still_waits(task) or _is_here(uri):
            for note, document in reversed(chain):
                _keep(task, note, document)
            return f"{len(chain)} posts between"
        _mind_what_arrived(uri)
        found = _fetch_ancestor(task, uri)
        if found is None:
            break
        chain.append(found)
        if named_boards(found[0]) and found[0].in_reply_to is None:
            for note, document in reversed(chain):
                _keep(task, note, document)
            return f"{len(chain)} posts to a beginning"
        uri = found[0].in_reply_to
    _release(task)
    return "on no board"


def _fetch_ancestor(task: _Task, uri: str) -> tuple[Note, Document] | None:
    try:
        return None if authority.is_ours(uri) else _fetch_note(task.cause, uri)
    except FetchFailed as error:
        if error.retryable and task.attempts < _MOST_ATTEMPTS:
            raise
        return None
    except Malformed:
        return None


def _answers(task: _Task) -> str:
    """Walk a collection of answers at its origin, and mean to fetch those that are not here."""
    found: dict[str, None] = {}
    following: str | Document | None = task.uri
    for _ in range(_MOST_PAGES):
        if following is None:
            break
        if isinstance(following, str):
            if not vocabulary.same_origin(following, task.uri):
                break
            budget.spend(task.cause, following)
            document = documents.fetch_document(following)
        else:
            document = following
        page = vocabulary.parse_collection(document)
        found |= dict.fromkeys(page.items)
        following = page.following
    with database.transaction() as session:
        items = list(found)[:500]
        known = set(session.execute(select(Post.uri).where(Post.uri.in_(items))).scalars())
        fresh = [uri for uri in items if uri not in known and not authority.is_ours(uri)]
        sent = sum(fetch_post(session, uri, cause=task.cause) for uri in fresh[: budget.A_CAUSE])
    return f"{sent} answers to fetch"


def _followers(task: _Task) -> str:
    budget.spend(task.cause, task.uri)
    return synchronization.compare(task.uri, task.sister_uri)


_DO = {
    ErrandKind.POST: _post,
    ErrandKind.ANCESTORS: _ancestors,
    ErrandKind.ANSWERS: _answers,
    ErrandKind.FOLLOWERS: _followers,
}


def _fetch_note(cause: str, uri: str) -> tuple[Note, Document] | None:
    """Fetch a post by its id; None where its origin shows a tombstone.

    Raises:
        FetchFailed, Malformed: not to be had, or no post. Overspent, Busy: see budget.
    """
    budget.spend(cause, uri)
    document = documents.fetch_document(uri)
    if document.get("type") == "Create":  # some peers announce the activity's id
        inner = vocabulary.reference(document.get("object"))
        if inner is None or not vocabulary.same_origin(inner, uri):
            raise Malformed("an activity without a post of its own")
        budget.spend(cause, inner)
        document = documents.fetch_document(inner)
    if document.get("type") == "Tombstone":
        return None
    note = vocabulary.parse_note(document)
    if not authority.may_publish(note, note.author):
        raise Malformed("a post on another server than its author")
    return note, document


def _keep(task: _Task, note: Note, document: Document) -> bool:
    """Keep a fetched post as an activity of its author, proven by its origin; False where it is kept already.

    The author is looked up here, so that it is paid for before the post is kept.
    """
    with database.reading() as session:
        known = remote_actors.find_person(session, note.author)
    if known is None:
        budget.spend(task.cause, note.author)
        remote_actors.ensure_person(note.author)
    content = strict_json.dumps(document)
    identity = f"{note.id.partition('#')[0]}#fetched/{hashlib.sha256(content).hexdigest()[:32]}"
    body = strict_json.dumps(
        {
            "@context": ACTIVITYSTREAMS,
            "id": identity,
            "type": "Update",
            "actor": note.author,
            "object": document,
        }
    )
    now = clock.now()
    with database.transaction() as session:
        kept = session.connection().execute(
            insert_or_skip(session, table_of(InboundActivity)),
            {
                "id": new_id(), "actor_uri": note.author, "activity_uri": identity, "kind": "Update",
                "object_uri": note.id, "body": body.decode(), "received_at": now, "due_at": now,
                "state": InboundState.RECEIVED, "road": Road.FETCHED, "cause": task.cause,
                "for_board": task.for_board, "sister_uri": task.sister_uri,
            },
        )  # fmt: skip
        if changed(kept) != 1:
            return False
        database.ring_after_commit(session, "inbox")
    return True


def _gone(uri: str) -> str:
    """Take away what its own server no longer has: a post, or the leave for one."""
    with database.transaction() as session:
        if withdrawing.revoke(session, uri):
            return "leave to answer taken back"
        post = posting.find_post(session, uri)
        if post is None:
            return "gone"
        withdrawing.withdraw(session, post, Cause.ACCOUNT)
    return "gone from here too"


def _is_here(uri: str) -> bool:
    with database.reading() as session:
        return posting.find_post(session, uri) is not None


def _mind_what_arrived(uri: str) -> None:
    """Leave a post that is in our own inbox to the road that it is on; its worker may just have died.

    Raises:
        _OnItsWay: it is received and not yet handled.
    """
    with database.reading() as session:
        arrived = session.execute(
            select(InboundActivity.id)
            .where(InboundActivity.object_uri == uri, InboundActivity.state == InboundState.RECEIVED)
            .limit(1)
        ).first()
    if arrived is not None:
        raise _OnItsWay("received, and not yet handled")


def _still_waits(task: _Task) -> bool:
    with database.reading() as session:
        state = session.execute(
            select(InboundActivity.state).where(InboundActivity.id == task.inbound_id)
        ).scalar_one_or_none()
    return state is InboundState.WAITING


def _release(task: _Task) -> None:
    """Let the post that waited for its ancestors go on without them."""
    if task.inbound_id is None:
        return
    with database.transaction() as session:
        released = session.execute(
            update(InboundActivity)
            .where(InboundActivity.id == task.inbound_id, InboundActivity.state == InboundState.WAITING)
            .values(stands_alone=True, state=InboundState.RECEIVED, due_at=clock.now(), attempts=0)
        )
        if changed(released):
            database.ring_after_commit(session, "inbox")


def _put_off(task: _Task, reason: str, wait: timedelta | None = None) -> None:
    if wait is None:
        wait = timedelta(minutes=5 * 4 ** (task.attempts - 1))
    with database.transaction() as session:
        session.execute(
            update(Errand)
            .where(Errand.id == task.id)
            .values(due_at=clock.now() + min(wait, budget.HOUR), outcome=reason[:120])
        )


def _finish(task: _Task, outcome: str) -> None:
    with database.transaction() as session:
        session.execute(
            update(Errand).where(Errand.id == task.id).values(done_at=clock.now(), outcome=outcome[:120])
        )


def _add(
    session: Session,
    kind: ErrandKind,
    uri: str,
    cause: str,
    *,
    inbound_id: int | None = None,
    for_board: str = "",
    sister_uri: str = "",
    wait: timedelta = timedelta(0),
) -> bool:
    waiting = session.execute(
        select(func.count()).select_from(Errand).where(Errand.done_at.is_(None))
    ).scalar_one()
    if waiting >= _MOST_OPEN:
        log.warning("errand_refused", reason="too many are open")
        return False
    added = session.execute(
        insert_or_skip(session, table_of(Errand)).values(
            id=new_id(), kind=kind, uri=uri, cause=cause, inbound_id=inbound_id, for_board=for_board,
            sister_uri=sister_uri, due_at=clock.now() + wait,
        )
    )  # fmt: skip
    if changed(added) == 1 and not wait:
        database.ring_after_commit(session, "errands")
    return changed(added) == 1


def _digest(uri: str) -> str:
    return hashlib.sha256(uri.encode()).hexdigest()[:24]
