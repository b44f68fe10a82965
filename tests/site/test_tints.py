"""The hues of boards: white letters can be read on each, and a slug keeps its own."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.site.accent import contrast
from fedconnect.site.tints import TINTS, Tint, tint_number, tint_of
from support.unit import a_board


@pytest.mark.parametrize("tint", TINTS, ids=lambda tint: tint.name)
def test_letters_can_be_read_on_each(tint: Tint) -> None:
    assert contrast("#ffffff", tint.deep) >= 4.5
    assert contrast("#2c2a26", tint.pale) >= 4.5
    assert contrast(tint.deep, "#fbf8f2") >= 4.5


def test_a_number_that_is_none_leaves_the_slugs_own(session: Session) -> None:
    own = tint_number(a_board(session, "respite"))
    for number in (None, -1, 6, 10**9):
        assert tint_number(a_board(session, f"b{number}".replace("-", "_"), tint=number)) in range(6)
    assert tint_number(a_board(session, "other", tint=(own + 1) % 6)) == (own + 1) % 6


def test_slugs_have_hues_of_their_own_that_stay(session: Session) -> None:
    found = {tint_of(a_board(session, f"board{number}")).name for number in range(40)}
    assert found == {tint.name for tint in TINTS}
