"""What other servers read of a thread: its order, its bounds, and what is left out of it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum import thread_collections
from fedconnect.forum.thread_collections import find_announcement, get_own_post, list_context, list_replies
from fedconnect.foundation.errors import Gone, NotFound
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.post import PostState
from support.forum import BASE
from support.forum_rows import at
from support.unit import a_board, a_person, a_post, a_thread, add

OUT_OF_SIGHT = [
    {"visibility": Visibility.FOLLOWERS}, {"state": PostState.HELD}, {"state": PostState.REMOVED},
    {"state": PostState.DELETED},
]  # fmt: skip


@pytest.mark.parametrize("values", OUT_OF_SIGHT)
def test_nothing_that_is_out_of_sight_is_in_a_threads_context(
    session: Session, values: dict[str, object]
) -> None:
    board, ana = a_board(session), a_person(session)
    thread, starter = a_thread(session, board, ana)
    a_post(session, thread, ana, **values)
    assert list_context(session, board, thread, 1) == ([starter.uri], False)


def test_a_context_is_one_threads_and_in_reading_order(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    a_thread(session, board, ana, published=at(1))
    thread, starter = a_thread(session, board, ana, published=at(0))
    late = a_post(session, thread, ana, published=at(9), uri="https://a.example/9")
    second = a_post(session, thread, ana, published=at(5), uri="https://b.example/5")
    first = a_post(session, thread, ana, published=at(5), uri="https://a.example/5")
    order = [one.uri for one in (starter, first, second, late)]
    assert list_context(session, board, thread, 1) == (order, False)


def test_a_page_that_is_just_full_is_the_last(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_collections, "POSTS_A_PAGE", 2)
    board, ana = a_board(session), a_person(session)
    thread, starter = a_thread(session, board, ana, published=at(0))
    answer = a_post(session, thread, ana, published=at(1))
    assert list_context(session, board, thread, 1) == ([starter.uri, answer.uri], False)
    assert list_context(session, board, thread, 2) == ([], False)


def test_answers_of_answers_and_of_other_posts_are_no_answers(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    thread, starter = a_thread(session, board, ana)
    second = a_post(session, thread, ana, parent_id=starter.id, published=at(5), uri="https://b.example/5")
    first = a_post(session, thread, ana, parent_id=starter.id, published=at(5), uri="https://a.example/5")
    deeper = a_post(session, thread, ana, parent_id=first.id)
    assert list_replies(session, board, starter) == [first.uri, second.uri]
    assert list_replies(session, board, first) == [deeper.uri]
    assert list_replies(session, board, deeper) == []


def test_a_number_is_not_found_by_its_last_digits_nor_on_another_board(session: Session) -> None:
    board = a_board(session)
    thread, own = a_thread(session, board, None, uri=f"{BASE}/boards/respite/posts/17")
    assert get_own_post(session, board, 17) == (thread, own)
    other = a_board(session, "other_respite")
    for where, number in ((board, 7), (board, 1), (other, 17)):
        with pytest.raises(NotFound):
            get_own_post(session, where, number)


def test_somebody_elses_post_at_such_an_address_is_not_the_boards(session: Session) -> None:
    board = a_board(session)
    a_thread(session, board, a_person(session), uri="https://evil.example/boards/respite/posts/5")
    with pytest.raises(NotFound):
        get_own_post(session, board, 5)
    a_thread(
        session, board, None, uri="https://forum.example/boards/respite/posts/6", state=PostState.DELETED
    )
    with pytest.raises(Gone):
        get_own_post(session, board, 6)


def test_an_announcement_that_was_withdrawn_or_is_something_else_is_not_told(session: Session) -> None:
    for name, kind, body in (("1", "Announce", '{"a":1}'), ("2", "Announce", ""), ("3", "Undo", '{"b":2}')):
        row = OutboundActivity(
            uri=f"{BASE}/announces/{name}", actor="board:respite", kind=kind, object_uri="x", body=body,
            created_at=at(0),
        )  # fmt: skip
        add(session, row)
    assert find_announcement(session, f"{BASE}/announces/1") == '{"a":1}'
    for name in ("2", "3", "4", ""):
        assert find_announcement(session, f"{BASE}/announces/{name}") is None


@pytest.mark.parametrize("values", OUT_OF_SIGHT)
def test_what_a_board_wrote_and_was_taken_out_of_sight_is_told_to_no_server(
    session: Session, values: dict[str, object]
) -> None:
    board = a_board(session)
    a_thread(session, board, None, uri=f"{BASE}/boards/respite/posts/17", **values)
    with pytest.raises((Gone, NotFound)):
        get_own_post(session, board, 17)
