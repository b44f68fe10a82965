"""A new post is placed: who gets a floor, what shares one, and what is never surfaced."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import PostEdited
from fedconnect.foundation import database
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing, HearingState, PostVector, WordCounts
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.surfacing.hearing import lifecycle, scheduling
from fedconnect.surfacing.hearing.lifecycle import find_hearing
from fedconnect.surfacing.hearing.promise import Supply
from support.surfacing_rows import (
    DAY,
    HOUR,
    INSTANT,
    NOON,
    a_hearing,
    a_local_follow,
    a_reader_named,
    a_vector,
    stop_the_clock,
)
from support.unit import Unit, a_board, a_person, a_post, a_thread, add

CLOSED, OPEN, WAITING = HearingState.CLOSED, HearingState.OPEN, HearingState.WAITING


class Everywhere(dict[int, Supply]):
    """One supply for whatever board is asked for."""

    def __init__(self, *facts: float | None) -> None:
        super().__init__()
        self.supply = Supply(*facts)  # type: ignore[arg-type]

    def get(self, board_id: int, other: object = None) -> Supply:  # type: ignore[override]
        return self.supply


PLENTY = Everywhere(1e6, 1.0, 1000)
CARE = "Respite care for carers of people with dementia, who pays for a week at the seaside near home this summer"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


def asked(session: Session, author: Person | None, text: str = CARE, **values: Any) -> int:
    """A thread that waits for its hearing; return its post's id."""
    begun_at = values.pop("begun_at", NOON - HOUR)
    floor = {key: values.pop(key) for key in ("qualified", "person_id") if key in values}
    board = session.execute(select(Board)).scalars().first() or a_board(session)
    _, post = a_thread(session, board, author, title="", body_html=f"<p>{text}</p>", **values)
    a_hearing(session, post, WAITING, begun_at=begun_at, floor=0, thresholds="[]", **floor)
    return post.id


def hearing(post_id: int) -> Hearing:
    with database.read_transaction() as session:
        return session.execute(select(Hearing).where(Hearing.post_id == post_id)).scalar_one()


def vectors() -> set[int]:
    with database.read_transaction() as session:
        return set(session.execute(select(PostVector.post_id)).scalars())


def test_what_may_not_be_surfaced_is_closed_and_leaves_no_words(unit: Unit) -> None:
    with database.transaction() as session:
        shy = asked(session, a_person(session, "shy", asks_no_bots=True))
        held = asked(session, a_person(session, "ben"), state=PostState.HELD)
    scheduling.place_next(PLENTY)
    for post_id in (shy, held):
        assert (hearing(post_id).state, hearing(post_id).exclusion) == (CLOSED, Exclusion.AUTHOR)
    assert vectors() == set()


def test_a_post_opens_with_its_words_its_audience_and_its_boards_promise(unit: Unit) -> None:
    with database.transaction() as session:
        post_id = asked(session, a_person(session), hashtags="sleeplessness")
        board = session.execute(select(Board)).scalar_one()
        board.hearing_floor = 7
        for number in range(3):
            a_local_follow(session, a_reader_named(session, f"r{number}", "one.example"), board)
    assert scheduling.place_next(PLENTY) == 1
    placed = hearing(post_id)
    assert (placed.state, placed.floor, placed.is_first, placed.with_followers) == (OPEN, 7, True, True)
    assert json.loads(placed.thresholds) == [0.000001] * 4, (
        "of three readers a tenth is anybody, and it never gets fewer"
    )
    assert placed.domain_cap == 7, "all are of one domain, and it takes seven of them"
    with database.read_transaction() as session:
        vector = session.execute(select(PostVector)).scalar_one()
        assert {"respite", "dementia", "sleeplessness"} <= set(vector.words.split())
        assert session.execute(select(WordCounts.posts)).scalar_one() == 1
    assert scheduling.place_next(PLENTY) == 0


@pytest.mark.parametrize(
    ("supply", "floor"),
    [((None, 5, 100), 10), ((None, 5, 6), 1), ((160, 10, 100), 6), ((160, 12.5, 100), 4), ((100, 200, 100), 0),
     ((1e6, 1, 16), 4), ((1e6, 1, 100), 10)],
)  # fmt: skip
def test_what_is_promised_is_what_its_own_board_can_keep(
    unit: Unit, supply: tuple[float | None, float, float], floor: int
) -> None:
    with database.transaction() as session:
        post_id = asked(session, a_person(session))
    scheduling.place_next(Everywhere(*supply))
    assert (hearing(post_id).floor, hearing(post_id).state) == (floor, OPEN)


