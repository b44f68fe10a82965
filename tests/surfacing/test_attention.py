"""How evenly posts are seen: of many together, never of a few."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, HearingState
from fedconnect.surfacing.attention import FEWEST, measure_attention
from support.surfacing_rows import DAY, NOON, a_hearing, stop_the_clock
from support.unit import a_board, a_thread


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


def seen(session: Session, board: Board, *counts: int, **values: object) -> None:
    for count in counts:
        _, post = a_thread(session, board)
        a_hearing(session, post, HearingState.HEARD, **{"seen": count, "begun_at": NOON - 3 * DAY, **values})


def test_of_few_posts_or_few_looks_nothing_is_told(session: Session, board: Board) -> None:
    seen(session, board, *[9] * (FEWEST - 1))
    assert measure_attention(session) is None
    other = a_board(session, "sleep")
    seen(session, other, *[0] * (FEWEST - 1), FEWEST - 1)
    assert measure_attention(session, other) is None
    seen(session, board, 9)
    assert measure_attention(session, board) is not None


def test_the_least_seen_half_is_told_in_whole_per_cent(session: Session, board: Board) -> None:
    seen(session, board, *[1] * 25, *[3] * 25)
    found = measure_attention(session, board)
    assert found is not None
    assert (found.posts, list(found.shares)) == (50, [5, 10, 15, 20, 25, 40, 55, 70, 85, 100])
    assert found.gini == 0.25


def test_each_board_counts_its_own_and_all_of_them_together(session: Session, board: Board) -> None:
    other = a_board(session, "sleep")
    seen(session, board, *[2] * 50)
    seen(session, other, *[4] * 60)
    counts = [measure_attention(session, one) for one in (board, other, None)]
    assert [one.posts if one else None for one in counts] == [50, 60, 110]


@pytest.mark.parametrize(
    "values",
    [{"begun_at": NOON - 31 * DAY}, {"begun_at": NOON - DAY}, {"is_starter": False}, {"exclusion": Exclusion.AUTHOR},
     {"exclusion": Exclusion.WITHDRAWN}, {"exclusion": Exclusion.SAFEGUARDING}],
)  # fmt: skip
def test_what_nobody_was_to_see_or_had_no_time_does_not_count(
    session: Session, board: Board, values: dict[str, object]
) -> None:
    seen(session, board, *[2] * 50)
    seen(session, board, *[0] * 5, **values)
    found = measure_attention(session)
    assert found is not None
    assert found.posts == 50
