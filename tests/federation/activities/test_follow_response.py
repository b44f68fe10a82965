"""Accept and Reject: a Group answers what a board asked of it; what was never asked has no answer."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.federation.activities.result import Handled, Ignored
from fedconnect.forum import linked_groups
from fedconnect.models.board import Board, LinkedGroup, LinkedGroupState
from fedconnect.models.person import Person
from support.activity_rows import BOARD, does, link
from support.forum import BASE
from support.forum_rows import a_group
from support.moderation_rows import every
from support.unit import a_board

TEAM = f"{BASE}/services/moderators"
NOT_ASKED = Ignored("an answer to nothing that we asked")
BOTH = pytest.mark.parametrize("kind", ["Accept", "Reject"])


@pytest.fixture
def group(session: Session) -> Person:
    return a_group(session)


@pytest.fixture
def asked(session: Session, group: Person) -> LinkedGroup:
    return link(session, a_board(session), group, LinkedGroupState.ASKED)


def states(session: Session) -> list[LinkedGroupState]:
    return [one.state for one in every(session, LinkedGroup)]


@BOTH
def test_nobody_answers_for_a_group_that_was_asked(session: Session, asked: LinkedGroup, kind: str) -> None:
    eve = a_group(session, "eve", "evil.example")
    neighbour = a_group(session, "knitting")
    for who in (eve, neighbour):
        for obj in (
            asked.uri,
            {"type": "Follow", "actor": BOARD, "id": asked.uri},
            {"type": "Follow", "actor": BOARD},
        ):
            assert does(session, who, kind, obj) == NOT_ASKED
    assert states(session) == [LinkedGroupState.ASKED]


@BOTH
def test_an_answer_to_anything_but_a_follow_of_that_board_is_none(
    session: Session, asked: LinkedGroup, group: Person, kind: str
) -> None:
    a_board(session, "benefits")
    follow = {"type": "Follow", "actor": BOARD, "id": asked.uri}
    elsewhere = Ignored("an answer to somebody else")
    for obj, why in (
        ({**follow, "type": "Invite"}, Ignored("an answer to a Invite")),
        ({**follow, "type": "F" * 99}, Ignored("an answer to a " + "F" * 40)),
        ({**follow, "actor": "https://evil.example/boards/respite"}, elsewhere),
        ({**follow, "actor": f"{BASE}/boards/nowhere"}, NOT_ASKED),
        ({**follow, "actor": f"{BASE}/actor"}, NOT_ASKED),
        ({**follow, "actor": TEAM}, NOT_ASKED),
        ({**follow, "actor": f"{BASE}/boards/benefits"}, NOT_ASKED),
        (f"{BOARD}#follows/unknown", NOT_ASKED),
        ([], NOT_ASKED),
    ):
        assert does(session, group, kind, obj) == why
    assert states(session) == [LinkedGroupState.ASKED]


@pytest.mark.parametrize(
    "shape", ["id", "embedded", "without its id", "without a type", "actor as an object"]
)
def test_a_yes_makes_a_sister_board_and_a_no_ends_it_also_later(
    session: Session, asked: LinkedGroup, group: Person, shape: str
) -> None:
    obj = {
        "id": asked.uri,
        "embedded": {"type": "Follow", "actor": BOARD, "id": asked.uri, "object": group.uri},
        "without its id": {"type": "Follow", "actor": BOARD, "object": group.uri},
        "without a type": {"id": asked.uri},
        "actor as an object": {"type": "Follow", "actor": {"id": BOARD}},
    }[shape]
    for _ in range(2):
        assert does(session, group, "Accept", obj) == Handled("a sister board now")
        assert states(session) == [LinkedGroupState.ACCEPTED]
    assert does(session, group, "Reject", obj) == Handled("not a sister board")
    assert states(session) == []
    assert does(session, group, "Accept", obj) == NOT_ASKED


def test_of_two_boards_that_asked_a_group_each_has_its_own_answer(
    session: Session, asked: LinkedGroup, group: Person
) -> None:
    other: Board = a_board(session, "benefits")
    second = link(session, other, group, LinkedGroupState.ASKED)
    does(session, group, "Accept", {"type": "Follow", "actor": f"{BASE}/boards/benefits", "id": asked.uri})
    assert (asked.state, second.state) == (LinkedGroupState.ASKED, LinkedGroupState.ACCEPTED)
    does(session, group, "Reject", asked.uri)
    assert every(session, LinkedGroup) == [second]


@pytest.mark.parametrize(
    "odd_id",
    [
        "https://nodebb.example/category/2#activity/accept:follow/Respite & breaks/1764000000000",
        "https://nodebb.example/accepts/ü ñ",
        "https://nodebb.example/accepts/{1}|^`",
    ],
)
def test_a_yes_to_who_follows_for_all_boards_is_a_yes_to_each_of_them(
    session: Session, group: Person, odd_id: str
) -> None:
    ties = [
        linked_groups.follow_group(session, a_board(session, slug), group) for slug in ("respite", "benefits")
    ]
    obj = {"type": "Follow", "actor": TEAM, "object": group.uri, "id": ties[0].uri}
    assert does(session, group, "Accept", obj, id=odd_id) == Handled("a sister board now")
    assert states(session) == [LinkedGroupState.ACCEPTED] * 2
    assert does(session, group, "Reject", ties[0].uri) == Handled("not a sister board")
    assert states(session) == []
