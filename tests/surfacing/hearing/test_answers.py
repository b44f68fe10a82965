"""Which answers count, and when they end a hearing before its time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import CaseReported, DecisionMade, LikeChanged, PostPublished, PostWithdrawn
from fedconnect.foundation import ids
from fedconnect.models.board import Board
from fedconnect.models.case import CaseKind, CaseState
from fedconnect.models.decision import DecisionKind
from fedconnect.models.hearing import Hearing, HearingState
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.listener import KeptAway
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState, Reaction, ReactionKind
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.models.thread import Thread
from fedconnect.surfacing.hearing import answers
from support.forum_rows import a_case, a_decision
from support.surfacing_rows import DAY, HOUR, NOON, a_hearing, stop_the_clock
from support.unit import a_board, a_person, a_post, a_reader, a_thread, add

CLOSED, OPEN, WAITING = HearingState.CLOSED, HearingState.OPEN, HearingState.WAITING


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session, hearing_hours=24)


def published(post: Post) -> PostPublished:
    return PostPublished(post.id, post.thread_id, post.board_id, post.is_starter)


def withdrawn(post: Post) -> PostWithdrawn:
    return PostWithdrawn(post.id, post.thread_id, post.board_id, post.is_starter)


def bells(session: Session) -> set[str]:
    rung: set[str] = session.info.pop("bells", set())
    return rung


def answer(session: Session, thread: Thread, name: str, **values: Any) -> Post:
    """Somebody answers, and the room is told."""
    post = a_post(session, thread, a_person(session, name), **values)
    answers.note_published(session, published(post))
    return post


def met(
    session: Session, name: str, ago: timedelta = 2 * DAY, host: str = "home.example", **values: Any
) -> Person:
    """Somebody whom this installation has known for so long."""
    return a_person(session, name, host, id=ids.first_id_at(NOON - ago) + len(name), **values)


def answered_by(session: Session, thread: Thread, *people: Person | None, **values: Any) -> None:
    for person in people:
        more = a_post(session, thread, person, **values)
        answers.note_published(session, published(more))


def test_three_other_people_end_a_hearing_and_nobody_counts_twice(session: Session, board: Board) -> None:
    ana = a_person(session)
    thread, post = a_thread(session, board, ana)
    one = a_hearing(session, post, domains='{"x": 1}')
    ben, first = met(session, "ben"), NOON - 5 * HOUR
    a_post(session, thread, ben, received=first)
    answered_by(session, thread, ben, ana, None)  # the same again, the author's own, the board's own
    answer(session, thread, "held", state=PostState.HELD)
    answered_by(session, thread, met(session, "lea-anna"))
    assert (one.answerers, one.state, one.first_answer_at) == (2, OPEN, first)
    answered_by(session, thread, met(session, "mia-m", host="far.example"))
    assert (one.answerers, one.state, one.ended_at) == (3, HearingState.ANSWERED, NOON)
    assert one.domains == "", "where its readers live is forgotten at its end"


def test_accounts_of_today_or_of_one_domain_end_nobodys_hearing(session: Session, board: Board) -> None:
    thread, post = a_thread(session, board, a_person(session))
    one = a_hearing(session, post)
    answered_by(session, thread, *(met(session, "x" * n, HOUR, f"h{n}.example") for n in range(3, 9)))
    assert (one.answerers, one.state) == (6, OPEN), "they are counted, and it goes on"
    answered_by(session, thread, *(met(session, "y" * n) for n in range(9, 12)))
    assert (one.answerers, one.state) == (9, OPEN)
    answered_by(session, thread, met(session, "z" * 12, host="far.example"))
    assert one.state is HearingState.ANSWERED


@pytest.mark.parametrize("kind", ["Service", "Application", "Group"])
def test_what_a_machine_says_is_no_answer(session: Session, board: Board, kind: str) -> None:
    thread, post = a_thread(session, board, a_person(session))
    one = a_hearing(session, post)
    answered_by(session, thread, met(session, "bot", kind=kind))
    assert (one.answerers, one.first_answer_at) == (0, None)


def test_what_a_silenced_servers_people_say_is_no_answer(session: Session, board: Board) -> None:
    thread, post = a_thread(session, board, a_person(session))
    one = a_hearing(session, post)
    add(session, Instance(host="loud.example", policy=Policy.SILENCED))
    answered_by(session, thread, met(session, "lou", host="loud.example"))
    assert one.answerers == 0


def removed(session: Session, post: Post) -> None:
    post.state = PostState.REMOVED
    answers.note_withdrawn(session, withdrawn(post))


@pytest.mark.parametrize(
    ("left", "states"),
    [
        (HOUR, [OPEN, OPEN]),
        (timedelta(0), [HearingState.ANSWERED, HearingState.MISSED]),
        (-HOUR, [HearingState.ANSWERED, HearingState.MISSED]),
    ],
)
def test_where_what_ended_it_was_removed_a_hearing_goes_on_while_there_is_time(
    session: Session, board: Board, left: timedelta, states: list[HearingState]
) -> None:
    thread, post = a_thread(session, board, a_person(session))
    one = a_hearing(session, post, HearingState.ANSWERED, ends_at=NOON + left, ended_at=NOON, answerers=2)
    first, second = (a_post(session, thread, a_person(session, name)) for name in ("ben", "lea"))
    found = []
    for answer_to_it in (first, second):
        removed(session, answer_to_it)
        found.append(one.state)
    assert (found, one.answerers, one.first_answer_at) == (states, 0, None)
    assert (one.ended_at is None) is (states[-1] is OPEN)


def test_what_was_answered_before_it_was_placed_waits_to_be_placed_then(
    session: Session, board: Board
) -> None:
    thread, post = a_thread(session, board, a_person(session))
    one = a_hearing(session, post, HearingState.ANSWERED, ends_at=NOON + HOUR, thresholds="[]")
    removed(session, a_post(session, thread, a_person(session, "ben")))
    assert one.state is WAITING
    assert bells(session) == {"hearings"}


def test_who_wants_no_hearing_by_now_is_asked_for_none_anew(session: Session, board: Board) -> None:
    thread, post = a_thread(session, board, a_person(session, asks_no_bots=True))
    one = a_hearing(session, post, HearingState.ANSWERED, ends_at=NOON + HOUR)
    removed(session, a_post(session, thread, a_person(session, "ben")))
    assert one.state is HearingState.ANSWERED


@pytest.mark.parametrize("state", [HearingState.HEARD, HearingState.MISSED, CLOSED])
def test_answers_are_counted_after_the_end_and_change_no_end(
    session: Session, board: Board, state: HearingState
) -> None:
    thread, post = a_thread(session, board, a_person(session))
    one = a_hearing(session, post, state)
    for name in ("ben", "lea", "mia"):
        answer(session, thread, name)
    assert (one.state, one.answerers) == (state, 3)


def test_one_answer_of_somebody_else_ends_the_hearing_of_an_answer(session: Session, board: Board) -> None:
    thread, starter = a_thread(session, board, a_person(session))
    ben = a_person(session, "ben")
    parent = a_post(session, thread, ben)
    one, of_starter = a_hearing(session, parent, WAITING), a_hearing(session, starter)
    own = a_post(session, thread, ben, parent_id=parent.id)
    answers.note_published(session, published(own))
    assert (one.state, one.answerers, one.first_answer_at) == (WAITING, 0, None)
    answer(session, thread, "lea", parent_id=parent.id)
    assert (one.state, one.answerers, one.first_answer_at) == (HearingState.ANSWERED, 1, NOON)
    assert (of_starter.state, of_starter.answerers) == (OPEN, 2)


def test_an_answer_that_goes_no_longer_counts(session: Session, board: Board) -> None:
    thread, post = a_thread(session, board, a_person(session))
    one = a_hearing(session, post)
    gone = answer(session, thread, "ben")
    answer(session, thread, "lea")
    gone.state = PostState.DELETED
    answers.note_withdrawn(session, withdrawn(gone))
    assert (one.answerers, one.state) == (1, OPEN)
    assert one.first_answer_at is not None, "that somebody answered in time stays true"


@pytest.fixture
def asked(session: Session, board: Board) -> tuple[Hearing, Thread, Person]:
    """A question of Ana's, who reads here, and its hearing under way."""
    ana = a_person(session)
    thread, post = a_thread(session, board, ana)
    return a_hearing(session, post), thread, ana