def test_of_two_boards_each_promises_what_its_own_readers_can_keep(unit: Unit) -> None:
    with database.transaction() as session:
        busy = a_board(session, "busy").id
        first = asked(session, a_person(session))
        quiet = a_board(session, "quiet")
        _, second = a_thread(session, quiet, a_person(session, "ben"), body_html="<p>Bread and butter</p>")
        a_hearing(session, second, WAITING, floor=0, thresholds="[]")
    scheduling.place_next({busy: Supply(1e6, 1, 100), quiet.id: Supply(10, 5, 100)})
    assert (hearing(first).floor, hearing(second.id).floor) == (10, 1)


def test_a_board_never_promises_more_than_its_moderators_set(unit: Unit) -> None:
    with database.transaction() as session:
        a_thread(session, a_board(session, hearing_floor=1), a_person(session, "ben"))
        post_id = asked(session, a_person(session))
    scheduling.place_next(PLENTY)
    assert hearing(post_id).floor == 1


def test_an_edited_post_that_has_what_was_promised_is_heard_at_once(unit: Unit) -> None:
    with database.transaction() as session:
        post_id = asked(session, a_person(session), qualified=10)
        less = asked(session, a_person(session, "ben"), "Beer tastes of hops and malt", qualified=9)
    scheduling.place_next(PLENTY)
    assert (hearing(post_id).state, hearing(post_id).ended_at) == (HearingState.HEARD, NOON)
    assert hearing(less).state is OPEN


def wrote_before(session: Session, author: Person) -> Person:
    """Somebody whose first post was long ago."""
    board = session.execute(select(Board)).scalars().first() or a_board(session)
    a_thread(session, board, author, received=NOON - 90 * DAY)
    return author


def test_what_says_the_same_shares_the_floor_of_the_first(unit: Unit) -> None:
    with database.transaction() as session:
        first = asked(session, a_person(session), begun_at=NOON - 3 * HOUR, received=NOON - 3 * HOUR)
        twin = asked(session, wrote_before(session, a_person(session, "ben")), CARE + " please")
        other = asked(session, a_person(session, "lea"), "Beer tastes of hops and malt")
    scheduling.place_next(PLENTY)
    assert (hearing(first).state, hearing(other).state) == (OPEN, OPEN)
    assert (hearing(twin).state, hearing(twin).exclusion) == (CLOSED, Exclusion.DUPLICATE)
    assert hearing(twin).duplicate_of_id == first
    assert twin in vectors(), "it still stands on its board's page"


def test_somebodys_first_post_repeats_nobody(unit: Unit) -> None:
    with database.transaction() as session:
        asked(session, a_person(session), begun_at=NOON - 3 * HOUR, received=NOON - 3 * HOUR)
        same = asked(session, a_person(session, "ben"), CARE)
    scheduling.place_next(PLENTY)
    assert (hearing(same).state, hearing(same).duplicate_of_id) == (OPEN, None)


def test_whoever_copies_a_post_and_is_placed_first_takes_nothing_from_it(unit: Unit) -> None:
    with database.transaction() as session:
        original = asked(
            session, wrote_before(session, a_person(session)), begun_at=NOON - HOUR, received=NOON - 2 * HOUR
        )
        copy = asked(
            session, wrote_before(session, a_person(session, "mallory")), CARE + " now",
            begun_at=NOON - 2 * HOUR, received=NOON - HOUR,
        )  # fmt: skip
    scheduling.place_next(PLENTY)
    assert hearing(original).state is OPEN
    with database.transaction() as session:
        session.execute(select(Hearing).where(Hearing.post_id == original)).scalar_one().move(WAITING)
    scheduling.place_next(PLENTY)
    assert hearing(original).state is OPEN, "a typo mended does not make it the copy of its copy"
    assert hearing(copy).post_id == copy


def test_copies_beyond_the_quota_are_copies_and_stand_on_nobodys_page(unit: Unit) -> None:
    with database.transaction() as session:
        ana = wrote_before(session, a_person(session))
        posts = [
            asked(session, ana, text, begun_at=NOON - hours * HOUR, received=NOON - hours * HOUR)
            for hours, text in ((5, CARE), (4, "bread and butter"), (3, CARE + " now"))
        ]
    scheduling.place_next(PLENTY)
    assert [hearing(one).exclusion for one in posts] == [Exclusion.NONE, Exclusion.NONE, Exclusion.DUPLICATE]


