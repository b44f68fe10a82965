"""Boards that stay here: their words are sealed, nothing says that they exist, and only their own pages open them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum import local_only
from fedconnect.forum.local_only import (
    draft_of,
    get_board,
    get_post,
    get_starter,
    list_posts,
    list_threads,
    plain_text,
    reply,
    start_thread,
    words_of,
)
from fedconnect.forum.mutes import NONE, Mutes
from fedconnect.forum.threads import locked_row
from fedconnect.foundation.errors import FedConnectError, Malformed, NotFound
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import ThreadState
from support.forum_rows import at
from support.unit import a_board, a_person, a_thread

VISIBLE, HELD = PostState.VISIBLE, PostState.HELD
NOBODY = 0
AGAINST_BEN = Mutes(people=frozenset({"ben@home.example"}))


@pytest.fixture
def shelter(session: Session) -> Board:
    return a_board(session, "shelter", is_local_only=True)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session)


@pytest.fixture
def ben(session: Session) -> Person:
    return a_person(session, "ben")


def begun(
    session: Session,
    board: Board,
    who: Person,
    typed: str = "A title\nSecret words",
    state: PostState = VISIBLE,
) -> Post:
    drafted, words = draft_of(board, who, typed, is_thread=True)
    return start_thread(session, board, who, drafted, words, state=state, newcomer_host="home.example")


def answered(
    session: Session,
    board: Board,
    to: Post,
    who: Person,
    typed: str = "An answer",
    state: PostState = VISIBLE,
) -> Post:
    drafted, words = draft_of(board, who, typed, is_thread=False)
    return reply(session, locked_row(session, to.thread_id), to, who, drafted, words, state=state)


def test_no_word_stands_in_the_database_and_nobody_is_told(
    session: Session, shelter: Board, ana: Person
) -> None:
    post = begun(session, shelter, ana)
    answer = answered(session, shelter, post, ana, "Secret answer")
    thread = locked_row(session, post.thread_id)
    assert (thread.title, thread.is_listed, thread.is_public, thread.reply_count) == ("", False, False, 1)
    for one in (post, answer):
        assert (one.body_html, one.source, one.excerpt, one.warning, one.url) == ("",) * 5
        assert one.visibility is Visibility.LOCAL_ONLY
        assert one.sealed
        assert "ecret" not in one.sealed
    assert (post.newcomer_host, answer.parent_id, answer.is_starter) == ("home.example", post.id, False)
    assert session.info.get("events", []) == []


def test_what_is_sealed_opens_for_its_own_post_alone(session: Session, shelter: Board, ana: Person) -> None:
    post, other = begun(session, shelter, ana), begun(session, shelter, ana, "Other\nwords")
    assert (words_of(post).title, words_of(post).text) == ("A title", "Secret words")
    assert plain_text(post) == "A title\nSecret words"
    other.sealed = post.sealed
    with pytest.raises(FedConnectError):
        words_of(other)
    other.sealed = ""
    assert (words_of(other).title, words_of(other).text) == ("", "")
    assert plain_text(a_thread(session, shelter, ana, source="<p>Open &amp; plain</p>")[1]) == "Open & plain"


@pytest.mark.parametrize("typed", ["", " \n\t\n", "\u202e", "x" * 5001])
@pytest.mark.parametrize("is_thread", [True, False])
def test_nothing_and_too_much_is_no_post(
    session: Session, shelter: Board, ana: Person, typed: str, is_thread: bool
) -> None:
    with pytest.raises(Malformed):
        draft_of(shelter, ana, typed, is_thread=is_thread)


@pytest.mark.parametrize(
    ("typed", "title", "text"),
    [
        ("A title", "A title", ""), ("A title\n\n Words \n", "A title", "Words"), ("\n\nA title\nWords", "A title", "Words"),
        ("x" * 140 + "\nWords", "x" * 140, "Words"), ("x" * 141 + "\nWords", "x" * 140, "x" * 141 + "\nWords"),
        ("x" * 5000, "x" * 140, "x" * 5000),
    ],
)  # fmt: skip
def test_the_first_line_of_a_thread_is_its_title(
    session: Session, shelter: Board, ana: Person, typed: str, title: str, text: str
) -> None:
    drafted, words = draft_of(shelter, ana, typed, is_thread=True)
    assert (words.title, words.text) == (title, text)
    assert drafted.visibility is Visibility.LOCAL_ONLY
    assert (drafted.boards, drafted.mentions, drafted.author_uri) == ((), (), ana.uri)


def test_an_answer_has_no_title_and_html_in_it_is_text(session: Session, shelter: Board, ana: Person) -> None:
    typed = "<script>x</script>\nhttps://home.example/x"
    drafted, words = draft_of(shelter, ana, typed, is_thread=False)
    assert (words.title, words.text) == ("", typed)
    assert "<script>" not in drafted.html
    post = begun(session, shelter, ana)
    answered(session, shelter, post, ana, typed)
    shown = list_posts(session, shelter, post.thread_id, NONE, NOBODY)[1].html
    assert "<script>" not in shown
    assert '<a href="https://home.example/x"' in shown


def test_only_a_board_that_stays_here_is_found_here(session: Session, shelter: Board) -> None:
    a_board(session)
    assert get_board(session, "shelter") is shelter
    for slug in ("respite", "none"):
        with pytest.raises(NotFound):
            get_board(session, slug)


def test_a_list_shows_the_latest_first_without_what_waits_or_is_muted(
    session: Session, shelter: Board, ana: Person, ben: Person
) -> None:
    first, second = begun(session, shelter, ana, "One"), begun(session, shelter, ana, "Two")
    begun(session, shelter, ana, "Waits", state=HELD)
    begun(session, shelter, ben, "Muted")
    begun(session, a_board(session, "another", is_local_only=True), ana, "Elsewhere")
    locked_row(session, second.thread_id).state = ThreadState.LOCKED
    locked_row(session, first.thread_id).last_post_at = at(60 * 24 * 365)
    session.flush()
    shown, has_more = list_threads(session, shelter, AGAINST_BEN)
    assert [(line.title, line.is_locked, line.author.name) for line in shown] == [
        ("One", False, "Ana"),
        ("Two", True, "Ana"),
    ]
    assert not has_more
    assert not local_only.is_open(session, second.thread_id)
    assert local_only.is_open(session, first.thread_id)


def test_a_list_has_pages_and_none_beyond_the_last(
    session: Session, shelter: Board, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_only, "A_PAGE", 2)
    assert list_threads(session, shelter, NONE) == ([], False)
    for number in range(4):
        begun(session, shelter, ana, str(number))
    for page, titles, more in ((1, ["3", "2"], True), (2, ["1", "0"], False)):
        shown, has_more = list_threads(session, shelter, NONE, page)
        assert ([line.title for line in shown], has_more) == (titles, more)
    with pytest.raises(NotFound):
        list_threads(session, shelter, NONE, 3)


def test_what_waits_is_seen_by_its_author_alone(
    session: Session, shelter: Board, ana: Person, ben: Person
) -> None:
    waiting = begun(session, shelter, ana, state=HELD)
    with pytest.raises(NotFound):
        list_posts(session, shelter, waiting.thread_id, NONE, ben.id)
    (own,) = list_posts(session, shelter, waiting.thread_id, NONE, ana.id)
    assert (own.is_held, own.title) == (True, "A title")
    with pytest.raises(NotFound):
        get_starter(session, shelter, waiting.thread_id)
    post = begun(session, shelter, ana)
    held = answered(session, shelter, post, ben, state=HELD)
    assert locked_row(session, post.thread_id).reply_count == 0
    assert [one.id for one in list_posts(session, shelter, post.thread_id, NONE, ana.id)] == [post.id]
    assert [one.id for one in list_posts(session, shelter, post.thread_id, NONE, ben.id)] == [
        post.id,
        held.id,
    ]


def test_of_what_was_taken_back_or_removed_no_word_and_no_name_is_shown(
    session: Session, shelter: Board, ana: Person, ben: Person
) -> None:
    post = begun(session, shelter, ana)
    removed, deleted = (answered(session, shelter, post, ben) for _ in range(2))
    removed.state, deleted.state, post.state = PostState.REMOVED, PostState.DELETED, PostState.DELETED
    session.flush()
    shown = list_posts(session, shelter, post.thread_id, NONE, ben.id)
    assert [(one.id, one.is_removed) for one in shown] == [(post.id, False), (removed.id, True)]
    assert {(one.title, one.html, one.author) for one in shown} == {("", "", None)}


def test_a_conversation_shows_its_starter_first_and_hides_whom_the_reader_mutes(
    session: Session, shelter: Board, ana: Person, ben: Person
) -> None:
    post = begun(session, shelter, ben)
    answers = [answered(session, shelter, post, who) for who in (ana, ben, ana)]
    answers[2].published, post.published = at(-9), at(0)
    answers[0].published = at(-8)
    session.flush()
    shown = list_posts(session, shelter, post.thread_id, AGAINST_BEN, ana.id)
    assert [one.id for one in shown] == [post.id, answers[2].id, answers[0].id]


def test_a_post_is_in_one_place_alone_and_only_while_it_is_seen(
    session: Session, shelter: Board, ana: Person
) -> None:
    post, other = begun(session, shelter, ana), begun(session, shelter, ana)
    elsewhere = a_board(session, "another", is_local_only=True)
    assert get_post(session, shelter, post.thread_id, post.id) is post
    assert get_starter(session, shelter, post.thread_id) is post
    for board, thread_id, post_id in (
        (elsewhere, post.thread_id, post.id), (shelter, other.thread_id, post.id), (shelter, post.thread_id, 1),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            get_post(session, board, thread_id, post_id)
    for board, thread_id in ((elsewhere, post.thread_id), (shelter, 1)):
        with pytest.raises(NotFound):
            get_starter(session, board, thread_id)
        with pytest.raises(NotFound):
            list_posts(session, board, thread_id, NONE, ana.id)
    post.state = PostState.REMOVED
    session.flush()
    with pytest.raises(NotFound):
        get_post(session, shelter, post.thread_id, post.id)
