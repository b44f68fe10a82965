"""A reader who asks: what they told us, what was passed on to them, and which matches still count."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy.orm import Session

from fedconnect.models.board import Board, Follow
from fedconnect.models.passed_on import PassedOn
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.profile import ReaderMatches
from fedconnect.models.reader import Reader
from fedconnect.surfacing.profile.feed_request import FeedRequest
from fedconnect.surfacing.profile.viewer import PassedOnBy, Viewer, load_viewer, read_preferences
from support.surfacing_rows import (
    DAY,
    INSTANT,
    NOON,
    a_local_follow,
    a_profile,
    a_reader_named,
    a_topic,
    stop_the_clock,
)
from support.unit import a_board, a_person, a_thread, add


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.fixture
def dora(session: Session) -> Reader:
    return a_reader_named(session, "dora")


def asks(session: Session, reader: Reader) -> FeedRequest:
    return FeedRequest(reader.id, reader.person_id, session.get_one(Person, reader.person_id).handle)


def viewer(session: Session, reader: Reader) -> Viewer:
    request = asks(session, reader)
    return load_viewer(session, request, read_preferences(session, request))


def passed(session: Session, post: Post, by: Reader, **values: object) -> None:
    known = {
        "post_id": post.id,
        "by_person_id": by.person_id,
        "sentence": "For you: look\nhere",
        "at": NOON - DAY,
    }
    add(session, PassedOn(**{**known, **values}))


def test_a_reader_is_told_what_is_theirs_and_nobody_elses(session: Session, dora: Reader) -> None:
    eve = a_reader_named(session, "eve")
    here, home, both, theirs = (a_board(session, slug) for slug in ("here", "home", "both", "theirs"))
    for topic in ("sleep", "bread"):
        a_topic(session, dora, topic)
    a_topic(session, eve, "beer")
    for reader, board in ((dora, here), (dora, both), (eve, theirs)):
        a_local_follow(session, reader, board)
    for reader, board in ((dora, home), (dora, both), (eve, theirs)):
        uri = f"https://readers.example/{reader.id}/{board.id}"
        add(session, Follow(board_id=board.id, person_id=reader.person_id, uri=uri, since=NOON))
    told = read_preferences(session, asks(session, dora))
    assert told.topics == ("bread", "sleep")
    assert set(told.follows) == {here.id, home.id, both.id}
    assert (told.follows[here.id], told.follows[home.id]) == ("here", "home")
    assert told.passed_on == {}


def test_what_is_passed_on_reaches_whom_it_is_for_for_a_week(session: Session, dora: Reader) -> None:
    eve = a_reader_named(session, "eve", "far.example")
    followed, other = a_board(session), a_board(session, "other")
    a_local_follow(session, dora, followed)
    ana = a_person(session)
    posts = [a_thread(session, other, ana)[1] for _ in range(5)]
    passed(session, posts[0], eve, to_person_id=dora.person_id)
    passed(session, posts[1], eve, to_board_id=followed.id, at=NOON - 7 * DAY + INSTANT)
    passed(session, posts[2], eve, to_board_id=other.id)
    passed(session, posts[3], dora, to_person_id=eve.person_id)
    passed(session, posts[4], eve, to_person_id=dora.person_id, at=NOON - 7 * DAY)
    told = read_preferences(session, asks(session, dora))
    assert told.passed_on == {
        posts[0].id: PassedOnBy("@eve@far.example", "For you: look\nhere", NOON - DAY),
        posts[1].id: PassedOnBy("@eve@far.example", "For you: look\nhere", NOON - 7 * DAY + INSTANT),
    }


def a_match(session: Session, reader: Reader, epoch: int) -> None:
    packed = np.array([5, 2**62], "<i8").tobytes()
    add(session, ReaderMatches(reader_id=reader.id, epoch=epoch, packed=packed, at=NOON))


@pytest.mark.parametrize(
    ("profile", "epoch", "counts"),
    [
        (None, 0, True), (None, 1, False), ({"epoch": 2}, 2, True), ({"epoch": 2}, 1, False),
        ({"is_personal": False}, 0, False), ({"learns": None}, 0, True),
    ],
)  # fmt: skip
def test_matches_of_before_a_reset_or_without_a_choice_for_them_do_not_count(
    session: Session, dora: Reader, profile: dict[str, object] | None, epoch: int, counts: bool
) -> None:
    if profile is not None:
        a_profile(session, dora, **profile)
    a_match(session, dora, epoch)
    a_match(session, a_reader_named(session, "eve"), epoch)
    assert viewer(session, dora).matched == ((5, 2**62) if counts else ())


def test_whoever_wants_nothing_chosen_is_matched_by_their_boards_alone(
    session: Session, dora: Reader
) -> None:
    board: Board = a_board(session)
    a_profile(session, dora, is_personal=False, liked='{"bread": 1.0}')
    a_topic(session, dora, "sleep")
    a_local_follow(session, dora, board)
    found = viewer(session, dora)
    assert found.reader_vector.words == ()
    assert found.reader_vector.boards == {board.id: 1.0}
    assert found.told.topics == ("sleep",), "they still stand on their page"


def test_without_a_yes_only_what_was_said_counts(session: Session, dora: Reader) -> None:
    a_profile(session, dora, learns=False, liked='{"bread": 1.0}')
    a_topic(session, dora, "sleep")
    assert viewer(session, dora).reader_vector.words == ("sleep",)
