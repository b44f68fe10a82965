"""Whom most activities are between: a board of ours, and Ana of another server."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.models.board import Board
from fedconnect.models.person import Person
from support.unit import a_board, a_person


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session)
