"""What a board writes to listeners: the link of an ask counts its reader as a letter's does."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import ListenerAsked
from fedconnect.federation.outbound import listener_messages, responses
from fedconnect.foundation import ids, registrable_domains
from fedconnect.models.board import Board
from fedconnect.models.direct_message import DirectMessage
from fedconnect.models.hearing import Exclusion, HearingState
from fedconnect.models.link_token import LinkToken
from fedconnect.models.listener import Listener
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.surfacing.hearing import link_tokens
from support.federation_rows import a_follow
from support.forum import BASE
from support.surfacing_rows import DAY, NOON, a_hearing, a_young_post, stop_the_clock
from support.unit import a_board, a_person, add


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)
    registrable_domains.configure(())
    monkeypatch.setattr(responses, "send_direct_message", lambda *_: None)


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session, created_at=NOON - 90 * DAY)


@pytest.fixture
def dora(session: Session, board: Board) -> Person:
    """Somebody on another server who follows the board and listens there, met nine days ago."""
    number = ids.first_id_at(NOON - 9 * DAY)
    dora = a_person(session, "dora", "far.example", id=number, born_at=NOON - 900 * DAY)
    a_follow(session, board, dora, since=NOON - 8 * DAY)
    add(session, Listener(board_id=board.id, person_id=dora.id, a_day=3, from_hour=0, to_hour=23, zone="UTC",
                          offered_in="https://far.example/notes/1", since=NOON - 8 * DAY))  # fmt: skip
    return dora


def ask(session: Session, board: Board, dora: Person, post: Post) -> str:
    """Ask Dora about a post; return the secret of the link in what was written to her, or nothing."""
    listener_messages.send_ask(session, ListenerAsked(post.id, board.id, dora.id))
    session.flush()
    (html,) = session.execute(select(DirectMessage.html)).scalars()
    assert f"{BASE}/boards/respite/threads/{post.thread_id}" in html
    found = re.search(r"link=([\w-]+)", html)
    return found[1] if found else ""


def test_the_link_of_an_ask_about_what_is_safeguarded_counts_nobody(
    session: Session, board: Board, dora: Person
) -> None:
    post = a_young_post(session, board, "sleep at night", "ana", hours=10)
    a_hearing(session, post, HearingState.CLOSED, exclusion=Exclusion.SAFEGUARDING)
    assert ask(session, board, dora, post) == ""
    assert session.execute(select(LinkToken)).first() is None


def test_a_listener_who_opens_an_ask_is_one_reader_of_the_post(
    session: Session, board: Board, dora: Person
) -> None:
    post = a_young_post(session, board, "sleep at night", "ana", hours=10)
    hearing = a_hearing(session, post)
    token = link_tokens.find(session, post.id, ask(session, board, dora, post))
    assert token
    assert (hearing.seen, hearing.qualified) == (0, 0)
    assert link_tokens.use(session, [token]) == [post.id]
    assert (hearing.seen, hearing.qualified) == (1, 1)