@pytest.mark.parametrize(("age", "repeats"), [(7 * DAY - INSTANT, True), (7 * DAY, False)])
def test_what_says_the_same_as_a_week_ago_is_heard(unit: Unit, age: timedelta, repeats: bool) -> None:
    with database.transaction() as session:
        _, old = a_thread(session, a_board(session), a_person(session, "ben"))
        a_vector(session, old, CARE, since=NOON - age)
        post_id = asked(session, wrote_before(session, a_person(session)))
    scheduling.place_next(PLENTY)
    assert (hearing(post_id).exclusion is Exclusion.DUPLICATE) is repeats


@pytest.mark.parametrize(
    ("is_own", "state", "answerers", "repeats"),
    [
        (True, HearingState.MISSED, 0, False), (True, HearingState.MISSED, 1, True), (True, HearingState.HEARD, 0, True),
        (True, OPEN, 0, True), (False, HearingState.MISSED, 0, True),
    ],
)  # fmt: skip
def test_who_asks_again_what_nobody_heard_is_heard(
    unit: Unit, is_own: bool, state: HearingState, answerers: int, repeats: bool
) -> None:
    with database.transaction() as session:
        ana, ben = wrote_before(session, a_person(session)), a_person(session, "ben")
        board = session.execute(select(Board)).scalar_one()
        _, old = a_thread(session, board, ana if is_own else ben, received=NOON - 3 * DAY)
        a_vector(session, old, CARE, since=NOON - 3 * DAY)
        a_hearing(session, old, state, begun_at=NOON - 3 * DAY, answerers=answerers)
        post_id = asked(session, ana)
    scheduling.place_next(PLENTY)
    assert (hearing(post_id).exclusion is Exclusion.DUPLICATE) is repeats


def test_an_edit_changes_neither_the_promise_nor_whether_there_is_one(unit: Unit) -> None:
    with database.transaction() as session:
        ana = wrote_before(session, a_person(session))
        posts = [
            asked(session, ana, text, begun_at=NOON - hours * HOUR, received=NOON - hours * HOUR)
            for hours, text in (
                (5, "bread and butter"),
                (4, "sheds and allotments"),
                (3, "trains to the coast"),
            )
        ]
    scheduling.place_next(PLENTY)
    assert [hearing(one).exclusion for one in posts] == [Exclusion.NONE, Exclusion.NONE, Exclusion.QUOTA]
    with database.transaction() as session:
        session.execute(select(Hearing).where(Hearing.post_id == posts[0])).scalar_one().move(WAITING)
    scheduling.place_next(Everywhere(100, 20, 100))
    assert (hearing(posts[0]).state, hearing(posts[0]).floor) == (OPEN, 10), (
        "its promise was told to its author"
    )


def test_an_answer_is_promised_one_where_a_question_is_promised_ten(unit: Unit) -> None:
    with database.transaction() as session:
        question, answer = (
            asked(session, a_person(session)),
            asked(session, a_person(session, "ben"), "sheds"),
        )
        session.execute(select(Hearing).where(Hearing.post_id == answer)).scalar_one().is_starter = False
    scheduling.place_next(PLENTY)
    assert (hearing(question).floor, hearing(answer).floor) == (10, 1)


def test_a_post_that_was_moved_is_promised_what_its_new_board_can_keep(unit: Unit) -> None:
    with database.transaction() as session:
        post_id = asked(session, a_person(session))
        one = session.execute(select(Hearing)).scalar_one()
        one.thresholds, one.floor = "[0.3]", 0
    scheduling.place_next(Everywhere(180, 20, 100))
    assert (hearing(post_id).floor, hearing(post_id).state) == (3, OPEN)


@pytest.mark.parametrize(("waited", "later"), [(timedelta(minutes=10), False), (timedelta(minutes=11), True)])
def test_what_waited_because_no_worker_came_has_its_whole_time_before_it(
    unit: Unit, waited: timedelta, later: bool
) -> None:
    with database.transaction() as session:
        post_id = asked(session, a_person(session), begun_at=NOON - waited)
    ends_at = hearing(post_id).ends_at
    scheduling.place_next(PLENTY)
    assert hearing(post_id).ends_at - ends_at == (waited if later else timedelta(0))


