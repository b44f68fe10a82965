"""Sister boards: who may be one, whose word makes and ends the tie, and what was never asked."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import LinkedGroupFollowed, LinkedGroupUnfollowed
from fedconnect.forum.linked_groups import (
    accept,
    ask_again,
    boards_that_follow,
    follow_group,
    leave_group,
    reject,
)
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board, LinkedGroup, LinkedGroupState
from fedconnect.models.person import Person
from support.forum import BASE
from support.forum_rows import a_group, at, count, said
from support.unit import a_board, a_person, add

TEAM = f"{BASE}/services/moderators"


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
    stranger = a_group(session, "stranger")
    tie = follow_group(session, board, group)
    for answer in (accept, reject):
        assert not answer(session, stranger, tie.uri, "")
        assert not answer(session, stranger, "", TEAM)
        assert not answer(session, group, tie.uri + "0", "")
        assert not answer(session, group, "", f"{BASE}/boards/respite")
        assert not answer(session, group, "", "")
    assert (tie.state, count(session, LinkedGroup)) == (LinkedGroupState.ASKED, 1)


@pytest.mark.parametrize("named", ["by its activity", "by who asked"])
def test_a_group_is_a_sister_from_its_own_word_until_its_own_word(
    session: Session, board: Board, group: Person, named: str
) -> None:
    tie, other = follow_group(session, board, group), a_group(session, "another")
    kept = follow_group(session, board, other)
    uri, asker = (tie.uri, "") if named == "by its activity" else ("", TEAM)
    assert boards_that_follow(session, group.uri) == []
    assert accept(session, group, uri, asker)
    assert boards_that_follow(session, group.uri) == [board]
    assert kept.state is LinkedGroupState.ASKED
    assert reject(session, group, uri, asker)
    session.flush()
    assert not reject(session, group, uri, asker)
    assert boards_that_follow(session, group.uri) == []
    assert count(session, LinkedGroup) == 1


def test_no_board_follows_itself_since_no_group_is_answered(
    session: Session, board: Board, group: Person
) -> None:
    old = add(session, LinkedGroup(
        board_id=board.id, person_id=group.id, uri=f"{BASE}/boards/respite#follows/1", since=at(0)
    ))  # fmt: skip
    tie = follow_group(session, board, group)
    assert tie.uri.startswith(f"{TEAM}#follows/")
    assert tie.id != old.id
    assert count(session, LinkedGroup) == 1


def test_asked_again_the_same_follow_is_sent_again(session: Session, board: Board, group: Person) -> None:
    tie = follow_group(session, board, group)
    assert follow_group(session, board, group) is tie
    assert said(session, LinkedGroupFollowed) == [LinkedGroupFollowed(tie.id)] * 2


def test_a_second_board_has_the_first_ones_answer_since_one_actor_follows_for_both(
    session: Session, board: Board, group: Person
) -> None:
    tie = follow_group(session, board, group)
    accept(session, group, tie.uri, "")
    second = follow_group(session, a_board(session, "benefits"), group)
    assert (second.uri, second.state) == (tie.uri, LinkedGroupState.ACCEPTED)
    assert said(session, LinkedGroupFollowed) == [LinkedGroupFollowed(tie.id)], (
        "some answer a second Follow with nothing"
    )


def test_the_group_hears_of_the_end_once_the_last_board_leaves(
    session: Session, board: Board, group: Person
) -> None:
    other = a_board(session, "benefits")
    uri = follow_group(session, board, group).uri
    follow_group(session, other, group)
    assert leave_group(session, board, group)
    assert not leave_group(session, board, group)
    assert said(session, LinkedGroupUnfollowed) == []
    assert leave_group(session, other, group)
    assert said(session, LinkedGroupUnfollowed) == [LinkedGroupUnfollowed(group.id, uri)]
    assert not accept(session, group, uri, ""), "an Accept that comes late makes nothing"


def test_a_group_whose_domain_was_registered_anew_is_no_sister(
    session: Session, board: Board, group: Person
) -> None:
    accept(session, group, follow_group(session, board, group).uri, "")
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


def test_at_the_first_start_the_common_actor_asks_those_groups_that_never_answered_a_board(
    session: Session, board: Board, group: Person
) -> None:
    other, person = a_group(session, "another"), a_person(session)
    for number, who in enumerate((group, other, person)):
        state = LinkedGroupState.ACCEPTED if who is other else LinkedGroupState.ASKED
        uri = f"{BASE}/boards/respite#follows/{number}"
        add(session, LinkedGroup(board_id=board.id, person_id=who.id, uri=uri, since=at(number), state=state))
    ask_again(session)
    (asked,) = said(session, LinkedGroupFollowed)
    tie = session.get_one(LinkedGroup, asked.linked_group_id)
    assert (tie.person_id, tie.uri.partition("#")[0]) == (group.id, TEAM)
    assert said(session, LinkedGroupUnfollowed) == [
        LinkedGroupUnfollowed(group.id, f"{BASE}/boards/respite#follows/0")
    ]
    assert boards_that_follow(session, other.uri) == [board]
