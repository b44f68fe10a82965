"""What a new post repeats is looked for among the posts of the last week, and is earlier than it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.surfacing.hearing.recent_posts import RecentPosts
from support.surfacing_rows import DAY, HOUR, INSTANT, NOON, a_vector, encoded, stop_the_clock
from support.unit import a_board, a_person, a_thread

CARE = "Respite care for carers of people with dementia, who pays for a week at the seaside near home this summer"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


def said(session: Session, text: str, ago: timedelta, slug: str) -> int:
    _, post = a_thread(session, a_board(session, slug), a_person(session, slug), received=NOON - ago)
    a_vector(session, post, text, since=NOON - ago)
    return post.id


@pytest.mark.parametrize(
    ("ago", "is_found"),
    [
        (HOUR, False),
        (2 * HOUR, False),
        (2 * HOUR + INSTANT, True),
        (7 * DAY - INSTANT, True),
        (7 * DAY, False),
    ],
)
def test_only_what_came_before_and_within_a_week_is_repeated(
    session: Session, ago: timedelta, is_found: bool
) -> None:
    _, post = a_thread(session, a_board(session), a_person(session), received=NOON - 2 * HOUR)
    other = said(session, CARE, ago, "other")
    assert (RecentPosts(session).duplicate_of(session, post, encoded(CARE)) == other) is is_found


def test_of_several_the_first_is_repeated_and_a_post_never_itself(session: Session) -> None:
    _, post = a_thread(session, a_board(session), a_person(session), received=NOON)
    a_vector(session, post, CARE, since=NOON)
    recent = RecentPosts(session)
    assert recent.duplicate_of(session, post, encoded(CARE)) is None
    said(session, CARE, HOUR, "later")
    first = said(session, CARE, 3 * HOUR, "first")
    assert RecentPosts(session).duplicate_of(session, post, encoded(CARE)) == first


def test_what_is_placed_in_the_same_run_can_be_repeated(session: Session) -> None:
    recent = RecentPosts(session)
    other = said(session, CARE, HOUR, "other")
    _, post = a_thread(session, a_board(session), a_person(session), received=NOON)
    assert recent.duplicate_of(session, post, encoded(CARE)) is None
    recent.add(other, encoded(CARE))
    assert recent.duplicate_of(session, post, encoded(CARE)) == other
