"""Every reader with the young posts of all boards, in slices that can stop and go on."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import database
from fedconnect.meaning.learnt_thesaurus import keep
from fedconnect.models.board import Board
from fedconnect.models.hearing import Hearing, HearingState
from fedconnect.models.post import Post
from fedconnect.models.profile import ReaderMatches, Rematch
from fedconnect.models.reader import Reader
from fedconnect.models.thread import Thread
from fedconnect.surfacing.hearing import reader_index, rematching
from support.surfacing_rows import (
    DAY,
    HOUR,
    INSTANT,
    NOON,
    a_hearing,
    a_local_follow,
    a_profile,
    a_reader_named,
    a_topic,
    a_vector,
    stop_the_clock,
)
from support.thesauri import a_thesaurus
from support.unit import Unit, a_board, a_person, a_post, a_thread, add


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


def young(session: Session, text: str, name: str, age: timedelta = HOUR, **values: object) -> Post:
    board = session.execute(select(Board)).scalars().first() or a_board(session)
    author = a_person(session, name, indexable=values.pop("indexable", True))
    _, post = a_thread(session, board, author, **values)
    a_vector(session, post, text, since=NOON - age)
    return post


def caring(session: Session, name: str, *topics: str) -> Reader:
    reader = a_reader_named(session, name)
    for topic in topics:
        a_topic(session, reader, topic)
    return reader


def run() -> int:
    """Match all readers; return in how many slices."""
    rematching.begin_or_go_on()
    slices = 0
    while rematching.match_next():
        slices += 1
    return slices


def matches() -> dict[int, tuple[int, list[int]]]:
    with database.read_transaction() as session:
        return {
            row.reader_id: (row.epoch, np.frombuffer(row.packed, "<i8").tolist())
            for row in session.execute(select(ReaderMatches)).scalars()
        }


def test_what_may_not_travel_or_is_old_or_an_answer_is_matched_with_nobody(unit: Unit) -> None:
    with database.transaction() as session:
        caring(session, "dora", "sleep")
        young(session, "sleep", "shy", indexable=False)
        young(session, "sleep", "old", age=7 * DAY)
        starter = young(session, "bread", "ana")
        thread = session.get_one(Thread, starter.thread_id)
        a_vector(session, a_post(session, thread, a_person(session, "ben", indexable=True)), "sleep")
    assert run() == 1
    assert matches() == {}


def test_each_reader_is_matched_by_their_own_words_the_best_first(unit: Unit) -> None:
    with database.transaction() as session:
        dora, eve = caring(session, "dora", "sleep"), caring(session, "eve", "bread")
        idle = caring(session, "idle")
        half = young(session, "sleep and mattresses", "ana")
        whole = young(session, "sleep", "ben", age=7 * DAY - INSTANT)
        a_profile(session, dora, epoch=3)
        a_local_follow(session, idle, session.execute(select(Board)).scalar_one())
        young(session, "trains", "lea")
    run()
    assert matches() == {dora.id: (3, [whole.id, half.id])}
    assert eve.id not in matches(), "a board alone, or nothing, is no match"


def test_whoever_names_a_topic_loses_no_match_by_what_they_did(unit: Unit) -> None:
    many = " ".join(f"other{number}" for number in range(60))
    loaves = a_thesaurus({"en:bread": ["bread"], "en:loav": ["loaves"]}, {"en:bread": {"en:loav": 0.5}})
    with database.transaction() as session:
        keep(session, loaves, 1)
        dora = caring(session, "dora", "bread")
        a_profile(session, dora, liked=json.dumps({"sleep": 0.1, **{f"liked{n}": 1.0 for n in range(40)}}))
        slight = young(session, f"sleep {many}", "ana")
    run()
    assert matches() == {dora.id: (0, [slight.id])}


def test_what_fits_no_longer_is_taken_back(unit: Unit) -> None:
    with database.transaction() as session:
        dora = caring(session, "dora", "sleep")
        young(session, "bread", "ana")
        add(
            session,
            ReaderMatches(reader_id=dora.id, epoch=0, packed=np.array([5], "<i8").tobytes(), at=NOON - DAY),
        )
    run()
    assert matches() == {dora.id: (0, [])}


def test_what_a_reader_wants_less_of_is_no_match(unit: Unit) -> None:
    with database.transaction() as session:
        dora = caring(session, "dora", "bread")
        a_profile(session, dora, disliked='{"sleep": 1.0}')
        liked, _ = young(session, "bread", "ana"), young(session, "sleep", "ben")
    run()
    assert matches() == {dora.id: (0, [liked.id])}


def test_whoever_wants_nothing_chosen_is_matched_with_nothing(unit: Unit) -> None:
    with database.transaction() as session:
        dora = caring(session, "dora", "sleep")
        a_profile(session, dora, is_personal=False)
        young(session, "sleep", "ana")
    run()
    assert matches() == {}


def test_it_goes_on_where_it_stopped_and_nobody_is_matched_twice(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rematching, "SLICE", 2)
    with database.transaction() as session:
        readers = [caring(session, f"r{number}", "sleep") for number in range(5)]
        young(session, "sleep", "ana")
    rematching.begin_or_go_on()
    assert rematching.match_next()
    assert set(matches()) == {one.id for one in readers[:2]}
    with database.read_transaction() as session:
        assert rematching.progress(session) == (2, 5)
    rematching.begin_or_go_on()
    with database.read_transaction() as session:
        assert rematching.progress(session) == (2, 5), "one under way is not begun anew"
    assert run() == 2
    assert set(matches()) == {one.id for one in readers}
    with database.read_transaction() as session:
        (one,) = session.execute(select(Rematch)).scalars()
        assert (one.done, one.ended_at) == (5, NOON)
        assert rematching.progress(session) is None
    assert not rematching.match_next(), "without one under way nothing is done"


def test_rematches_are_remembered_for_a_week(unit: Unit) -> None:
    with database.transaction() as session:
        for age in (7 * DAY, 7 * DAY + INSTANT):
            add(session, Rematch(begun_at=NOON - 8 * DAY, whole=1, ended_at=NOON - age))
    rematching.begin_or_go_on()
    with database.read_transaction() as session:
        ended = session.execute(select(Rematch.ended_at).order_by(Rematch.id)).scalars().all()
        assert ended == [NOON - 7 * DAY, None]


def test_the_last_slice_looks_at_the_audiences_of_running_hearings_again(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rematching, "_HEARINGS_A_SLICE", 1)
    with database.transaction() as session:
        ana = a_person(session)
        posts = {}
        for state in (HearingState.OPEN, HearingState.MISSED, HearingState.WAITING):
            board = session.execute(select(Board)).scalars().first() or a_board(session)
            _, post = a_thread(session, board, ana)
            a_vector(session, post, "sleep")
            posts[state] = a_hearing(session, post, state, thresholds="[0.9]", domain_cap=1).id
        _, second = a_thread(session, board, ana)
        a_vector(session, second, "bread")
        a_hearing(session, second, thresholds="[0.9]", domain_cap=1)
        for number in range(3):
            caring(session, f"r{number}", "sleep")
    reader_index.clear()
    run()
    with database.read_transaction() as session:
        found = {one.id: one for one in session.execute(select(Hearing)).scalars()}
    now = found[posts[HearingState.OPEN]]
    assert json.loads(now.thresholds) == [0.000001] * 4
    assert (now.with_followers, now.domain_cap) == (True, 10)
    assert found[posts[HearingState.MISSED]].thresholds == "[0.9]"
    assert found[posts[HearingState.WAITING]].thresholds == "[0.9]"
    assert [one.thresholds for one in found.values() if one.post_id == second.id] != ["[0.9]"], "each of them"


def test_a_topic_is_matched_with_what_says_it_otherwise_and_not_with_what_hardly_does(unit: Unit) -> None:
    near = a_thesaurus(
        {"en:ill": ["illness"], "en:doctor": ["doctors"], "en:day": ["days"]},
        {"en:ill": {"en:doctor": 0.8, "en:day": 0.1}},
    )
    many = " ".join(f"other{number}" for number in range(60))
    with database.transaction() as session:
        keep(session, near, 1)
        dora = caring(session, "dora", "illness")
        doctors = young(session, "doctors and wards", "ana")
        young(session, f"days {many}", "ben")
        names = young(session, f"illness {many}", "eve")
    run()
    assert matches() == {dora.id: (0, [doctors.id, names.id])}
