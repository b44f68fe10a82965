"""Conversations put in order by moderators: words stay, cases go along, and who follows a board is told."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.events import Cause, PostEdited, PostPublished, PostWithdrawn
from fedconnect.forum import thread_moves
from fedconnect.forum.boards import board_uri
from fedconnect.forum.thread_moves import merge, move, retitle, split
from fedconnect.forum.threads import locked_row
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board
from fedconnect.models.case import CaseKind, CaseState
from fedconnect.models.hearing import Hearing
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread
from support.forum_rows import a_case, at, count, said
from support.unit import a_board, a_person, a_post, a_thread, add

HELD, DELETED = PostState.HELD, PostState.DELETED


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def target(session: Session) -> Board:
    return a_board(session, "benefits")


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session)


@pytest.fixture
def ben(session: Session) -> Person:
    return a_person(session, "ben")


def a_hearing(session: Session, post: Post) -> Hearing:
    return add(
        session,
        Hearing(
            post_id=post.id, thread_id=post.thread_id, board_id=post.board_id, person_id=post.person_id,
            is_starter=post.is_starter, begun_at=at(0), ends_at=at(9),
        ),
    )  # fmt: skip


def fresh(session: Session, *rows: object) -> None:
    session.flush()
    for row in rows:
        session.refresh(row)


@pytest.mark.parametrize("deed", ["move", "split", "merge"])
@pytest.mark.parametrize(("most", "is_refused"), [(3, False), (2, True)])
def test_what_is_too_long_to_be_touched_at_once_is_left_as_it_is(
    session: Session, board: Board, target: Board, ana: Person, monkeypatch: pytest.MonkeyPatch, deed: str, most: int, is_refused: bool
) -> None:  # fmt: skip
    thread, starter = a_thread(session, board, ana)
    answers = [a_post(session, thread, ana, parent_id=starter.id) for _ in range(2)]
    into, _ = a_thread(session, board, ana)
    monkeypatch.setattr(thread_moves, "_MOST_POSTS", most)

    def done() -> None:
        if deed == "move":
            move(session, thread, target)
        elif deed == "split":
            split(session, answers[0], "Another matter")
        else:
            merge(session, starter, into)

    if not is_refused:
        done()
        return
    with pytest.raises(Malformed, match="long"):
        done()
    assert session.info.get("events", []) == []
    assert {(post.thread_id, post.board_id) for post in (starter, *answers)} == {(thread.id, board.id)}


def test_a_title_of_a_moderator_stays_and_the_same_one_is_no_change(
    session: Session, board: Board, ana: Person
) -> None:
    thread, starter = a_thread(session, board, ana)
    a_post(session, thread, ana)
    assert not retitle(session, thread, "Respite in August")
    assert (thread.is_retitled, said(session, PostEdited)) == (False, [])
    assert retitle(session, thread, "Respite in autumn")
    assert (thread.title, thread.is_retitled) == ("Respite in autumn", True)
    assert said(session, PostEdited) == [PostEdited(starter.id, thread.id, board.id)]


def test_the_words_of_a_title_that_is_replaced_are_words_of_the_post_again(
    session: Session, board: Board, ana: Person
) -> None:
    thread, starter = a_thread(
        session, board, ana, source="<p>A title</p><p>Words</p>", body_html="<p>Words</p>"
    )
    retitle(session, thread, "Respite in autumn")
    assert starter.body_html == "<p>A title</p><p>Words</p>"
    assert starter.excerpt == "A title Words"


def test_a_thread_moves_with_everything_under_it_off_one_board_and_onto_the_other(
    session: Session, board: Board, target: Board, ana: Person
) -> None:
    thread, starter = a_thread(session, board, ana, published=at(0), thread_pinned=True)
    answer = a_post(session, thread, ana, published=at(1))
    held = a_post(session, thread, ana, published=at(2), state=HELD)
    hearing = a_hearing(session, answer)
    other, stays = a_thread(session, board, ana)
    kept = a_hearing(session, stays)
    move(session, thread, target)
    fresh(session, hearing, kept)
    assert (thread.board_id, thread.pinned, thread.moved_from_id) == (target.id, False, board.id)
    assert {post.board_id for post in (starter, answer, held)} == {target.id}
    assert (hearing.board_id, kept.board_id, stays.board_id, other.board_id) == (target.id, *(board.id,) * 3)
    assert said(session, PostWithdrawn) == [
        PostWithdrawn(one.id, thread.id, board.id, one.is_starter, Cause.MOVED) for one in (starter, answer)
    ]
    assert said(session, PostPublished) == [
        PostPublished(one.id, thread.id, target.id, one.is_starter, was_moved=True)
        for one in (starter, answer)
    ]


def test_open_cases_go_along_where_the_other_board_has_none_of_the_kind(
    session: Session, board: Board, target: Board, ana: Person
) -> None:
    thread, starter = a_thread(session, board, ana)
    answer, doubled = a_post(session, thread, ana), a_post(session, thread, ana)
    goes = a_case(session, board, answer)
    closed = a_case(session, board, starter, state=CaseState.CLOSED)
    of_another = a_case(session, board, a_thread(session, board, ana)[1])
    doubled_here = a_case(session, board, doubled)
    a_case(session, target, doubled)
    other_kind = a_case(session, board, doubled, kind=CaseKind.HELD)
    move(session, thread, target)
    cases = (goes, closed, of_another, doubled_here, other_kind)
    fresh(session, *cases)
    assert [case.board_id == target.id for case in cases] == [True, False, False, False, True]


def test_an_answer_and_everything_under_it_become_a_thread(
    session: Session, board: Board, ana: Person, ben: Person
) -> None:
    thread, starter = a_thread(session, board, ana, published=at(0))
    root = a_post(session, thread, ben, published=at(1), parent_id=starter.id, visibility=Visibility.UNLISTED)
    child = a_post(session, thread, ana, published=at(2), parent_id=root.id)
    grandchild = a_post(session, thread, ben, published=at(3), parent_id=child.id, state=HELD)
    stays = a_post(session, thread, ben, published=at(9), parent_id=starter.id)
    hearings = [a_hearing(session, post) for post in (root, child, stays)]
    new = split(session, root, "Another matter")
    fresh(session, *hearings)
    new, old = locked_row(session, new.id), locked_row(session, thread.id)
    assert {post.thread_id for post in (root, child, grandchild)} == {new.id}
    assert {post.thread_id for post in (starter, stays)} == {old.id}
    assert (root.is_starter, root.parent_id, child.parent_id) == (True, None, root.id)
    assert (new.title, new.is_retitled, new.starter_uri, new.board_id) == (
        "Another matter",
        True,
        root.uri,
        board.id,
    )
    assert (new.is_listed, new.is_public, new.published, new.month) == (True, False, at(1), "2026-11")
    assert (new.reply_count, new.last_post_at, new.answered) == (1, at(2), True)
    assert (old.reply_count, old.last_post_at, old.answered) == (1, at(9), True)
    assert [(one.thread_id, one.is_starter) for one in hearings] == [
        (new.id, True),
        (new.id, False),
        (old.id, False),
    ]
    assert said(session, PostEdited) == [PostEdited(child.id, new.id, board.id)]
    assert said(session, PostPublished) == [PostPublished(root.id, new.id, board.id, is_starter=True)]


def test_an_answer_that_was_not_sent_to_the_board_is_not_announced_as_its_thread(
    session: Session, board: Board, ana: Person
) -> None:
    thread, starter = a_thread(session, board, ana)
    answer = a_post(session, thread, ana, parent_id=starter.id, is_addressed=False)
    split(session, answer, "Another matter")
    assert said(session, PostPublished) == []


def test_a_thread_goes_on_in_another_and_its_address_leads_there(
    session: Session, board: Board, ana: Person, ben: Person
) -> None:
    link = f'<a href="{board_uri("respite")}" class="u-url mention">@respite</a>'
    earlier, _ = a_thread(session, board, ben)
    thread, starter = a_thread(
        session, board, ben, published=at(5), source=f"<p>{link} A title</p><p>Words</p><script>x</script>",
        body_html="<p>Words</p>", thread_pinned=True,
    )  # fmt: skip
    earlier.merged_into_id = thread.id
    child = a_post(session, thread, ben, published=at(6), parent_id=starter.id)
    into, root = a_thread(session, board, ana, published=at(0))
    hearing = a_hearing(session, starter)
    merge(session, starter, into)
    fresh(session, hearing, earlier)
    into = locked_row(session, into.id)
    assert (thread.is_listed, thread.pinned, thread.merged_into_id) == (False, False, into.id)
    assert earlier.merged_into_id == into.id  # no address leads to one that leads on
    assert (starter.is_starter, starter.parent_id, child.parent_id) == (False, root.id, starter.id)
    assert {starter.thread_id, child.thread_id} == {into.id}
    assert (into.reply_count, into.last_post_at, into.answered) == (2, at(6), True)
    assert starter.body_html == "<p>A title</p><p>Words</p>"
    assert starter.excerpt == "A title Words"
    assert (hearing.thread_id, hearing.is_starter) == (into.id, False)
    assert said(session, PostWithdrawn) == [
        PostWithdrawn(starter.id, thread.id, board.id, is_starter=True, cause=Cause.MERGED)
    ]
    assert [one.post_id for one in said(session, PostEdited)] == [starter.id, child.id]


@pytest.mark.parametrize(("state", "words"), [(HELD, "<p>Source</p>"), (DELETED, "")])
def test_of_a_starter_out_of_sight_nobody_is_told_and_no_word_of_a_deleted_one_comes_back(
    session: Session, board: Board, ana: Person, state: PostState, words: str
) -> None:
    _, starter = a_thread(session, board, ana, state=state, body_html="", source="<p>Source</p>")
    into, _ = a_thread(session, board, ana)
    merge(session, starter, into)
    assert starter.body_html == words
    assert session.info.get("events", []) == []


def test_what_its_author_covered_shows_nothing_of_it_in_an_excerpt(
    session: Session, board: Board, ana: Person
) -> None:
    _, starter = a_thread(session, board, ana, source="<p>Source</p>", warning="Blood", excerpt="")
    merge(session, starter, a_thread(session, board, ana)[0])
    assert (starter.body_html, starter.excerpt) == ("<p>Source</p>", "")


def test_what_was_merged_and_is_split_again_has_its_first_address_back(
    session: Session, board: Board, ana: Person, ben: Person
) -> None:
    thread, starter = a_thread(session, board, ben)
    thread.starter_uri = starter.uri
    session.flush()
    into, _ = a_thread(session, board, ana)
    merge(session, starter, into)
    threads = count(session, Thread)
    new = split(session, starter, "On its own again")
    assert new.id == thread.id
    assert (new.merged_into_id, new.is_listed, new.is_retitled) == (None, True, True)
    assert (new.title, count(session, Thread)) == ("On its own again", threads)
    assert locked_row(session, into.id).reply_count == 0
