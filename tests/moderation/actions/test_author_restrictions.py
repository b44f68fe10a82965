"""Keeping somebody off, or seeing their posts first: one row a person, never for who looks after the board."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.board import Board
from fedconnect.models.decision import Ban, Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.actions.action import ActionParams, Target
from fedconnect.moderation.actions.author_restrictions import is_somebody, lift, restrict
from support.moderation_rows import (
    a_ban,
    a_context,
    an_admin,
    count,
    every,
    somebody_of_the_team,
    stop_the_clock,
)
from support.unit import a_board, a_person, a_thread

FOR_GOOD = ActionParams(days=0)


def ban(
    session: Session, board: Board, person: Person, params: ActionParams = FOR_GOOD, *, is_hold: bool = False
) -> Decision | None:
    target = Target(person.uri, person=person)
    kind = DecisionKind.HOLD_AUTHOR if is_hold else DecisionKind.BAN
    return restrict(session, a_context(board), target, params, kind, is_hold=is_hold)


def test_who_looks_after_the_board_or_runs_the_forum_is_not_kept_off(session: Session) -> None:
    board = a_board(session)
    for person in (somebody_of_the_team(session, board), an_admin(session)):
        with pytest.raises(NotPermitted):
            ban(session, board, person)
    assert (count(session, Ban), count(session, Decision)) == (0, 0)


def test_another_boards_team_is_kept_off_like_anybody(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    assert ban(session, board, somebody_of_the_team(session, other)) is not None


def test_the_boards_own_words_have_nobody_to_keep_off(session: Session) -> None:
    board = a_board(session)
    _, own = a_thread(session, board)
    for target in (Target(own.uri, own), Target("https://x.example/gone")):
        with pytest.raises(Malformed):
            restrict(session, a_context(board), target, FOR_GOOD, DecisionKind.BAN, is_hold=False)


def test_a_moment_that_is_over_keeps_nobody_off(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    board, ana, now = a_board(session), a_person(session), stop_the_clock(monkeypatch)
    assert ban(session, board, ana, ActionParams(until=now)) is None
    assert (count(session, Ban), count(session, Decision)) == (0, 0)
    made = ban(session, board, ana, ActionParams(until=now + timedelta(seconds=1)))
    assert made is not None
    assert made.until == now + timedelta(seconds=1)


def test_days_are_counted_from_now_and_none_is_for_good(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, ana, now = a_board(session), a_person(session), stop_the_clock(monkeypatch)
    made = ban(session, board, ana, ActionParams(days=7))
    assert made is not None
    assert (made.until, made.subject_uri, made.kind) == (now + timedelta(days=7), ana.uri, DecisionKind.BAN)
    made = ban(session, board, ana, FOR_GOOD)
    assert made is not None
    assert made.until is None
    assert [one.until for one in every(session, Ban)] == [None], "one row a person"


def test_the_same_again_is_no_decision(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    assert ban(session, board, ana) is not None
    assert ban(session, board, ana) is None
    assert ban(session, board, ana, is_hold=True) is not None, "but to be seen first is another thing"
    assert [one.is_hold for one in every(session, Ban)] == [True]
    assert count(session, Decision) == 2


def test_lifting_takes_away_only_what_it_names(session: Session) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    a_ban(session, board, ana, is_hold=True)
    a_ban(session, other, ana)
    target = Target(ana.uri, person=ana)
    assert lift(session, a_context(board), target, DecisionKind.UNBAN, is_hold=False) is None
    assert (count(session, Ban), count(session, Decision)) == (2, 0)
    assert lift(session, a_context(board), target, DecisionKind.FREE_AUTHOR, is_hold=True) is not None
    assert [one.board_id for one in every(session, Ban)] == [other.id]
    assert lift(session, a_context(board), target, DecisionKind.FREE_AUTHOR, is_hold=True) is None


def test_it_is_offered_on_what_somebody_wrote_and_is_not_gone() -> None:
    board = Board()
    assert is_somebody(Post(person_id=1, state=PostState.REMOVED), board)
    assert not is_somebody(Post(person_id=None, state=PostState.VISIBLE), board)
    assert not is_somebody(Post(person_id=1, state=PostState.DELETED), board)
