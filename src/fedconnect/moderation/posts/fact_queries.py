"""The facts about a post or an edit, read from the database as the decision asks for them.

A thread of somebody known takes four queries: standing, rules (once a board and transaction), whether it is known, whether
it was taken back. A reply takes one more for its thread's lock, two where it does not answer the starter itself; a stranger's
post two for the surge and the wave, slow mode one. What a batch reads for many at once goes into the same facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fedconnect.forum import local_only, post_lookup, removal, tombstones
from fedconnect.forum.threads import locked_row
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.models.thread import Thread, ThreadState
from fedconnect.moderation.boards import moderator_activity
from fedconnect.moderation.posts import author_status_query
from fedconnect.moderation.posts.facts import (
    UNREAD,
    BrokenRule,
    EditFacts,
    HoldFacts,
    Need,
    PostFacts,
    ThreadFacts,
)
from fedconnect.moderation.posts.submitted_post import NewPost, PostEdit
from fedconnect.moderation.screening import newcomer_limits, screening_rules


@dataclass(slots=True)
class Rows:
    """The rows behind what was read, so that writing need not ask for them again: the post itself, where it is known;
    its thread, locked; the posts of others in its wave, by id."""

    known: Post | None = None
    thread: Thread | None = None
    wave: Mapping[int, Post] = field(default_factory=dict)


def post_facts(new: NewPost) -> PostFacts:
    """Return what can be said of a new post without a query."""
    board, author, parent = new.board, new.author, new.parent
    is_sent_here = new.arrival in {Arrival.SENT, Arrival.HOME_API}
    return PostFacts(
        hold_facts=replace(
            _hold_facts(new, is_thread=parent is None), author_status=new.author_status or UNREAD
        ),
        is_boards_own=author is None,
        is_refused_by_screening=new.is_refused,
        is_told=is_sent_here and not board.is_local_only,  # who writes here is told by the page
        is_addressed=new.is_addressed,
        was_passed_on=new.was_passed_on,
        asks_no_bots=author is not None and author.asks_no_bots,
        board_has_moved=bool(board.moved_to),
        is_archived=board.is_archived,
        takes_unaddressed=board.takes_unaddressed,
        lacks_leave=UNREAD if new.approval else new.approval == "",
        waits_for=None if board.is_local_only else UNREAD,  # who writes here has it before them
        is_known=False if new.has_id_of_ours else UNREAD,
        is_taken_back=False if new.has_id_of_ours else UNREAD,
    )


def edit_facts(edit: PostEdit) -> EditFacts:
    """Return what can be said of an edit without a query."""
    post, draft = edit.post, edit.draft
    return EditFacts(
        hold_facts=replace(_hold_facts(edit, is_thread=post.is_starter), is_edit=True),
        is_starter=post.is_starter,
        names_board=bool(draft.boards),
        is_deleted=post.state is PostState.DELETED and not edit.is_restored,
        can_wait=edit.is_restored or post.state in {PostState.VISIBLE, PostState.HELD},
        is_newer=edit.is_restored or (draft.updated or draft.published) > (post.updated or post.published),
        is_open=draft.visibility.is_open,
    )


def read_of_post(session: Session, new: NewPost, facts: PostFacts, need: Need, rows: Rows) -> PostFacts:
    """Return the facts with one more (1 query; 2 for the leave, the starter and a wave, or where roles matter)."""
    uri, parent = new.draft.uri, new.parent
    match need:
        case Need.KNOWN:
            rows.known = post_lookup.find_post(session, uri)
            return replace(facts, is_known=rows.known is not None)
        case Need.TAKEN_BACK:
            return replace(facts, is_taken_back=tombstones.is_taken_back(session, uri, new.draft.author_uri))
        case Need.LEAVE:
            assert parent is not None
            return replace(facts, lacks_leave=removal.is_revoked(session, new.approval or "", parent))
        case Need.STARTER:
            assert parent is not None
            starter = removal.starter_of(session, parent)
            is_out_of_sight = starter.state in {PostState.HELD, PostState.REMOVED}
            return replace(facts, waits_for=starter.uri if is_out_of_sight else None)
        case Need.THREAD:
            assert parent is not None
            rows.thread = locked_row(session, parent.thread_id)
            return replace(facts, thread=_thread_facts(new.board, rows.thread))
        case _:
            assert new.author is not None
            return replace(facts, hold_facts=_read(session, new, new.author, facts.hold_facts, need, rows))


def read_of_edit(session: Session, edit: PostEdit, facts: EditFacts, need: Need, rows: Rows) -> EditFacts:
    """Return the facts with one more (1 query; 2 where roles matter)."""
    if need is Need.LINKED_GROUP:
        thread = session.get_one(Thread, edit.post.thread_id)
        return replace(facts, came_through_sister=thread.linked_group_uri is not None)
    return replace(facts, hold_facts=_read(session, edit, edit.author, facts.hold_facts, need, rows))


def _hold_facts(about: NewPost | PostEdit, *, is_thread: bool) -> HoldFacts:
    board, draft = about.board, about.draft
    return HoldFacts(
        is_thread=is_thread,
        screened=about.screened,
        named=len(set(draft.mentions) - set(draft.boards)),
        holds_first_posts=board.holds_first_posts,
        is_unattended=moderator_activity.is_unattended(board),
        is_slow=bool(board.slow_minutes),
    )


def _thread_facts(board: Board, thread: Thread) -> ThreadFacts:
    is_full = board.is_local_only and thread.reply_count >= local_only.MOST_ANSWERS
    return ThreadFacts(thread.state is ThreadState.LOCKED, is_full)


def _read(
    session: Session,
    about: NewPost | PostEdit,
    author: Person,
    facts: HoldFacts,
    need: Need,
    rows: Rows,
) -> HoldFacts:
    board, draft = about.board, about.draft
    match need:
        case Need.AUTHOR_STATUS:
            return replace(
                facts, author_status=author_status_query.read_author_status(session, board, author)
            )
        case Need.BROKEN_RULE:
            rule = screening_rules.broken_by(session, board, author, draft)
            return replace(
                facts, broken_rule=None if rule is None else BrokenRule(rule.kind.value, rule.value)
            )
        case Need.SURGE:
            is_over = newcomer_limits.is_over(session, board, author, is_thread=facts.is_thread)
            return replace(facts, is_surge=is_over)
        case Need.WAVE:
            others = screening_rules.wave_of(session, author, draft)
            rows.wave = {post.id: post for post in others or ()}
            return replace(facts, wave=None if others is None else tuple(rows.wave))
        case Need.SLOW_MODE:
            return replace(facts, slow_until=_slow_until(session, board, author))
        case _:
            raise AssertionError(f"no fact about holding: {need}")


def _slow_until(session: Session, board: Board, author: Person) -> datetime | None:
    latest = session.execute(
        select(func.max(Post.received)).where(
            Post.board_id == board.id, Post.person_id == author.id, Post.state != PostState.DELETED
        )
    ).scalar()
    if latest is None:
        return None
    until = latest + timedelta(minutes=board.slow_minutes)
    return until if until > clock.now() else None
