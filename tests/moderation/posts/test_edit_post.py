"""An edit, from the rows that stand to the rows that are written."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.events import Cause, PostEdited, PostWithdrawn
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.case import Case
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.screening_rule import RuleKind, ScreeningRule
from fedconnect.moderation.posts.edit_post import edit_post
from fedconnect.moderation.posts.outcome_types import EditDecision, Edited, Left, Narrowed, OlderVersion
from fedconnect.moderation.posts.submitted_post import PostEdit
from support.moderation_rows import a_ban, count, emitted, every
from support.unit import a_board, a_draft, a_person, a_post, a_thread, add

US = "https://forum.example/boards/respite"
BEFORE = datetime(2026, 11, 20, 12, 0, tzinfo=clock.now().tzinfo)


def a_post_of(session: Session, board: Board, author: Person, **values: Any) -> Post:
    return a_thread(session, board, author, **{"published": BEFORE, **values})[1]


def edited(session: Session, board: Board, author: Person, post: Post, **values: Any) -> EditDecision:
    known = {"uri": post.uri, "published": BEFORE, "updated": BEFORE + timedelta(hours=1), "boards": (US,)}
    draft = a_draft(author, "New words", **{**known, **values})
    return edit_post(session, PostEdit(post, board, author, draft))


def test_an_edit_that_is_not_newer_changes_nothing(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    post = a_post_of(session, board, ana)
    for updated in (BEFORE, BEFORE - timedelta(days=1), None):
        assert edited(session, board, ana, post, updated=updated).outcome == OlderVersion()
    post.updated = BEFORE + timedelta(hours=1)
    assert edited(session, board, ana, post).outcome == OlderVersion(), "the very same version"
    assert "Words" in post.body_html
    assert emitted(session) == []


def test_an_edit_takes_the_place_of_what_was_said(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    post = a_post_of(session, board, ana)
    assert edited(session, board, ana, post).outcome == Edited()
    assert (post.source, post.updated) == ("<p>New words</p>", BEFORE + timedelta(hours=1))
    assert emitted(session) == [PostEdited(post.id, post.thread_id, board.id)]


def test_a_deleted_post_comes_back_by_no_edit(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    post = a_post_of(session, board, ana, state=PostState.DELETED)
    assert edited(session, board, ana, post).outcome == OlderVersion()
    assert (post.state, emitted(session)) == (PostState.DELETED, [])


def test_a_removed_post_is_edited_out_of_sight(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    post = a_post_of(session, board, ana, state=PostState.REMOVED)
    a_ban(session, board, ana, is_hold=True)
    assert edited(session, board, ana, post).outcome == Edited()
    assert (post.state, post.source, emitted(session)) == (PostState.REMOVED, "<p>New words</p>", [])
    assert count(session, Case) == 0, "it does not wait: it was decided on"


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
def test_what_its_author_narrows_is_withdrawn_and_its_words_forgotten(
    session: Session, visibility: Visibility
) -> None:
    board, ana = a_board(session), a_person(session)
    post = a_post_of(session, board, ana)
    assert edited(session, board, ana, post, visibility=visibility).outcome == Narrowed()
    assert (post.state, post.source, post.body_html) == (PostState.DELETED, "", "")
    (told,) = [one for one in emitted(session) if type(one) is PostWithdrawn]
    assert told.cause is Cause.NARROWED


def test_a_conversation_whose_start_names_the_board_no_more_leaves_it(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    post = a_post_of(session, board, ana)
    assert edited(session, board, ana, post, boards=()).outcome == Left()
    assert post.state is PostState.DELETED
    assert [one.cause for one in emitted(session) if type(one) is PostWithdrawn] == [Cause.LEFT]


def test_an_answer_or_what_a_sister_brought_need_not_name_the_board(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    thread, _ = a_thread(session, board, ana)
    answer = a_post(session, thread, ana, published=BEFORE)
    assert edited(session, board, ana, answer, boards=()).outcome == Edited()
    brought = a_post_of(session, board, ana, thread_linked_group_uri="https://sister.example/c/x")
    assert edited(session, board, ana, brought, boards=()).outcome == Edited()


def test_an_edit_that_breaks_a_rule_is_kept_and_waits_out_of_sight(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    add(session, ScreeningRule(board_id=board.id, kind=RuleKind.WORDS, value="new words", since=clock.now()))
    post = a_post_of(session, board, ana)
    decision = edited(session, board, ana, post)
    assert decision.reason == "held: the edit was screened"
    assert (post.state, post.source) == (PostState.HELD, "<p>New words</p>")
    (case,) = every(session, Case)
    assert case.post_id == post.id
    assert [one for one in emitted(session) if type(one) is PostEdited] == []


def test_who_edits_while_waiting_for_their_time_alone_may_have_to_wait_for_a_look(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    post = a_post_of(session, board, ana, state=PostState.HELD, held_until=clock.now() + timedelta(minutes=5))
    edited(session, board, ana, post)
    assert post.held_until is not None, "nothing speaks against it: it is shown in time"
    a_ban(session, board, ana, is_hold=True)
    edited(session, board, ana, post, updated=BEFORE + timedelta(hours=2))
    assert (post.held_until, post.state, count(session, Case)) == (None, PostState.HELD, 1)


def test_an_edit_meets_no_check_that_only_new_posts_meet(session: Session) -> None:
    board = a_board(session, holds_first_posts=True, slow_minutes=60, threads_a_stranger=0)
    ana = a_person(session)
    post = a_post_of(session, board, ana)
    assert edited(session, board, ana, post) == EditDecision(Edited())
