"""What a sister board brings: fetched from its origin, or a change of a thread that came from there."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.federation import authority
from fedconnect.federation.activities.activity_type import Envelope, Incoming
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.federation.backfill import fetch_queue
from fedconnect.models.board import Board
from fedconnect.models.instance import Instance
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread, ThreadState

_RESTORE_WITHOUT_A_WORD = frozenset({"nodebb"})


def fetch(session: Session, incoming: Incoming, uri: str, board: Board) -> Result:
    """Mean to look at what a sister announces where it stands."""
    if authority.is_ours(uri):
        return Ignored("ours already")
    sent = fetch_queue.fetch_post(
        session, uri, cause=f"inbound:{incoming.inbound_id}", asker=incoming.person.host, for_board=board.slug,
        linked_group_uri=incoming.person.uri,
    )  # fmt: skip
    return Handled("to be fetched" if sent else "fetched before")


def fetch_target(session: Session, envelope: Envelope) -> Result:
    """Mean to look at the post that an activity in an envelope is about."""
    return fetch(session, envelope.incoming, envelope.target, envelope.board)


def fetch_again(session: Session, envelope: Envelope) -> Result:
    """As `fetch_target`; a post that was deleted is shown again where its origin shows it."""
    found = find_theirs(session, envelope)
    if found is None or found[0].state is not PostState.DELETED:
        return fetch_target(session, envelope)
    sister = envelope.incoming.person
    fetch_queue.fetch_restored(
        session, envelope.target, envelope.incoming.inbound_id, asker=sister.host, linked_group_uri=sister.uri
    )
    return Handled("to be read again at its origin")


def fetch_edited(session: Session, envelope: Envelope) -> Result:
    """Look at an edit. Where boards tell of a restored post by its next edit alone, it may be there again; elsewhere an author may
    edit what moderators removed."""
    software = select(Instance.software).where(Instance.host == envelope.incoming.person.host)
    if session.execute(software).scalar_one_or_none() in _RESTORE_WITHOUT_A_WORD:
        return fetch_again(session, envelope)
    return fetch_target(session, envelope)


def find_theirs(session: Session, envelope: Envelope) -> tuple[Post, Thread] | None:
    """Return the post that an envelope is about and its thread, where that came from the same sister."""
    row = session.execute(
        select(Post, Thread)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Post.uri == envelope.target, Thread.linked_group_uri == envelope.incoming.person.uri)
    ).one_or_none()
    return (row[0], row[1]) if row is not None else None


def turn_thread(session: Session, envelope: Envelope, state: ThreadState) -> Result:
    """Lock or open a thread as its own board does."""
    found = find_theirs(session, envelope)
    if found is None or not found[0].is_starter:
        return Ignored("no thread that came from there")
    if found[1].state is not state:
        found[1].move(state)
    return Handled(f"the sister board says {state}")
