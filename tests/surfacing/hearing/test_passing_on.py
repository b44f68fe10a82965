"""Readers pass quiet posts on, a few a day, to a board or to somebody whom nobody finds out about."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed
from fedconnect.models.hearing import HearingState
from fedconnect.models.person import Person
from fedconnect.models.profile import OptOut, PassedOn
from fedconnect.models.reader_state import Mute, MuteKind, NotificationKind
from fedconnect.surfacing.hearing import passing_on
from support.surfacing_rows import (
    DAY,
    NOON,
    a_reader_named,
    an_unanswered_post,
    notified,
    stop_the_clock,
)
from support.unit import a_board, a_person, a_reader, a_thread, add


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [("", None), (" \n ", None), ("x" * 281, None), ("x" * 280, "x" * 280), (" two \n lines ", "two lines"),
     (" " * 500 + "x", "x")],
)  # fmt: skip
def test_a_post_is_passed_on_with_one_sentence(session: Session, sentence: str, kept: str | None) -> None:
    board, other, dora = a_board(session), a_board(session, "sleep"), a_reader_named(session, "dora")
    post = an_unanswered_post(session, board)
    if kept is None:
        with pytest.raises(Malformed):
            passing_on.pass_on_to_board(session, dora.id, post, other, sentence)
    else:
        passing_on.pass_on_to_board(session, dora.id, post, other, sentence)
    rows = session.execute(select(PassedOn)).scalars().all()
    assert [(row.sentence, row.to_board_id, row.to_reader_id, row.by_id) for row in rows] == (
        [] if kept is None else [(kept, other.id, None, dora.id)]
    )


def test_ten_a_day_are_passed_on_and_the_same_counts_once(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, dora, eve = a_board(session), a_reader_named(session, "dora"), a_reader_named(session, "eve")
    posts = [an_unanswered_post(session, board, a_person(session, f"p{number}")) for number in range(11)]
    for post in [posts[0], *posts[:9]]:
        passing_on.pass_on_to_board(session, dora.id, post, board, "Perhaps you know this.")
    passing_on.pass_on_to_reader(session, dora.id, posts[0], "@eve@readers.example", "Perhaps you know this.")
    assert len(session.execute(select(PassedOn)).all()) == 10, "to a board and to a person are two"
    with pytest.raises(Malformed, match="too many"):
        passing_on.pass_on_to_board(session, dora.id, posts[10], board, "One more.")
    passing_on.pass_on_to_board(session, eve.id, posts[10], board, "Somebody else may.")
    stop_the_clock(monkeypatch, NOON + DAY)
    passing_on.pass_on_to_board(session, dora.id, posts[10], board, "The next day.")


@pytest.mark.parametrize("handle", ["@eve@readers.example", " eve@READERS.example "])
def test_a_person_is_told_what_was_passed_on_to_them(session: Session, handle: str) -> None:
    dora, eve = a_reader_named(session, "dora"), a_reader_named(session, "eve")
    post = an_unanswered_post(session, a_board(session))
    passing_on.pass_on_to_reader(session, dora.id, post, handle, "For you.")
    assert notified(session) == [(eve.id, post.id, NotificationKind.PASSED_ON)]
    (row,) = session.execute(select(PassedOn)).scalars()
    assert (row.to_reader_id, row.to_board_id) == (eve.id, None)


def test_a_handle_that_two_people_had_is_the_one_of_whoever_has_it_now(session: Session) -> None:
    dora, eve = a_reader_named(session, "dora"), a_reader_named(session, "eve")
    first = session.get_one(Person, eve.person_id)
    first.fetched_at = NOON - DAY
    anew = a_person(session, "eve", "readers.example", uri="https://readers.example/users/2")
    again = a_reader(session, anew)
    post = an_unanswered_post(session, a_board(session))
    passing_on.pass_on_to_reader(session, dora.id, post, "@eve@readers.example", "For you.")
    assert notified(session) == [(again.id, post.id, NotificationKind.PASSED_ON)]
    anew.gone_at = NOON
    other = an_unanswered_post(session, a_board(session, "sleep"), a_person(session, "lea"))
    passing_on.pass_on_to_reader(session, dora.id, other, "@eve@readers.example", "For you.")
    assert notified(session)[1:] == [(eve.id, other.id, NotificationKind.PASSED_ON)]


@pytest.mark.parametrize(
    "handle", ["@zoe@readers.example", "@eve@elsewhere.example", "eve", "@", "", "@ana@home.example"]
)
def test_nobody_finds_out_who_reads_here_by_passing_something_on(session: Session, handle: str) -> None:
    ana = a_person(session, indexable=True)
    a_reader(session, ana)
    a_person(session, "zoe", "readers.example")
    dora, _ = a_reader_named(session, "dora"), a_reader_named(session, "eve")
    passing_on.pass_on_to_reader(
        session, dora.id, an_unanswered_post(session, a_board(session), ana), handle, "For you."
    )
    assert notified(session) == []
    assert session.execute(select(PassedOn)).all() == []


@pytest.mark.parametrize(
    ("kind", "subject"), [(MuteKind.PERSON, "eve@readers.example"), (MuteKind.SERVER, "readers.example")]
)
def test_nothing_is_passed_on_to_whom_its_author_hides_from(
    session: Session, kind: MuteKind, subject: str
) -> None:
    ana = a_person(session, indexable=True)
    author = a_reader(session, ana)
    add(session, Mute(reader_id=author.id, kind=kind, subject=subject, since=clock.now()))
    dora, _ = a_reader_named(session, "dora"), a_reader_named(session, "eve")
    post = an_unanswered_post(session, a_board(session), ana)
    passing_on.pass_on_to_reader(session, dora.id, post, "@eve@readers.example", "For you.")
    assert notified(session) == []


@pytest.mark.parametrize(
    ("state", "answerers", "may"),
    [(HearingState.OPEN, 2, True), (HearingState.MISSED, 2, True), (HearingState.HEARD, 0, True),
     (HearingState.HEARD, 1, False), (HearingState.ANSWERED, 3, False), (HearingState.CLOSED, 0, False),
     (HearingState.WAITING, 0, True)],
)  # fmt: skip
def test_only_a_quiet_post_may_be_passed_on(
    session: Session, state: HearingState, answerers: int, may: bool
) -> None:
    post = an_unanswered_post(session, a_board(session), state=state, answerers=answerers)
    assert passing_on.may_pass_on(session, post) is may


def test_what_its_author_keeps_to_one_board_is_not_passed_on(session: Session) -> None:
    board = a_board(session)
    shy = an_unanswered_post(session, board, a_person(session, "shy", indexable=False))
    ben = a_person(session, "ben", indexable=True)
    refused = an_unanswered_post(session, board, ben)
    add(session, OptOut(person_id=ben.id, board_id=board.id, at=clock.now()))
    _, unheard = a_thread(session, board, a_person(session, "lea", indexable=True))
    assert [passing_on.may_pass_on(session, post) for post in (shy, refused, unheard)] == [False] * 3
