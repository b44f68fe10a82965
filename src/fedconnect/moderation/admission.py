"""Whether a post is shown at once, or waits: for a look, or for its time. Every reason is told to its author."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft
from fedconnect.events import PostHeld, emit
from fedconnect.forum import moderators, withdrawing
from fedconnect.foundation import clock
from fedconnect.models.board import Board, Moderator
from fedconnect.models.case import CaseKind, Harm
from fedconnect.models.conduct import Admin
from fedconnect.models.decision import Ban
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.moderation import attendance, cases, rulebook, surge
from fedconnect.moderation.hold import WAVE, Hold
from fedconnect.moderation.standing import Standing
from fedconnect.moderation.wording import plainly

MOST_NAMED = 5  # people whom the first post of a stranger may name


def standing_of(session: Session, board: Board, person: Person) -> Standing:
    """Return how somebody stands to a board (1 query)."""
    mine = and_(Ban.board_id == board.id, Ban.person_id == person.id, _now_valid())
    shown = and_(
        Post.board_id == board.id,
        Post.person_id == person.id,
        Post.state.in_((PostState.VISIBLE, PostState.DELETED)),
    )
    row = session.execute(
        select(
            exists().where(Moderator.board_id == board.id, Moderator.person_id == person.id),
            exists().where(Admin.person_id == person.id),
            exists().where(mine, Ban.is_hold.is_(False)),
            exists().where(mine, Ban.is_hold.is_(True)),
            exists().where(shown),
            surge.was_known(board, person),
        )
    ).one()
    looks_after = bool(row[0] or row[1]) and moderators.may_act(session, person)
    return Standing(looks_after, bool(row[2]), bool(row[3]), bool(row[4]), bool(row[5]))


def why_held(
    session: Session,
    board: Board,
    author: Person,
    draft: PostDraft,
    standing: Standing,
    *,
    is_thread: bool,
    screened: str = "",
    is_edit: bool = False,
) -> Hold | None:
    """Return why a post waits, or None. `screened` names what a plugin or the server's policy said of it."""
    if screened:
        return Hold(f"why_{screened}")
    if standing.looks_after:
        attendance.note_attended(session, author)
        return None
    if standing.is_held:
        return Hold("why_author")
    rule = rulebook.broken_by(session, board, author, draft)
    if rule is not None:
        return Hold(f"why_rule_{rule.kind.value}", detail=rule.value)
    if is_edit:
        return None
    if not standing.was_known and surge.is_over(session, board, author, is_thread=is_thread):
        return Hold("why_surge", wave=WAVE, is_surge=True)
    if not standing.has_posted and len(set(draft.mentions) - set(draft.boards)) > MOST_NAMED:
        return Hold("why_mentions", wave="mentions")
    if not standing.has_posted and _is_in_wave(session, author, draft):
        return Hold("why_wave", wave=WAVE)
    if not standing.has_posted and board.holds_first_posts:
        return Hold("why_first")
    if is_thread and attendance.is_unattended(board):
        return Hold("why_unattended")
    return _too_soon(session, board, author)


def put_on_hold(session: Session, post: Post, hold: Hold, harm: Harm = Harm.ROUTINE) -> None:
    """Let moderators know of a post that waits, and its author why, in the language of its board."""
    post.held_until = hold.until
    board = session.get_one(Board, post.board_id)
    case = cases.hold_post(
        session, board, post, plainly(board, hold.why, detail=hold.detail), harm, hold.wave
    )
    author = session.get(Person, post.person_id) if post.person_id is not None else None
    if hold.is_surge and author is not None and surge.may_write_to(session, author, case):
        emit(session, PostHeld(post.id, case.id))


def forget_hold(session: Session, post: Post) -> None:
    """A post that waited for its time alone needs no look any more."""
    case = cases.find_case(session, post.board_id, CaseKind.HELD, post.uri)
    if case is not None:
        cases.close(session, case)


def _is_in_wave(session: Session, author: Person, draft: PostDraft) -> bool:
    """Whether a stranger's post is one of a wave; those of the others that are shown already are held with it."""
    others = rulebook.wave_of(session, author, draft)
    for post in others or ():
        if withdrawing.hold(session, post):
            put_on_hold(session, post, Hold("why_wave", wave=WAVE))
    return others is not None


def _too_soon(session: Session, board: Board, author: Person) -> Hold | None:
    """In slow mode a post that comes too soon is shown by itself once its time has come."""
    if not board.slow_minutes:
        return None
    latest = session.execute(
        select(func.max(Post.received)).where(
            Post.board_id == board.id, Post.person_id == author.id, Post.state != PostState.DELETED
        )
    ).scalar()
    if latest is None:
        return None
    until = latest + timedelta(minutes=board.slow_minutes)
    return Hold("why_slow", until=until) if until > clock.now() else None


def _now_valid() -> ColumnElement[bool]:
    return or_(Ban.until.is_(None), Ban.until > clock.now())
