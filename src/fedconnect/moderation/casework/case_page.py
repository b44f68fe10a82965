"""One case as its page shows it: what it is about, what was said about it, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.models.board import Board
from fedconnect.models.case import CaseKind, CaseNote, CaseState
from fedconnect.models.decision import Appeal, Decision
from fedconnect.models.post import Post
from fedconnect.moderation import anonymous_questions
from fedconnect.moderation.actions import case_action
from fedconnect.moderation.cases import claims
from fedconnect.moderation.casework import queue
from fedconnect.moderation.casework.case_access import get_case
from fedconnect.moderation.casework.decision_form import OfferedForm, offer_form
from fedconnect.moderation.casework.queue import QueueItem


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case, its notes oldest first, and the form for a decision; an appeal with the decision that it is against;
    `consent`: how somebody for whom another asks agreed to that."""

    line: QueueItem
    is_open: bool
    board: Board
    notes: Sequence[CaseNote]
    appeal: Appeal | None
    decision: Decision | None
    consent: str
    form: OfferedForm


def read_case(session: Session, visit: Visit, case_id: int) -> CasePage:
    """Return a case that is somebody's to look at. Raises: as `get_case`."""
    case, person = get_case(session, visit, case_id)
    board = session.get_one(Board, case.board_id)
    post = session.get(Post, case.post_id) if case.post_id is not None else None
    appeal, decision = queue.appeal_of(session, case) if case.kind is CaseKind.APPEAL else (None, None)
    return CasePage(
        line=queue.get_item(session, case, person),
        is_open=case.state is CaseState.OPEN,
        board=board,
        notes=claims.list_notes(session, case),
        appeal=appeal,
        decision=decision,
        consent=anonymous_questions.consent_to(session, case) if case.kind is CaseKind.ANONYMOUS else "",
        form=offer_form(session, board, post, case_action.offered(case, post, board)),
    )
