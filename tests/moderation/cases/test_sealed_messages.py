"""What is written to a board in private is sealed for its own case."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import FedConnectError
from fedconnect.models.case import (
    CaseKind,
    Severity,
)
from fedconnect.moderation.cases import cases, sealed_messages
from fedconnect.moderation.cases.sealed_messages import SealedMessage
from support.moderation_rows import a_case, calls
from support.unit import a_board


def test_what_is_written_in_private_is_sealed_for_its_own_case(session: Session) -> None:
    board = a_board(session)
    case = sealed_messages.take_message(
        session, board, "https://x.example/1", "https://x.example/ana", "A secret " + "x" * 5000
    )
    assert case is not None
    assert "secret" not in case.sealed + case.words
    assert sealed_messages.read_message(case) == SealedMessage(
        "https://x.example/ana", ("A secret " + "x" * 5000)[:5000]
    )
    other = sealed_messages.take_message(
        session, board, "https://x.example/2", "https://x.example/ana", "Another"
    )
    assert other is not None
    other.sealed = case.sealed
    with pytest.raises(FedConnectError):
        sealed_messages.read_message(other)


def test_a_message_that_is_known_is_not_taken_twice(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    assert sealed_messages.take_message(session, board, "https://x.example/1", "ana", "A") is not None
    assert sealed_messages.take_message(session, board, "https://x.example/1", "ana", "B") is None
    assert sealed_messages.take_message(session, other, "https://x.example/1", "ana", "A") is not None
    assert calls(session) == 2


def test_twenty_messages_of_one_person_wait_and_the_next_is_not_kept(session: Session) -> None:
    board = a_board(session)
    taken = [
        sealed_messages.take_message(session, board, f"https://x.example/{n}", "ana", "A") for n in range(21)
    ]
    assert [one is not None for one in taken] == [True] * 20 + [False]
    assert sealed_messages.take_message(session, board, "https://x.example/bea", "bea", "B") is not None
    assert taken[0] is not None
    cases.close(session, taken[0])
    assert sealed_messages.take_message(session, board, "https://x.example/once-more", "ana", "A") is not None


def test_what_is_asked_without_a_name_tells_nobody_who(session: Session) -> None:
    case = sealed_messages.open_anonymous_question(session, a_board(session), "unnamed:1", "I want to die")
    assert (case.kind, case.severity, case.words) == (CaseKind.ANONYMOUS, Severity.DANGER, "")
    assert sealed_messages.read_message(case) == SealedMessage("", "I want to die")


def test_a_case_without_a_message_says_nothing(session: Session) -> None:
    assert sealed_messages.read_message(a_case(session, a_board(session))) == SealedMessage("", "")
