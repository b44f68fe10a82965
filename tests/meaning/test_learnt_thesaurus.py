"""The thesaurus as a process knows it: none that is old or unreadable, and looked for every ten minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from fedconnect.meaning import learnt_thesaurus
from fedconnect.meaning.learnt_thesaurus import is_due, keep, stale_thesaurus, thesaurus
from fedconnect.models.thesaurus import LearntThesaurus
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import DAY, HOUR, INSTANT, NOON, stop_the_clock
from support.thesauri import a_thesaurus
from support.unit import add

CARE = a_thesaurus({"en:carer": ["carers"]})
BEER = a_thesaurus({"en:beer": ["beers"]})
MANY = 10 * in_force().meaning.least_posts


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The moment that a process's clock shows."""
    stop_the_clock(monkeypatch)
    now = [1000.0]
    monkeypatch.setattr(learnt_thesaurus.time, "monotonic", lambda: now[0])
    learnt_thesaurus.clear()
    return now


def learnt(
    session: Session, ago: timedelta, packed: bytes = CARE.pack(), posts: int = MANY
) -> LearntThesaurus:
    return add(session, LearntThesaurus(posts=posts, packed=packed, learnt_at=NOON - ago))


@pytest.mark.parametrize("packed", [b"", b"junk", CARE.pack()[:-5]])
def test_what_cannot_be_read_is_none(session: Session, packed: bytes) -> None:
    learnt(session, HOUR, packed)
    assert thesaurus(session) is None


def test_one_that_is_three_days_old_is_not_used_any_more_and_forgotten(session: Session) -> None:
    young = learnt(session, 3 * DAY - INSTANT)
    assert thesaurus(session) is not None
    assert stale_thesaurus(NOON).some(session, 9) == []
    session.delete(young)
    old = learnt(session, 3 * DAY + INSTANT)
    learnt_thesaurus.clear()
    assert thesaurus(session) is None
    assert stale_thesaurus(NOON).some(session, 9) == [old.id]


def test_a_new_one_is_heard_of_after_ten_minutes_and_nobody_is_asked_before(
    session: Session, moment: list[float]
) -> None:
    keep(session, CARE, MANY)
    session.flush()
    assert len(thesaurus(session).near_word("carer")[0]) == 1  # type: ignore[union-attr]
    keep(session, BEER, MANY)
    session.flush()
    asked: list[object] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *call: asked.append(call))
    moment[0] += 599
    known = thesaurus(session)
    assert known is not None
    assert len(known.near_word("carer")[0]) == 1
    assert asked == []
    moment[0] += 2
    known = thesaurus(session)
    assert known is not None
    assert len(known.near_word("carer")[0]) == 0
    moment[0] += 601
    before = len(asked)
    assert thesaurus(session) is known, "the same is not read again"
    assert len(asked) == before + 1


def test_without_one_nobody_asks_with_each_page(session: Session) -> None:
    assert thesaurus(session) is None
    keep(session, CARE, MANY)
    session.flush()
    assert thesaurus(session) is None


def test_there_is_one_at_a_time(session: Session) -> None:
    keep(session, CARE, 1)
    keep(session, BEER, 2)
    session.flush()
    assert session.execute(select(LearntThesaurus.posts)).scalars().all() == [2]


@pytest.mark.parametrize(
    ("ago", "posts", "due"),
    [
        (23 * HOUR - INSTANT, MANY, False), (23 * HOUR, MANY, True),
        (HOUR - INSTANT, MANY - 1, False), (HOUR, MANY - 1, True),
    ],
)  # fmt: skip
def test_it_is_learnt_daily_and_hourly_where_few_posts_are_known(
    session: Session, ago: timedelta, posts: int, due: bool
) -> None:
    learnt(session, ago, posts=posts)
    assert is_due(session, in_force().meaning) is due


def test_what_never_was_is_due(session: Session) -> None:
    assert is_due(session, in_force().meaning)
