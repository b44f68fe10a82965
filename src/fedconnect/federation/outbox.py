"""Events → activities of ours and their Delivery rows. Inserts only, inside the event's transaction.

What was not sent yet is withdrawn rather than sent and undone, so nobody receives a boost of a post that
was deleted in the meantime, and order of arrival leaves no trace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from urllib.parse import urlsplit

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from fedconnect.activitypub import strict_json
from fedconnect.activitypub.vocabulary import Document
from fedconnect.events import (
    BoardFollowed,
    BoardUnfollowed,
    PostPublished,
    PostWithdrawn,
    PrivateMessageRefused,
)
from fedconnect.federation import render
from fedconnect.forum import notices
from fedconnect.forum.boards import board_uri
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.board import Board, Follow
from fedconnect.models.instance import Instance
from fedconnect.models.notice import Notice, NoticeKind
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread


def accept_follow(session: Session, event: BoardFollowed) -> None:
    """Say yes to a Follow; said again when it is asked again."""
    follow = session.get_one(Follow, event.follow_id)
    board = session.get_one(Board, follow.board_id)
    person = session.get_one(Person, follow.person_id)
    uri = _accept_uri(board, follow.uri)
    known = session.execute(
        select(OutboundActivity.id).where(OutboundActivity.uri == uri)
    ).scalar_one_or_none()
    if known is not None:
        session.execute(
            update(Delivery)
            .where(
                Delivery.activity_id == known,
                Delivery.state.in_((DeliveryState.DELIVERED, DeliveryState.ABANDONED)),
            )
            .values(state=DeliveryState.QUEUED, due_at=clock.now(), attempts=0, created_at=clock.now())
        )
        database.ring_after_commit(session, "delivery")
        return
    document = render.accept_follow(board, person, follow.uri, uri)
    send(session, board, document, follow.uri, [person.inbox], urgent=True)


def withdraw_accept(session: Session, event: BoardUnfollowed) -> None:
    """Do not accept a Follow that was taken back before the Accept went out."""
    accepts = select(OutboundActivity.uri).where(
        OutboundActivity.object_uri == event.follow_uri, OutboundActivity.kind == "Accept"
    )
    for uri in session.execute(accepts).scalars().all():
        _withdraw_unsent(session, uri)


def announce_thread(session: Session, event: PostPublished) -> None:
    """Tell a board's followers, and its author, of a new thread."""
    if not event.is_starter:
        return
    board, thread, author = _thread(session, event.board_id, event.thread_id, event.post_id)
    if author is None:
        return
    document = render.announce(board, thread, author.uri)
    activity_id = _store(session, board, document, thread.starter_uri)
    followers = select(Follow.person_id).where(Follow.board_id == board.id)
    reached = (
        select(func.coalesce(Person.shared_inbox, Person.inbox))
        .where(or_(Person.id.in_(followers), Person.id == author.id))
        .distinct()
    )
    _deliver(session, activity_id, thread.starter_uri, session.execute(reached).scalars().all())


def withdraw_announcement(session: Session, event: PostWithdrawn) -> None:
    """Take a thread's announcement back wherever it may have arrived."""
    if not event.is_starter:
        return
    board, thread, author = _thread(session, event.board_id, event.thread_id, event.post_id)
    if author is None:
        return
    reached = _withdraw_unsent(session, render.announce_uri(board, thread.id))
    if reached:
        document = render.undo_announce(board, thread, author.uri)
        send(session, board, document, thread.starter_uri, reached, urgent=True)


def tell_first_author(session: Session, event: PostPublished) -> None:
    """Write to an author once, when their first post stands on a board."""
    notice = notices.write_first_post_notice(session, session.get_one(Post, event.post_id))
    if notice is not None:
        _send_notice(session, notice)


def withdraw_notice(session: Session, event: PostWithdrawn) -> None:
    """Do not send a notice about a post that is gone; another post of theirs takes its place."""
    post = session.get_one(Post, event.post_id)
    if post.person_id is None:
        return
    notice = notices.find_notice(session, event.board_id, post.person_id, NoticeKind.FIRST_POST)
    if notice is None or notice.in_reply_to != post.uri:
        return
    board = session.get_one(Board, event.board_id)
    if _withdraw_unsent(session, f"{board_uri(board.slug)}/notices/{notice.id}/activity"):
        return
    following = notices.next_post_to_mention(session, notice)
    session.delete(notice)
    session.flush()  # one notice of a kind for each person
    if following is not None:
        again = notices.write_first_post_notice(session, following)
        if again is not None:
            _send_notice(session, again)


