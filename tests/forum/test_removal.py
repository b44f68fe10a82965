"""How a post goes out of sight, who is told, what is left of it, and how it comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.events import Cause, PostEdited, PostPublished, PostWithdrawn
from fedconnect.forum import removal
from fedconnect.forum.thread_lists import list_feed, list_latest, list_threads
from fedconnect.forum.tombstones import is_taken_back, take_back
from fedconnect.foundation.link_display import with_emojis
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState, Reaction, ReactionKind
from fedconnect.models.thread import Thread
from support.forum_rows import at, count, said
from support.unit import a_board, a_person, a_post, a_thread, add

S = PostState


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session)


@pytest.fixture
def ben(session: Session) -> Person:
    return a_person(session, "ben")


def withdrawn(post: Post, cause: Cause) -> PostWithdrawn:
    return PostWithdrawn(post.id, post.thread_id, post.board_id, post.is_starter, cause)


@pytest.mark.parametrize(
    ("what", "allowed"),
    [
        (removal.hold, {S.VISIBLE}), (removal.remove, {S.VISIBLE, S.HELD}), (removal.restore, {S.REMOVED}),
        (removal.release, {S.HELD}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("state", list(S))
def test_each_step_is_taken_from_where_it_may_be_and_else_changes_nothing(
    session: Session, board: Board, ana: Person, what: Callable[[Session, Post], bool], allowed: set[S], state: S
) -> None:  # fmt: skip
    _, post = a_thread(session, board, ana, state=state)
    assert what(session, post) is (state in allowed)
    if state not in allowed:
        assert post.state is state
        assert session.info.get("events", []) == []


@pytest.mark.parametrize(
    ("what", "cause", "state"),
    [(removal.hold, Cause.HELD, S.HELD), (removal.remove, Cause.REMOVED, S.REMOVED)],
)
def test_what_a_moderator_takes_out_of_sight_keeps_its_words(
    session: Session, board: Board, ana: Person, what: Callable[[Session, Post], bool], cause: Cause, state: S
) -> None:
    thread, post = a_thread(session, board, ana)
    what(session, post)
    assert (post.state, post.source, thread.title) == (state, "<p>Words</p>", "Respite in August")
    assert not thread.is_listed
    assert said(session, PostWithdrawn) == [withdrawn(post, cause)]


def test_of_what_was_out_of_sight_nobody_is_told_again(session: Session, board: Board, ana: Person) -> None:
    for state in (S.HELD, S.REMOVED):
        _, post = a_thread(session, board, ana, state=state)
        removal.withdraw(session, post, Cause.AUTHOR)
        assert post.source == ""
    removal.remove(session, a_thread(session, board, ana, state=S.HELD)[1])
    assert said(session, PostWithdrawn) == []


def test_an_answer_out_of_sight_leaves_its_thread_listed_and_is_counted_no_more(
    session: Session, board: Board, ana: Person, ben: Person
) -> None:
    thread, _ = a_thread(session, board, ana, published=at(0), thread_reply_count=1, thread_answered=True)
    answer = a_post(session, thread, ben, published=at(5))
    removal.hold(session, answer)
    assert (thread.is_listed, thread.reply_count, thread.answered) == (True, 0, False)
    assert removal.release(session, answer)
    assert (thread.is_listed, thread.reply_count, thread.answered) == (True, 1, True)
    removal.withdraw(session, answer, Cause.AUTHOR)
    assert (thread.is_listed, thread.title, thread.reply_count) == (True, "Respite in August", 0)


def test_p09_what_its_author_takes_back_is_empty_and_takes_its_title_and_reactions_along(
    session: Session, board: Board, ana: Person, ben: Person
) -> None:
    thread, post = a_thread(
        session, board, ana, warning="Words", hashtags="words", poll="{}", sealed="words", language="en"
    )
    _, other = a_thread(session, board, ana)
    for number, about in enumerate((post, other)):
        add(
            session,
            Reaction(post_id=about.id, person_id=ben.id, kind=ReactionKind.LIKE, uri=f"https://x/{number}"),
        )
    removal.withdraw(session, post, Cause.AUTHOR)
    assert post.state is S.DELETED
    assert {
        post.body_html,
        post.source,
        post.excerpt,
        post.warning,
        post.hashtags,
        post.poll,
        post.sealed,
        post.language,
    } == {""}
    assert (thread.title, thread.is_listed) == ("", False)
    assert count(session, Reaction) == 1
    assert said(session, PostWithdrawn) == [withdrawn(post, Cause.AUTHOR)]
    removal.withdraw(session, post, Cause.AUTHOR)
    assert len(said(session, PostWithdrawn)) == 1


def test_a_post_that_stays_here_comes_and_goes_without_a_word(session: Session, ana: Person) -> None:
    shelter = a_board(session, "shelter", is_local_only=True)
    thread, post = a_thread(
        session, shelter, ana, visibility=Visibility.LOCAL_ONLY, thread_is_listed=False, sealed="x"
    )
    assert removal.remove(session, post)
    assert removal.restore(session, post)
    assert removal.hold(session, post)
    assert removal.release(session, post)
    assert not thread.is_listed
    assert not removal.cover(session, post, "Blood")
    removal.withdraw(session, post, Cause.AUTHOR)
    assert session.info.get("events", []) == []


@pytest.mark.parametrize(
    ("visibility", "is_listed"),
    [(Visibility.PUBLIC, True), (Visibility.UNLISTED, True), (Visibility.FOLLOWERS, False)],
)
def test_p07_what_comes_back_is_listed_only_where_anybody_may_see_it(
    session: Session, board: Board, ana: Person, visibility: Visibility, is_listed: bool
) -> None:
    for state, back in ((S.REMOVED, removal.restore), (S.HELD, removal.release)):
        thread, post = a_thread(
            session, board, ana, state=state, visibility=visibility, thread_is_listed=False, held_until=at(9)
        )
        assert back(session, post)
        assert (post.state, thread.is_listed) == (S.VISIBLE, is_listed)
        told = [one.post_id for one in said(session, PostPublished)]
        assert (post.id in told) is is_listed
        assert (post.held_until is None) is (back is removal.release)


def test_a_deletion_that_comes_first_keeps_the_post_away(
    session: Session, board: Board, ana: Person, ben: Person
) -> None:
    uri = "https://home.example/posts/later"
    removal.delete_by_author(session, None, uri, ana)
    assert is_taken_back(session, uri, ana.uri)
    assert not is_taken_back(session, uri, ben.uri)
    _, post = a_thread(session, board, ana)
    removal.delete_by_author(session, post, post.uri, ana)
    assert post.state is S.DELETED
    assert is_taken_back(session, post.uri, ana.uri)


def test_with_an_account_everything_of_it_goes_and_nothing_of_others(
    session: Session, board: Board, ana: Person, ben: Person
) -> None:
    thread, post = a_thread(session, board, ana)
    kept = a_post(session, thread, ben)
    held = a_post(session, thread, ana, state=S.HELD)
    for number, who in enumerate((ana, ben)):
        add(
            session,
            Reaction(post_id=kept.id, person_id=who.id, kind=ReactionKind.LIKE, uri=f"https://x/{number}"),
        )
    removal.delete_everything_of(session, ana)
    assert [one.state for one in (post, kept, held)] == [S.DELETED, S.VISIBLE, S.DELETED]
    assert said(session, PostWithdrawn) == [withdrawn(post, Cause.ACCOUNT)]
    assert is_taken_back(session, "https://home.example/posts/on-its-way", ana.uri)
    assert not is_taken_back(session, "https://home.example/posts/on-its-way", ben.uri)
    assert count(session, Reaction, Reaction.person_id == ben.id) == 1
    assert count(session, Reaction) == 1


def test_a_leave_is_taken_back_by_whose_post_is_answered_alone(
    session: Session, board: Board, ana: Person, ben: Person
) -> None:
    thread, post = a_thread(session, board, ana)
    bens = a_post(session, thread, ben, parent_id=post.id)
    under_ana = a_post(session, thread, ben, parent_id=post.id, approval_uri="https://x/leave")
    under_ben = a_post(session, thread, ana, parent_id=bens.id, approval_uri="https://x/leave")
    free = a_post(session, thread, ben, parent_id=post.id)
    assert removal.revoke(session, "", ana) == 0  # whoever needed no leave has none
    assert removal.revoke(session, "https://x/other", ana) == 0
    assert removal.revoke(session, "https://x/leave", ana) == 1
    assert said(session, PostWithdrawn) == [withdrawn(under_ana, Cause.UNWANTED)]
    assert removal.revoke(session, "https://x/leave") == 2  # its own server no longer has it
    assert under_ben.state is S.DELETED
    assert (free.state, bens.state) == (S.VISIBLE, S.VISIBLE)


def test_a_leave_that_was_taken_back_before_the_answer_came(
    session: Session, board: Board, ana: Person, ben: Person
) -> None:
    _, post = a_thread(session, board, ana)
    take_back(session, "https://x/leave", ben.uri)
    assert not removal.is_revoked(session, "https://x/leave", post)
    take_back(session, "https://x/leave", ana.uri)
    assert removal.is_revoked(session, "https://x/leave", post)
    assert not removal.is_revoked(session, "https://x/other", post)
    assert not removal.is_revoked(session, "https://x/leave", a_thread(session, board)[1])


def test_a_conversation_begins_with_its_starter_for_every_post(
    session: Session, board: Board, ana: Person
) -> None:
    thread, post = a_thread(session, board, ana)
    thread.starter_uri = post.uri
    session.flush()
    answer = a_post(session, thread, ana, parent_id=post.id)
    assert removal.starter_of(session, answer) is post
    assert removal.starter_of(session, post) is post


@pytest.mark.parametrize(
    ("own", "asked", "warning", "title"),
    [
        ("", "", "", "Respite in August"), ("", "Blood", "Blood", "Blood"), ("Mine", "Blood", "Mine", "Mine"),
        ("", "x" * 501, "x" * 500, "x" * 140 + "…"), ("", "Blood\u202e\n!", "Blood !", "Blood !"),
    ],
)  # fmt: skip
def test_a_moderator_folds_media_and_with_a_warning_words_too(
    session: Session, board: Board, ana: Person, own: str, asked: str, warning: str, title: str
) -> None:
    thread, post = a_thread(session, board, ana, warning=own)
    assert removal.cover(session, post, asked)
    assert (post.warning, thread.title, post.is_sensitive) == (warning, title, True)
    assert thread.is_retitled is (title != "Respite in August")
    assert not removal.cover(session, post, asked)
    assert said(session, PostEdited) == [PostEdited(post.id, thread.id, board.id)]


def test_covering_an_answer_leaves_the_title(session: Session, board: Board, ana: Person) -> None:
    thread, _ = a_thread(session, board, ana)
    removal.cover(session, a_post(session, thread, ana), "Blood")
    assert (thread.title, thread.is_retitled) == ("Respite in August", False)


def test_what_is_gone_cannot_be_folded_and_what_waits_is_folded_silently(
    session: Session, board: Board, ana: Person
) -> None:
    _, gone = a_thread(session, board, ana, state=S.DELETED)
    assert not removal.cover(session, gone, "Blood")
    assert gone.covered is None
    _, held = a_thread(session, board, ana, state=S.HELD)
    assert removal.cover(session, held, "Blood")
    assert removal.uncover(session, held)
    assert said(session, PostEdited) == []


@pytest.mark.parametrize(
    ("own", "covered", "left", "title", "is_retitled"),
    [
        ("", "Blood", "", "Blood", False), ("Mine", "Blood", "Mine", "Mine", True), ("", "", "", "Respite in August", False),
        ("", "x" * 200, "", "x" * 140 + "…", False),
    ],
)  # fmt: skip
def test_lifting_it_leaves_what_the_author_said(
    session: Session,
    board: Board,
    ana: Person,
    own: str,
    covered: str,
    left: str,
    title: str,
    is_retitled: bool,
) -> None:
    thread, post = a_thread(session, board, ana, warning=own)
    assert not removal.uncover(session, post)
    removal.cover(session, post, covered)
    assert removal.uncover(session, post)
    assert (post.warning, post.covered, post.is_sensitive) == (left, None, False)
    assert (thread.title, thread.is_retitled) == (title, is_retitled)
    assert len(said(session, PostEdited)) == 2


def test_lifting_it_does_not_undo_another_title_of_a_moderator(
    session: Session, board: Board, ana: Person
) -> None:
    thread, post = a_thread(session, board, ana)
    removal.cover(session, post, "Blood")
    thread.title = "A calm title"
    session.flush()
    removal.uncover(session, post)
    assert session.get_one(Thread, thread.id).is_retitled


def test_the_title_that_a_warning_replaces_is_folded_with_the_words(
    session: Session, board: Board, ana: Person
) -> None:
    thread, post = a_thread(
        session, board, ana, source="<p>A title</p><p>Words</p>", body_html="<p>Words</p>"
    )
    removal.cover(session, post, "Blood")
    assert (thread.title, post.body_html, post.excerpt) == ("Blood", "<p>A title</p><p>Words</p>", "")


@pytest.mark.parametrize(
    ("own", "covered", "folded", "left"),
    [
        ("", "Blood", "", "Words of :hope:"),
        ("", "", "Words of :hope:", "Words of :hope:"),
        ("Mine", "Blood", "", ""),
    ],
)
def test_words_that_are_folded_stand_in_no_list_and_come_back_with_them(
    session: Session, board: Board, ana: Person, own: str, covered: str, folded: str, left: str
) -> None:
    body = with_emojis("<p>Words of :hope:</p>", {":hope:": "/media/1"})
    _, post = a_thread(
        session,
        board,
        ana,
        warning=own,
        body_html=body,
        source="<p>Words of :hope:</p>",
        excerpt="" if own else "Words of :hope:",
        emojis='[{"shortcode": ":hope:", "url": "https://home.example/hope.png"}]',
    )
    removal.cover(session, post, covered)
    assert post.excerpt == folded
    removal.uncover(session, post)
    assert post.excerpt == left


def test_a_thread_whose_first_post_is_gone_stays_in_its_boards_list_with_its_answers_and_names_nobody(
    session: Session,
) -> None:
    board, ana, ben = a_board(session), a_person(session), a_person(session, "ben")
    thread, starter = a_thread(session, board, ana)
    _, lonely = a_thread(session, board, ana)
    answer = a_post(session, thread, ben)
    for post in (starter, lonely):
        removal.delete_by_author(session, post, post.uri, ana)
    (line,) = list_threads(session, board).threads
    assert (line.id, line.title, line.author, line.author_handle, line.reply_count) == (
        thread.id,
        "",
        None,
        "",
        1,
    )
    assert list_latest(session) == list_feed(session, board) == [], "nowhere else: it has no title"
    removal.delete_by_author(session, answer, answer.uri, ben)
    assert list_threads(session, board).threads == []


@pytest.mark.parametrize("taken", [removal.hold, removal.remove])
def test_a_thread_whose_first_post_a_moderator_took_away_is_not_listed(
    session: Session, taken: Callable[[Session, Post], bool]
) -> None:
    board, ana = a_board(session), a_person(session)
    thread, starter = a_thread(session, board, ana)
    a_post(session, thread, a_person(session, "ben"))
    assert taken(session, starter)
    assert list_threads(session, board).threads == []
