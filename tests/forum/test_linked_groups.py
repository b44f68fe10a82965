"""Sister boards: who may be one, whose word makes and ends the tie, and what was never asked."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import LinkedGroupFollowed, LinkedGroupUnfollowed
from fedconnect.forum.linked_groups import accept, boards_that_follow, follow_group, leave_group, reject
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board, LinkedGroup, LinkedGroupState
from fedconnect.models.person import Person
from support.forum import BASE
from support.forum_rows import a_group, at, count, said
from support.unit import a_board, a_person, add


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def group(session: Session) -> Person:
    return a_group(session)


def test_a_person_is_no_sister(session: Session, board: Board) -> None:
    with pytest.raises(Malformed):
        follow_group(session, board, a_person(session))
    assert count(session, LinkedGroup) == 0
    assert said(session, LinkedGroupFollowed) == []


def test_a_group_that_was_never_asked_accepts_and_rejects_nothing(
    session: Session, board: Board, group: Person
) -> None:
    stranger, other = a_group(session, "stranger"), a_board(session, "benefits")
    tie = follow_group(session, board, group)
    for answer in (accept, reject):
        assert not answer(session, stranger, tie.uri, None)
        assert not answer(session, stranger, "", board)
        assert not answer(session, group, tie.uri + "0", None)
        assert not answer(session, group, "", other)
    assert (tie.state, count(session, LinkedGroup)) == (LinkedGroupState.ASKED, 1)


@pytest.mark.parametrize("named", ["by its activity", "by its board"])
def test_a_group_is_a_sister_from_its_own_word_until_its_own_word(
    session: Session, board: Board, group: Person, named: str
) -> None:
    other = a_board(session, "benefits")
    tie, kept = follow_group(session, board, group), follow_group(session, other, group)
    uri, where = (tie.uri, None) if named == "by its activity" else ("", board)
    assert boards_that_follow(session, group.uri) == []
    assert accept(session, group, uri, where)
    assert boards_that_follow(session, group.uri) == [board]
    assert kept.state is LinkedGroupState.ASKED
    assert reject(session, group, uri, where)
    assert not reject(session, group, uri, where)
    assert boards_that_follow(session, group.uri) == []
    assert count(session, LinkedGroup) == 1


def test_asked_again_the_same_follow_is_sent_again(session: Session, board: Board, group: Person) -> None:
    tie = follow_group(session, board, group)
    assert tie.uri.startswith(f"{BASE}/boards/respite#follows/")
    assert follow_group(session, board, group) is tie
    assert said(session, LinkedGroupFollowed) == [LinkedGroupFollowed(tie.id)] * 2
    elsewhere = follow_group(session, a_board(session, "benefits"), group)
    assert elsewhere.uri != tie.uri


def test_leaving_names_the_follow_that_it_ends_and_no_other(
    session: Session, board: Board, group: Person
) -> None:
    other = a_board(session, "benefits")
    tie, kept = follow_group(session, board, group), follow_group(session, other, group)
    uri = tie.uri
    assert leave_group(session, board, group)
    assert not leave_group(session, board, group)
    assert said(session, LinkedGroupUnfollowed) == [LinkedGroupUnfollowed(board.id, group.id, uri)]
    assert not accept(session, group, uri, None)  # an Accept that comes late makes nothing
    assert accept(session, group, kept.uri, None)


def test_a_group_whose_domain_was_registered_anew_is_no_sister(
    session: Session, board: Board, group: Person
) -> None:
    accept(session, group, follow_group(session, board, group).uri, None)
    group.quarantined_at = at(0)
    session.flush()
    assert boards_that_follow(session, group.uri) == []


def test_the_oldest_tie_stands_first(session: Session, group: Person) -> None:
    for slug, minute in (("b", 2), ("c", 1), ("a", 3)):
        add(
            session,
            LinkedGroup(
                board_id=a_board(session, slug).id, person_id=group.id, uri=f"{BASE}/{slug}", since=at(minute),
                state=LinkedGroupState.ACCEPTED,
            ),
        )  # fmt: skip
    assert [board.slug for board in boards_that_follow(session, group.uri)] == ["c", "b", "a"]
    assert boards_that_follow(session, "https://stranger.example/c/x") == []
