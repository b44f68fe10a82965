"""Overlooked posts for somebody who does not read here."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.models.board import Board
from fedconnect.models.hearing import HearingState, PostVector
from fedconnect.models.person import Person
from fedconnect.models.thread import Thread
from fedconnect.surfacing.feed.unseen_posts import list_unseen
from support.surfacing_rows import (
    DAY,
    NOON,
    a_hearing,
    a_young_post,
    stop_the_clock,
)
from support.unit import a_board


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


def test_somebody_elsewhere_is_brought_overlooked_posts_that_may_travel(
    session: Session, board: Board
) -> None:
    kept = a_young_post(session, board, "sleep at night", "ana")
    quieter = a_young_post(session, board, "bread", "ben")
    posts = {
        name: a_young_post(session, board, "sleep", name)
        for name in ("shy", "old", "heard", "answered", "full", "unlisted", "had")
    }
    session.get_one(Person, posts["shy"].person_id).indexable = False
    session.get_one(Thread, posts["unlisted"].thread_id).is_public = False
    values: dict[str, dict[str, object]] = {
        "heard": {"state": HearingState.HEARD}, "full": {"qualified": 10, "answerers": 1},
        "answered": {"state": HearingState.ANSWERED},
    }  # fmt: skip
    for name, post in posts.items():
        a_hearing(session, post, **values.get(name, {}))
    session.query(PostVector).filter_by(post_id=posts["old"].id).update({"since": NOON - 7 * DAY})
    a_hearing(session, kept, HearingState.MISSED, qualified=10, answerers=0)
    a_hearing(session, quieter, qualified=3, answerers=2)
    had = {posts["had"].id}

    def brought(*topics: str, most: int = 9) -> list[int]:
        return [one.post_id for one in list_unseen(session, "@eve@b.example", topics, had, most)]

    assert brought() == [quieter.id, kept.id], "the least seen first"
    assert brought(most=1) == [quieter.id]
    assert brought("sleep") == [kept.id]
    assert brought("cars") == []
    kept.warning = "Grief"
    session.flush()
    (one,) = list_unseen(session, "@eve@b.example", ["sleep"], had, 1)
    assert (one.path, one.title) == (f"/boards/respite/threads/{kept.thread_id}", "sleep at night")
    assert (one.board_name, one.words, one.is_warned) == ("Respite", ("sleep",), True)