def hides(session: Session, ana: Person, kind: MuteKind, subject: str) -> None:
    reader = a_reader(session, ana)
    add(session, Mute(reader_id=reader.id, kind=kind, subject=subject, since=NOON))


@pytest.mark.parametrize(
    ("kind", "subject", "counts"),
    [
        (MuteKind.PERSON, "mallory@far.example", 0), (MuteKind.SERVER, "far.example", 0),
        (MuteKind.PERSON, "mallory@other.example", 1), (MuteKind.SERVER, "example", 1), (MuteKind.WORDS, "mallory", 1),
    ],
)  # fmt: skip
def test_what_somebody_says_whom_the_author_hides_is_no_answer(
    session: Session, asked: tuple[Hearing, Thread, Person], kind: MuteKind, subject: str, counts: int
) -> None:
    one, thread, ana = asked
    hides(session, ana, kind, subject)
    answered_by(session, thread, met(session, "Mallory", host="far.example"))
    assert one.answerers == counts


def test_what_others_hide_counts(session: Session, asked: tuple[Hearing, Thread, Person]) -> None:
    one, thread, _ = asked
    hides(session, a_person(session, "else"), MuteKind.PERSON, "mallory@far.example")
    answered_by(session, thread, met(session, "mallory", host="far.example"))
    assert one.answerers == 1


