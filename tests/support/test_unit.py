"""The database that tests of single modules share is as new in each of them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation import database
from fedconnect.models.board import Board
from support.unit import a_board


def boards(folder: Any) -> int:
    with Session(folder.open().writer) as session:
        return session.query(Board).count()


def test_what_one_test_commits_is_gone_in_the_next(unit: object, unit_folder: Any) -> None:
    first = unit_folder.open()
    with Session(first.writer) as session:
        a_board(session)
        session.commit()
    assert boards(unit_folder) == 0
    assert unit_folder.open() is not first


def test_what_is_rolled_back_costs_no_new_copy(unit: object, unit_folder: Any) -> None:
    first = unit_folder.open()
    with Session(first.writer) as session:
        a_board(session)
        session.rollback()
    assert boards(unit_folder) == 0
    assert unit_folder.open() is first


def test_one_test_leaves_a_database_installed(unit_folder: Any) -> None:
    database.install(unit_folder.open())
    assert database.installed() is not None


def test_the_next_test_which_asks_for_none_finds_none() -> None:
    with pytest.raises(RuntimeError, match="no database is installed"):
        database.installed()
