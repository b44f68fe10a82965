"""Readers pass quiet posts on, a few a day, to a board or to somebody whom nobody finds out about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Follow
from fedconnect.models.decision import Ban
from fedconnect.models.hearing import HearingState
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.passed_on import PassedOn
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.profile import OptOut
from fedconnect.models.reader_state import Mute, MuteKind, Notification, NotificationKind
from fedconnect.surfacing.hearing import passing_on
from support.surfacing_rows import (
    DAY,
    NOON,
    a_reader_named,
    an_unanswered_post,
    stop_the_clock,
)
from support.unit import a_board, a_person, a_reader, a_thread, add


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.fixture
def dora(session: Session) -> Person:
    return reading(session, "dora")


@pytest.fixture
def eve(session: Session) -> Person:
    return reading(session, "eve")


def reading(session: Session, name: str) -> Person:
    return session.get_one(Person, a_reader_named(session, name).person_id)


def quiet(session: Session, name: str) -> Post:
    """A post of somebody's on a board of its own."""
    return an_unanswered_post(session, a_board(session, name), a_person(session, name, indexable=True))


def told(session: Session) -> list[tuple[int, int]]:
    """Who was told of which post."""
    rows = select(Notification.person_id, Notification.post_id).order_by(Notification.id)
    return [tuple(row) for row in session.execute(rows)]


def rows(session: Session) -> list[PassedOn]:
    return list(session.execute(select(PassedOn).order_by(PassedOn.id)).scalars())


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [("", None), (" \n ", None), ("x" * 281, None), ("x" * 280, "x" * 280), (" two \n lines ", "two lines"),
     (" " * 500 + "x", "x")],
)  # fmt: skip
def test_a_post_is_passed_on_with_one_sentence(
    session: Session, dora: Person, sentence: str, kept: str | None
) -> None:
    board, other = a_board(session), a_board(session, "sleep")
    post = an_unanswered_post(session, board)
    if kept is None:
        with pytest.raises(Malformed):
            passing_on.pass_on_to_board(session, dora, post, other, sentence)
    else:
        passing_on.pass_on_to_board(session, dora, post, other, sentence)
    assert [(row.sentence, row.to_board_id, row.to_person_id, row.by_person_id) for row in rows(session)] == (
        [] if kept is None else [(kept, other.id, None, dora.id)]
    )


@pytest.mark.parametrize("to_eve", ["@eve@readers.example", "@nobody@nowhere.example", "@ana@home.example"])
def test_ten_a_day_are_passed_on_whomever_they_were_meant_for(
    session: Session, dora: Person, eve: Person, monkeypatch: pytest.MonkeyPatch, to_eve: str
) -> None:
    """Or who counts until they are stopped finds out who is known here."""
    ana = a_person(session, indexable=True)
    post = an_unanswered_post(session, a_board(session), ana)
    for _ in range(10):
        passing_on.pass_on_to_person(session, dora, post, to_eve, "For you.")
    for number in range(2):
        with pytest.raises(Malformed, match="too many"):
            passing_on.pass_on_to_board(
                session, dora, quiet(session, f"p{number}"), a_board(session, f"b{number}"), "On."
            )
    passing_on.pass_on_to_board(session, eve, post, a_board(session, "b2"), "Somebody else may.")
    stop_the_clock(monkeypatch, NOON + DAY)
    passing_on.pass_on_to_board(session, dora, post, a_board(session, "b3"), "The next day.")


def test_to_a_board_the_same_counts_once_and_nobody_fills_it_alone(
    session: Session, dora: Person, eve: Person
) -> None:
    board = a_board(session, "sleep")
    posts = [quiet(session, f"p{number}") for number in range(3)]
    for post in [posts[0], *posts[:2]]:
        passing_on.pass_on_to_board(session, dora, post, board, "Perhaps you know this.")
    assert len(rows(session)) == 2
    with pytest.raises(Malformed, match="board"):
        passing_on.pass_on_to_board(session, dora, posts[2], board, "One more.")
    passing_on.pass_on_to_board(session, eve, posts[2], board, "Somebody else may.")
    senders = [reading(session, f"s{number}") for number in range(8)]
    for sender in senders[:7]:
        passing_on.pass_on_to_board(session, sender, posts[2], board, "I too.")
    with pytest.raises(Malformed, match="board"):
        passing_on.pass_on_to_board(session, senders[7], posts[2], board, "The eleventh.")