def test_whom_the_author_keeps_away_has_not_answered_them(
    session: Session, asked: tuple[Hearing, Thread, Person]
) -> None:
    one, thread, ana = asked
    eve, dora = met(session, "eve"), met(session, "dora-d")
    add(session, KeptAway(author_id=ana.id, listener_id=eve.id, at=NOON))
    add(session, KeptAway(author_id=dora.id, listener_id=dora.id, at=NOON))
    answered_by(session, thread, eve)
    assert one.answerers == 0
    answered_by(session, thread, dora)
    assert one.answerers == 1


def test_an_account_that_is_not_who_it_was_answers_nobody(
    session: Session, asked: tuple[Hearing, Thread, Person]
) -> None:
    one, thread, _ = asked
    answered_by(session, thread, met(session, "eve", quarantined_at=NOON))
    assert one.answerers == 0


def test_what_is_reported_counts_again_once_a_moderator_has_left_it(
    session: Session, board: Board, asked: tuple[Hearing, Thread, Person]
) -> None:
    one, thread, _ = asked
    post = answer(session, thread, "ben")
    case = a_case(session, board, post)
    answers.note_reported(session, CaseReported(case.id))
    assert (one.answerers, one.first_answer_at) == (0, None)
    case.move(CaseState.CLOSED)
    decision = a_decision(session, post, DecisionKind.LEAVE)
    answers.note_decided(session, DecisionMade(decision.id, was_said=False))
    assert (one.answerers, one.first_answer_at) == (1, NOON)


@pytest.mark.parametrize("kind", [one for one in CaseKind if one is not CaseKind.REPORT])
def test_a_case_that_is_no_report_takes_no_answer_away(
    session: Session, board: Board, asked: tuple[Hearing, Thread, Person], kind: CaseKind
) -> None:
    one, thread, _ = asked
    case = a_case(session, board, answer(session, thread, "ben"), kind=kind)
    answers.note_reported(session, CaseReported(case.id))
    assert one.answerers == 1