def test_an_edited_post_is_no_duplicate_of_itself_and_its_words_are_the_new_ones(unit: Unit) -> None:
    with database.transaction() as session:
        post_id = asked(session, a_person(session), "Beer tastes of hops and malt")
    scheduling.place_next(PLENTY)
    for text in ("Beer tastes of hops and malt", "Bread and butter"):
        with database.transaction() as session:
            session.execute(select(Hearing)).scalar_one().move(WAITING)
            session.get_one(Post, post_id).body_html = f"<p>{text}</p>"
        scheduling.place_next(PLENTY)
        assert hearing(post_id).state is OPEN
    with database.read_transaction() as session:
        assert session.execute(select(PostVector)).scalar_one().words.split() == ["bread", "butter"]


@pytest.mark.parametrize("ended", [HearingState.HEARD, HearingState.MISSED])
def test_a_post_that_is_edited_after_its_hearing_is_known_by_its_new_words(
    unit: Unit, ended: HearingState
) -> None:
    with database.transaction() as session:
        post_id = asked(session, a_person(session), "Beer tastes of hops and malt")
    scheduling.place_next(PLENTY)
    with database.transaction() as session:
        session.execute(select(Hearing)).scalar_one().move(ended)
        post = session.get_one(Post, post_id)
        post.body_html = "<p>Bread and butter</p>"
        session.flush()
        lifecycle.place_again(session, PostEdited(post_id, post.thread_id, post.board_id))
    assert lifecycle.is_due()
    assert scheduling.encode_edited() == 1
    assert scheduling.encode_edited() == 0
    assert not lifecycle.is_due()
    assert hearing(post_id).state is ended
    with database.read_transaction() as session:
        assert session.execute(select(PostVector)).scalar_one().words.split() == ["bread", "butter"]


def test_the_third_post_of_a_day_waits_on_its_board(unit: Unit) -> None:
    words = ("bread and butter", "sheds and allotments", "trains to the coast", "beer and hops")
    begun = (NOON - 2 * DAY, NOON - DAY + HOUR, NOON - 2 * HOUR, NOON - HOUR)
    with database.transaction() as session:
        ana = a_person(session)
        a_board(session)
        posts = [
            asked(session, ana, text, begun_at=at, received=at) for text, at in zip(words, begun, strict=True)
        ]
    scheduling.place_next(PLENTY)
    assert [hearing(one).state for one in posts] == [OPEN, OPEN, OPEN, CLOSED]
    assert hearing(posts[3]).exclusion is Exclusion.QUOTA
    assert [hearing(one).is_first for one in posts] == [True, False, False, False]
    assert vectors() == set(posts)


def test_what_was_left_out_spends_nothing_of_the_quota(unit: Unit) -> None:
    with database.transaction() as session:
        ana = a_person(session)
        posts = [
            asked(session, ana, text, received=NOON - hours * HOUR)
            for hours, text in (
                (7, "bread and butter"),
                (6, "sheds and allotments"),
                (5, "trains to the coast"),
            )
        ]
        for one in session.execute(select(Hearing).where(Hearing.post_id.in_(posts[:2]))).scalars():
            one.state, one.exclusion = CLOSED, Exclusion.WITHDRAWN
    scheduling.place_next(PLENTY)
    assert (hearing(posts[2]).state, hearing(posts[2]).is_first) == (OPEN, False)


def test_questions_without_a_name_have_no_quota(unit: Unit) -> None:
    with database.transaction() as session:
        posts = [asked(session, None, text) for text in ("bread", "sheds", "trains", "beer")]
    scheduling.place_next(PLENTY)
    assert {hearing(one).state for one in posts} == {OPEN}


def test_fifty_at_most_are_placed_at_once_the_longest_waiting_first(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduling, "BATCH", 2)
    with database.transaction() as session:
        late, first, second = (
            asked(
                session,
                a_person(session, f"p{hours}"),
                f"word{hours} other{hours}",
                begun_at=NOON - hours * HOUR,
            )
            for hours in (1, 3, 2)
        )
    assert scheduling.place_next(PLENTY) == 2
    assert [hearing(one).state for one in (first, second, late)] == [OPEN, OPEN, WAITING]


