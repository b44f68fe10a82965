"""What an author is told of their post's hearing: a word that is true, and no number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, HearingState
from fedconnect.models.post import PostState
from fedconnect.surfacing.hearing.outcome import AuthorNotice, HearingOutcome, read_notice
from support.surfacing_rows import DAY, INSTANT, NOON, a_hearing, stop_the_clock
from support.unit import a_board, a_person, a_thread


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (HearingState.WAITING, HearingOutcome.UNDER_WAY), (HearingState.OPEN, HearingOutcome.UNDER_WAY),
        (HearingState.ANSWERED, HearingOutcome.ANSWERED), (HearingState.HEARD, HearingOutcome.HEARD),
        (HearingState.MISSED, HearingOutcome.MISSED),
    ],
)  # fmt: skip
def test_each_end_has_its_own_word(
    session: Session, board: Board, state: HearingState, outcome: HearingOutcome
) -> None:
    _, post = a_thread(session, board, a_person(session))
    assert read_notice(session, post.id) is None
    a_hearing(session, post, state, qualified=7)
    assert read_notice(session, post.id) == AuthorNotice(outcome)


@pytest.mark.parametrize("exclusion", [Exclusion.AUTHOR, Exclusion.SAFEGUARDING, Exclusion.WITHDRAWN])
def test_nothing_is_said_of_a_hearing_that_was_closed_for_what_the_post_is(
    session: Session, board: Board, exclusion: Exclusion
) -> None:
    _, post = a_thread(session, board, a_person(session))
    a_hearing(session, post, HearingState.CLOSED, exclusion=exclusion)
    assert read_notice(session, post.id) is None


def test_who_was_answered_is_not_told_that_few_were_here(session: Session, board: Board) -> None:
    _, post = a_thread(session, board, a_person(session))
    a_hearing(session, post, HearingState.MISSED, answerers=1)
    assert read_notice(session, post.id) == AuthorNotice(HearingOutcome.ANSWERED)


def test_who_wrote_too_much_today_is_told_so(session: Session, board: Board) -> None:
    _, post = a_thread(session, board, a_person(session))
    a_hearing(session, post, HearingState.CLOSED, exclusion=Exclusion.QUOTA)
    assert read_notice(session, post.id) == AuthorNotice(HearingOutcome.OVER_QUOTA)


@pytest.mark.parametrize(("state", "leads_there"), [(PostState.VISIBLE, True), (PostState.REMOVED, False)])
def test_who_said_the_same_finds_the_earlier_post_while_it_can_be_seen(
    session: Session, board: Board, state: PostState, leads_there: bool
) -> None:
    thread, first = a_thread(session, board, a_person(session, "ben"), state=state)
    thread.is_listed = state is PostState.VISIBLE
    a_hearing(session, first)
    _, post = a_thread(session, board, a_person(session))
    a_hearing(session, post, HearingState.CLOSED, exclusion=Exclusion.DUPLICATE, duplicate_of_id=first.id)
    path = f"/boards/{board.slug}/threads/{thread.id}" if leads_there else ""
    assert read_notice(session, post.id) == AuthorNotice(HearingOutcome.SHARED, path)


def test_who_repeated_themselves_is_told_so(session: Session, board: Board) -> None:
    ana = a_person(session)
    thread, first = a_thread(session, board, ana)
    a_hearing(session, first)
    _, post = a_thread(session, board, ana)
    a_hearing(session, post, HearingState.CLOSED, exclusion=Exclusion.DUPLICATE, duplicate_of_id=first.id)
    path = f"/boards/{board.slug}/threads/{thread.id}"
    assert read_notice(session, post.id) == AuthorNotice(HearingOutcome.SHARED, path, is_own=True)


@pytest.mark.parametrize(
    ("state", "exclusion", "ago", "is_told"),
    [
        (HearingState.CLOSED, Exclusion.QUOTA, DAY - INSTANT, True), (HearingState.CLOSED, Exclusion.QUOTA, DAY, False),
        (HearingState.MISSED, Exclusion.NONE, 14 * DAY - INSTANT, True), (HearingState.MISSED, Exclusion.NONE, 14 * DAY, False),
        (HearingState.HEARD, Exclusion.NONE, 400 * DAY, True),
    ],
)  # fmt: skip
def test_what_is_true_for_a_while_is_told_for_a_while(
    session: Session, board: Board, monkeypatch: pytest.MonkeyPatch, state: HearingState, exclusion: Exclusion,
    ago: timedelta, is_told: bool,
) -> None:  # fmt: skip
    stop_the_clock(monkeypatch)
    _, post = a_thread(session, board, a_person(session))
    a_hearing(session, post, state, exclusion=exclusion, begun_at=NOON - ago)
    assert (read_notice(session, post.id) is not None) is is_told
