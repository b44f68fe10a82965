"""How a draft becomes a post in a thread, and how it is edited: never wider than it was."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.drafts import Attachment, Emoji, Poll, PollOption, PostDraft, Visibility
from fedconnect.events import PostEdited, PostPublished
from fedconnect.forum.boards import board_uri
from fedconnect.forum.posting import edit, reply, start_thread, take_votes
from fedconnect.forum.threads import locked_row
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.models.proxied_image import ProxiedImage
from fedconnect.models.reader_state import Notification
from fedconnect.models.thread import Thread
from support.forum_rows import at, count, forget_events, said
from support.unit import a_board, a_draft, a_person, a_reader

NEVER = [PostState.HELD, PostState.DELETED]


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session)


def thread_of(session: Session, post: Post) -> Thread:
    return locked_row(session, post.thread_id)


def begun(
    session: Session, board: Board, author: Person | None, text: str = "A title</p><p>Words", **values: Any
) -> Post:
    """A thread out of a draft; what happened is forgotten."""
    drafted = a_draft(author or a_person(session, "writer"), text, **values)
    post = start_thread(session, board, drafted, author)
    forget_events(session)
    return post


def answered(session: Session, to: Post, author: Person, text: str = "An answer", **values: Any) -> Post:
    how = {name: values.pop(name) for name in ("addressed", "state", "arrival", "approval") if name in values}
    drafted = a_draft(author, text, **values)
    return reply(session, thread_of(session, to), to, drafted, author, **{"addressed": True, **how})


def pictures(session: Session) -> set[str]:
    return set(session.execute(select(ProxiedImage.url)).scalars())


@pytest.mark.parametrize("state", NEVER)
def test_of_what_is_out_of_sight_nobody_is_told(
    session: Session, board: Board, ana: Person, state: PostState
) -> None:
    named = a_reader(session, a_person(session, "ben"))
    mentions = ("https://home.example/users/ben",)
    post = start_thread(session, board, a_draft(ana, mentions=mentions), ana, state=state)
    assert not thread_of(session, post).is_listed
    question = begun(session, board, ana)
    answer = answered(session, question, ana, state=state, mentions=mentions)
    assert answer.state is state
    assert thread_of(session, question).reply_count == 0
    assert session.info.get("events", []) == []
    assert count(session, Notification, Notification.person_id == named.person_id) == 0


def test_what_was_taken_back_before_it_came_keeps_its_place_and_no_word(
    session: Session, board: Board, ana: Person
) -> None:
    drafted = a_draft(
        ana, "Secret", warning="Secret", hashtags=("secret",), language="en", poll=_poll(), quote_uri="https://secret.example/1", in_reply_to="https://secret.example/2",
        attachments=(Attachment("https://secret.example/1.png", "image/png", "Secret"),), updated=at(1),
    )  # fmt: skip
    post = start_thread(session, board, drafted, ana, state=PostState.DELETED)
    assert thread_of(session, post).title == ""
    kept = (post.body_html, post.source, post.excerpt, post.warning, post.hashtags, post.language, post.poll)
    assert kept == ("",) * 7
    assert (post.quote_uri, post.answers_uri, post.attachments, post.updated) == ("", "", "[]", None)
    assert (post.uri, post.person_id) == (drafted.uri, ana.id)


def test_a_conversation_keeps_what_it_answers_elsewhere_and_an_answer_here_does_not(
    session: Session, board: Board, ana: Person
) -> None:
    """B10: what cannot be reached, or is on no board."""
    first = start_thread(session, board, a_draft(ana, "Words", in_reply_to="https://far.example/9"), ana)
    assert first.answers_uri == "https://far.example/9"
    assert start_thread(session, board, a_draft(ana, "Words"), ana).answers_uri == ""
    assert answered(session, first, ana).answers_uri == ""


def test_a_thread_in_sight_is_told_of_and_names_are_but_not_the_boards(
    session: Session, board: Board, ana: Person
) -> None:
    ben = a_person(session, "ben")
    named = a_reader(session, ben)
    # an account cannot be a board of ours; but if a board's id were somebody's too, it would be no mention
    misled = a_reader(session, a_person(session, "board", uri=board_uri("respite")))
    drafted = a_draft(ana, boards=(board_uri("respite"),), mentions=(board_uri("respite"), ben.uri))
    post = start_thread(session, board, drafted, ana)
    assert said(session, PostPublished) == [PostPublished(post.id, post.thread_id, board.id, is_starter=True)]
    assert count(session, Notification, Notification.person_id == named.person_id) == 1
    assert count(session, Notification, Notification.person_id == misled.person_id) == 0


@pytest.mark.parametrize(
    ("visibility", "linked", "is_public", "is_addressed"),
    [
        (Visibility.PUBLIC, None, True, True), (Visibility.UNLISTED, None, False, True),
        (Visibility.PUBLIC, "https://group.example/c/x", False, False),
    ],
)  # fmt: skip
def test_only_what_was_written_to_this_board_in_public_goes_beyond_it(
    session: Session, board: Board, ana: Person, visibility: Visibility, linked: str | None, is_public: bool, is_addressed: bool
) -> None:  # fmt: skip
    drafted = a_draft(ana, visibility=visibility)
    post = start_thread(session, board, drafted, ana, linked_group_uri=linked, newcomer_host="home.example")
    thread = thread_of(session, post)
    assert (thread.is_listed, thread.is_public, post.is_addressed) == (True, is_public, is_addressed)
    assert (thread.linked_group_uri, post.newcomer_host) == (linked, "home.example")


@pytest.mark.parametrize(
    ("is_boards_own", "is_anonymous", "waits"),
    [(True, False, False), (True, True, True), (False, False, True)],
)
def test_a_welcome_waits_for_no_answer_but_a_question_asked_for_somebody_does(
    session: Session, board: Board, ana: Person, is_boards_own: bool, is_anonymous: bool, waits: bool
) -> None:
    author = None if is_boards_own else ana
    post = start_thread(session, board, a_draft(ana), author, is_anonymous=is_anonymous)
    assert thread_of(session, post).answered is not waits


def test_x09_a_date_in_the_future_counts_as_now(
    session: Session, board: Board, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(0))
    future = datetime(2031, 5, 1, tzinfo=at(0).tzinfo)
    post = start_thread(session, board, a_draft(ana, published=future), ana)
    thread = thread_of(session, post)
    assert (post.published, thread.published, thread.last_post_at, thread.month) == (
        at(0),
        at(0),
        at(0),
        "2026-11",
    )
    answer = answered(session, post, ana, published=future)
    assert answer.published == at(0)
    assert answered(session, post, ana, published=at(-1)).published == at(-1)


@pytest.mark.parametrize(
    ("values", "title", "body"),
    [
        ({"warning": "Blood"}, "Blood", "<p>A title</p><p>Words</p>"),
        ({"warning": "x" * 201}, "x" * 199 + "…", "<p>A title</p><p>Words</p>"),
        ({}, "A title", "<p>Words</p>"),
        ({"html": ""}, "A post", ""),
        ({"html": "", "attachments": (Attachment("https://x/1.png", "image/png", ""),)}, "A picture", ""),
    ],
)
def test_a_warning_is_the_title_so_that_a_list_shows_nothing_that_was_covered(
    session: Session, board: Board, ana: Person, values: dict[str, Any], title: str, body: str
) -> None:
    post = begun(session, board, ana, **values)
    assert thread_of(session, post).title == title
    assert post.body_html == body
    assert post.excerpt == ("" if "warning" in values or not body else "Words")


@pytest.mark.parametrize(
    ("words", "excerpt"),
    [("x" * 280, "x" * 280), ("x" * 281, "x" * 280 + "…"), ("word " * 56 + "end", "word " * 55 + "word…"), ("a\n\n b", "a b")],
)  # fmt: skip
def test_an_excerpt_is_one_line_of_whole_words(
    session: Session, board: Board, ana: Person, words: str, excerpt: str
) -> None:
    assert begun(session, board, ana, f"A title</p><p>{words}").excerpt == excerpt


def test_an_answer_stands_in_its_thread_under_what_it_answers(
    session: Session, board: Board, ana: Person
) -> None:
    ben, question = a_person(session, "ben"), begun(session, board, ana, published=at(0))
    link = f'<a href="{board_uri("respite")}" class="u-url mention">@respite</a>'
    post = answered(
        session, question, ben, f"{link} An answer", boards=(board_uri("respite"),), approval="https://x/leave", published=at(3),
        arrival=Arrival.FETCHED,
    )  # fmt: skip
    thread = thread_of(session, question)
    assert (post.thread_id, post.parent_id, post.is_starter) == (thread.id, question.id, False)
    assert (post.approval_uri, post.arrival, post.is_addressed) == ("https://x/leave", Arrival.FETCHED, True)
    assert post.body_html == "<p>An answer</p>"
    assert (thread.reply_count, thread.answered, thread.last_post_at) == (1, True, at(3))
    assert said(session, PostPublished) == [PostPublished(post.id, thread.id, board.id, is_starter=False)]
    assert not answered(session, question, ben, addressed=False).is_addressed


@pytest.mark.parametrize(
    ("was", "becomes", "then"),
    [
        (Visibility.UNLISTED, Visibility.PUBLIC, Visibility.UNLISTED),
        (Visibility.FOLLOWERS, Visibility.PUBLIC, Visibility.FOLLOWERS),
        (Visibility.DIRECT, Visibility.UNLISTED, Visibility.DIRECT),
        (Visibility.PUBLIC, Visibility.UNLISTED, Visibility.UNLISTED),
    ],
)
def test_s20_an_edit_never_widens_who_may_see_a_post(
    session: Session, board: Board, ana: Person, was: Visibility, becomes: Visibility, then: Visibility
) -> None:
    post = begun(session, board, ana, visibility=was)
    edit(session, post, a_draft(ana, uri=post.uri, visibility=becomes))
    assert post.visibility is then
    assert not thread_of(session, post).is_public


def test_an_edit_makes_nothing_public_that_came_through_a_sister(
    session: Session, board: Board, ana: Person
) -> None:
    post = start_thread(session, board, a_draft(ana), ana, linked_group_uri="https://group.example/c/x")
    edit(session, post, a_draft(ana, uri=post.uri))
    assert not thread_of(session, post).is_public


def test_a_moderators_title_outlives_an_edit_and_an_authors_does_not(
    session: Session, board: Board, ana: Person
) -> None:
    post = begun(session, board, ana)
    edit(session, post, a_draft(ana, "Another title</p><p>Other words", updated=at(5)))
    assert thread_of(session, post).title == "Another title"
    assert (post.body_html, post.updated) == ("<p>Other words</p>", at(5))
    thread_of(session, post).is_retitled = True
    edit(session, post, a_draft(ana, "A third title</p><p>Words", published=at(7)))
    assert thread_of(session, post).title == "Another title"
    assert post.body_html == "<p>A third title</p><p>Words</p>", "no word of it is nowhere"
    assert post.updated == at(7)  # an edit without a date of its own


def test_an_edit_of_an_answer_leaves_the_title_alone(session: Session, board: Board, ana: Person) -> None:
    answer = answered(session, begun(session, board, ana), ana)
    edit(session, answer, a_draft(ana, "Something else", visibility=Visibility.UNLISTED))
    thread = thread_of(session, answer)
    assert (thread.title, thread.is_public, answer.body_html) == ("A title", True, "<p>Something else</p>")


@pytest.mark.parametrize(
    ("state", "is_told"), [(PostState.VISIBLE, True), (PostState.HELD, False), (PostState.REMOVED, False)]
)
def test_of_an_edit_out_of_sight_nobody_is_told(
    session: Session, board: Board, ana: Person, state: PostState, is_told: bool
) -> None:
    post = begun(session, board, ana)
    post.state = state
    edit(session, post, a_draft(ana, "Another"))
    assert said(session, PostEdited) == [PostEdited(post.id, post.thread_id, board.id)] * is_told


@pytest.mark.parametrize(
    ("covered", "own", "warning", "is_sensitive"),
    [(None, "", "", False), (None, "Mine", "Mine", False), ("", "", "", True), ("Blood", "", "Blood", True), ("Blood", "Mine", "Mine", True)],
)  # fmt: skip
def test_an_edit_does_not_lift_what_a_moderator_folded(
    session: Session,
    board: Board,
    ana: Person,
    covered: str | None,
    own: str,
    warning: str,
    is_sensitive: bool,
) -> None:
    post = begun(session, board, ana)
    post.covered = covered
    edit(session, post, a_draft(ana, "A title</p><p>Words", warning=own))
    assert (post.warning, post.is_sensitive) == (warning, is_sensitive)
    assert (post.excerpt == "") is (warning != "")


def test_pictures_are_remembered_for_the_proxy_and_other_media_are_not(
    session: Session, board: Board
) -> None:
    ana = a_person(session, emojis='[{"shortcode": ":cat:", "url": "https://x/name.png"}]')
    post = begun(
        session, board, ana, "A title</p><p>:blob: :other:", emojis=(Emoji(":blob:", "https://x/blob.png"),),
        attachments=(Attachment("https://x/1.png", "image/png", "A view"), Attachment("https://x/1.mp4", "video/mp4", "")),
    )  # fmt: skip
    assert pictures(session) == {"https://x/1.png", "https://x/blob.png", "https://x/name.png"}
    assert "https://x/blob.png" not in post.body_html
    assert 'src="/media/' in post.body_html
    assert ":other:" in post.body_html
    assert [item["url"] for item in json.loads(post.attachments)] == ["https://x/1.png", "https://x/1.mp4"]


def _poll(*names: str, votes: int | None = 1, is_closed: bool = False) -> Poll:
    options = tuple(PollOption(name, votes) for name in names or ("Yes", "No"))
    return Poll(options, is_multiple=False, ends=at(60), is_closed=is_closed)


@pytest.mark.parametrize(
    ("values", "is_taken"),
    [
        ({"poll": _poll(votes=9, is_closed=True)}, True),
        ({"poll": _poll(votes=9), "updated": at(5)}, False),  # an edit, which is decided on elsewhere
        ({"poll": _poll("Yes", "Never", votes=9)}, False),
        ({"poll": _poll("No", "Yes", votes=9)}, False),
        ({"poll": _poll("Yes", "No", "Perhaps", votes=9)}, False),
        ({"poll": None}, False),
    ],
)
def test_votes_are_taken_over_where_the_question_is_the_same(
    session: Session, board: Board, ana: Person, values: dict[str, Any], is_taken: bool
) -> None:
    post = begun(session, board, ana, poll=_poll())
    before = post.poll
    take_votes(post, a_draft(ana, **values))
    assert (post.poll != before) is is_taken
    told = json.loads(post.poll)
    assert [option["votes"] for option in told["options"]] == ([9, 9] if is_taken else [1, 1])
    assert told["ends"] == at(60).isoformat()


@pytest.mark.parametrize("stored", ["", "null", "[]", "{", '{"options": 1}'])
def test_votes_make_no_poll_where_there_is_none(ana: Person, stored: str) -> None:
    post = Post(poll=stored)
    take_votes(post, a_draft(ana, poll=_poll()))
    assert post.poll == stored


def test_an_endless_poll_is_kept(session: Session, board: Board, ana: Person) -> None:
    drafted = a_draft(
        ana, poll=Poll((PollOption("Yes", None),), is_multiple=True, ends=None, is_closed=False)
    )
    assert isinstance(drafted, PostDraft)
    stored = json.loads(start_thread(session, board, drafted, ana).poll)
    assert (stored["ends"], stored["is_multiple"], stored["options"]) == (
        None,
        True,
        [{"name": "Yes", "votes": None}],
    )
