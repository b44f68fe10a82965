"""How somebody stands to a board, and what a post that waits leaves behind."""

from __future__ import annotations

from dataclasses import astuple
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import PostHeld
from fedconnect.foundation import clock
from fedconnect.models.case import Case, CaseState, Severity
from fedconnect.models.instance import Policy
from fedconnect.models.post import PostState
from fedconnect.moderation.author_status import AuthorStatus
from fedconnect.moderation.hold_reason import WAVE, HoldReason
from fedconnect.moderation.posts.author_status_query import read_author_status
from fedconnect.moderation.posts.held_posts import forget_hold, put_on_hold
from support.moderation_rows import (
    a_ban,
    a_server,
    an_admin,
    emitted,
    every,
    somebody_of_the_team,
    stop_the_clock,
)
from support.unit import a_board, a_person, a_thread

NOBODY = AuthorStatus(False, False, False, False, False)
SURGE = HoldReason("why_surge", wave=WAVE, is_surge=True)


def held(session: Session) -> list[PostHeld]:
    return [one for one in emitted(session) if isinstance(one, PostHeld)]


def test_whose_account_may_be_somebody_elses_by_now_looks_after_nothing(session: Session) -> None:
    board = a_board(session)
    mo = somebody_of_the_team(session, board)
    assert read_author_status(session, board, mo).looks_after
    for name in ("quarantined_at", "gone_at"):
        setattr(mo, name, clock.now())
        session.flush()
        assert not read_author_status(session, board, mo).looks_after, name
        setattr(mo, name, None)
    a_server(session, mo.host, Policy.BLOCKED)
    assert not read_author_status(session, board, mo).looks_after


def test_another_boards_team_looks_after_nothing_here_and_an_admin_does(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    assert read_author_status(session, board, somebody_of_the_team(session, other)) == NOBODY
    assert read_author_status(session, board, an_admin(session)).looks_after


def test_a_ban_ends_with_its_time_and_binds_one_board_and_one_person(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    now = stop_the_clock(monkeypatch)
    ban = a_ban(session, board, ana, until=now + timedelta(seconds=1))
    assert read_author_status(session, board, ana).is_banned
    assert read_author_status(session, other, ana) == NOBODY
    assert read_author_status(session, board, a_person(session, "bea")) == NOBODY
    stop_the_clock(monkeypatch, now + timedelta(seconds=1))
    assert not read_author_status(session, board, ana).is_banned
    ban.until = None
    session.flush()
    assert read_author_status(session, board, ana).is_banned, "for good"


def test_who_is_seen_first_is_not_kept_off_and_the_other_way_round(session: Session) -> None:
    board, ana, bea = a_board(session), a_person(session), a_person(session, "bea")
    a_ban(session, board, ana, is_hold=True)
    a_ban(session, board, bea, is_hold=False)
    assert astuple(read_author_status(session, board, ana)) == (False, False, True, False, False)
    assert astuple(read_author_status(session, board, bea)) == (False, True, False, False, False)


@pytest.mark.parametrize(
    ("state", "has_posted"),
    [
        (PostState.VISIBLE, True),
        (PostState.DELETED, True),
        (PostState.HELD, False),
        (PostState.REMOVED, False),
    ],
)
def test_who_deleted_their_own_post_has_posted_and_whose_was_removed_has_not(
    session: Session, state: PostState, has_posted: bool
) -> None:
    board, ana = a_board(session), a_person(session)
    a_thread(session, board, ana, state=state)
    assert read_author_status(session, board, ana) == AuthorStatus(False, False, False, has_posted, False)
    assert read_author_status(session, a_board(session, "other"), ana) == NOBODY


def test_who_has_posted_just_now_was_not_known_before(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    a_thread(session, board, ana, received=clock.now() - timedelta(minutes=59))
    assert astuple(read_author_status(session, board, ana)) == (False, False, False, True, False)
    a_thread(session, board, ana, received=clock.now() - timedelta(minutes=61))
    assert astuple(read_author_status(session, board, ana)) == (False, False, False, True, True)


def test_a_post_that_waits_says_why_in_the_language_of_its_board(session: Session) -> None:
    board = a_board(session, language="de-AT")
    post = a_thread(session, board, a_person(session), state=PostState.HELD)[1]
    until = clock.now() + timedelta(minutes=5)
    put_on_hold(session, post, HoldReason("why_slow", until=until))
    (case,) = every(session, Case)
    assert post.held_until == until
    assert "board" not in case.words.casefold()
    assert case.words.startswith("Dieses Forum")
    assert held(session) == [PostHeld(post.id, case.id)]


def test_a_wait_for_a_look_ends_a_wait_for_a_time(session: Session) -> None:
    post = a_thread(
        session, a_board(session), a_person(session), state=PostState.HELD, held_until=clock.now()
    )[1]
    put_on_hold(session, post, HoldReason("why_plugin"), Severity.HURT)
    (case,) = every(session, Case)
    assert (post.held_until, case.severity) == (None, Severity.HURT)


def test_of_many_strangers_the_first_post_of_each_is_told_and_a_wave_is_not(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    posts = [a_thread(session, board, ana, state=PostState.HELD)[1] for _ in range(3)]
    put_on_hold(session, posts[0], HoldReason("why_wave", wave=WAVE))
    assert held(session) == []
    for case in every(session, Case):
        case.last_at = clock.now() - timedelta(days=2)
    put_on_hold(session, posts[1], SURGE)
    put_on_hold(session, posts[2], SURGE)
    assert [one.post_id for one in held(session)] == [posts[1].id]


def test_the_boards_own_words_that_are_too_many_are_told_to_nobody(session: Session) -> None:
    post = a_thread(session, a_board(session), None, state=PostState.HELD)[1]
    put_on_hold(session, post, SURGE)
    assert held(session) == []


def test_a_hold_that_is_over_closes_its_own_case_alone(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    one, other = (a_thread(session, board, ana, state=PostState.HELD)[1] for _ in range(2))
    forget_hold(session, one)
    put_on_hold(session, one, HoldReason("why_slow"))
    put_on_hold(session, other, HoldReason("why_slow"))
    forget_hold(session, one)
    assert [case.state for case in every(session, Case)] == [CaseState.CLOSED, CaseState.OPEN]
