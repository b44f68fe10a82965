"""What a reader's page is made of: the forbidden first, then order, then what the ranker is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, HearingState
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Mute, MuteKind, ReadMarker
from fedconnect.surfacing.feed import candidates
from fedconnect.surfacing.feed.candidates import (
    Candidate,
    as_arrays,
    find_candidates,
    find_heard,
    likeness_among,
)
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.feed_request import FeedRequest
from fedconnect.surfacing.profile.interests import InterestProfile
from fedconnect.surfacing.profile.reader_vector import ReaderVector, reader_vector_of
from fedconnect.surfacing.profile.viewer import PassedOnBy, StatedPreferences, Viewer
from support.surfacing_rows import (
    DAY,
    HOUR,
    INSTANT,
    NOON,
    a_hearing,
    a_reader_named,
    a_vector,
    encoded,
    stop_the_clock,
)
from support.unit import a_board, a_person, a_post, a_reader, a_thread, add

P = in_force()


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session, indexable=True)


@pytest.fixture
def dora(session: Session) -> Reader:
    return a_reader_named(session, "dora")


def vector(*topics: str, follows: Sequence[int] = ()) -> ReaderVector:
    return reader_vector_of(InterestProfile(), topics, follows, 64, P.interests)


def request(session: Session, reader: Reader) -> FeedRequest:
    return FeedRequest(reader.id, reader.person_id, session.get_one(Person, reader.person_id).handle)


def found(
    session: Session, reader: Reader, *follows: Board, matched: Sequence[int] = (), passed: Sequence[int] = ()
) -> list[int]:
    told = StatedPreferences(
        (),
        {one.id: "here" for one in follows},
        {one: PassedOnBy("@eve@x.example", "For you", NOON) for one in passed},
    )
    viewer = Viewer(None, told, vector(), tuple(matched))
    return [one.post_id for one in find_candidates(session, request(session, reader), viewer)]


def young(session: Session, board: Board, author: Person | None, text: str = "sleep", **values: Any) -> Post:
    since = {"since": values.pop("since")} if "since" in values else {}
    _, post = a_thread(session, board, author, **values)
    a_vector(session, post, text, **since)
    return post


def test_what_may_not_be_seen_is_no_candidate(
    session: Session, board: Board, ana: Person, dora: Reader
) -> None:
    eve = session.get_one(Person, dora.person_id)
    for author, values in (
        (eve, {}), (ana, {"state": PostState.HELD}), (ana, {"visibility": Visibility.FOLLOWERS}),
        (ana, {"thread_is_listed": False}), (ana, {"thread_pinned": True}), (ana, {"since": NOON - 7 * DAY}),
        (ana, {"is_addressed": False}),
    ):  # fmt: skip
        young(session, board, author, **values)
    kept = young(session, board, ana, since=NOON - 7 * DAY + INSTANT)
    a_thread(session, board, ana)  # not placed yet
    young(session, a_board(session, "other"), ana)
    assert found(session, dora, board) == [kept.id]


def test_whom_an_author_hides_from_is_brought_nothing_of_theirs(
    session: Session, board: Board, ana: Person, dora: Reader
) -> None:
    post = young(session, board, ana)
    assert found(session, dora, board) == [post.id]
    author = a_reader(session, ana)
    add(session, Mute(reader_id=author.id, kind=MuteKind.SERVER, subject="readers.example", since=NOON))
    assert found(session, dora, board) == []


def test_of_other_boards_comes_what_was_matched_or_passed_on_and_may_travel(
    session: Session, board: Board, ana: Person, dora: Reader
) -> None:
    shy = a_person(session, "shy", indexable=False)
    posts = [young(session, board, author) for author in (ana, ana, ana, shy)]
    ids = [one.id for one in posts]
    assert set(found(session, dora, matched=[ids[0], ids[3]], passed=[ids[1]])) == {ids[0], ids[1]}
    assert found(session, dora) == []


@pytest.mark.parametrize(
    ("last_post", "opened", "comes"), [(0, 0, False), (1, 0, True), (0, 1, False), (0, None, True)]
)
def test_what_was_open_already_comes_back_only_when_it_was_answered_since(
    session: Session, board: Board, ana: Person, dora: Reader, last_post: int, opened: int | None, comes: bool
) -> None:
    post = young(session, board, ana, thread_last_post_at=NOON - 5 * HOUR + last_post * INSTANT)
    if opened is not None:
        at = NOON - 5 * HOUR + opened * INSTANT
        add(session, ReadMarker(reader_id=dora.id, thread_id=post.thread_id, at=at))
    eve = a_reader_named(session, "eve")
    assert found(session, dora, board) == ([post.id] if comes else [])
    assert found(session, eve, board) == [post.id], "marks are each reader's own"


def test_an_answer_is_a_candidate_while_it_is_heard_and_was_not_read(
    session: Session, board: Board, ana: Person, dora: Reader
) -> None:
    thread, _ = a_thread(session, board, ana)
    answers = [a_post(session, thread, ana, received=NOON - HOUR) for _ in range(3)]
    for post, state in zip(answers[:2], (HearingState.OPEN, HearingState.HEARD), strict=True):
        a_hearing(session, post, state)
    for post in answers:
        a_vector(session, post, "sleep")
    assert found(session, dora, board) == [answers[0].id]
    marker = add(session, ReadMarker(reader_id=dora.id, thread_id=thread.id, at=NOON - HOUR - INSTANT))
    assert found(session, dora, board) == [answers[0].id]
    marker.at = NOON - HOUR
    session.flush()
    assert found(session, dora, board) == []


def test_hearings_come_first_the_least_heard_before_all_and_then_the_newest(
    session: Session, board: Board, ana: Person, dora: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, half, little, over = (
        young(session, board, ana, since=NOON - hours * HOUR) for hours in (9, 1, 8, 7, 0)
    )
    a_hearing(session, half, qualified=3, floor=6)
    a_hearing(session, little, qualified=4, floor=10)
    a_hearing(session, over, HearingState.HEARD, qualified=0, floor=10)
    order = [little.id, half.id, over.id, new.id, old.id]
    assert found(session, dora, board) == order
    monkeypatch.setattr(candidates, "MOST", 3)
    assert found(session, dora, board) == order[:3]


def test_only_running_hearings_of_others_may_be_counted(
    session: Session, board: Board, ana: Person, dora: Reader
) -> None:
    own = young(session, board, session.get_one(Person, dora.person_id))
    heard, running, nobodys, unasked = (young(session, board, author) for author in (ana, ana, None, ana))
    for post, state in (
        (own, "open"),
        (heard, "heard"),
        (running, "open"),
        (nobodys, "open"),
        (unasked, "open"),
    ):
        a_hearing(session, post, HearingState(state))
    asked = [own.id, heard.id, running.id, nobodys.id]
    known = {one.post_id for one in find_heard(session, request(session, dora), asked)}
    assert known == {running.id, nobodys.id}
    assert find_heard(session, request(session, dora), []) == []


def a_candidate(**values: Any) -> Candidate:
    known: dict[str, Any] = {
        "post_id": 1, "thread_id": 1, "board_id": 7, "person_id": 3, "is_starter": True,
        "encoding": encoded("sleep"), "state": HearingState.OPEN, "exclusion": Exclusion.NONE,
        "begun_at": NOON - HOUR, "hours": 48.0, "floor": 10, "seen": 4, "qualified": 2, "answerers": 0, "thresholds": (0.5, 0.1),
        "with_followers": False, "duplicate_of_id": 1, "opened_at": None,
    }  # fmt: skip
    return Candidate(**{**known, **values})


def test_a_post_without_a_hearing_waits_for_nobody(session: Session, board: Board, dora: Reader) -> None:
    post = young(session, board, None, since=NOON - 3 * HOUR)
    viewer = Viewer(None, StatedPreferences(follows={board.id: "here"}), vector(), ())
    (one,) = find_candidates(session, request(session, dora), viewer)
    assert (one.state, one.is_open, one.floor, one.seen, one.qualified) == (None, False, 0, 0, 0)
    assert (one.exclusion, one.thresholds, one.duplicate_of_id) == (Exclusion.NONE, (), post.id)
    assert (one.person_id, one.begun_at, one.hours) == (0, NOON - 3 * HOUR, 48.0)
    arrays = as_arrays([one], vector("sleep"), {board.id})
    assert (arrays.floor.tolist(), arrays.in_audience.tolist()) == ([0.0], [False])


def test_a_hearings_time_is_what_its_board_gave_it(session: Session, board: Board, dora: Reader) -> None:
    for ends, hours in ((NOON + 11 * HOUR, 12.0), (NOON - HOUR + timedelta(minutes=1), 1.0)):
        a_hearing(
            session, young(session, board, None), ends_at=ends, thresholds="[0.5, 0.25]", duplicate_of_id=9
        )
        viewer = Viewer(None, StatedPreferences(follows={board.id: "here"}), vector(), ())
        assert hours in {one.hours for one in find_candidates(session, request(session, dora), viewer)}
    one = find_candidates(session, request(session, dora), viewer)[0]
    assert (one.thresholds, one.duplicate_of_id) == ((0.5, 0.25), 9)


@pytest.mark.parametrize(
    ("values", "seen", "floor"),
    [({}, {}, 10.0), ({}, {1: True}, 0.0), ({}, {1: False}, 10.0), ({}, {2: True}, 10.0),
     ({"state": HearingState.HEARD}, {}, 0.0), ({"state": HearingState.CLOSED}, {}, 0.0)],
)  # fmt: skip
def test_what_the_reader_has_seen_waits_for_others(
    values: dict[str, Any], seen: dict[int, bool], floor: float
) -> None:
    arrays = as_arrays([a_candidate(**values)], vector(), (), seen)
    assert arrays.floor.tolist() == [floor], "who was outside of its audience then may be asked again"
    assert arrays.seen.tolist() == [1 in seen]
    assert (arrays.shown.tolist(), arrays.heard.tolist(), arrays.author.tolist()) == ([4.0], [2.0], [3])


@pytest.mark.parametrize(
    ("values", "follows", "inside"),
    [
        ({"thresholds": (0.3, 0.1)}, (), True),
        ({"thresholds": (0.31, 0.1)}, (), False),
        ({"thresholds": (0.31, 0.1), "begun_at": NOON - 13 * HOUR, "qualified": 0}, (), True),
        ({"thresholds": (0.31,), "begun_at": NOON - 40 * HOUR, "qualified": 0}, (), False),
        ({"thresholds": (0.31, 0.1), "with_followers": True}, (7,), True),
        ({"thresholds": (0.31, 0.1), "with_followers": True}, (8,), False),
        ({"thresholds": (0.31, 0.1)}, (7,), False),
        ({"thresholds": (), "with_followers": True}, (7,), False),
    ],
)
def test_the_audience_is_who_fits_or_follows_and_grows_where_a_post_is_behind(
    values: dict[str, Any], follows: tuple[int, ...], inside: bool
) -> None:
    arrays = as_arrays([a_candidate(**values)], ReaderVector((), *_nothing(), {7: 1.0}), follows)
    assert arrays.fit.tolist() == [pytest.approx(0.3)]
    assert arrays.in_audience.tolist() == [inside]


def _nothing() -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(0, np.uint32), np.zeros(0, np.float32)


@pytest.mark.parametrize("exclusion", list(Exclusion))
def test_what_is_repeated_or_in_safeguarding_stands_on_its_board_alone(
    exclusion: Exclusion,
) -> None:
    arrays = as_arrays([a_candidate(exclusion=exclusion)], vector(), ())
    alone = {Exclusion.DUPLICATE, Exclusion.SAFEGUARDING}
    assert arrays.barred.tolist() == [exclusion in alone]


def test_ages_are_never_below_zero_and_answers_are_told_apart() -> None:
    arrays = as_arrays([a_candidate(begun_at=NOON + HOUR), a_candidate(is_starter=False)], vector(), ())
    assert arrays.age_h.tolist() == [0.0, 1.0]
    assert arrays.answers.tolist() == [False, True]
    assert len(as_arrays([], vector("sleep"), ())) == 0


def test_a_fit_is_words_against_words_and_how_dear_the_board_is() -> None:
    disliked = reader_vector_of(InterestProfile(disliked={"beer": 1.0}), ["sleep"], [7], 64, P.interests)
    texts = ["sleep", "beer", "trains", ""]
    fits = candidates.fits_of([encoded(text) for text in texts], [8, 8, 7, 9], disliked)
    assert fits.tolist() == pytest.approx([1.0, -P.interests.against, P.interests.board_prior, 0.0])


def test_likeness_is_told_among_the_chosen_in_their_order() -> None:
    among = likeness_among([encoded("sleep"), encoded("beer"), encoded("sleep")])
    assert among(np.array([2, 1, 0])).tolist() == pytest.approx(np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]]))
    assert among(np.array([], np.intp)).shape == (0, 0)


def test_one_answer_is_enough_for_a_post_to_yield_to_those_without() -> None:
    found = as_arrays([a_candidate(answerers=count) for count in (0, 1, 3)], vector(), ())
    assert found.answered.tolist() == [False, True, True]