def tell_private_author(session: Session, event: PrivateMessageRefused) -> None:
    """Tell somebody who wrote to a board in private that nothing was kept."""
    notice = notices.write_not_public_notice(session, event.board_id, event.person_id, event.uri)
    if notice is not None:
        _send_notice(session, notice)


def send(
    session: Session, board: Board, document: Document, about: str, inboxes: Iterable[str], *, urgent: bool
) -> None:
    """Queue one activity of a board for some inboxes; `about` orders it among its like."""
    _deliver(session, _store(session, board, document, about), about, inboxes, urgent=urgent)


def _send_notice(session: Session, notice: Notice) -> None:
    board = session.get_one(Board, notice.board_id)
    person = session.get_one(Person, notice.person_id)
    document = render.create_notice(board, person, notice)
    send(session, board, document, document["object"]["id"], [person.inbox], urgent=False)


def _deliver(
    session: Session, activity_id: int, about: str, inboxes: Iterable[str], *, urgent: bool = False
) -> None:
    """Write one Delivery for each distinct inbox: many rows, two statements, one bell."""
    now = clock.now()
    rows = [
        {
            "id": new_id(),
            "activity_id": activity_id,
            "inbox": inbox,
            "host": urlsplit(inbox).netloc.lower(),
            "object_uri": about,
            "urgent": urgent,
            "state": DeliveryState.QUEUED,
            "attempts": 0,
            "due_at": now,
            "created_at": now,
            "answer": "",
        }
        for inbox in sorted(set(inboxes))
    ]
    if not rows:
        return
    connection = session.connection()
    hosts = sorted({str(row["host"]) for row in rows})
    known = session.execute(select(Instance.host).where(Instance.host.in_(hosts))).scalars().all()
    if fresh := [_fresh_instance(host) for host in hosts if host not in known]:
        connection.execute(insert_or_skip(session, table_of(Instance)), fresh)
    connection.execute(insert_or_skip(session, table_of(Delivery)), rows)
    database.ring_after_commit(session, "delivery")


def _fresh_instance(host: str) -> dict[str, object]:
    return {"id": new_id(), "host": host, "policy": "open", "failures": 0, "bad_days": 0}


def _store(session: Session, board: Board, document: Document, about: str) -> int:
    row = {
        "id": new_id(),
        "uri": document["id"],
        "actor": f"board:{board.slug}",
        "board_id": board.id,
        "kind": document["type"],
        "object_uri": about,
        "body": strict_json.dumps(document).decode(),
        "created_at": clock.now(),
    }
    stored = session.connection().execute(insert_or_skip(session, table_of(OutboundActivity)), row)
    if changed(stored) == 1:
        return int(row["id"])
    return session.execute(
        select(OutboundActivity.id).where(OutboundActivity.uri == document["id"])
    ).scalar_one()


def _withdraw_unsent(session: Session, activity_uri: str) -> list[str]:
    """Drop the deliveries of an activity that nobody tried yet; return the inboxes it may have reached."""
    activity_id = session.execute(
        select(OutboundActivity.id).where(OutboundActivity.uri == activity_uri)
    ).scalar_one_or_none()
    if activity_id is None:
        return []
    session.execute(delete(Delivery).where(Delivery.activity_id == activity_id, Delivery.attempts == 0))
    reached = list(
        session.execute(
            select(Delivery.inbox).where(
                Delivery.activity_id == activity_id, Delivery.state != DeliveryState.ABANDONED
            )
        ).scalars()
    )
    if not reached:
        session.execute(delete(OutboundActivity).where(OutboundActivity.id == activity_id))
    return reached


def _thread(
    session: Session, board_id: int, thread_id: int, post_id: int
) -> tuple[Board, Thread, Person | None]:
    starter = session.get_one(Post, post_id).person_id
    return (
        session.get_one(Board, board_id),
        session.get_one(Thread, thread_id),
        session.get(Person, starter) if starter is not None else None,
    )


def _accept_uri(board: Board, follow_uri: str) -> str:
    digest = hashlib.sha256(follow_uri.encode()).hexdigest()[:32]
    return f"{board_uri(board.slug)}#accepts/{digest}"
