"""Taking back at once what one decided oneself: a quarter of an hour, one's own, and on one's own board."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import CaseReported
from fedconnect.foundation.errors import NotPermitted
from fedconnect.models.board import Board, Moderator
from fedconnect.models.case import CaseKind, CaseState, Severity
from fedconnect.models.decision import Ban, Decision
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import ThreadState
from fedconnect.moderation.actions import registry
from fedconnect.moderation.actions.action import ActionParams
from fedconnect.moderation.cases import cases
from fedconnect.moderation.decisions.undo_recent import AT_ONCE, undo
from support.moderation_rows import a_case, a_context, count, emitted, somebody_of_the_team, stop_the_clock
from support.unit import a_board, a_person, a_thread

WHY = "It was a mistake."


def removed(session: Session, board: Board, by: Person, case_id: int | None = None) -> tuple[Decision, Post]:
    _, post = a_thread(session, board, a_person(session, f"author{count(session, Person)}"))
    made = registry.perform(session, a_context(board, by, case_id=case_id), post, "remove", ActionParams())
    assert made is not None
    return made, post


def test_nobody_takes_back_what_a_colleague_decided(session: Session) -> None:
    board = a_board(session)
    mo, meg = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    made, post = removed(session, board, mo)
    assert undo(session, meg, 0, made.id, WHY) == 0
    assert (post.state, count(session, Decision)) == (PostState.REMOVED, 1)


def test_a_quarter_of_an_hour_is_over_to_the_second(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = a_board(session)
    mo, now = somebody_of_the_team(session, board), stop_the_clock(monkeypatch)
    made, post = removed(session, board, mo)
    stop_the_clock(monkeypatch, now + AT_ONCE)
    assert undo(session, mo, made.id, made.id, WHY) == 0
    stop_the_clock(monkeypatch, now + AT_ONCE - timedelta(seconds=1))
    assert undo(session, mo, made.id, made.id, WHY) == 1
    assert post.state is PostState.VISIBLE


def test_what_was_decided_between_two_decisions_goes_back_and_its_cases_open(session: Session) -> None:
    board = a_board(session)
    mo, case = somebody_of_the_team(session, board), a_case(session, board, state=CaseState.CLOSED)
    before, _ = removed(session, board, mo)
    first, _ = removed(session, board, mo, case.id)
    last, _ = removed(session, board, mo)
    after, _ = removed(session, board, mo)
    assert undo(session, mo, last.id, first.id, WHY) == 0, "the wrong way round is nothing"
    assert undo(session, mo, first.id, last.id, WHY) == 2
    states = [session.get_one(Post, one.post_id).state for one in (before, first, last, after)]
    assert states == [PostState.REMOVED, PostState.VISIBLE, PostState.VISIBLE, PostState.REMOVED]
    assert case.state is CaseState.OPEN
    assert count(session, Decision) == 6


def test_who_looks_after_the_board_no_longer_takes_nothing_back(session: Session) -> None:
    board = a_board(session)
    mo = somebody_of_the_team(session, board)
    made, post = removed(session, board, mo)
    session.query(Moderator).delete()
    with pytest.raises(NotPermitted):
        undo(session, mo, made.id, made.id, WHY)
    assert post.state is PostState.REMOVED


def test_what_was_moved_since_or_decided_on_somebody_is_left(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo, ana = somebody_of_the_team(session, board), a_person(session)
    made, post = removed(session, board, mo)
    post.board_id = other.id
    session.flush()
    banned = registry.perform_on_person(session, a_context(board, mo), ana, "ban", ActionParams())
    assert banned is not None
    assert undo(session, mo, made.id, banned.id, WHY) == 0
    assert (post.state, count(session, Ban)) == (PostState.REMOVED, 1)


def test_what_was_shown_by_mistake_waits_on_the_list_again(session: Session) -> None:
    board = a_board(session)
    mo, author = somebody_of_the_team(session, board), a_person(session)
    for known in (True, False):
        _, post = a_thread(session, board, author, state=PostState.HELD)
        if known:
            a_case(session, board, post.uri, kind=CaseKind.HELD, post_id=post.id)
        made = registry.perform(session, a_context(board, mo), post, "release", ActionParams())
        assert made is not None
        assert undo(session, mo, made.id, made.id, WHY) == 1
        case = cases.find_case(session, board.id, CaseKind.HELD, post.uri)
        assert case is not None
        assert (post.state, case.state, case.post_id) == (PostState.HELD, CaseState.OPEN, post.id)


def test_an_urgent_case_that_is_open_again_climbs_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, now = a_board(session), stop_the_clock(monkeypatch)
    mo = somebody_of_the_team(session, board)
    case = a_case(session, board, severity=Severity.DANGER, state=CaseState.CLOSED)
    made, _ = removed(session, board, mo, case.id)
    assert undo(session, mo, made.id, made.id, WHY) == 1
    assert (case.state, case.due_at) == (CaseState.OPEN, now + timedelta(hours=1))
    assert CaseReported(case.id) in emitted(session)


@pytest.mark.parametrize("name", ["pin", "lock"])
def test_a_conversation_that_was_pinned_or_locked_by_mistake_is_as_it_was(
    session: Session, name: str
) -> None:
    board = a_board(session)
    mo = somebody_of_the_team(session, board)
    thread, post = a_thread(session, board, a_person(session))
    made = registry.perform(session, a_context(board, mo), post, name, ActionParams())
    assert made is not None
    assert undo(session, mo, made.id, made.id, WHY) == 1
    assert (thread.pinned, thread.state) == (False, ThreadState.OPEN)


@pytest.mark.parametrize("name", ["pin", "lock"])
def test_who_pins_or_locks_their_own_thread_has_not_decided_on_what_a_colleague_removed(
    session: Session, name: str
) -> None:
    board = a_board(session)
    mo, meg = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    _, post = a_thread(session, board, mo)
    for who, what in ((meg, "remove"), (mo, name)):
        assert registry.perform(session, a_context(board, who), post, what, ActionParams()) is not None
    with pytest.raises(NotPermitted):
        registry.perform(session, a_context(board, mo), post, "restore", ActionParams())
