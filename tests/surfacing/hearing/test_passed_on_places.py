"""A post that was passed on has its place until its reader says no, or left it be three times."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.models.passed_on import PassedOn, PassedOnPlace
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.surfacing.hearing.passed_on_places import dismiss, note_visits
from support.surfacing_rows import HOUR, INSTANT, NOON, a_reader_named, stop_the_clock
from support.unit import a_board, a_person, a_thread, add


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.fixture
def dora(session: Session) -> Reader:
    return a_reader_named(session, "dora")


@pytest.fixture
def post(session: Session) -> Post:
    return a_thread(session, a_board(session), a_person(session))[1]


def places(session: Session) -> list[tuple[int, int, int, bool]]:
    session.expire_all()
    rows = session.execute(select(PassedOnPlace).order_by(PassedOnPlace.id)).scalars()
    return [(row.reader_id, row.post_id, row.visits, row.is_dismissed) for row in rows]


def test_what_nobody_passed_on_to_a_reader_leaves_no_trace(
    session: Session, dora: Reader, post: Post
) -> None:
    eve = a_reader_named(session, "eve")
    add(
        session,
        PassedOn(
            post_id=post.id, by_person_id=dora.person_id, to_person_id=eve.person_id, sentence="x", at=NOON
        ),
    )
    dismiss(session, dora.id, dora.person_id, post.id)
    assert places(session) == []
    dismiss(session, eve.id, eve.person_id, post.id)
    dismiss(session, eve.id, eve.person_id, post.id)
    assert places(session) == [(eve.id, post.id, 0, True)]


def test_pages_of_one_hour_are_one_visit(
    session: Session, dora: Reader, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    eve = a_reader_named(session, "eve")
    note_visits(session, [(dora.id, post.id), (eve.id, post.id)])
    stop_the_clock(monkeypatch, NOON + HOUR - INSTANT)
    note_visits(session, [(dora.id, post.id)])
    assert [row[2] for row in places(session)] == [1, 1]
    stop_the_clock(monkeypatch, NOON + HOUR)
    note_visits(session, [(dora.id, post.id)])
    assert [row[2] for row in places(session)] == [2, 1]
