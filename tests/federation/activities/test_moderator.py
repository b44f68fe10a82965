"""What moderators decide from their own servers: whom it is about is looked up for nobody else, and on their board alone."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import DecisionMade
from fedconnect.federation.activities import moderator
from fedconnect.federation.activities.moderator import NO_MODERATOR, Subject
from fedconnect.federation.activities.result import Handled, Ignored
from fedconnect.foundation import database
from fedconnect.foundation.errors import FetchFailed
from fedconnect.models.board import Board
from fedconnect.models.decision import Ban, Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import PostState
from fedconnect.models.thread import ThreadState
from fedconnect.moderation.actions.action import ActionParams
from support.activity_rows import BOARD, coming
from support.federation_rows import OtherServers, actor_document, with_keys
from support.forum import BASE
from support.forum_rows import count, said
from support.moderation_rows import a_case, every, somebody_of_the_team
from support.unit import Unit, a_board, a_moderator, a_person, a_post, a_thread

EVE = "https://evil.example/users/eve"


@pytest.fixture
def mo(unit: Unit, others: OtherServers) -> Person:
    """A moderator of Respite; eve can be looked up."""
    with_keys()
    others.say(EVE, actor_document(EVE))
    with database.transaction() as session:
        a_board(session, "here", is_local_only=True)
        a_board(session, "benefits")
        return somebody_of_the_team(session, a_board(session))


@pytest.mark.parametrize(
    ("uri", "target"),
    [
        (EVE, f"{BOARD}/featured"),
        (EVE, f"{BASE}/boards/benefits"),
        (EVE, f"{BASE}/boards/nowhere"),
        (EVE, f"{BASE}/boards/here"),
        (EVE, f"{BASE}/boards/benefits/moderators"),
        (EVE, "https://evil.example/boards/respite"),
        (EVE, f"{BOARD}/moderators/moderators"),
        (EVE, ""),
        ([], BOARD),
        (f"{BASE}/actor", BOARD),
        (f"{BASE}/boards/benefits", f"{BOARD}/moderators"),
    ],
)
def test_nobody_is_looked_up_for_what_cannot_be_decided(
    mo: Person, others: OtherServers, uri: object, target: str
) -> None:
    activity = coming(mo, "Block", uri, {"target": target})
    assert moderator.prepare_subject(activity) == Subject(None)
    assert others.asked == []


def test_a_stranger_cannot_make_us_look_somebody_up(mo: Person, others: OtherServers) -> None:
    with database.transaction() as session:
        ana, elsewhere = a_person(session), a_person(session, "elsa")
        a_moderator(session, a_board(session, "crafts"), elsewhere)
    for who in (ana, elsewhere):
        for target in (BOARD, f"{BOARD}/moderators"):
            assert moderator.prepare_subject(coming(who, "Block", EVE, {"target": target})) == Subject(None)
    assert others.asked == []


@pytest.mark.parametrize("target", [BOARD, f"{BOARD}/moderators"])
def test_whom_a_moderator_decides_about_is_looked_up_where_they_live(
    mo: Person, others: OtherServers, target: str
) -> None:
    found = moderator.prepare_subject(coming(mo, "Block", EVE, {"target": target})).person
    assert found is not None
    assert found.uri == EVE
    assert others.asked == [("GET", EVE)]


def test_somebody_who_cannot_be_looked_up_now_may_be_later(mo: Person, others: OtherServers) -> None:
    others.say(EVE, b"", 503)
    with pytest.raises(FetchFailed) as raised:
        moderator.prepare_subject(coming(mo, "Block", EVE, {"target": BOARD}))
    assert raised.value.retryable


def test_a_thread_is_decided_on_by_its_own_boards_moderators_alone(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    elsewhere = a_person(session, "elsa")
    a_moderator(session, a_board(session, "benefits"), elsewhere)
    thread, starter = a_thread(session, board, ana)
    answer = a_post(session, thread, ana)
    mo = somebody_of_the_team(session, board)
    for who, uri, why in (
        (ana, starter.uri, NO_MODERATOR),
        (elsewhere, starter.uri, NO_MODERATOR),
        (mo, answer.uri, Ignored("no thread of ours")),
        (mo, "https://far.example/1", Ignored("no thread of ours")),
        (mo, "", Ignored("no thread of ours")),
    ):
        assert moderator.decide_on_thread(session, coming(who, "Lock", uri), uri, DecisionKind.LOCK) == why
    assert thread.state is ThreadState.OPEN
    assert count(session, Decision) == 0
    locks = coming(mo, "Lock", starter.uri, {"summary": "Enough"})
    assert moderator.decide_on_thread(session, locks, starter.uri, DecisionKind.LOCK) == Handled("decided")
    assert thread.state is ThreadState.LOCKED
    (decision,) = every(session, Decision)
    assert (decision.person_id, decision.board_id, decision.reason) == (mo.id, board.id, "Enough")


def test_a_decision_that_changes_nothing_is_neither_written_down_nor_passed_on(session: Session) -> None:
    board = a_board(session)
    mo = somebody_of_the_team(session, board)
    _, post = a_thread(session, board, a_person(session), state=PostState.REMOVED)
    removes = coming(mo, "Delete", post.uri)
    result = moderator.decide_on_post(session, removes, board, post, DecisionKind.REMOVE)
    assert result == Handled("decided already", board=None)
    assert count(session, Decision) == 0
    assert said(session, DecisionMade) == []


def test_a_decision_about_somebody_closes_what_was_asked_about_them(session: Session) -> None:
    board, eve = a_board(session), a_person(session, "eve", "evil.example")
    mo = somebody_of_the_team(session, board)
    asked = a_case(session, board, eve.uri)
    bans = coming(mo, "Block", eve.uri)
    params = ActionParams(days=0)
    assert moderator.decide_on_person(session, bans, board, eve, DecisionKind.BAN, params) == Handled(
        "decided"
    )
    assert asked.state.value == "closed"
    assert [(one.person_id, one.until) for one in every(session, Ban)] == [(eve.id, None)]


def test_what_a_moderator_gives_for_a_decision_was_said_by_their_own_server(session: Session) -> None:
    board, mo = a_board(session), a_person(session, "mo")
    context = moderator.context_of(coming(mo, "Lock", BOARD, {"content": "Enough"}), board)
    assert (context.board, context.moderator, context.reason, context.rule) == (board, mo, "Enough", "")
    assert context.was_said


def test_only_a_board_that_speaks_to_other_servers_is_named_by_an_id(session: Session) -> None:
    board: Board = a_board(session)
    a_board(session, "here", is_local_only=True)
    for uri in (
        "",
        f"{BASE}/boards/here",
        f"{BASE}/boards/nowhere",
        "https://evil.example/boards/respite",
        "respite",
    ):
        assert moderator.find_named_board(session, uri) is None
    assert moderator.find_named_board(session, BOARD) is board


def test_a_thread_is_named_by_what_it_begins_with(session: Session) -> None:
    thread, starter = a_thread(session, a_board(session))
    answer = a_post(session, thread)
    for uri in ("", answer.uri, "https://far.example/1"):
        assert moderator.find_starter(session, uri) is None
    assert moderator.find_starter(session, starter.uri) is starter
