"""When a post waits for its hearing, who ends one, and what begins anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect import events
from fedconnect.events import PostEdited, PostPublished, PostSafeguarded, PostWithdrawn
from fedconnect.foundation import database
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing, HearingState, PostVector
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.post import Post
from fedconnect.surfacing.encoder import Encoding
from fedconnect.surfacing.hearing import lifecycle
from support.surfacing_rows import DAY, HOUR, INSTANT, NOON, a_hearing, a_vector, encoded, stop_the_clock
from support.unit import Unit, a_board, a_person, a_post, a_thread, add

CLOSED, OPEN, WAITING = HearingState.CLOSED, HearingState.OPEN, HearingState.WAITING


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session, hearing_hours=24)


def published(post: Post, **values: Any) -> PostPublished:
    return PostPublished(post.id, post.thread_id, post.board_id, post.is_starter, **values)


def withdrawn(post: Post) -> PostWithdrawn:
    return PostWithdrawn(post.id, post.thread_id, post.board_id, post.is_starter)


def edited(post: Post) -> PostEdited:
    return PostEdited(post.id, post.thread_id, post.board_id)


def bells(session: Session) -> set[str]:
    rung: set[str] = session.info.pop("bells", set())
    return rung


def test_what_does_not_name_the_board_has_no_hearing(session: Session, board: Board) -> None:
    _, post = a_thread(session, board, a_person(session), is_addressed=False)
    lifecycle.request_hearing(session, published(post))
    assert lifecycle.find_hearing(session, post.id) is None
    assert bells(session) == set()


def test_a_silenced_servers_people_are_brought_to_nobody_and_a_limited_ones_are(
    session: Session, board: Board
) -> None:
    add(session, Instance(host="loud.example", policy=Policy.SILENCED))
    add(session, Instance(host="slow.example", policy=Policy.LIMITED))
    _, silenced = a_thread(session, board, a_person(session, "ana", "loud.example"))
    _, limited = a_thread(session, board, a_person(session, "ben", "slow.example"))
    for post in (silenced, limited):
        lifecycle.request_hearing(session, published(post))
    assert lifecycle.find_hearing(session, silenced.id) is None
    assert lifecycle.find_hearing(session, limited.id) is not None


def test_of_a_boards_own_words_only_what_it_asks_for_somebody_waits_for_answers(
    session: Session, board: Board
) -> None:
    _, welcome = a_thread(session, board)
    _, asked = a_thread(session, board, thread_is_anonymous=True)
    for post in (welcome, asked):
        lifecycle.request_hearing(session, published(post))
    assert lifecycle.find_hearing(session, welcome.id) is None
    assert lifecycle.find_hearing(session, asked.id) is not None


def test_a_new_thread_waits_from_now_on_for_as_long_as_its_board_says(session: Session, board: Board) -> None:
    ana = a_person(session)
    thread, post = a_thread(session, board, ana)
    lifecycle.request_hearing(session, published(post))
    one = lifecycle.find_hearing(session, post.id)
    assert one is not None
    assert (one.state, one.exclusion, one.is_starter) == (WAITING, Exclusion.NONE, True)
    assert (one.begun_at, one.ends_at) == (NOON, NOON + DAY)
    assert (one.person_id, one.thread_id, one.board_id) == (ana.id, thread.id, board.id)
    assert bells(session) == {"hearings"}


def test_a_post_that_is_told_twice_has_one_hearing(session: Session, board: Board) -> None:
    _, post = a_thread(session, board, a_person(session))
    lifecycle.begin(session, post, is_starter=True, begun_at=NOON)
    lifecycle.begin(session, post, is_starter=True, begun_at=NOON + HOUR)
    lifecycle.request_hearing(session, published(post))
    (one,) = session.execute(select(Hearing)).scalars()
    assert one.begun_at == NOON


@pytest.mark.parametrize(
    "exclusion", [Exclusion.QUOTA, Exclusion.DUPLICATE, Exclusion.AUTHOR, Exclusion.SAFEGUARDING]
)
def test_what_was_left_out_for_another_reason_does_not_begin_again_by_being_told_anew(
    session: Session, board: Board, exclusion: Exclusion
) -> None:
    _, post = a_thread(session, board, a_person(session))
    one = a_hearing(session, post, CLOSED, exclusion=exclusion)
    lifecycle.request_hearing(session, published(post))
    assert (one.state, one.exclusion) == (CLOSED, exclusion)


def test_what_is_back_has_all_of_its_time_before_it(session: Session, board: Board) -> None:
    _, post = a_thread(session, board, a_person(session))
    one = a_hearing(
        session, post, CLOSED, exclusion=Exclusion.WITHDRAWN, begun_at=NOON - 3 * DAY, ended_at=NOON - DAY,
        duplicate_of_id=7,
    )  # fmt: skip
    lifecycle.request_hearing(session, published(post))
    assert (one.state, one.exclusion, one.ended_at, one.duplicate_of_id) == (
        WAITING,
        Exclusion.NONE,
        None,
        None,
    )
    assert (one.begun_at, one.ends_at) == (NOON, NOON + DAY)
    assert bells(session) == {"hearings"}


def test_moved_to_another_board_only_those_are_heard_who_let_themselves_be_found(
    session: Session, board: Board
) -> None:
    posts = [
        a_thread(session, board, a_person(session, "shy", indexable=False))[1],
        a_thread(session, board, a_person(session, "open", indexable=True))[1],
        a_thread(session, board, thread_is_anonymous=True)[1],
    ]
    for post in posts:
        a_hearing(session, post, CLOSED, exclusion=Exclusion.WITHDRAWN)
        lifecycle.request_hearing(session, published(post, was_moved=True))
    found = [lifecycle.find_hearing(session, post.id) for post in posts]
    assert [one is not None and one.state for one in found] == [CLOSED, WAITING, CLOSED]


def test_an_answer_has_no_hearing_at_once(session: Session, board: Board) -> None:
    thread, _ = a_thread(session, board, a_person(session))
    post = a_post(session, thread, a_person(session, "ben"))
    lifecycle.request_hearing(session, published(post))
    assert lifecycle.find_hearing(session, post.id) is None


@pytest.mark.parametrize("state", list(HearingState))
def test_only_a_running_hearing_waits_again_after_an_edit(
    session: Session, board: Board, state: HearingState
) -> None:
    _, post = a_thread(session, board, a_person(session))
    one = a_hearing(session, post, state, qualified=4)
    lifecycle.place_again(session, edited(post))
    assert one.state is (WAITING if state is OPEN else state)
    assert (one.qualified, one.begun_at) == (4, NOON - HOUR)
    assert bells(session) == ({"hearings"} if state is OPEN else set())


@pytest.mark.parametrize("state", list(HearingState))
def test_words_that_were_edited_away_are_kept_nowhere(
    session: Session, board: Board, state: HearingState
) -> None:
    _, post = a_thread(session, board, a_person(session), title="The town", body_html="<p>It rains</p>")
    _, other = a_thread(session, board, a_person(session, "ben"))
    a_hearing(session, post, state)
    vector = a_vector(session, post, "my address in the old town")
    a_vector(session, other, "bread and butter")
    lifecycle.place_again(session, edited(post))
    session.flush()
    words = {one.post_id: one.words for one in session.execute(select(PostVector)).scalars()}
    assert words == {post.id: "town", other.id: "bread butter"}
    left = Encoding.unpack(vector.packed, vector.words.split(), vector.simhash)
    assert left.telling == encoded("town").telling
    assert left.simhash == encoded("town").simhash


@pytest.mark.parametrize("state", list(HearingState))
def test_a_post_that_is_edited_after_its_hearing_is_encoded_anew(
    session: Session, board: Board, state: HearingState
) -> None:
    _, post = a_thread(session, board, a_person(session))
    one, vector = a_hearing(session, post, state), a_vector(session, post, "bread")
    lifecycle.place_again(session, edited(post))
    session.refresh(vector)
    assert vector.is_outdated is (state not in {OPEN, WAITING}), "those are placed again anyway"
    assert bells(session) == ({"hearings"} if state is not WAITING else set())
    assert one.state is (WAITING if state is OPEN else state)


def test_an_edit_of_what_was_never_heard_is_nothing(session: Session, board: Board) -> None:
    _, post = a_thread(session, board, a_person(session))
    lifecycle.place_again(session, edited(post))
    lifecycle.close_withdrawn(session, withdrawn(post))
    assert session.execute(select(Hearing)).first() is None


@pytest.mark.parametrize("state", list(HearingState))
def test_what_is_withdrawn_is_closed_and_leaves_no_words(
    session: Session, board: Board, state: HearingState
) -> None:
    _, post = a_thread(session, board, a_person(session))
    _, other = a_thread(session, board, a_person(session, "ben"))
    one = a_hearing(session, post, state)
    a_vector(session, post, "grief and silence")
    a_vector(session, other, "bread and butter")
    lifecycle.close_withdrawn(session, withdrawn(post))
    session.flush()
    assert (one.state, one.exclusion, one.ended_at) == (CLOSED, Exclusion.WITHDRAWN, NOON)
    assert [vector.post_id for vector in session.execute(select(PostVector)).scalars()] == [other.id]


def test_safeguarding_outlasts_a_removal_that_is_taken_back(session: Session, board: Board) -> None:
    _, post = a_thread(session, board, a_person(session))
    a_hearing(session, post, CLOSED, exclusion=Exclusion.SAFEGUARDING)
    lifecycle.close_withdrawn(session, withdrawn(post))
    lifecycle.request_hearing(session, published(post))
    assert lifecycle.is_safeguarded(session, post.id)


def test_what_repeated_a_post_that_is_gone_is_heard_in_its_own_right(session: Session, board: Board) -> None:
    _, post = a_thread(session, board, a_person(session))
    a_hearing(session, post)
    states = {}
    for name, of, exclusion in (
        ("twin", post.id, Exclusion.DUPLICATE),
        ("gone", post.id, Exclusion.WITHDRAWN),
        ("other", post.id + 1, Exclusion.DUPLICATE),
    ):
        _, repeated = a_thread(session, board, a_person(session, name))
        states[name] = a_hearing(session, repeated, CLOSED, exclusion=exclusion, duplicate_of_id=of)
    lifecycle.close_withdrawn(session, withdrawn(post))
    assert {name: one.state for name, one in states.items()} == {
        "twin": WAITING,
        "gone": CLOSED,
        "other": CLOSED,
    }
    assert states["twin"].duplicate_of_id is None


@pytest.mark.parametrize("state", list(HearingState))
def test_safeguarding_closes_any_hearing_and_asks_listeners_anew(
    session: Session, board: Board, state: HearingState
) -> None:
    _, post = a_thread(session, board, a_person(session))
    one = a_hearing(session, post, state, asked_listeners_at=NOON - HOUR)
    lifecycle.safeguard(session, post)
    assert (one.state, one.exclusion, one.asked_listeners_at) == (CLOSED, Exclusion.SAFEGUARDING, None)
    assert events.take(session) == [PostSafeguarded(post.id, post.thread_id, board.id)]
    assert bells(session) == {"hearings"}


def test_safeguarding_reaches_an_answer_that_had_no_hearing_and_ends_when_it_is_taken_back(
    session: Session, board: Board
) -> None:
    thread, _ = a_thread(session, board, a_person(session))
    post = a_post(session, thread, a_person(session, "ben"))
    lifecycle.end_safeguarding(session, post)
    assert lifecycle.find_hearing(session, post.id) is None
    lifecycle.safeguard(session, post)
    assert lifecycle.is_safeguarded(session, post.id)
    lifecycle.end_safeguarding(session, post)
    one = lifecycle.find_hearing(session, post.id)
    assert one is not None
    assert (one.state, one.exclusion, one.is_starter) == (WAITING, Exclusion.NONE, False)
    assert not lifecycle.is_safeguarded(session, post.id)


def test_the_end_of_safeguarding_brings_nothing_back_that_is_closed_for_another_reason(
    session: Session, board: Board
) -> None:
    _, post = a_thread(session, board, a_person(session))
    one = a_hearing(session, post, CLOSED, exclusion=Exclusion.AUTHOR)
    lifecycle.end_safeguarding(session, post)
    assert (one.state, one.exclusion) == (CLOSED, Exclusion.AUTHOR)


@pytest.mark.parametrize(
    ("state", "left", "due"),
    [(WAITING, DAY, True), (OPEN, INSTANT, False), (OPEN, timedelta(), True), (HearingState.HEARD, -DAY, False),
     (HearingState.MISSED, -DAY, False), (CLOSED, -DAY, False)],
)  # fmt: skip
def test_there_is_something_to_do_where_a_post_waits_or_its_time_is_over(
    unit: Unit, state: HearingState, left: timedelta, due: bool
) -> None:
    with database.transaction() as session:
        _, post = a_thread(session, a_board(session), a_person(session))
        a_hearing(session, post, state, ends_at=NOON + left)
    assert lifecycle.is_due() is due


def test_words_are_kept_for_fourteen_days_and_no_longer(session: Session, board: Board) -> None:
    kept, old = (a_thread(session, board, a_person(session, name))[1] for name in ("ana", "ben"))
    a_vector(session, kept, "sleep", since=NOON - 14 * DAY)
    gone = a_vector(session, old, "sleep", since=NOON - 14 * DAY - INSTANT)
    assert lifecycle.stale_vectors(NOON).some(session, 10) == [gone.id]
