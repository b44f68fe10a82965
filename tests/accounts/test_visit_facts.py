"""What the frame of each page tells a reader, and nobody else: of their own news, boards and work."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from fedconnect.accounts import sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.accounts.visit_facts import MOST_BOARDS, FollowedBoard, read_boards
from fedconnect.forum import bookmarks, moderators
from fedconnect.foundation import clock, database
from fedconnect.models.board import Board, Follow
from fedconnect.models.case import Case, CaseKind, CaseState
from fedconnect.models.person import Person
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Notification, NotificationKind
from support.account_rows import COOKIE, a_home_reader, a_session
from support.unit import Unit, a_board, a_moderator, a_person, a_post, a_reader, a_thread, add


@pytest.fixture
def dora(unit: Unit) -> int:
    """The id of who is signed in."""
    with database.transaction() as session:
        reader = a_home_reader(session)
        a_session(session, reader, COOKIE)
        return reader.person_id


def visit() -> Visit:
    found = sessions.find_visit(COOKIE)
    assert found is not None
    return found


def a_case(board: Board, number: int, **values: object) -> Case:
    known = {
        "board_id": board.id, "kind": CaseKind.REPORT, "subject_uri": f"https://home.example/{number}",
        "first_at": clock.now(), "last_at": clock.now(),
    }  # fmt: skip
    return Case(**{**known, **values})


def test_what_is_somebody_elses_is_not_told(dora: int) -> None:
    with database.transaction() as session:
        board, other = a_board(session), a_person(session, "eve")
        eve = a_reader(session, other)
        _, post = a_thread(session, board)
        bookmarks.follow_here(session, eve.id, board)
        add(
            session,
            Follow(board_id=board.id, person_id=other.id, uri="https://e.example/1", since=clock.now()),
        )
        add(
            session,
            Notification(person_id=other.id, post_id=post.id, kind=NotificationKind.REPLY, at=clock.now()),
        )
        a_moderator(session, board, other)
        add(session, a_case(board, 1))
    found = visit()
    assert (found.boards, found.unread_threads, found.has_news) == ([], 0, False)
    assert (found.looks_after, found.to_review) == (False, 0)


def test_news_are_counted_by_conversation_and_only_while_unseen(dora: int) -> None:
    with database.transaction() as session:
        board = a_board(session)
        (first, starter), (_, other) = a_thread(session, board), a_thread(session, board)
        posts = [starter, a_post(session, first), a_post(session, first), other]
        for number, post in enumerate(posts):
            seen = clock.now() if number == 3 else None
            add(
                session,
                Notification(
                    person_id=dora, post_id=post.id, kind=NotificationKind.REPLY, at=clock.now(), seen_at=seen
                ),
            )
    assert (visit().unread_threads, visit().has_news) == (1, True)


def test_boards_are_told_once_by_name_and_how_they_are_followed(dora: int) -> None:
    with database.transaction() as session:
        first, second = a_board(session, "zebra", name="an animal"), a_board(session, "cats", name="Cats")
        a_board(session, "dogs")
        shelter = a_board(session, "shelter", is_discreet=True)
        reader_id = session.query(Reader).filter_by(person_id=dora).one().id
        for board in (first, second, shelter):
            bookmarks.follow_here(session, reader_id, board)
        add(session, Follow(board_id=second.id, person_id=dora, uri="https://e.example/1", since=clock.now()))
    found = visit()
    assert [(one.slug, one.name, one.how, one.is_discreet) for one in found.boards] == [
        ("zebra", "an animal", "here", False), ("cats", "Cats", "home", False), ("shelter", "Shelter", "here", True),
    ]  # fmt: skip
    assert [found.follows(slug) for slug in ("cats", "zebra", "dogs")] == ["home", "here", ""]


def test_a_name_that_breaks_the_lines_names_no_board_of_its_own() -> None:
    assert read_boards("cats\there\t\tCats\nof\thome\tdiscreet\tprey\tand more\nand no tab\nx\ty") == [
        FollowedBoard("cats", "Cats", "here", False, 1), FollowedBoard("of", "prey\tand more", "home", True, 4),
    ]  # fmt: skip
    assert read_boards(None) == read_boards("") == []
    many = "\n".join(f"b{number}\there\t\tB{number:03}" for number in range(90))
    assert [one.name for one in read_boards(many)] == [f"B{number:03}" for number in range(MOST_BOARDS)]


def test_what_waits_is_one_for_each_post_and_each_wave_of_ones_own_boards(dora: int) -> None:
    with database.transaction() as session:
        mine, other = a_board(session), a_board(session, "other")
        a_moderator(session, mine, session.get_one(Person, dora))
        _, post = a_thread(session, mine)
        session.add_all(
            [
                a_case(mine, 1, post_id=post.id), a_case(mine, 1, post_id=post.id, kind=CaseKind.HELD),
                a_case(mine, 2, wave="spam"), a_case(mine, 3, wave="spam"), a_case(mine, 4),
                a_case(mine, 5, kind=CaseKind.APPEAL), a_case(mine, 6, state=CaseState.CLOSED), a_case(other, 7),
            ]
        )  # fmt: skip
    assert (visit().looks_after, visit().to_review) == (True, 3)
    with database.transaction() as session:
        moderators.add_admin(session, session.get_one(Person, dora))
    assert visit().to_review == 4, "who runs the installation sees every board's"


def test_all_of_it_is_one_statement(dora: int) -> None:
    statements: list[str] = []
    engine = database.installed().reader
    visit()

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", count)
    visit()
    event.remove(engine, "before_cursor_execute", count)
    assert len([one for one in statements if one.startswith("SELECT")]) == 1