def test_a_hearing_is_missed_when_its_time_is_over_and_not_before(unit: Unit) -> None:
    ends = {"over": NOON, "soon": NOON + INSTANT, "heard": NOON - DAY, "waits": NOON - DAY}
    states = {"heard": HearingState.HEARD, "waits": WAITING}
    with database.transaction() as session:
        board = a_board(session)
        posts = {name: a_thread(session, board, a_person(session, name))[1] for name in ends}
        for name, post in posts.items():
            a_hearing(session, post, states.get(name, OPEN), ends_at=ends[name], domains='{"x": 1}')
    scheduling.end_overdue()
    found = {name: hearing(post.id) for name, post in posts.items()}
    assert {name: one.state for name, one in found.items()} == {
        "over": HearingState.MISSED, "soon": OPEN, "heard": HearingState.HEARD, "waits": WAITING,
    }  # fmt: skip
    assert (found["over"].ended_at, found["over"].domains) == (NOON, "")
    assert found["soon"].domains != ""


def test_whoever_was_answered_by_one_person_was_answered_when_its_time_is_over(unit: Unit) -> None:
    with database.transaction() as session:
        thread, post = a_thread(session, a_board(session), a_person(session))
        a_hearing(session, post, ends_at=NOON, answerers=1)
        a_post(session, thread, a_person(session, "ben"))
    scheduling.end_overdue()
    assert (hearing(post.id).state, hearing(post.id).ended_at) == (HearingState.ANSWERED, NOON)


def test_whoever_is_silenced_by_the_end_has_answered_nobody(unit: Unit) -> None:
    with database.transaction() as session:
        thread, post = a_thread(session, a_board(session), a_person(session))
        a_hearing(session, post, ends_at=NOON, answerers=1)
        a_post(session, thread, a_person(session, "ben", "loud.example"))
        add(session, Instance(host="loud.example", policy=Policy.SILENCED))
    scheduling.end_overdue()
    assert (hearing(post.id).state, hearing(post.id).answerers) == (HearingState.MISSED, 0)


@pytest.mark.parametrize(
    ("age", "heard"),
    [(12 * HOUR - INSTANT, 0), (12 * HOUR, 1), (72 * HOUR, 1), (72 * HOUR + INSTANT, 0)],
)
def test_an_answer_is_heard_where_nobody_replied_for_twelve_hours(
    unit: Unit, age: timedelta, heard: int
) -> None:
    with database.transaction() as session:
        thread, _ = a_thread(session, a_board(session), a_person(session), received=NOON - 13 * HOUR)
        post = a_post(session, thread, a_person(session, "ben"), received=NOON - age)
    assert scheduling.hear_unanswered_replies() == heard
    assert scheduling.hear_unanswered_replies() == 0, "once"
    if heard:
        one = hearing(post.id)
        assert (one.state, one.is_starter, one.begun_at) == (WAITING, False, NOON)
    assert unit.jobs == ["hearings"] * heard


def test_answers_from_a_silenced_server_are_brought_to_nobody(unit: Unit) -> None:
    then = {"received": NOON - 13 * HOUR}
    with database.transaction() as session:
        add(session, Instance(host="loud.example", policy=Policy.SILENCED))
        thread, _ = a_thread(session, a_board(session), a_person(session), **then)
        loud = a_post(session, thread, a_person(session, "ben", "loud.example"), **then)
        calm = a_post(session, thread, a_person(session, "lea"), **then)
    assert scheduling.hear_unanswered_replies() == 1
    assert hearing(calm.id).state is WAITING
    with database.read_transaction() as session:
        assert find_hearing(session, loud.id) is None


def test_an_answer_that_was_replied_to_or_may_not_be_surfaced_is_not_heard(unit: Unit) -> None:
    then = {"received": NOON - 13 * HOUR}
    with database.transaction() as session:
        thread, _ = a_thread(session, a_board(session), a_person(session), **then)
        answered = a_post(session, thread, a_person(session, "ben"), **then)
        a_post(session, thread, a_person(session, "lea"), parent_id=answered.id)
        a_post(session, thread, a_person(session, "shy", asks_no_bots=True), **then)
        a_post(session, thread, a_person(session, "mia"), state=PostState.REMOVED, **then)
        a_post(session, thread, a_person(session, "zoe"), is_addressed=False, **then)
    assert scheduling.hear_unanswered_replies() == 0
