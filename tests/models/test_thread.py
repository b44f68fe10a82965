"""The month by which the archive knows a thread, and where people read a board."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.thread import month_of


@pytest.mark.parametrize(
    ("when", "month"),
    [(datetime(2026, 1, 31, 23, 59, tzinfo=UTC), "2026-01"), (datetime(2026, 11, 1, tzinfo=UTC), "2026-11"),
     (datetime(987, 12, 1, tzinfo=UTC), "0987-12")],
)  # fmt: skip
def test_months_sort_as_text(when: datetime, month: str) -> None:
    assert month_of(when) == month


def test_a_board_that_does_not_federate_has_an_address_of_its_own_kind() -> None:
    assert Board(slug="respite", is_local_only=True).path == "/here/respite"
    assert Board(slug="respite", is_local_only=False).path == "/boards/respite"


def test_a_handle_names_the_domain_of_the_handle_and_not_of_the_server() -> None:
    person = Person(username="ana", host="social.home.example", handle_host="home.example")
    assert person.handle == "@ana@home.example"
