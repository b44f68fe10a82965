"""A board's quiet companion boosts a few overlooked posts a day: each once, by lot, spread over the day, with consent
asked again at that moment, and taken back where the author says no.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from fedconnect.events import PostSafeguarded, PostWithdrawn, SurfacingRefused, TravelRefused
from fedconnect.federation import render
from fedconnect.federation.outbound import bot_actors, outbox
from fedconnect.federation.outbound.bot_actors import BotActor
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.board import Board
from fedconnect.models.bot_actor import BotBoost, BotFollow
from fedconnect.models.hearing import Hearing, HearingState
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import lets_travel, listed_everywhere, may_travel
from fedconnect.surfacing.hearing import lot

_DAY = timedelta(days=1)
_FEW = 0.5  # of its floor: a post that fewer have seen is overlooked, as is one without an answer
_MOST_DRAWN_FROM = 500


def boost_due(dice: Random = lot.DICE) -> int:
    """Let each companion whose turn it is boost one post; return how many did."""
    with database.read_transaction() as session:
        asked = session.execute(select(Board).where(Board.companion_boosts > 0)).scalars().all()
        boards = [board.id for board in asked if _chosen(session, board, dice) is not None]
    done = 0
    for board_id in boards:
        with database.transaction() as session:
            done += _boost_one(session, session.get_one(Board, board_id), dice)
    return done


def list_boosts(session: Session, board: Board, limit: int = 40) -> list[tuple[BotBoost, Post, Person]]:
    """Return what a companion boosted lately and has not taken back, the latest first."""
    rows = session.execute(
        select(BotBoost, Post, Person)
        .join(Post, Post.id == BotBoost.post_id)
        .join(Person, Person.id == Post.person_id)
        .where(BotBoost.board_id == board.id, BotBoost.undone_at.is_(None), may_travel())
        .order_by(BotBoost.at.desc())
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def find_boost(session: Session, board: Board, post_id: int) -> tuple[BotBoost, Post, Person] | None:
    """Return a standing boost of a companion with its post and author."""
    row = session.execute(
        select(BotBoost, Post, Person)
        .join(Post, Post.id == BotBoost.post_id)
        .join(Person, Person.id == Post.person_id)
        .where(
            BotBoost.board_id == board.id,
            BotBoost.post_id == post_id,
            BotBoost.undone_at.is_(None),
            may_travel(),
        )
    ).first()
    return (row[0], row[1], row[2]) if row is not None else None


def undo_refused(session: Session, event: SurfacingRefused) -> None:
    """Take back what was boosted of somebody who says no."""
    author_status = (
        select(BotBoost, Post)
        .join(Post, Post.id == BotBoost.post_id)
        .where(Post.person_id == event.person_id, BotBoost.undone_at.is_(None))
    )
    if event.board_id is not None:
        author_status = author_status.where(BotBoost.board_id == event.board_id)
    for boost, post in session.execute(author_status).all():
        _undo(session, boost, post)


def undo_travel_refused(session: Session, event: TravelRefused) -> None:
    """Take back what was boosted of somebody who wants to stay on their boards."""
    undo_refused(session, SurfacingRefused(event.person_id, None))


def undo_withdrawn(session: Session, event: PostWithdrawn | PostSafeguarded) -> None:
    """Take back the boost of a post that can no longer be seen, or is not for everybody's eyes now."""
    undo_boost_of(session, event.post_id)


def undo_boost_of(session: Session, post_id: int) -> None:
    """Take back the boost of a post, where it has one."""
    row = session.execute(
        select(BotBoost, Post)
        .join(Post, Post.id == BotBoost.post_id)
        .where(BotBoost.post_id == post_id, BotBoost.undone_at.is_(None))
    ).one_or_none()
    if row is not None:
        _undo(session, row[0], row[1])


def undo_for_no_bots() -> int:
    """Take back boosts of authors who ask bots to stay away now, or do not let themselves be found; return how many."""
    author_status = (
        select(BotBoost, Post)
        .join(Post, Post.id == BotBoost.post_id)
        .join(Person, Person.id == Post.person_id)
        .where(
            BotBoost.undone_at.is_(None),
            or_(Person.asks_no_bots.is_(True), ~lets_travel()),
        )
        .limit(200)
    )
    with database.read_transaction() as session:
        if session.execute(author_status.limit(1)).first() is None:
            return 0
    with database.transaction() as session:
        rows = session.execute(author_status).all()
        for boost, post in rows:
            _undo(session, boost, post)
    return len(rows)


