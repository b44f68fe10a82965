"""A board writes to an author once: where their post is, what is promised, and whether their posts may travel."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import HearingPlaced, PostPublished, PostWithdrawn
from fedconnect.federation.outbound import first_post_message
from fedconnect.forum.boards import board_uri
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.hearing import Exclusion, HearingState
from fedconnect.models.listener import Listener
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.travel_consent import TravelConsent
from support.forum_rows import count
from support.moderation_rows import every
from support.surfacing_rows import a_hearing
from support.unit import a_board, a_moderator, a_person, a_post, a_thread, add


@pytest.fixture(autouse=True)
def nothing_goes_out(monkeypatch: pytest.MonkeyPatch) -> list[DirectMessage]:
    sent: list[DirectMessage] = []
    monkeypatch.setattr(
        first_post_message.responses, "send_direct_message", lambda _session, one: sent.append(one)
    )
    return sent


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session)


def published(session: Session, post: Post) -> None:
    first_post_message.message_author(
        session, PostPublished(post.id, post.thread_id, post.board_id, post.is_starter)
    )


def written(session: Session) -> str:
    (one,) = every(session, DirectMessage)
    assert one.kind is DirectMessageKind.FIRST_POST
    return one.html


def a_placed_post(session: Session, board: Board, author: Person, **values: Any) -> Post:
    _, post = a_thread(session, board, author)
    a_hearing(session, post, **values)
    first_post_message.message_placed_author(session, HearingPlaced(post.id))
    return post


def test_nothing_is_said_to_a_board_itself_nor_about_what_does_not_name_the_board(
    session: Session, board: Board, ana: Person
) -> None:
    thread, welcome = a_thread(session, board)
    published(session, welcome)
    published(session, a_post(session, thread, ana, is_addressed=False))
    assert count(session, DirectMessage) == 0


def test_a_board_that_stays_here_writes_to_nobody(session: Session, ana: Person) -> None:
    a_placed_post(session, a_board(session, "shelter", is_local_only=True), ana)
    assert count(session, DirectMessage) == 0


def test_a_post_that_waits_for_its_promise_is_answered_when_it_has_one(
    session: Session, board: Board, ana: Person
) -> None:
    _, post = a_thread(session, board, ana)
    hearing = a_hearing(session, post, HearingState.WAITING, thresholds="[]")
    published(session, post)
    assert count(session, DirectMessage) == 0
    hearing.state, hearing.thresholds, hearing.floor = HearingState.OPEN, "[0.1]", 7
    first_post_message.message_placed_author(session, HearingPlaced(post.id))
    assert "until 7 of them have really seen it, within 48 hours" in written(session)


def test_an_author_is_written_to_once_on_a_board(session: Session, board: Board, ana: Person) -> None:
    for _ in range(2):
        a_placed_post(session, board, ana)
    assert count(session, DirectMessage) == 1
    a_placed_post(session, a_board(session, "benefits"), ana)
    assert count(session, DirectMessage) == 2


def test_a_name_full_of_html_is_text(session: Session) -> None:
    board = a_board(session, name="<b>Respite</b>")
    a_placed_post(session, board, a_person(session, "<script>", uri='https://evil.example/"><img>'))
    html = written(session)
    assert "<script>" not in html
    assert "<img>" not in html
    assert "&lt;b&gt;Respite&lt;/b&gt;" in html


def test_whoever_answers_first_is_promised_nothing_and_can_say_no_all_the_same(
    session: Session, board: Board, ana: Person
) -> None:
    thread, _ = a_thread(session, board)
    published(session, a_post(session, thread, ana))
    html = written(session)
    assert f"{board_uri('respite')}/threads/{thread.id}" in html
    assert "boosted" not in html
    assert "really seen" not in html
    assert "tell me" not in html
    for what in ("brought to readers of the board", "beyond this board", "answer “stop”", "/no/"):
        assert what in html, "this note is the only one"


def test_whoever_wants_no_hearing_is_asked_nothing(session: Session, board: Board, ana: Person) -> None:
    a_placed_post(session, board, ana, state=HearingState.CLOSED, exclusion=Exclusion.AUTHOR)
    assert "brought" not in written(session)
    assert count(session, TravelConsent) == 0


def test_a_post_over_the_quota_has_no_promise_and_its_author_may_still_say_no(
    session: Session, board: Board, ana: Person
) -> None:
    a_placed_post(session, board, ana, state=HearingState.CLOSED, exclusion=Exclusion.QUOTA)
    html = written(session)
    assert "really seen" not in html
    assert "answer “stop”" in html


def test_the_next_post_of_an_author_waits_for_its_own_promise(
    session: Session, board: Board, ana: Person
) -> None:
    first = a_placed_post(session, board, ana)
    _, second = a_thread(session, board, ana)
    waiting = a_hearing(session, second, HearingState.WAITING, thresholds="[]")
    first.state = PostState.DELETED
    first_post_message.withdraw(
        session, PostWithdrawn(first.id, first.thread_id, first.board_id, is_starter=True)
    )
    assert count(session, DirectMessage) == 0
    waiting.state, waiting.floor = HearingState.OPEN, 4
    first_post_message.message_placed_author(session, HearingPlaced(second.id))
    assert "until 4 of them" in written(session)


def test_a_board_to_which_a_thread_was_moved_thanks_nobody_for_it(
    session: Session, board: Board, ana: Person
) -> None:
    thread, post = a_thread(session, board, ana)
    a_hearing(session, post)
    thread.moved_from_id = a_board(session, "benefits").id
    first_post_message.message_placed_author(session, HearingPlaced(post.id))
    assert count(session, DirectMessage) == 0


@pytest.mark.parametrize(
    ("indexable", "until"), [(True, "Until you answer they may"), (False, "they stay on the board")]
)
def test_whether_posts_may_travel_is_asked_once_naming_each_use(
    session: Session, board: Board, indexable: bool, until: str
) -> None:
    ana = a_person(session, indexable=indexable)
    a_placed_post(session, board, ana)
    html = written(session)
    for use in ("readers of other boards here", "companion", "letters", until):
        assert use in html
    a_placed_post(session, a_board(session, "benefits"), ana)
    asked = [one.html for one in every(session, DirectMessage) if "beyond this board" in one.html]
    assert len(asked) == 1


def test_where_nothing_can_be_promised_it_is_said_what_we_do(
    session: Session, board: Board, ana: Person
) -> None:
    a_placed_post(session, board, ana, floor=0)
    assert "on the list of posts that wait for an answer" in written(session)


def test_with_a_moderator_it_is_said_that_one_is_asked(session: Session, board: Board, ana: Person) -> None:
    a_moderator(session, board, a_person(session, "mo"))
    a_placed_post(session, board, ana, floor=0)
    assert "we ask a moderator to, within twelve hours" in written(session)


def test_with_a_listener_it_is_said_that_one_is_asked(session: Session, board: Board, ana: Person) -> None:
    add(session, Listener(person_id=a_person(session, "dora").id, board_id=board.id, since=clock.now()))
    a_placed_post(session, board, ana, floor=0)
    assert "somebody who offered to listen, then a moderator" in written(session)


def test_one_reader_is_one(session: Session, board: Board, ana: Person) -> None:
    a_placed_post(session, board, ana, floor=1)
    assert "until one of them has really seen it" in written(session)


def test_nothing_is_promised_to_the_author_of_a_post_that_waits_for_a_look(
    session: Session, board: Board, ana: Person
) -> None:
    _, post = a_thread(session, board, ana)
    hearing = a_hearing(session, post, HearingState.CLOSED, exclusion=Exclusion.SAFEGUARDING)
    published(session, post)
    assert count(session, DirectMessage) == 0
    hearing.exclusion = Exclusion.NONE
    published(session, post)
    assert count(session, DirectMessage) == 1


@pytest.mark.parametrize("was_cared_for", [False, True])
def test_only_who_got_no_other_message_reads_that_this_is_the_only_one(
    session: Session, board: Board, ana: Person, was_cared_for: bool
) -> None:
    if was_cared_for:
        known = {"board_id": board.id, "person_id": ana.id, "in_reply_to": "", "html": "", "at": clock.now()}
        add(session, DirectMessage(kind=DirectMessageKind.CARE, about="2026-12-01", **known))
    published(session, a_thread(session, board, ana)[1])
    (message,) = [one for one in every(session, DirectMessage) if one.kind is DirectMessageKind.FIRST_POST]
    assert ("the only time" in message.html) is not was_cared_for
