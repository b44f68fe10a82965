"""Add and Remove: a board's moderators pin threads and ask for help; nobody makes or unmakes a moderator from outside."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import DecisionMade
from fedconnect.federation.activities.moderator import NO_MODERATOR, Subject
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.foundation.errors import NotPermitted
from fedconnect.models.board import Board, Moderator
from fedconnect.models.board_rules import Invitation
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.moderation.boards.board_settings import BY_TEAM
from support.activity_rows import BOARD, does
from support.forum import BASE
from support.forum_rows import count, said
from support.moderation_rows import a_ban, an_admin, every, somebody_of_the_team
from support.unit import a_board, a_moderator, a_person, a_post, a_thread


@pytest.fixture
def mo(session: Session, board: Board) -> Person:
    return somebody_of_the_team(session, board)


@pytest.fixture
def begun(session: Session, board: Board, ana: Person) -> tuple[Thread, Post]:
    return a_thread(session, board, ana)


def pins(
    session: Session, who: Person, uri: str, kind: str = "Add", target: str = f"{BOARD}/featured"
) -> Result:
    return does(session, who, kind, uri, Subject(None), target=target)


def of_team(session: Session, who: Person, whom: Person | None, kind: str = "Add", **fields: Any) -> Result:
    uri = whom.uri if whom is not None else f"{BASE}/actor"
    return does(session, who, kind, uri, Subject(whom), **{"target": f"{BOARD}/moderators", **fields})


@pytest.mark.parametrize("kind", ["Add", "Remove"])
def test_who_does_not_look_after_a_board_changes_none_of_its_collections(
    session: Session, mo: Person, ana: Person, begun: tuple[Thread, Post], kind: str
) -> None:
    thread, starter = begun
    thread.pinned = kind == "Remove"
    elsewhere = a_person(session, "elsa")
    a_moderator(session, a_board(session, "benefits"), elsewhere)
    for who in (ana, elsewhere):
        assert pins(session, who, starter.uri, kind) is NO_MODERATOR
        assert of_team(session, who, mo, kind) is NO_MODERATOR
    for target in (
        f"{BASE}/boards/nowhere/featured",
        "https://evil.example/boards/respite/featured",
        "",
        BOARD,
    ):
        assert pins(session, mo, starter.uri, kind, target) is NO_MODERATOR
    assert thread.pinned is (kind == "Remove")
    assert count(session, Invitation) == count(session, Decision) == 0
    assert count(session, Moderator) == 2


@pytest.mark.parametrize("kind", ["Add", "Remove"])
def test_a_collection_that_a_board_does_not_have_is_not_changed(
    session: Session, mo: Person, ana: Person, begun: tuple[Thread, Post], kind: str
) -> None:
    for target in (f"{BOARD}/outbox", f"{BOARD}/followers", f"{BOARD}/"):
        assert of_team(session, mo, ana, kind, target=target) == Ignored("no collection of ours")
        assert pins(session, mo, begun[1].uri, kind, target) == Ignored("no collection of ours")
    assert of_team(session, mo, None, kind) == Ignored("no collection of ours")
    assert count(session, Decision) == count(session, Invitation) == 0


def test_a_thread_of_another_board_an_answer_and_nothing_are_not_pinned(
    session: Session, mo: Person, ana: Person, begun: tuple[Thread, Post]
) -> None:
    other, elsewhere = a_thread(session, a_board(session, "benefits"), ana)
    answer = a_post(session, begun[0], ana)
    for uri in (elsewhere.uri, answer.uri, "https://far.example/1", ""):
        assert pins(session, mo, uri) == Ignored("no thread of this board")
    assert not other.pinned
    assert not begun[0].pinned
    assert count(session, Decision) == 0


def test_a_thread_is_pinned_and_unpinned_once(
    session: Session, board: Board, mo: Person, begun: tuple[Thread, Post]
) -> None:
    thread, starter = begun
    for kind, is_pinned in (("Add", True), ("Remove", False)):
        assert pins(session, mo, starter.uri, kind) == Handled("decided")
        assert thread.pinned is is_pinned
        assert pins(session, mo, starter.uri, kind) == Handled("decided already")
    assert [one.kind for one in every(session, Decision)] == [DecisionKind.PIN, DecisionKind.UNPIN]
    assert [one.was_said for one in said(session, DecisionMade)] == [True, True]


def test_whoever_is_added_to_a_team_is_asked_first_and_nobody_else_is_told(
    session: Session, board: Board, mo: Person, ana: Person
) -> None:
    assert of_team(session, mo, ana) == Handled("asked to look after the board", board=None)
    (asked,) = every(session, Invitation)
    assert (asked.board_id, asked.person_id, asked.by_id, asked.is_handover) == (
        board.id,
        ana.id,
        mo.id,
        False,
    )
    assert [one.person_id for one in every(session, Moderator)] == [mo.id]
    (decision,) = every(session, Decision)
    assert (decision.rule, decision.reason) == (BY_TEAM, "Decided from another server.")
    assert said(session, DecisionMade) == [DecisionMade(decision.id, was_said=False)]


def test_the_reason_that_a_moderator_gives_for_a_change_of_the_team_is_kept(
    session: Session, mo: Person, ana: Person
) -> None:
    of_team(session, mo, ana, summary="She knows the field.")
    assert [one.reason for one in every(session, Decision)] == ["She knows the field."]


def test_nobody_is_asked_twice_or_for_what_they_do_already(
    session: Session, board: Board, mo: Person, ana: Person
) -> None:
    of_team(session, mo, ana)
    for whom, why in ((ana, "asked"), (mo, "known")):
        assert of_team(session, mo, whom) == Ignored(f"nobody to ask: {why}")
    assert count(session, Invitation) == count(session, Decision) == 1


def test_whoever_is_kept_off_the_board_is_not_asked_to_look_after_it(
    session: Session, board: Board, mo: Person, ana: Person
) -> None:
    a_ban(session, board, ana)
    with pytest.raises(NotPermitted):
        of_team(session, mo, ana)
    assert count(session, Invitation) == 0


def test_moderators_do_not_dismiss_each_other(session: Session, board: Board, mo: Person) -> None:
    max_ = somebody_of_the_team(session, board, "max")
    with pytest.raises(NotPermitted):
        of_team(session, mo, max_, "Remove")
    assert [one.person_id for one in every(session, Moderator)] == [mo.id, max_.id]


def test_a_moderator_steps_back_and_then_decides_no_more_and_it_is_not_passed_on(
    session: Session, board: Board, mo: Person
) -> None:
    assert of_team(session, mo, mo, "Remove") == Handled("dismissed", board=None)
    assert count(session, Moderator) == 0
    assert board.wants_moderators
    assert of_team(session, mo, mo, "Remove") is NO_MODERATOR
    assert [one.was_said for one in said(session, DecisionMade)] == [False]


def test_who_runs_the_installation_dismisses_once(session: Session, board: Board, mo: Person) -> None:
    ada = an_admin(session)
    assert of_team(session, ada, mo, "Remove") == Handled("dismissed")
    assert of_team(session, ada, mo, "Remove") == Handled("dismissed already")
    assert [one.kind for one in every(session, Decision)] == [DecisionKind.DISMISS]
