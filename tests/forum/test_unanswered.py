"""Threads that nobody else has answered, of the last days; not of whoever said no."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum import unanswered
from fedconnect.forum.unanswered import WINDOW, list_unanswered, list_unanswered_feed
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing
from fedconnect.models.person import Person
from fedconnect.models.post import PostState
from fedconnect.models.profile import OptOut
from fedconnect.models.reader_state import Mute, MuteKind
from support.forum_rows import at
from support.unit import a_board, a_person, a_reader, a_thread, add


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(0))


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session, indexable=True)


def begin(session: Session, board: Board, author: Person | None, title: str, **values: Any) -> int:
    known = {"uri": f"https://home.example/posts/{title}", "published": at(-60), **values}
    return a_thread(session, board, author, title=title, **known)[1].id


def seen(session: Session, board: Board | None) -> tuple[list[str], list[str], list[str]]:
    """What stands on the board's page, on that of all boards, in the feed."""
    found = (
        list_unanswered(session, board).threads, list_unanswered(session).threads, list_unanswered_feed(session, board),
    )  # fmt: skip
    board_page, everywhere, feed = ([line.title for line in lines] for lines in found)
    return board_page, everywhere, feed


@pytest.mark.parametrize(
    "post",
    [
        {"thread_answered": True}, {"thread_is_listed": False}, {"state": PostState.HELD}, {"state": PostState.REMOVED},
        {"state": PostState.DELETED}, {"visibility": Visibility.FOLLOWERS}, {"is_addressed": False}, {"published": at(0) - WINDOW},
    ],
)  # fmt: skip
def test_what_is_answered_out_of_sight_or_too_old_stands_nowhere(
    session: Session, board: Board, ana: Person, post: dict[str, Any]
) -> None:
    begin(session, board, ana, "Hidden", **post)
    begin(session, board, ana, "Just in time", published=at(0) - WINDOW + timedelta(seconds=1))
    assert seen(session, board) == (["Just in time"],) * 3


@pytest.mark.parametrize("author", [{"asks_no_bots": True}, {"gone_at": at(0)}, {"quarantined_at": at(0)}])
def test_whoever_wants_no_hearing_or_is_gone_is_brought_to_nobody(
    session: Session, board: Board, author: dict[str, Any]
) -> None:
    begin(session, board, a_person(session, "ben", indexable=True, **author), "Hidden")
    assert seen(session, board) == ([], [], [])


@pytest.mark.parametrize(
    ("refuses", "is_shown"), [("here", False), ("everywhere", False), ("elsewhere", True)]
)
def test_a_refusal_holds_where_it_was_said(
    session: Session, board: Board, ana: Person, refuses: str, is_shown: bool
) -> None:
    begin(session, board, ana, "One")
    where = {"here": board.id, "everywhere": None, "elsewhere": a_board(session, "benefits").id}[refuses]
    add(session, OptOut(person_id=ana.id, board_id=where, at=at(0)))
    assert seen(session, board) == ((["One"] if is_shown else []),) * 3


def test_who_is_in_distress_is_brought_to_nobody_here(session: Session, board: Board, ana: Person) -> None:
    for exclusion in (Exclusion.SAFEGUARDING, Exclusion.QUOTA):
        number = begin(session, board, ana, exclusion.value)
        thread = a_thread(session, board, ana, thread_answered=True)[0]
        add(
            session,
            Hearing(
                post_id=number, thread_id=thread.id, board_id=board.id, is_starter=True, begun_at=at(0), ends_at=at(9),
                exclusion=exclusion,
            ),
        )  # fmt: skip
    assert seen(session, board) == (["quota"],) * 3


def test_only_what_may_travel_leaves_these_pages(session: Session, board: Board, ana: Person) -> None:
    begin(
        session,
        board,
        ana,
        "unlisted",
        published=at(-3),
        visibility=Visibility.UNLISTED,
        thread_is_public=False,
    )
    begin(session, board, a_person(session, "ben", indexable=False), "not indexable", published=at(-2))
    begin(session, board, ana, "public", published=at(-1))
    begin(session, a_board(session, "benefits"), ana, "elsewhere", published=at(-9))
    assert seen(session, board) == (
        ["unlisted", "public", "not indexable"], ["elsewhere", "public", "not indexable"], ["public"],
    )  # fmt: skip
    assert [line.title for line in list_unanswered_feed(session)] == ["public", "elsewhere"]


def test_the_boards_question_for_somebody_is_brought_to_readers(session: Session, board: Board) -> None:
    begin(session, board, None, "Asked for somebody")
    assert seen(session, board) == (["Asked for somebody"], ["Asked for somebody"], [])


@pytest.mark.parametrize(
    ("kind", "subject", "is_shown"),
    [
        (MuteKind.PERSON, "me@mine.example", False), (MuteKind.SERVER, "mine.example", False), (MuteKind.SERVER, "me@mine.example", True),
        (MuteKind.PERSON, "you@mine.example", True), (MuteKind.WORDS, "mine.example", True),
    ],
)  # fmt: skip
def test_an_author_is_not_shown_to_whom_they_hide_from_themselves(
    session: Session, board: Board, ana: Person, kind: MuteKind, subject: str, is_shown: bool
) -> None:
    begin(session, board, ana, "One")
    add(session, Mute(reader_id=a_reader(session, ana).id, kind=kind, subject=subject, since=at(0)))
    assert bool(list_unanswered(session, board, reader="@Me@Mine.example").threads) is is_shown
    assert list_unanswered(session, board).threads


@pytest.mark.parametrize(("count", "order"), [(0, ""), (1, "0"), (2, "01"), (5, "04132"), (6, "051423")])
def test_who_waits_longest_and_who_came_last_stand_in_turn(
    session: Session, board: Board, ana: Person, count: int, order: str
) -> None:
    for number in range(count):
        begin(session, board, ana, str(number), published=at(-600 + number))
    assert "".join(item.title for item in list_unanswered(session, board).threads) == order


def test_each_stands_on_one_page_and_there_is_an_end(
    session: Session, board: Board, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unanswered, "LIMIT", 2)
    for number in range(5):
        begin(session, board, ana, str(number), published=at(-600 + number))
    pages = [list_unanswered(session, board, page=page) for page in (1, 2, 3)]
    assert ["".join(item.title for item in one.threads) for one in pages] == ["04", "13", "2"]
    assert [one.has_more for one in pages] == [True, True, False]
    with pytest.raises(NotFound):
        list_unanswered(session, board, page=4)
    assert list_unanswered(session, a_board(session, "empty")).threads == []


def test_where_very_many_wait_those_at_either_end_are_shown(
    session: Session, board: Board, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unanswered, "MOST", 2)
    for number in range(6):
        begin(session, board, ana, str(number), published=at(-600 + number))
    assert "".join(item.title for item in list_unanswered(session, board).threads) == "0514"


def test_a_feed_has_the_newest_first_up_to_a_bound(
    session: Session, board: Board, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unanswered, "LIMIT", 2)
    for number in range(3):
        begin(session, board, ana, str(number), published=at(-600 + number))
    assert [item.title for item in list_unanswered_feed(session, board)] == ["2", "1"]