def test_cases_and_decisions_about_no_answer_change_nothing(
    session: Session, board: Board, asked: tuple[Hearing, Thread, Person]
) -> None:
    one, thread, ana = asked
    answer(session, thread, "ben")
    starter = session.get_one(Post, one.post_id)
    without_hearing, unheard = a_thread(session, board, ana)
    for post in (None, starter, unheard, a_post(session, without_hearing, ana)):
        answers.note_reported(session, CaseReported(a_case(session, board, post).id))
    for post in (starter, unheard):
        answers.note_decided(
            session, DecisionMade(a_decision(session, post, DecisionKind.WARN).id, was_said=True)
        )
    assert (one.answerers, one.state) == (1, OPEN)


def like(session: Session, who: Person, post: Post, kind: ReactionKind = ReactionKind.LIKE) -> None:
    add(session, Reaction(post_id=post.id, person_id=who.id, kind=kind, uri=""))
    answers.note_liked(session, LikeChanged(post.id, who.id))


def test_one_answer_ends_no_hearing_whoever_else_likes_it(
    session: Session, asked: tuple[Hearing, Thread, Person]
) -> None:
    one, thread, _ = asked
    post = answer(session, thread, "ben")
    like(session, a_person(session, "lea"), post)
    back = a_post(session, thread, a_person(session, "mia"), parent_id=post.id)
    answers.note_published(session, published(back))
    assert (one.answerers, one.state) == (2, OPEN)


def test_an_author_who_replies_to_an_answer_has_been_answered(
    session: Session, asked: tuple[Hearing, Thread, Person]
) -> None:
    one, thread, ana = asked
    post = answer(session, thread, "ben")
    answered_by(session, thread, ana)
    assert one.state is OPEN, "more of their own question is no reply to anybody"
    answered_by(session, thread, ana, parent_id=post.id)
    assert (one.state, one.ended_at) == (HearingState.ANSWERED, NOON)


def test_a_reply_of_the_author_that_was_held_or_removed_ends_nothing(
    session: Session, asked: tuple[Hearing, Thread, Person]
) -> None:
    one, thread, ana = asked
    post = answer(session, thread, "ben")
    answered_by(session, thread, ana, parent_id=post.id, state=PostState.HELD)
    assert one.state is OPEN


def test_an_author_who_likes_an_answer_has_been_answered_as_long_as_they_do(
    session: Session, asked: tuple[Hearing, Thread, Person]
) -> None:
    one, thread, ana = asked
    post = answer(session, thread, "ben")
    like(session, ana, post, ReactionKind.BOOST)
    assert one.state is OPEN
    like(session, ana, post)
    assert one.state is HearingState.ANSWERED
    for row in session.query(Reaction):
        session.delete(row)
    session.flush()
    answers.note_liked(session, LikeChanged(post.id, ana.id))
    assert (one.state, one.ended_at) == (OPEN, None)


def test_what_an_author_likes_of_somebody_who_does_not_count_answers_nothing(
    session: Session, asked: tuple[Hearing, Thread, Person]
) -> None:
    one, thread, ana = asked
    bot = met(session, "bot", kind="Service")
    said = a_post(session, thread, bot)
    like(session, ana, said)
    starter = session.get_one(Post, one.post_id)
    like(session, ana, starter)
    assert (one.answerers, one.state) == (0, OPEN)


def test_an_answer_whose_only_reply_goes_is_heard_again(session: Session, board: Board) -> None:
    thread, _ = a_thread(session, board, a_person(session))
    parent = a_post(session, thread, a_person(session, "ben"))
    one = a_hearing(session, parent)
    reply = answer(session, thread, "lea", parent_id=parent.id)
    assert one.state is HearingState.ANSWERED
    removed(session, reply)
    assert (one.state, one.answerers) == (OPEN, 0)
