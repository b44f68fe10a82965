"""Decisions as the threadiverse hears them: in the moderators' common name, never a moderator's own, and
each as its kind is said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import PUBLIC
from fedconnect.federation.outbound import moderation_activities
from fedconnect.models.board import Board
from fedconnect.models.decision import DecisionKind
from fedconnect.moderation.actions import registry
from support.forum import BASE
from support.moderation_rows import a_case, a_decision, somebody_of_the_team
from support.unit import a_board

BOARD, POST, EVE = f"{BASE}/boards/respite", "https://home.example/posts/x", "https://home.example/users/eve"
TEAM = f"{BASE}/services/moderators"
UNTIL = datetime(2026, 11, 8, 10, 0, 5, 999_999, tzinfo=UTC)
#: each decision that goes out, and how: its type and what it is in, or the type of what it undoes
SAID: dict[DecisionKind, tuple[str, str]] = {
    DecisionKind.REMOVE: ("Delete", ""),
    DecisionKind.RESTORE: ("Undo", "Delete"),
    DecisionKind.LOCK: ("Lock", ""),
    DecisionKind.UNLOCK: ("Undo", "Lock"),
    DecisionKind.BAN: ("Block", ""),
    DecisionKind.UNBAN: ("Undo", "Block"),
    DecisionKind.PIN: ("Add", "featured"),
    DecisionKind.UNPIN: ("Remove", "featured"),
    DecisionKind.APPOINT: ("Add", "moderators"),
    DecisionKind.DISMISS: ("Remove", "moderators"),
}


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


def said(session: Session, board: Board, kind: DecisionKind, **values: Any) -> dict[str, Any]:
    return moderation_activities.activity_of(board, a_decision(session, board, kind=kind, **values))


def test_no_other_decision_leaves_this_installation() -> None:
    assert {kind for kind, one in registry.TYPES.items() if one.federated is not None} == SAID.keys()


def test_no_moderator_is_named_and_it_is_said_to_everybody(session: Session, board: Board) -> None:
    mo = somebody_of_the_team(session, board, "zoltan")
    for kind in SAID:
        document = said(session, board, kind, person_id=mo.id, rule="1. Be kind")
        assert "zoltan" not in json.dumps(document).lower()
        assert (document["actor"], document["to"], document["cc"], document["audience"]) == (
            TEAM, [PUBLIC], [BOARD], BOARD,
        )  # fmt: skip


def test_each_decision_is_said_as_its_kind_about_its_subject(session: Session, board: Board) -> None:
    for kind, (activity, inside) in SAID.items():
        document = said(session, board, kind, subject_uri=POST)
        assert document["type"] == activity
        if activity == "Undo":
            inner = document["object"]
            assert (inner["type"], inner["object"], inner["actor"]) == (inside, POST, TEAM)
            assert inner["id"] != document["id"]
        else:
            assert document["object"] == POST
        assert document.get("target") == (
            f"{BOARD}/{inside}" if inside in {"featured", "moderators"} else BOARD if activity == "Block" else None
        )  # fmt: skip


def test_two_decisions_on_one_post_are_two_activities_and_one_said_twice_is_one(
    session: Session, board: Board
) -> None:
    first, second = (a_decision(session, board, kind=DecisionKind.LOCK) for _ in range(2))
    ids = [moderation_activities.activity_of(board, one)["id"] for one in (first, first, second)]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].startswith(f"{TEAM}#")


@pytest.mark.parametrize(("reason", "summary"), [("Spam", "Spam"), ("", "Decided by a moderator.")])
def test_a_reason_is_told_and_one_is_never_missing(
    session: Session, board: Board, reason: str, summary: str
) -> None:
    for kind in (DecisionKind.REMOVE, DecisionKind.LOCK, DecisionKind.BAN):
        assert said(session, board, kind, reason=reason)["summary"] == summary
    undo = said(session, board, DecisionKind.UNBAN, reason=reason)
    assert undo["summary"] == undo["object"]["summary"] == summary, "each server reads the one or the other"


def test_a_ban_leaves_what_was_written_and_ends_when_it_ends(session: Session, board: Board) -> None:
    for_good = said(session, board, DecisionKind.BAN, subject_uri=EVE)
    assert "endTime" not in for_good
    assert for_good["removeData"] is False
    assert said(session, board, DecisionKind.BAN, until=UNTIL)["endTime"] == "2026-11-08T10:00:05Z"
    for kind in (DecisionKind.LOCK, DecisionKind.REMOVE):
        assert not {"endTime", "removeData", "target"} & said(session, board, kind, until=UNTIL).keys()


def test_a_post_that_left_the_board_is_taken_off_under_a_name_of_its_own(board: Board) -> None:
    document = moderation_activities.deletion(board, POST, "edited")
    assert (document["type"], document["object"], document["summary"], document["actor"]) == (
        "Delete", POST, "edited", TEAM,
    )  # fmt: skip
    again, other = (moderation_activities.deletion(board, uri, "") for uri in (POST, POST + "y"))
    assert document["id"] == again["id"] != other["id"]


def test_a_report_is_the_installations_own_and_to_the_board_alone(session: Session, board: Board) -> None:
    case = a_case(session, board, POST, words="It is rude", claimed_by=7)
    document = moderation_activities.flag(board, case)
    assert (document["actor"], document["to"], document["audience"]) == (f"{BASE}/actor", [BOARD], BOARD)
    assert (document["object"], document["summary"], document["content"]) == (
        POST,
        "It is rude",
        "It is rude",
    )
    assert PUBLIC not in json.dumps(document)
    assert "cc" not in document
    case.times += 1
    assert moderation_activities.flag(board, case)["id"] != document["id"]
    assert document["id"].startswith(f"{BASE}/actor#")
