"""What readers are told: an answer to them, their name in a post, a decision on what they wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session, aliased

from fedconnect.events import CaseClimbed, CaseReported, PostPublished, PostWithdrawn
from fedconnect.forum.author_display import Author, author_of
from fedconnect.forum.mutes import Mutes
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.board import Board, Moderator
from fedconnect.models.board_rules import Admin
from fedconnect.models.case import Case, Severity
from fedconnect.models.passed_on import meant_for, passed_on_to, to_whom
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Notification, NotificationKind
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import listed_on_board, may_travel, welcome_to

MOST = 100


@dataclass(frozen=True, slots=True)
class NotificationItem:
    """One line of what a reader is told; the author is empty for a decision. `sentence` is what `passed_by`, a handle, said
    where they passed it on."""

    kind: NotificationKind
    post_id: int
    thread_id: int
    board_slug: str
    board_name: str
    title: str
    excerpt: str
    author: Author | None
    at: datetime
    is_new: bool
    sentence: str = ""
    passed_by: str = ""


def notify_reply(session: Session, event: PostPublished) -> None:
    """Tell a reader whose post is answered."""
    if event.is_starter:
        return
    parent = aliased(Post)
    row = session.execute(
        select(Reader.person_id)
        .join(parent, parent.person_id == Reader.person_id)
        .join(Post, Post.parent_id == parent.id)
        .where(Post.id == event.post_id, Post.person_id != parent.person_id)
    ).first()
    if row is not None:
        _tell(session, row[0], NotificationKind.REPLY, event.post_id)


def notify_mention(session: Session, post: Post, mentions: Iterable[str]) -> None:
    """Tell readers whom a post names, but its author and whoever is told of it as an answer."""
    named = list(mentions)[:100]
    if not named:
        return
    found = session.execute(
        select(Reader.person_id).join(Person, Person.id == Reader.person_id).where(Person.uri.in_(named))
    )
    people = found.scalars().all()
    answered = session.get(Post, post.parent_id).person_id if people and post.parent_id else None  # type: ignore[union-attr]
    for person_id in people:
        if person_id not in {post.person_id, answered}:
            _tell(session, person_id, NotificationKind.MENTION, post.id)


def notify_decision(session: Session, post_id: int) -> None:
    """Tell a reader of a decision on what they wrote, in the place of earlier ones on the same post."""
    row = session.execute(
        select(Reader.person_id).join(Post, Post.person_id == Reader.person_id).where(Post.id == post_id)
    ).first()
    if row is not None:
        session.execute(
            delete(Notification).where(
                Notification.post_id == post_id, Notification.kind == NotificationKind.DECISION
            )
        )
        _tell(session, row[0], NotificationKind.DECISION, post_id)


def notify_moderators(session: Session, event: CaseReported | CaseClimbed) -> None:
    """Tell those who look after a board, and read here, of something urgent about a post; admins where they did not
    look in time."""
    case = session.get_one(Case, event.case_id)
    if case.severity > Severity.HURT or case.post_id is None:
        return
    team: ColumnElement[bool] = Reader.person_id.in_(
        select(Moderator.person_id).where(Moderator.board_id == case.board_id)
    )
    if case.climbed > 1:  # nobody of the team looked in time
        team = team | Reader.person_id.in_(select(Admin.person_id))
    called = select(Reader.person_id).where(team)
    for person_id in session.execute(called).scalars().all():
        _tell(session, person_id, NotificationKind.CALL, case.post_id)


def delete_for_post(session: Session, event: PostWithdrawn) -> None:
    """Say nothing more of a post that can no longer be seen."""
    kept = (NotificationKind.DECISION, NotificationKind.CALL)
    session.execute(
        delete(Notification).where(Notification.post_id == event.post_id, Notification.kind.not_in(kept))
    )


def list_notifications(
    session: Session, reader_id: int, person_id: int, handle: str, mutes: Mutes
) -> Sequence[NotificationItem]:
    """Return what a reader is told, the latest first, without whom they do not want to see."""
    passed_on = _list_passed_on(session, reader_id, person_id, handle, mutes)
    lines = [*_list_own(session, person_id, mutes), *passed_on]
    lines.sort(key=lambda line: line.at, reverse=True)  # stable: of the same moment the latest row first
    return lines[:MOST]


def _list_own(session: Session, person_id: int, mutes: Mutes) -> list[NotificationItem]:
    rows = session.execute(
        select(Notification, Post, Thread, Board, Person)
        .join(Post, Post.id == Notification.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Post.board_id)
        .outerjoin(Person, Person.id == Post.person_id)
        .where(Notification.person_id == person_id, Notification.kind != NotificationKind.PASSED_ON)
        .order_by(Notification.at.desc(), Notification.id.desc())
        .limit(MOST)
    ).all()
    lines = []
    for news, post, thread, board, person in rows:
        is_decision = news.kind in {NotificationKind.DECISION, NotificationKind.CALL}
        if not is_decision and (post.state is not PostState.VISIBLE or not post.visibility.is_open):
            continue
        author = None
        if person is not None and not is_decision:
            author = _author(person, board)
            if mutes.against_person(person.handle) or mutes.against_words(post.excerpt):
                continue
        lines.append(
            NotificationItem(
                news.kind, post.id, thread.id, board.slug, board.name, thread.title, post.excerpt, author,
                news.at, news.seen_at is None,
            )
        )  # fmt: skip
    return lines


def _list_passed_on(
    session: Session, reader_id: int, person_id: int, handle: str, mutes: Mutes
) -> list[NotificationItem]:
    """Return what was passed on to a reader, or to boards that they follow, where it may still travel; each post once. What was
    meant for a board is never new: nobody is woken by it."""
    whose = (reader_id, person_id, clock.now())
    ids = session.execute(meant_for(), to_whom(*whose)).scalars().all()
    if not ids:
        return []
    rows = session.execute(
        passed_on_to(ids, *whose)
        .add_columns(Thread, Board, Person, Notification.seen_at, Notification.id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Post.board_id)
        .join(Person, Person.id == Post.person_id)
        .outerjoin(
            Notification,
            and_(
                Notification.person_id == person_id,
                Notification.post_id == Post.id,
                Notification.kind == NotificationKind.PASSED_ON,
            ),
        )
        .where(may_travel(), welcome_to(handle), listed_on_board())
    ).all()
    lines: dict[int, NotificationItem] = {}
    for passed, sender, _, post, thread, board, person, seen_at, told in rows:
        if mutes.against_person(person.handle) or mutes.against_words(post.excerpt, passed.sentence):
            continue
        lines.setdefault(
            post.id,
            NotificationItem(
                NotificationKind.PASSED_ON, post.id, thread.id, board.slug, board.name, thread.title, post.excerpt,
                _author(person, board), passed.at, told is not None and seen_at is None, passed.sentence,
                sender.handle,
            ),
        )  # fmt: skip
    return list(lines.values())


def _author(person: Person, board: Board) -> Author:
    return author_of(person.name, person.username, person.handle_host, "", board.name, person.emojis)


def mark_read(session: Session, person_id: int) -> None:
    """Remember that a reader has looked at what they were told."""
    session.execute(
        update(Notification)
        .where(Notification.person_id == person_id, Notification.seen_at.is_(None))
        .values(seen_at=clock.now())
    )


def _tell(session: Session, person_id: int, kind: NotificationKind, post_id: int) -> None:
    session.execute(
        insert_or_skip(session, table_of(Notification)).values(
            id=new_id(), person_id=person_id, kind=kind, post_id=post_id, at=clock.now()
        )
    )
    database.enqueue_after_commit(session, "push")
