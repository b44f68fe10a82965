"""Fetch tasks: meant here, each within its asker's share, and done by the rooms beside this one."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import structlog
from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation import authority
from fedconnect.federation.backfill.unhandled_activities import find_unhandled
from fedconnect.forum import post_lookup
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.foundation.registrable_domains import registrable_domain
from fedconnect.models.base import table_of
from fedconnect.models.board import Follow
from fedconnect.models.fetch_task import FetchKind, FetchState, FetchTask
from fedconnect.models.inbound import InboundState
from fedconnect.models.person import Person
from fedconnect.models.post import Post

log = structlog.get_logger()
RESTORED = "restored:"  # what the cause of fetching such a post begins with
PATIENCE = timedelta(seconds=60)  # what a reply answers is mostly on its way already
LOOKS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
REVISITS = (timedelta(days=1), timedelta(days=7), timedelta(days=30), timedelta(days=90))
_MOST_PASSED = 20  # of those that wait for one another; what is further down is looked for by itself
MOST_DUE_A_DOMAIN = 200  # that one registrable domain made us want
MOST_DUE_FOR_STRANGERS = 5_000  # beyond this only servers from which somebody follows a board are heard
MOST_DUE = 10_000


def fetch_post(
    session: Session, uri: str, *, cause: str, asker: str, for_board: str = "", linked_group_uri: str = ""
) -> bool:
    """Mean to fetch a post from its origin; False where that is meant already, or too much is.

    `asker` is the host that made us want it.
    """
    return _add(
        session, FetchKind.POST, uri, cause, asker, for_board=for_board, linked_group_uri=linked_group_uri
    )


def fetch_restored(
    session: Session, uri: str, inbound_id: int, *, asker: str, linked_group_uri: str = ""
) -> bool:
    """Mean to fetch a deleted post that its author or its own board brought back; False as of `fetch_post`."""
    return _add(
        session, FetchKind.POST, uri, f"{RESTORED}{inbound_id}", asker, linked_group_uri=linked_group_uri
    )


def restored_by(cause: str) -> int:
    """Return which received activity had a restored post fetched; 0 where this was no such fetch."""
    return int(cause.removeprefix(RESTORED)) if cause.startswith(RESTORED) else 0


def fetch_ancestors(session: Session, parent_uri: str, inbound_id: int, *, asker: str) -> bool:
    """Mean to look for what a waiting post replies to, unless it arrives by itself in the meantime.

    False where nobody will look: the post need not wait then.
    """
    if authority.is_ours(parent_uri) or _is_on_its_way(session, parent_uri, inbound_id):
        return True
    return _add(
        session, FetchKind.ANCESTORS, parent_uri, _cause(inbound_id), asker, inbound_id=inbound_id, wait=PATIENCE
    ) or _is_looked_for(session, parent_uri, inbound_id)  # fmt: skip


def _is_on_its_way(session: Session, uri: str, inbound_id: int) -> bool:
    """Whether what a post answers lies in our own inbox and comes out of it without anybody's asking: however much we
    have not handled yet, that is no reason for its answers to stand alone."""
    passed: set[str] = set()
    while uri not in passed and len(passed) < _MOST_PASSED:
        passed.add(uri)
        found = find_unhandled(session, uri)
        if found is None:  # nowhere; or here, and out of sight for now
            return len(passed) > 1 and post_lookup.is_any_here(session, {uri})
        if found.inbound_id == inbound_id:  # they wait for one another
            return False
        if found.state is InboundState.RECEIVED:
            return True
        if found.waits_for is None:
            return False
        if _is_looked_for(session, found.waits_for, found.inbound_id):
            return True
        uri = found.waits_for
    return False


def _is_looked_for(session: Session, uri: str, inbound_id: int) -> bool:
    """Whether somebody will look for what a waiting post answers, or has looked."""
    meant = select(FetchTask.id).where(
        FetchTask.kind == FetchKind.ANCESTORS, FetchTask.uri == uri, FetchTask.cause == _cause(inbound_id)
    )
    return session.execute(meant).first() is not None


def _cause(inbound_id: int) -> str:
    return f"inbound:{inbound_id}"


def fetch_replies(session: Session, post_uri: str, collections: tuple[str, ...], *, asker: str) -> None:
    """Mean to look for replies that nobody sends us; when one look is done, the next one is meant."""
    for uri in collections:
        _add(session, FetchKind.REPLIES, uri, f"look:{_digest(post_uri)}:0", asker, wait=LOOKS[0])


def look_once_more(session: Session, uri: str, cause: str, number: int, asker: str) -> None:
    """Mean the look after the n-th, within the first day of a thread."""
    if number + 1 < len(LOOKS):
        about = cause.rpartition(":")[0]
        _add(
            session, FetchKind.REPLIES, uri, f"{about}:{number + 1}", asker, number=number + 1,
            wait=LOOKS[number + 1] - LOOKS[number],
        )  # fmt: skip


def revisit(session: Session, uri: str, linked_group_uri: str, *, number: int = 0) -> None:
    """Mean to look again at a post that we fetched: nobody will tell us of its edit or its end."""
    if number < len(REVISITS):
        since = REVISITS[number - 1] if number else timedelta(0)
        _add(
            session, FetchKind.REVISIT, uri, f"again:{_digest(uri)}:{number}", vocabulary.host(uri),
            linked_group_uri=linked_group_uri, number=number, wait=REVISITS[number] - since,
        )  # fmt: skip


def note_forwarded(activity: Activity, sender_host: str) -> None:
    """Remember an activity that somebody else than its actor sent, of a type that can be forwarded, if it may concern a
    thread here.

    Nothing of it is believed; its object is asked for at its origin. What one server forwards within an hour
    has one budget, so that nobody makes us fetch at their pleasure.
    """
    uri = activity.object_uri
    if not uri or authority.is_ours(uri):
        return
    parent = vocabulary.reference((activity.embedded or {}).get("inReplyTo"))
    about = [one for one in (uri, parent) if one is not None]
    with database.read_transaction() as session:
        known = session.execute(select(Post.id).where(Post.uri.in_(about)).limit(1)).first()
    if known is not None:
        with database.transaction() as session:
            cause = f"forwarded:{_digest(sender_host)}:{clock.now():%Y-%m-%dT%H}"
            fetch_post(session, uri, cause=cause, asker=sender_host)


def compare_followers(url: str, group_uri: str) -> None:
    """Mean to ask a Group's server which boards of ours follow it; once an hour at most."""
    with database.transaction() as session:
        cause = f"followers:{_digest(group_uri)}:{clock.now():%Y-%m-%dT%H}"
        _add(session, FetchKind.FOLLOWERS, url, cause, vocabulary.host(group_uri), linked_group_uri=group_uri)


