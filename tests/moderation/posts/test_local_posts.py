"""Writing on a board that stays here: what is refused leaves nothing, and what is kept is sealed."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum import local_only
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.case import Case
from fedconnect.models.post import Post, PostState
from fedconnect.models.screening_rule import RuleKind, ScreeningRule
from fedconnect.models.thread import Thread, ThreadState
from fedconnect.moderation.posts.local_posts import submit_local_post
from support.moderation_rows import a_ban, count, every
from support.more_moderation_rows import a_local_board, a_local_post
from support.unit import a_person, add


def test_whoever_is_kept_off_writes_nothing_and_is_not_told_what_there_is(session: Session) -> None:
    board, ana, bea = a_local_board(session), a_person(session), a_person(session, "bea")
    begun = a_local_post(session, board, bea)
    a_ban(session, board, ana)
    for thread_id in (None, begun.thread_id, 0):
        with pytest.raises(NotFound):
            submit_local_post(session, board, ana, "" if thread_id == 0 else "Words", thread_id)
    assert count(session, Post) == 1


@pytest.mark.parametrize("typed", ["", " \n\t ", "\u200b", "x" * 5001])
def test_nothing_and_too_much_are_refused(session: Session, typed: str) -> None:
    board, ana = a_local_board(session), a_person(session)
    with pytest.raises(Malformed):
        submit_local_post(session, board, ana, typed)
    assert count(session, Thread) == 0


def test_a_conversation_that_is_none_begins_none(session: Session) -> None:
    board, other, ana = a_local_board(session), a_local_board(session, "other"), a_person(session)
    elsewhere = a_local_post(session, other, ana)
    held = a_local_post(session, board, a_person(session, "bea"), state=PostState.HELD)
    for thread_id in (0, elsewhere.thread_id, held.thread_id):
        with pytest.raises(NotFound):
            submit_local_post(session, board, ana, "An answer", thread_id)
    assert count(session, Post) == 2


def test_a_closed_or_full_conversation_takes_no_answer(session: Session) -> None:
    board, ana = a_local_board(session), a_person(session)
    starter = a_local_post(session, board, ana)
    thread = session.get_one(Thread, starter.thread_id)
    thread.state = ThreadState.LOCKED
    session.flush()
    with pytest.raises(Malformed, match="locked"):
        submit_local_post(session, board, ana, "An answer", thread.id)
    thread.state, thread.reply_count = ThreadState.OPEN, local_only.MOST_ANSWERS
    session.flush()
    with pytest.raises(Malformed, match="full"):
        submit_local_post(session, board, ana, "An answer", thread.id)
    assert count(session, Post) == 1


def test_what_is_written_is_sealed_and_stays_here(session: Session) -> None:
    board, ana = a_local_board(session), a_person(session)
    post = submit_local_post(session, board, ana, "A title\nAnd words")
    assert (post.state, post.visibility, post.is_starter) == (PostState.VISIBLE, Visibility.LOCAL_ONLY, True)
    assert (post.body_html, post.source, post.excerpt) == ("", "", "")
    assert local_only.words_of(post) == local_only.SealedText("A title", "And words")
    thread = session.get_one(Thread, post.thread_id)
    assert (thread.title, thread.is_listed, thread.is_public) == ("", False, False)


def test_an_answer_stands_in_its_conversation_and_has_no_title(session: Session) -> None:
    board, ana, bea = a_local_board(session), a_person(session), a_person(session, "bea")
    starter = submit_local_post(session, board, ana, "A title\nAnd words")
    answer = submit_local_post(session, board, bea, "One line\nand another", starter.thread_id)
    assert (answer.thread_id, answer.parent_id, answer.is_starter) == (starter.thread_id, starter.id, False)
    assert local_only.words_of(answer) == local_only.SealedText("", "One line\nand another")
    assert session.get_one(Thread, starter.thread_id).reply_count == 1


def test_rules_look_at_what_was_typed_although_it_is_sealed(session: Session) -> None:
    board, ana = a_local_board(session), a_person(session)
    add(session, ScreeningRule(board_id=board.id, kind=RuleKind.WORDS, value="pills", since=clock.now()))
    post = submit_local_post(session, board, ana, "Pills\nfor everybody")
    (case,) = every(session, Case)
    assert (post.state, case.post_id) == (PostState.HELD, post.id)
    assert "Pills" not in f"{case.words}{post.source}{post.body_html}"


def test_a_first_post_waits_where_the_board_wants_that_and_the_next_of_somebody_shown_does_not(
    session: Session,
) -> None:
    board, ana = a_local_board(session, holds_first_posts=True), a_person(session)
    first = submit_local_post(session, board, ana, "Hello\nthere")
    assert first.state is PostState.HELD
    first.move(PostState.VISIBLE)
    session.flush()
    assert submit_local_post(session, board, ana, "Hello\nagain").state is PostState.VISIBLE
