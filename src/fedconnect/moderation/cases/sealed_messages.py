"""Cases of what somebody wrote to a board in private, or asks without their name: sealed, for its moderators alone."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import sealing
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, CaseState, Severity
from fedconnect.moderation.cases import cases
from fedconnect.moderation.cases.triage import severity_of

_MOST_MESSAGES = 20  # of one person that wait at once
_MOST_READ = 200
_SEALED_MESSAGE = "case"


@dataclass(frozen=True, slots=True)
class SealedMessage:
    """What somebody wrote to a board in private, and who (their actor id; empty where they ask without their name)."""

    by: str
    text: str


def take_message(session: Session, board: Board, uri: str, by: str, text: str) -> Case | None:
    """Keep what somebody wrote to a board in private, sealed, for its moderators alone; None where it is known,
    or where twenty of the same person wait already."""
    if cases.find_case(session, board.id, CaseKind.MESSAGE, uri) is not None or _has_said_enough(
        session, board, by
    ):
        return None
    case = cases.open_case(session, board, CaseKind.MESSAGE, uri, min(Severity.RULES, severity_of(text)), "")
    _seal(case, SealedMessage(by, text[: cases.MAX_WORDS]))
    return case


def open_anonymous_question(session: Session, board: Board, subject: str, text: str) -> Case:
    """Put what somebody asks without their name on the list, sealed."""
    case = cases.open_case(
        session, board, CaseKind.ANONYMOUS, subject, min(Severity.RULES, severity_of(text)), ""
    )
    _seal(case, SealedMessage("", text[: cases.MAX_WORDS]))
    return case


def read_message(case: Case) -> SealedMessage:
    """Return what was written in private."""
    if not case.sealed:
        return SealedMessage("", "")
    told = json.loads(sealing.unseal(case.sealed, f"{_SEALED_MESSAGE}:{case.id}"))
    return SealedMessage(told["by"], told["text"])


def _seal(case: Case, message: SealedMessage) -> None:
    told = json.dumps(asdict(message))
    case.sealed = sealing.seal(told.encode(), f"{_SEALED_MESSAGE}:{case.id}")


def _has_said_enough(session: Session, board: Board, by: str) -> bool:
    waiting = select(Case).where(
        Case.board_id == board.id,
        Case.kind == CaseKind.MESSAGE,
        Case.state == CaseState.OPEN,
        Case.sealed != "",
    )
    latest = session.execute(waiting.order_by(Case.id.desc()).limit(_MOST_READ)).scalars()
    return sum(1 for case in latest if read_message(case).by == by) >= _MOST_MESSAGES