def _boost_one(session: Session, board: Board, dice: Random) -> int:
    chosen = _chosen(session, board, dice)  # asked again, now that nobody else writes
    if chosen is None:
        return 0
    post, author = chosen
    fresh = session.execute(
        insert_or_skip(session, table_of(BotBoost)).values(
            id=new_id(), post_id=post.id, board_id=board.id, at=clock.now()
        )
    )
    if not changed(fresh):
        return 0
    companion = bot_actors.companion_of(board)
    document = render.companion_announce(companion.uri, post, author.uri)
    inboxes = bot_actors.inboxes_of(session, companion, _hidden_from(session, companion, author))
    outbox.send_as(session, companion.name, document, post.uri, inboxes)
    return 1


def _chosen(session: Session, board: Board, dice: Random) -> tuple[Post, Person] | None:
    """Return what a companion boosts now; None where it is not its turn, where nobody listens (a post is
    boosted once only), or where nothing is overlooked."""
    if board.companion_boosts < 1:  # a moderator may switch it off between the look and the boost
        return None
    latest: datetime | None = session.execute(
        select(func.max(BotBoost.at)).where(BotBoost.board_id == board.id)
    ).scalar()
    if latest is not None and clock.now() - latest < _DAY / board.companion_boosts:
        return None
    heard_by = exists().where(BotFollow.bot == bot_actors.companion_of(board).name)
    if not session.execute(select(heard_by)).scalar():
        return None
    return _draw_overlooked(session, board, dice)


def _draw_overlooked(session: Session, board: Board, dice: Random) -> tuple[Post, Person] | None:
    """Return one of a board's overlooked posts by lot, while its hearing may still gain by it (2 queries)."""
    now = clock.now()
    rows = session.execute(
        select(Post.id, Hearing.floor, Hearing.qualified, Hearing.answerers)
        .join(Hearing, Hearing.post_id == Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Person, Person.id == Post.person_id)
        .where(
            Hearing.board_id == board.id,
            Hearing.is_starter.is_(True),
            Hearing.state.in_((HearingState.OPEN, HearingState.MISSED)),
            Hearing.begun_at.between(now - lot.DRAWN_UNTIL, now - lot.DRAWN_FROM),
            or_(Hearing.answerers == 0, Hearing.qualified < Hearing.floor * _FEW),
            listed_everywhere(),
            may_travel(),
            Post.may_boost == "",
            Post.refuses_boosts.is_(False),
            ~exists().where(BotBoost.post_id == Post.id),
        )
        .order_by(Hearing.answerers, Hearing.qualified, Hearing.id)
        .limit(_MOST_DRAWN_FROM)
    ).all()
    for place in lot.draw([lot.weight(lot.lack(*row[1:])) for row in rows], 1, dice):
        post = session.get_one(Post, rows[place][0])
        return post, session.get_one(Person, post.person_id)
    return None


def _hidden_from(session: Session, companion: BotActor, author: Person) -> list[int]:
    """Return the followers of a companion whom an author hides from themselves."""
    raised = session.execute(
        select(Mute.kind, Mute.subject)
        .join(Reader, Reader.id == Mute.reader_id)
        .where(Reader.person_id == author.id, Mute.kind != MuteKind.WORDS)
    ).all()
    people = {row[1] for row in raised if row[0] is MuteKind.PERSON}
    hosts = {row[1] for row in raised if row[0] is MuteKind.SERVER}
    if not raised:
        return []
    followers = session.execute(
        select(Person)
        .join(BotFollow, BotFollow.person_id == Person.id)
        .where(BotFollow.bot == companion.name)
    ).scalars()
    return [
        one.id
        for one in followers
        if one.handle.removeprefix("@").lower() in people or one.handle_host.lower() in hosts
    ]


def _undo(session: Session, boost: BotBoost, post: Post) -> None:
    boost.undone_at = clock.now()
    companion = bot_actors.companion_of(session.get_one(Board, boost.board_id))
    author = session.get(Person, post.person_id) if post.person_id is not None else None
    document = render.companion_announce(companion.uri, post, author.uri if author is not None else "")
    reached = outbox.withdraw(session, document["id"])
    if reached:
        outbox.send_as(session, companion.name, render.undone(document), post.uri, reached, urgent=True)
