"""A new post, from rows that stand to rows that are written: each outcome, and what must not be left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft
from fedconnect.events import PostHeld, PostPublished, PostRefused
from fedconnect.forum import tombstones
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.case import Case
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.models.screening_rule import RuleKind, ScreeningRule
from fedconnect.models.thread import ThreadState
from fedconnect.moderation.hold_reason import HoldReason
from fedconnect.moderation.posts.outcome_types import (
    ConversationHidden,
    Held,
    Known,
    Locked,
    Published,
    Refused,
    TakenBack,
)
from fedconnect.moderation.posts.submit_post import Submitted, submit_post
from fedconnect.moderation.posts.submitted_post import NewPost
from support.moderation_rows import a_ban, count, emitted, every, somebody_of_the_team
from support.unit import a_board, a_draft, a_person, a_thread, add

SPAM = "Buy these wonderful cheap pills today from our shop"


def known_on(session: Session, board: Board, name: str = "ana") -> Person:
    """Somebody of whom something stands on the board since long ago."""
    person = a_person(session, name)
    a_thread(session, board, person, received=clock.now() - timedelta(days=9))
    return person


def submitted(
    session: Session, board: Board, author: Person, draft: PostDraft | None = None, **values: Any
) -> Submitted:
    return submit_post(session, NewPost(board, author, draft or a_draft(author), **values))


def of(session: Session, kind: type) -> list[Any]:
    return [one for one in emitted(session) if type(one) is kind]


def test_whoever_is_banned_leaves_no_row_and_is_not_written_to(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    a_ban(session, board, ana)
    found = submitted(session, board, ana)
    assert (found.outcome, found.post) == (Refused("banned from the board"), None)
    assert (count(session, Post), count(session, Case), emitted(session)) == (0, 0, [])


def test_what_screening_refuses_leaves_a_word_to_who_sent_it_and_nothing_else(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    draft = a_draft(ana)
    submitted(session, board, ana, draft, is_refused=True)
    assert emitted(session) == [PostRefused(board.id, ana.id, draft.uri, "screening")]
    submitted(session, board, ana, draft, is_refused=True, arrival=Arrival.FETCHED)
    assert len(emitted(session)) == 1, "we fetched it: nobody asked"
    assert count(session, Post) == 0


def test_a_post_of_somebody_known_is_shown_and_is_no_newcomers(session: Session) -> None:
    board = a_board(session)
    ana = known_on(session, board)
    found = submitted(session, board, ana)
    assert found.outcome == Published()
    assert found.post is not None
    assert (found.post.state, found.post.newcomer_host, found.post.arrival) == (
        PostState.VISIBLE,
        "",
        Arrival.SENT,
    )
    assert [one.post_id for one in of(session, PostPublished)] == [found.post.id]
    assert count(session, Case) == 0


def test_a_newcomers_post_says_where_they_come_from(session: Session) -> None:
    board, ana = a_board(session), a_person(session, "ana", "new.example")
    found = submitted(session, board, ana)
    assert found.post is not None
    assert found.post.newcomer_host == "new.example"


def test_what_is_held_is_kept_out_of_sight_with_a_case_and_a_word_to_its_author(session: Session) -> None:
    board, ana = a_board(session, holds_first_posts=True), a_person(session)
    found = submitted(session, board, ana)
    assert found.outcome == Held(HoldReason("why_first"))
    assert found.post is not None
    assert found.post.state is PostState.HELD
    (case,) = every(session, Case)
    assert of(session, PostHeld) == [PostHeld(found.post.id, case.id)]
    assert of(session, PostPublished) == []


def test_what_is_here_already_is_returned_as_it_is(session: Session) -> None:
    board = a_board(session)
    ana = known_on(session, board)
    draft = a_draft(ana)
    first = submitted(session, board, ana, draft)
    again = submitted(session, board, ana, replace(draft, html="<p>Other words</p>"))
    assert again.outcome == Known()
    assert again.post is first.post
    assert len(of(session, PostPublished)) == 1


def test_what_was_taken_back_before_it_came_keeps_its_place_and_none_of_its_words(session: Session) -> None:
    board = a_board(session)
    ana = known_on(session, board)
    draft = a_draft(ana, "Do not keep this")
    tombstones.take_back(session, draft.uri, ana.uri)
    found = submitted(session, board, ana, draft)
    assert found.outcome == TakenBack()
    assert found.post is not None
    assert (found.post.state, found.post.body_html, found.post.source) == (PostState.DELETED, "", "")
    assert of(session, PostPublished) == []


def test_somebody_elses_tombstone_takes_nothing_back(session: Session) -> None:
    board = a_board(session)
    ana = known_on(session, board)
    draft = a_draft(ana)
    tombstones.take_back(session, draft.uri, "https://evil.example/users/eve")
    assert submitted(session, board, ana, draft).outcome == Published()


def test_a_closed_conversation_takes_no_answer_and_says_so_once_to_who_named_the_board(
    session: Session,
) -> None:
    board = a_board(session)
    ana = known_on(session, board)
    _, starter = a_thread(session, board, ana, thread_state=ThreadState.LOCKED)
    posts = count(session, Post)
    draft = a_draft(ana)
    found = submitted(session, board, ana, draft, parent=starter)
    assert (found.outcome, found.post) == (Locked("locked"), None)
    assert emitted(session) == [PostRefused(board.id, ana.id, draft.uri, "locked")]
    submitted(session, board, ana, draft, parent=starter, is_addressed=False)
    assert len(emitted(session)) == 1
    assert count(session, Post) == posts


@pytest.mark.parametrize("state", [PostState.HELD, PostState.REMOVED])
def test_an_answer_waits_elsewhere_while_its_conversation_is_out_of_sight(
    session: Session, state: PostState
) -> None:
    board = a_board(session)
    ana = known_on(session, board)
    _, starter = a_thread(session, board, ana, state=state)
    found = submitted(session, board, ana, parent=starter)
    assert (found.outcome, found.post) == (ConversationHidden(starter.uri), None)


def test_an_answer_goes_under_a_post_whose_author_is_gone(session: Session) -> None:
    board = a_board(session)
    ana = known_on(session, board)
    thread, starter = a_thread(session, board, a_person(session, "bea"), state=PostState.DELETED)
    found = submitted(session, board, ana, parent=starter, is_addressed=False)
    assert found.post is not None
    assert (found.post.thread_id, found.post.parent_id, found.post.is_addressed) == (
        thread.id,
        starter.id,
        False,
    )


def test_without_its_leave_an_answer_is_refused_and_with_one_it_is_kept(session: Session) -> None:
    board = a_board(session)
    ana, bea = known_on(session, board), a_person(session, "bea")
    _, starter = a_thread(session, board, bea)
    refused = Refused("the author of what it answers takes no such answers")
    assert submitted(session, board, ana, parent=starter, approval="").outcome == refused
    leave = f"{bea.uri}/leaves/1"
    found = submitted(session, board, ana, parent=starter, approval=leave)
    assert found.post is not None
    assert found.post.approval_uri == leave
    tombstones.take_back(session, leave, ana.uri)
    assert submitted(session, board, ana, parent=starter, approval=leave).outcome == Published(), (
        "not hers to take"
    )
    tombstones.take_back(session, leave, bea.uri)
    assert submitted(session, board, ana, parent=starter, approval=leave).outcome == refused


def test_a_rule_of_the_board_is_named_and_whoever_looks_after_it_breaks_none(session: Session) -> None:
    board = a_board(session, attended_at=clock.now() - timedelta(days=2))
    add(session, ScreeningRule(board_id=board.id, kind=RuleKind.WORDS, value="pills", since=clock.now()))
    ana, mo = known_on(session, board), somebody_of_the_team(session, board)
    found = submitted(session, board, ana, a_draft(ana, "Pills"))
    assert found.outcome == Held(HoldReason("why_rule_words", detail="pills"))
    before = board.attended_at
    assert submitted(session, board, mo, a_draft(mo, "Pills")).outcome == Published()
    session.refresh(board)
    assert board.attended_at is not None
    assert before is not None
    assert board.attended_at > before, "somebody was here"


def test_the_post_that_makes_a_wave_takes_the_others_out_of_sight_too(session: Session) -> None:
    board = a_board(session)
    found = []
    for name in ("s1", "s2", "s3"):
        person = a_person(session, name, f"{name}.example")
        found.append(submitted(session, board, person, a_draft(person, SPAM)))
    assert [type(one.outcome) for one in found] == [Published, Published, Held]
    assert {post.state for post in every(session, Post)} == {PostState.HELD}
    assert {case.wave for case in every(session, Case)} == {"wave"}
    assert count(session, Case) == 3
    assert of(session, PostHeld) == [], "a wave is not written to"


def test_slow_mode_counts_from_the_latest_post_and_forgets_deleted_ones(session: Session) -> None:
    board = a_board(session, slow_minutes=10)
    ana = known_on(session, board)
    latest = clock.now() - timedelta(minutes=4)
    post = a_thread(session, board, ana, received=latest)[1]
    a_thread(session, a_board(session, "other"), ana, received=clock.now())
    found = submitted(session, board, ana)
    assert found.outcome == Held(HoldReason("why_slow", until=latest + timedelta(minutes=10)))
    assert found.post is not None
    assert found.post.held_until == latest + timedelta(minutes=10)
    found.post.state = post.state = PostState.DELETED
    session.flush()
    assert submitted(session, board, ana).outcome == Published()


def test_slow_mode_is_over_once_its_minutes_are(session: Session) -> None:
    board = a_board(session, slow_minutes=10)
    ana = known_on(session, board)
    a_thread(session, board, ana, received=clock.now() - timedelta(minutes=10, seconds=1))
    assert submitted(session, board, ana).outcome == Published()


def test_a_board_that_has_moved_takes_answers_and_no_new_conversation(session: Session) -> None:
    board = a_board(session, moved_to="https://new.example/boards/respite")
    ana = known_on(session, board)
    assert submitted(session, board, ana).outcome == Refused("the board has moved")
    assert submitted(session, board, ana, parent=every(session, Post)[0]).outcome == Published()


def test_who_asks_not_to_be_passed_on_is_not(session: Session) -> None:
    board = a_board(session)
    ana = known_on(session, board)
    ana.asks_no_bots = True
    passed_on = Refused("its author asks not to be passed on")
    assert submitted(session, board, ana, was_passed_on=True).outcome == passed_on
    assert submitted(session, board, ana).outcome == Published()


def test_the_first_post_of_a_stranger_may_name_five_people_and_not_six(session: Session) -> None:
    board, us = a_board(session), "https://forum.example/boards/respite"
    names = [f"https://x.example/{number}" for number in range(6)]
    ana, bea = a_person(session), a_person(session, "bea")
    five = a_draft(ana, boards=(us,), mentions=(us, *names[:5], names[0]))
    assert submitted(session, board, ana, five).outcome == Published()
    six = a_draft(bea, boards=(us,), mentions=(us, *names))
    assert submitted(session, board, bea, six).outcome == Held(HoldReason("why_mentions", wave="mentions"))
