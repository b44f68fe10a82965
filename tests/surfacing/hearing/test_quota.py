"""How many hearings an author gets in a day: questions and answers apart, what was taken back among them."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.surfacing.hearing import quota
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import DAY, HOUR, INSTANT, NOON, a_hearing, stop_the_clock
from support.unit import a_board, a_person, a_thread

P = in_force().hearing


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


_numbers = itertools.count()


@pytest.fixture
def ana(session: Session) -> Person:
    a_board(session)
    return a_person(session)


def heard(session: Session, author: Person | None, ago: timedelta = HOUR, **values: Any) -> Hearing:
    """The hearing of a post of this author, which began so long ago."""
    board = a_board(session, f"b{next(_numbers)}")
    _, post = a_thread(session, board, author, received=NOON - ago)
    state = values.pop("state", HearingState.OPEN)
    known = {"begun_at": NOON - ago, "thresholds": "[0.3]", **values}
    return a_hearing(session, post, state, **known)


def may(session: Session, author: Person | None, **values: Any) -> bool:
    """Whether one more post of theirs, which waits now, has a floor."""
    known = {"state": HearingState.WAITING, "thresholds": "[]", **values}
    return quota.has_quota(session, heard(session, author, timedelta(0), **known), P)


def test_the_third_question_of_a_day_has_none(session: Session, ana: Person) -> None:
    heard(session, ana, 2 * HOUR)
    assert may(session, ana)
    heard(session, ana, HOUR)
    assert not may(session, ana)
    assert may(session, ana, is_first=True), "the first post always has one"
    assert may(session, a_person(session, "ben"))
    assert may(session, None), "what is asked without a name went through a moderator's hands"


@pytest.mark.parametrize(("ago", "counts"), [(DAY, True), (DAY + INSTANT, False)])
def test_what_began_more_than_a_day_before_counts_no_more(
    session: Session, ana: Person, ago: timedelta, counts: bool
) -> None:
    heard(session, ana, ago)
    heard(session, ana, HOUR)
    assert may(session, ana) is not counts


def test_what_was_asked_later_takes_nothing_from_what_was_asked_before(session: Session, ana: Person) -> None:
    early = heard(session, ana, 3 * HOUR, state=HearingState.WAITING)
    for hours in (1, 2):
        heard(session, ana, hours * HOUR)
    assert quota.has_quota(session, early, P)


def test_what_was_deleted_counts_so_that_nobody_posts_the_same_until_it_is_seen(
    session: Session, ana: Person
) -> None:
    for hours in (1, 2):
        heard(session, ana, hours * HOUR, state=HearingState.CLOSED, exclusion=Exclusion.WITHDRAWN)
    assert not may(session, ana)


@pytest.mark.parametrize(
    "values",
    [
        {"state": HearingState.CLOSED, "exclusion": Exclusion.QUOTA},
        {"state": HearingState.CLOSED, "exclusion": Exclusion.DUPLICATE},
        {"state": HearingState.CLOSED, "exclusion": Exclusion.WITHDRAWN, "thresholds": "[]"},
    ],
)
def test_what_never_had_a_floor_spends_none(session: Session, ana: Person, values: dict[str, Any]) -> None:
    for hours in (1, 2):
        heard(session, ana, hours * HOUR, **values)
    assert may(session, ana)


def test_who_answers_many_keeps_the_hearing_of_their_own_question(session: Session, ana: Person) -> None:
    for hours in (1, 2, 3):
        heard(session, ana, hours * HOUR, is_starter=False)
    assert may(session, ana)
    assert not may(session, ana, is_starter=False), "answers have a quota of their own"


def test_a_first_post_is_a_question_before_which_there_was_nothing(session: Session, ana: Person) -> None:
    first = heard(session, ana, 3 * HOUR)
    later = heard(session, ana, HOUR)
    assert quota.is_first(session, first, post_of(session, first))
    assert not quota.is_first(session, later, post_of(session, later))
    answer = heard(session, a_person(session, "ben"), is_starter=False)
    assert not quota.is_first(session, answer, post_of(session, answer))


def post_of(session: Session, hearing: Hearing) -> Post:
    return session.get_one(Post, hearing.post_id)
