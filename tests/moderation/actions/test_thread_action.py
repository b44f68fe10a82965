"""Actions on whole conversations: titles at their limits, where they may go, what is left as it is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import Malformed, NotFound, NotPermitted
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread, ThreadState
from fedconnect.moderation.actions import merge, move, retitle, split, warn
from fedconnect.moderation.actions.action import ActionParams, Target
from fedconnect.moderation.actions.lock import LOCK
from fedconnect.moderation.actions.pin import PIN
from fedconnect.moderation.actions.thread_action import check_title
from support.moderation_rows import a_context, count, somebody_of_the_team
from support.unit import a_board, a_moderator, a_person, a_post, a_thread


def act(
    session: Session, action: Any, on: Board, post: Post, by: Person | None = None, **params: Any
) -> Decision | None:
    found: Decision | None = action.perform(
        session, a_context(on, by), Target(post.uri, post), ActionParams(**params)
    )
    return found


@pytest.mark.parametrize("title", ["", "  \n ", "\u200b", "x" * 141])
def test_what_is_no_title_is_refused(session: Session, title: str) -> None:
    with pytest.raises(Malformed):
        check_title(title)
    board = a_board(session)
    thread, post = a_thread(session, board, a_person(session))
    with pytest.raises(Malformed):
        act(session, retitle, board, post, title=title)
    assert thread.title == "Respite in August"


def test_a_title_is_one_line_of_at_most_140() -> None:
    assert check_title("x" * 140) == "x" * 140
    assert check_title(" A\ttitle\n\u202eof   words ") == "A title of words"


def test_an_answer_gives_its_conversation_no_title(session: Session) -> None:
    board = a_board(session)
    thread, starter = a_thread(session, board, a_person(session))
    answer = a_post(session, thread)
    assert act(session, retitle, board, answer, title="Another") is None
    assert act(session, retitle, board, starter, title="Respite in August") is None, "it has that title"
    made = act(session, retitle, board, starter, title="Another")
    assert made is not None
    assert (thread.title, thread.is_retitled, made.detail) == ("Another", True, "Another")


def test_nobody_moves_a_conversation_to_a_board_that_they_do_not_look_after(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo = somebody_of_the_team(session, board)
    thread, post = a_thread(session, board, a_person(session))
    with pytest.raises(NotPermitted):
        act(session, move, board, post, mo, board="other")
    a_moderator(session, other, mo)
    made = act(session, move, board, post, mo, board="other")
    assert made is not None
    assert (thread.board_id, post.board_id, made.detail, made.board_id) == (
        other.id,
        other.id,
        "other",
        board.id,
    )


def test_what_cannot_be_moved_stays(session: Session) -> None:
    board = a_board(session)
    a_board(session, "other")
    a_board(session, "moved", moved_to="https://x.example")
    a_board(session, "sealed", is_local_only=True)
    thread, post = a_thread(session, board, a_person(session))
    _, own = a_thread(session, board)
    for one, slug in ((post, "respite"), (post, "moved"), (a_post(session, thread), "other"), (own, "other")):
        assert act(session, move, board, one, board=slug) is None
    for slug in ("sealed", "", "nowhere"):
        with pytest.raises(NotFound):
            act(session, move, board, post, board=slug)
    assert (thread.board_id, count(session, Decision)) == (board.id, 0)


@pytest.mark.parametrize(
    "address", ["", "x", "/", "https://forum.example/boards/respite", "-1", "9" * 40, "٣"]
)
def test_an_address_that_names_no_conversation_is_refused(session: Session, address: str) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session))
    with pytest.raises(Malformed):
        act(session, merge, board, post, thread=address)


def test_a_conversation_goes_on_in_another_of_the_same_board_alone(session: Session) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    thread, post = a_thread(session, board, ana)
    elsewhere, _ = a_thread(session, other, ana)
    into, root = a_thread(session, board, ana)
    with pytest.raises(NotPermitted):
        act(session, merge, board, post, thread=str(elsewhere.id))
    assert act(session, merge, board, post, thread=str(thread.id)) is None, "into itself"
    made = act(
        session,
        merge,
        board,
        post,
        thread=f"https://forum.example/boards/respite/threads/{into.id}?page=2#post-1",
    )
    assert made is not None
    assert (post.thread_id, post.parent_id, post.is_starter, made.detail) == (
        into.id,
        root.id,
        False,
        str(into.id),
    )
    assert thread.merged_into_id == into.id


def test_an_answer_and_the_boards_own_words_go_on_nowhere_else(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    thread, _ = a_thread(session, board, ana)
    _, own = a_thread(session, board)
    into, _ = a_thread(session, board, ana)
    for one in (a_post(session, thread, ana), own):
        assert act(session, merge, board, one, thread=str(into.id)) is None
    assert count(session, Decision) == 0


def test_only_an_answer_in_sight_becomes_a_conversation_of_its_own(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    thread, starter = a_thread(session, board, ana)
    hidden = [
        a_post(session, thread, ana, state=state) for state in PostState if state is not PostState.VISIBLE
    ]
    for one in (starter, *hidden):
        assert act(session, split, board, one, title="Its own") is None
    answer = a_post(session, thread, ana, parent_id=starter.id)
    under = a_post(session, thread, ana, parent_id=answer.id)
    assert act(session, split, board, answer, title="Its own") is not None
    new = session.get_one(Thread, answer.thread_id)
    assert (new.title, new.starter_uri, new.board_id) == ("Its own", answer.uri, board.id)
    assert (under.thread_id, starter.thread_id, answer.is_starter) == (new.id, thread.id, True)


def test_closing_and_pinning_twice_is_one_decision(session: Session) -> None:
    board = a_board(session)
    thread, starter = a_thread(session, board, a_person(session))
    answer = a_post(session, thread)
    made = act(session, LOCK, board, answer)
    assert made is not None
    assert (made.subject_uri, made.post_id, thread.state) == (starter.uri, starter.id, ThreadState.LOCKED)
    assert act(session, LOCK, board, starter) is None
    assert act(session, PIN, board, starter) is not None
    assert act(session, PIN, board, starter) is None
    assert count(session, Decision) == 2


def test_nobody_is_asked_to_mind_a_rule_for_the_boards_own_words(session: Session) -> None:
    board = a_board(session)
    assert act(session, warn, board, a_thread(session, board)[1]) is None
    assert act(session, warn, board, a_thread(session, board, a_person(session))[1]) is not None
