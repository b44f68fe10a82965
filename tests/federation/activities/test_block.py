"""Block: whoever looks after a board keeps somebody off it; anybody else only stops following it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import BoardUnfollowed, DecisionMade
from fedconnect.federation.activities import block
from fedconnect.federation.activities.moderator import NO_MODERATOR, Subject
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotPermitted
from fedconnect.models.board import Board, Follow
from fedconnect.models.decision import Ban, Decision, DecisionKind
from fedconnect.models.person import Person
from support.activity_rows import BOARD, coming, does, undoes
from support.federation_rows import a_follow
from support.forum import BASE
from support.forum_rows import count, said
from support.moderation_rows import a_ban, an_admin, every, somebody_of_the_team
from support.unit import a_board, a_moderator, a_person


@pytest.fixture
def mo(session: Session, board: Board) -> Person:
    return somebody_of_the_team(session, board)


@pytest.fixture
def eve(session: Session) -> Person:
    return a_person(session, "eve", "evil.example")


def blocks(session: Session, who: Person, whom: Person, target: str = BOARD, **fields: str) -> Result:
    return does(session, who, "Block", whom.uri, Subject(whom), target=target, **fields)


def unblocks(session: Session, who: Person, whom: str, target: object = BOARD) -> Result:
    return undoes(session, who, "Block", whom, target=target)


def test_nobody_is_kept_off_a_board_by_who_does_not_look_after_it(
    session: Session, board: Board, mo: Person, eve: Person
) -> None:
    elsewhere, away = a_person(session, "elsa"), a_person(session, "gone", gone_at=clock.now())
    a_moderator(session, a_board(session, "benefits"), elsewhere)
    a_moderator(session, board, away)
    ana = a_person(session)
    for who in (eve, elsewhere, away, ana):
        assert blocks(session, who, ana) is NO_MODERATOR
    for target in (f"{BASE}/boards/nowhere", "https://evil.example/boards/respite", f"{BASE}/about"):
        assert blocks(session, mo, ana, target) is NO_MODERATOR
    assert count(session, Ban) == 0
    assert said(session, DecisionMade) == []


def test_a_ban_without_a_board_that_it_is_for_is_none(session: Session, mo: Person, eve: Person) -> None:
    assert does(session, mo, "Block", eve.uri, Subject(eve)) is NO_MODERATOR
    assert count(session, Ban) == 0


def test_whom_nobody_could_look_up_is_not_kept_off(session: Session, mo: Person) -> None:
    result = does(session, mo, "Block", "https://evil.example/users/eve", Subject(None), target=BOARD)
    assert result == Ignored("nobody to ban")
    assert count(session, Decision) == 0


def test_moderators_do_not_keep_each_other_off(session: Session, board: Board, mo: Person) -> None:
    for other in (somebody_of_the_team(session, board, "max"), an_admin(session)):
        with pytest.raises(NotPermitted):
            blocks(session, mo, other)
    assert count(session, Ban) == 0


def test_a_moderator_keeps_somebody_off_for_good_and_their_own_server_has_said_so(
    session: Session, board: Board, mo: Person, eve: Person
) -> None:
    assert blocks(session, mo, eve, summary="Spam") == Handled("decided")
    (ban,) = every(session, Ban)
    assert (ban.board_id, ban.person_id, ban.until, ban.is_hold) == (board.id, eve.id, None, False)
    (decision,) = every(session, Decision)
    assert (decision.kind, decision.person_id, decision.subject_uri, decision.reason, decision.until) == (
        DecisionKind.BAN, mo.id, eve.uri, "Spam", None
    )  # fmt: skip
    assert said(session, DecisionMade) == [DecisionMade(decision.id, was_said=True)]
    assert blocks(session, mo, eve, summary="Spam") == Handled("decided already")
    assert count(session, Decision) == 1


def test_a_ban_ends_when_its_moderator_says_and_one_that_is_over_keeps_nobody_off(
    session: Session, board: Board, mo: Person, eve: Person
) -> None:
    yesterday, tomorrow = (clock.now() + timedelta(days=days) for days in (-1, 1))
    assert blocks(session, mo, eve, endTime=yesterday.isoformat()) == Handled("decided already")
    assert count(session, Ban) == count(session, Decision) == 0
    assert blocks(session, mo, eve, endTime=tomorrow.isoformat()) == Handled("decided")
    assert session.scalars(select(Ban.until)).all() == [tomorrow]


def test_whoever_blocks_the_board_itself_stops_following_it_alone_and_nobody_is_banned(
    session: Session, board: Board, mo: Person, eve: Person
) -> None:
    other = a_board(session, "benefits")
    mine = a_follow(session, board, mo)
    left = [a_follow(session, board, eve), a_follow(session, other, mo)]
    result = does(session, mo, "Block", BOARD, Subject(eve), target=BOARD)
    assert result == Handled("the board is blocked by a person")
    assert every(session, Follow) == left
    assert said(session, BoardUnfollowed) == [BoardUnfollowed(mine.uri, mine.person_id)]
    assert count(session, Ban) == 0


def test_whoever_does_not_follow_a_board_may_block_it_all_the_same(
    session: Session, board: Board, eve: Person
) -> None:
    assert does(session, eve, "Block", BOARD, Subject(None)) == Handled("the board is blocked by a person")
    assert said(session, BoardUnfollowed) == []


def test_nobody_lets_somebody_back_but_who_looks_after_that_board(
    session: Session, board: Board, mo: Person, eve: Person
) -> None:
    elsewhere = a_person(session, "elsa")
    a_moderator(session, a_board(session, "benefits"), elsewhere)
    a_ban(session, board, eve)
    for who in (eve, elsewhere):
        assert unblocks(session, who, eve.uri) is NO_MODERATOR
    for target in (None, "", 7, f"{BASE}/boards/nowhere"):
        assert unblocks(session, mo, eve.uri, target) is NO_MODERATOR
    assert count(session, Ban) == 1


def test_a_moderator_lets_somebody_back_on_their_board_alone(
    session: Session, board: Board, mo: Person, eve: Person
) -> None:
    other = a_ban(session, a_board(session, "benefits"), eve)
    a_ban(session, board, eve)
    assert unblocks(session, mo, eve.uri) == Handled("decided")
    assert every(session, Ban) == [other]
    assert [one.kind for one in every(session, Decision)] == [DecisionKind.UNBAN]
    assert unblocks(session, mo, eve.uri, {"id": BOARD}) == Handled("decided already")


def test_letting_back_somebody_unknown_changes_nothing(session: Session, mo: Person) -> None:
    assert unblocks(session, mo, "https://evil.example/users/nobody") == Ignored("nobody that we know")
    bare = coming(mo, "Undo", f"{mo.uri}#blocks/1")
    assert block.undo(session, bare) is NO_MODERATOR
    assert count(session, Decision) == 0