def fetch_actor(session: Session, uri: str, *, wait: timedelta = timedelta(0)) -> None:
    """Mean to read an actor anew, which may have moved; once a day at most."""
    cause = f"actor:{_digest(uri)}:{clock.now():%Y-%m-%d}"
    _add(session, FetchKind.ACTOR, uri, cause, vocabulary.host(uri), wait=wait)


def _add(
    session: Session,
    kind: FetchKind,
    uri: str,
    cause: str,
    asker: str,
    *,
    inbound_id: int | None = None,
    for_board: str = "",
    linked_group_uri: str = "",
    number: int = 0,
    wait: timedelta = timedelta(0),
) -> bool:
    domain = registrable_domain(asker)
    if not _has_room(session, asker, domain):
        log.warning("fetch_refused", asker=domain, kind=kind)
        return False
    added = session.execute(
        insert_or_skip(session, table_of(FetchTask)).values(
            id=new_id(), kind=kind, state=FetchState.QUEUED, uri=uri, cause=cause, asker=domain, round=number,
            inbound_id=inbound_id, for_board=for_board, linked_group_uri=linked_group_uri, due_at=clock.now() + wait,
        )
    )  # fmt: skip
    if changed(added) == 1 and not wait:
        database.enqueue_after_commit(session, "backfill")
    return changed(added) == 1


def _has_room(session: Session, host: str, domain: str) -> bool:
    """Whether an asker may want one more: what is due within a minute counts, what is due some day does not."""
    soon = clock.now() + PATIENCE
    queued = (FetchTask.state == FetchState.QUEUED, FetchTask.due_at <= soon)
    if _count(session, MOST_DUE_A_DOMAIN, *queued, FetchTask.asker == domain) >= MOST_DUE_A_DOMAIN:
        return False
    due = _count(session, MOST_DUE, *queued)
    if due < MOST_DUE_FOR_STRANGERS:
        return True
    return due < MOST_DUE and _is_followed_from(session, host)


def _count(session: Session, most: int, *conditions: object) -> int:
    some = select(FetchTask.id).where(*conditions).limit(most).subquery()  # type: ignore[arg-type]
    return session.execute(select(func.count()).select_from(some)).scalar_one()


def _is_followed_from(session: Session, host: str) -> bool:
    at_home = or_(Person.host == host, Person.host == registrable_domain(host))
    return bool(session.execute(select(exists().where(Follow.person_id == Person.id, at_home))).scalar())


def _digest(uri: str) -> str:
    return hashlib.sha256(uri.encode()).hexdigest()[:24]
