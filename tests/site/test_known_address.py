"""The address of the boards: another one is refused once there is a board, unless it is taken over by hand."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import InvalidSettings
from fedconnect.site import identity, known_address
from support.unit import a_board

HERE, THERE = "https://forum.example", "https://other.example"


def test_another_address_is_refused_in_one_line_that_says_what_to_do(session: Session) -> None:
    known_address.hold(session, HERE)
    a_board(session)
    for ask in (known_address.hold, known_address.check):
        with pytest.raises(InvalidSettings) as refused:
            ask(session, THERE)
        (line,) = refused.value.problems
        assert f"FEDCONNECT_BASE_URL={HERE}" in line
        assert "fedconnect site address --accept" in line
        assert "\n" not in line
    row = identity.find_row(session)
    assert row is not None
    assert row.base_url == HERE


def test_without_a_board_any_address_may_be(session: Session) -> None:
    known_address.check(session, HERE)
    known_address.hold(session, HERE)
    known_address.hold(session, THERE)
    a_board(session)
    known_address.check(session, THERE)


def test_an_installation_from_before_remembers_where_it_is(session: Session) -> None:
    a_board(session)
    known_address.hold(session, HERE)
    with pytest.raises(InvalidSettings):
        known_address.check(session, THERE)


def test_what_is_taken_over_by_hand_holds(session: Session) -> None:
    known_address.hold(session, HERE)
    a_board(session)
    assert known_address.accept(session, THERE) == HERE
    known_address.hold(session, THERE)
    with pytest.raises(InvalidSettings):
        known_address.check(session, HERE)