@pytest.mark.parametrize("handle", ["@eve@readers.example", " eve@READERS.example "])
def test_a_person_is_told_what_was_passed_on_to_them(
    session: Session, dora: Person, eve: Person, handle: str
) -> None:
    post = an_unanswered_post(session, a_board(session))
    passing_on.pass_on_to_person(session, dora, post, handle, "For you.")
    assert told(session) == [(eve.id, post.id)]
    (row,) = rows(session)
    assert (row.to_person_id, row.to_board_id) == (eve.id, None)


def test_one_person_hears_twice_a_day_of_one_and_five_times_of_all(
    session: Session, dora: Person, eve: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [quiet(session, f"p{number}") for number in range(4)]
    for post in (posts[0], posts[0], posts[1], posts[2]):
        passing_on.pass_on_to_person(session, dora, post, "@eve@readers.example", "For you.")
    assert told(session) == [(eve.id, posts[0].id), (eve.id, posts[1].id)]
    assert len(rows(session)) == 4, "the sender is told of no cap, so each counts for them"
    for number in range(4):
        sender = reading(session, f"s{number}")
        passing_on.pass_on_to_person(session, sender, posts[3], "@eve@readers.example", "I too.")
    assert len([row for row in rows(session) if row.to_person_id == eve.id]) == 5
    stop_the_clock(monkeypatch, NOON + DAY)
    passing_on.pass_on_to_person(session, dora, posts[2], "@eve@readers.example", "The next day.")
    assert told(session)[-1] == (eve.id, posts[2].id)


def test_somebody_who_only_writes_or_follows_is_told_when_they_come(session: Session, dora: Person) -> None:
    board = a_board(session)
    writes, follows = a_person(session, "wim", "far.example"), a_person(session, "fay", "far.example")
    a_thread(session, board, writes)
    add(session, Follow(board_id=board.id, person_id=follows.id, uri="https://far.example/f", since=NOON))
    post = an_unanswered_post(session, board)
    for name in ("wim", "fay"):
        passing_on.pass_on_to_person(session, dora, post, f"@{name}@far.example", "For you.")
    assert told(session) == [(writes.id, post.id), (follows.id, post.id)]


def test_for_somebody_who_never_came_no_more_than_ten_wait(
    session: Session, dora: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, wim = a_board(session), a_person(session, "wim", "far.example")
    a_thread(session, board, wim)
    for number in range(12):
        stop_the_clock(monkeypatch, NOON + number * DAY)
        passing_on.pass_on_to_person(session, dora, quiet(session, f"p{number}"), "@wim@far.example", "You.")
    assert [person for person, _ in told(session)] == [wim.id] * 10
    signed_in = a_reader(session, wim)
    passing_on.pass_on_to_person(session, dora, quiet(session, "p99"), "@wim@far.example", "You.")
    assert len(told(session)) == 11, signed_in


def test_what_waited_a_month_for_somebody_who_never_came_is_forgotten(
    session: Session, dora: Person, eve: Person
) -> None:
    board, wim = a_board(session), a_person(session, "wim", "far.example")
    _, post = a_thread(session, board, wim)
    old, young = NOON - 30 * DAY - timedelta(seconds=1), NOON - 29 * DAY
    for person in (wim, eve):
        for at, about in ((old, post), (young, a_thread(session, board, wim)[1])):
            add(
                session,
                Notification(person_id=person.id, kind=NotificationKind.REPLY, post_id=about.id, at=at),
            )
    for at in (old, young):
        add(session, PassedOn(post_id=post.id, by_person_id=dora.id, sentence="Words", at=at))
    for one in passing_on.all_stale(NOON):
        if ids := one.some(session, 500):
            one.forget(session, ids)
    assert [(row.person_id, row.at) for row in session.execute(select(Notification)).scalars()] == [
        (wim.id, young), (eve.id, old), (eve.id, young),
    ]  # fmt: skip
    assert [row.at for row in rows(session)] == [young]


def test_a_handle_that_two_people_had_is_the_one_of_whoever_has_it_now(
    session: Session, dora: Person, eve: Person
) -> None:
    eve.fetched_at = NOON - DAY
    anew = a_person(session, "eve", "readers.example", uri="https://readers.example/users/2")
    a_reader(session, anew)
    post, other = quiet(session, "p1"), quiet(session, "p2")
    passing_on.pass_on_to_person(session, dora, post, "@eve@readers.example", "For you.")
    assert told(session) == [(anew.id, post.id)]
    anew.gone_at = NOON
    passing_on.pass_on_to_person(session, dora, other, "@eve@readers.example", "For you.")
    assert told(session)[1:] == [(eve.id, other.id)]


@pytest.mark.parametrize(
    "handle",
    ["@zoe@readers.example", "@eve@elsewhere.example", "eve", "@", "", "@ana@home.example", "@bot@bots.example",
     "@dora@readers.example"],
)  # fmt: skip
def test_nobody_finds_out_who_is_known_here_by_passing_something_on(
    session: Session, dora: Person, eve: Person, handle: str
) -> None:
    ana = a_person(session, indexable=True)
    a_reader(session, ana)
    a_person(session, "zoe", "readers.example")
    board = a_board(session)
    a_thread(session, board, a_person(session, "bot", "bots.example", kind="Service"))
    passing_on.pass_on_to_person(session, dora, an_unanswered_post(session, board, ana), handle, "For you.")
    assert told(session) == []
    (row,) = rows(session)
    assert (row.to_person_id, row.sentence) == (None, "For you."), "it looks as if it had gone out"


@pytest.mark.parametrize(
    ("kind", "subject"), [(MuteKind.PERSON, "eve@readers.example"), (MuteKind.SERVER, "readers.example")]
)
def test_nothing_is_passed_on_to_whom_its_author_hides_from(
    session: Session, dora: Person, eve: Person, kind: MuteKind, subject: str
) -> None:
    ana = a_person(session, indexable=True)
    author = a_reader(session, ana)
    add(session, Mute(reader_id=author.id, kind=kind, subject=subject, since=clock.now()))
    post = an_unanswered_post(session, a_board(session), ana)
    passing_on.pass_on_to_person(session, dora, post, "@eve@readers.example", "For you.")
    assert told(session) == []


@pytest.mark.parametrize(
    ("state", "answerers", "may"),
    [(HearingState.OPEN, 2, True), (HearingState.MISSED, 2, True), (HearingState.HEARD, 0, True),
     (HearingState.HEARD, 1, False), (HearingState.ANSWERED, 3, False), (HearingState.CLOSED, 0, False),
     (HearingState.WAITING, 0, True)],
)  # fmt: skip
def test_only_a_quiet_post_may_be_passed_on(
    session: Session, dora: Person, state: HearingState, answerers: int, may: bool
) -> None:
    post = an_unanswered_post(session, a_board(session), state=state, answerers=answerers)
    assert passing_on.may_pass_on(session, dora, post) is may


def test_nobody_passes_their_own_posts_on_nor_who_just_came(session: Session, dora: Person) -> None:
    board = a_board(session)
    dora.indexable = True
    assert not passing_on.may_pass_on(session, dora, an_unanswered_post(session, board, dora))
    new = a_reader_named(session, "new", joined_at=NOON - DAY + timedelta(seconds=1))
    person, post = session.get_one(Person, new.person_id), quiet(session, "p")
    with pytest.raises(Malformed, match="new"):
        passing_on.pass_on_to_board(session, person, post, board, "Here.")
    with pytest.raises(Malformed, match="new"):
        passing_on.pass_on_to_person(
            session, a_person(session, "never"), post, "@dora@readers.example", "You."
        )
    assert rows(session) == []


def test_who_is_banned_silenced_or_hidden_by_the_author_passes_nothing_on(
    session: Session, dora: Person, eve: Person
) -> None:
    ana = a_person(session, indexable=True)
    author, post = a_reader(session, ana), an_unanswered_post(session, a_board(session), ana)
    assert passing_on.may_pass_on(session, dora, post)
    ban = add(session, Ban(board_id=post.board_id, person_id=dora.id, until=NOON - DAY))
    assert passing_on.may_pass_on(session, dora, post), "its time is over"
    ban.until = None
    session.flush()
    assert not passing_on.may_pass_on(session, dora, post)
    add(session, Mute(reader_id=author.id, kind=MuteKind.PERSON, subject="eve@readers.example", since=NOON))
    assert not passing_on.may_pass_on(session, eve, post)
    loud = session.get_one(Person, a_reader_named(session, "loud", "loud.example").person_id)
    assert passing_on.may_pass_on(session, loud, post)
    add(session, Instance(host="loud.example", policy=Policy.SILENCED))
    assert not passing_on.may_pass_on(session, loud, post)


def test_what_its_author_keeps_to_one_board_is_not_passed_on(session: Session, dora: Person) -> None:
    board = a_board(session)
    shy = an_unanswered_post(session, board, a_person(session, "shy", indexable=False))
    ben = a_person(session, "ben", indexable=True)
    refused = an_unanswered_post(session, board, ben)
    add(session, OptOut(person_id=ben.id, board_id=board.id, at=clock.now()))
    _, unheard = a_thread(session, board, a_person(session, "lea", indexable=True))
    assert [passing_on.may_pass_on(session, dora, post) for post in (shy, refused, unheard)] == [False] * 3
