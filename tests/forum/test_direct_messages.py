"""A board's private words to an author: once about the same, safe, and never from a board that stays here."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum.boards import board_uri
from fedconnect.forum.direct_messages import (
    find_message,
    find_replied_to,
    next_post_to_mention,
    write,
)
from fedconnect.models.board import Board
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.person import Person
from fedconnect.models.post import PostState
from support.forum import BASE
from support.forum_rows import at, count
from support.unit import a_board, a_person, a_post, a_thread

HELD, APPEAL = DirectMessageKind.HELD, DirectMessageKind.APPEAL
LINK = f"{BASE}/refuse/x"


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session)


def test_a_board_that_stays_here_writes_to_nobody(session: Session, ana: Person) -> None:
    shelter = a_board(session, "shelter", is_local_only=True)
    assert write(session, shelter, ana, HELD, "", "<p>Words</p>", "1") is None
    assert count(session, DirectMessage) == 0


def test_somebody_is_told_once_about_the_same(session: Session, board: Board, ana: Person) -> None:
    first = write(session, board, ana, HELD, "https://x/1", "<p>Words</p>", "1")
    assert first is not None
    assert write(session, board, ana, HELD, "https://x/2", "<p>Other words</p>", "1") is None
    assert find_message(session, board.id, ana.id, HELD, "1") is first
    assert find_message(session, board.id, ana.id, HELD) is None
    others = [
        (board, ana, APPEAL, "1"), (board, ana, HELD, "2"), (a_board(session, "benefits"), ana, HELD, "1"),
        (board, a_person(session, "ben"), HELD, "1"),
    ]  # fmt: skip
    assert all(write(session, b, p, kind, "", "<p>Words</p>", about) for b, p, kind, about in others)
    assert count(session, DirectMessage) == 5


def test_only_the_first_paragraph_names_whom_it_is_for(session: Session, board: Board, ana: Person) -> None:
    letter = write(session, board, ana, HELD, "https://x/1", "<p>One</p><p>Two</p>", "1")
    assert letter is not None
    assert letter.html.count('class="u-url mention"') == 1
    assert letter.html.startswith("<p><span")
    assert letter.html.endswith(" One</p><p>Two</p>")


def test_a_letter_is_found_by_its_address_for_its_addressee_alone(
    session: Session, board: Board, ana: Person
) -> None:
    letter = write(session, board, ana, HELD, "", "<p>Words</p>", "1")
    assert letter is not None
    a_board(session, "benefits")
    here = f"{board_uri('respite')}/notices/{letter.id}"
    assert find_replied_to(session, here, ana) is letter
    assert find_replied_to(session, here, a_person(session, "ben")) is None
    for address in (
        f"{board_uri('benefits')}/notices/{letter.id}", f"https://evil.example/boards/respite/notices/{letter.id}",
        f"{board_uri('respite')}/notices/{letter.id + 1}", f"{board_uri('respite')}/notices/x", here + "/", board_uri("respite"), "",
        f"{board_uri('respite')}/notices/{'9' * 30}", f"{board_uri('respite')}/posts/{letter.id}",
    ):  # fmt: skip
        assert find_replied_to(session, address, ana) is None, address


def test_the_next_post_to_write_about_is_the_earliest_that_still_stands(
    session: Session, board: Board, ana: Person
) -> None:
    thread, _ = a_thread(session, board, ana, published=at(0), state=PostState.DELETED)
    letter = write(session, board, ana, HELD, "", "<p>Words</p>", "1")
    assert letter is not None
    a_post(session, thread, ana, published=at(1), is_addressed=False)
    a_post(session, thread, a_person(session, "ben"), published=at(1))
    a_thread(session, a_board(session, "benefits"), ana, published=at(1))
    a_post(session, thread, ana, published=at(1), state=PostState.HELD)
    assert next_post_to_mention(session, letter) is None
    later = a_post(session, thread, ana, published=at(3), uri="https://x/a")
    assert next_post_to_mention(session, letter) is later
    for uri in ("https://x/c", "https://x/b"):
        a_post(session, thread, ana, published=at(2), uri=uri, visibility=Visibility.UNLISTED)
    found = next_post_to_mention(session, letter)
    assert found is not None
    assert found.uri == "https://x/b"
