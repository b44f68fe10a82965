"""Work on a case short of deciding: keep it, note something, look at evidence, answer, let the board ask, hear an
appeal. Each begins with whether the case is theirs to look at, and raises NotFound where it is not."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.drafts import Visibility
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation import anonymous_questions
from fedconnect.moderation.authorization import ModerationContext
from fedconnect.moderation.cases import claims, reports
from fedconnect.moderation.casework import queue
from fedconnect.moderation.casework.case_access import get_case
from fedconnect.moderation.decisions import appeals, author_messages


def keep_for(session: Session, case: Case, person: Person) -> None:
    """Keep a case for somebody for a quarter of an hour. Raises Malformed where a colleague has it open."""
    if not claims.claim(session, case, person):
        raise Malformed(
            "claimed", safe="Somebody else has this open just now; it is theirs for some minutes."
        )


def claim(session: Session, visit: Visit, case_id: int) -> None:
    """Keep a case for whoever is asking. Raises: as `keep_for`."""
    keep_for(session, *get_case(session, visit, case_id))


def let_go(session: Session, visit: Visit, case_id: int) -> None:
    """Give a case back to the others."""
    claims.let_go(session, *get_case(session, visit, case_id))


def note(session: Session, visit: Visit, case_id: int, words: str) -> None:
    """Say something to the others who look after the board. Raises Malformed where it is nothing."""
    claims.note(session, *get_case(session, visit, case_id), words)


def open_evidence(session: Session, visit: Visit, case_id: int) -> str:
    """Return a reported post's words as they were; who looked is written down. Raises NotFound where none are kept."""
    return reports.open_evidence(session, *get_case(session, visit, case_id))


def reply(session: Session, visit: Visit, case_id: int, words: str) -> bool:
    """Answer in private, in the board's name; return whether that settles the case, as it does a question without a
    name. Any other stays open, with the answer noted for the others.

    Raises:
        Malformed: nothing was written, or a colleague has the question open. NotFound: it was settled already.
    """
    case, person = get_case(session, visit, case_id)
    if case.kind is CaseKind.ANONYMOUS:
        anonymous_questions.reply_privately(session, _context_of_question(session, case, person), case, words)
        return True
    author_messages.reply_to_message(session, session.get_one(Board, case.board_id), case, words)
    claims.note(session, case, person, words)
    return False


def publish(
    session: Session, visit: Visit, case_id: int, words: str, visibility: Visibility
) -> tuple[Board, Post]:
    """Let the board ask what a moderator made of a question without a name; return where it stands.

    Raises:
        NotFound: there is nothing to publish, or it was settled already. Malformed: nothing is left of it, or a
        colleague has it open.
    """
    case, person = get_case(session, visit, case_id)
    if case.kind is not CaseKind.ANONYMOUS:
        raise NotFound("nothing to publish")
    context = _context_of_question(session, case, person)
    board = context.board
    return board, anonymous_questions.publish(session, context, case, words, visibility, board.language)


def hear(session: Session, visit: Visit, case_id: int, words: str, *, overturn: bool) -> None:
    """Decide on an appeal. Raises: as `appeals.hear`; NotFound where the case is none."""
    case, person = get_case(session, visit, case_id)
    if case.kind is not CaseKind.APPEAL:
        raise NotFound("no appeal")
    appeal, _ = queue.appeal_of(session, case)
    appeals.hear(session, appeal, person, words, overturn=overturn)


def _context_of_question(session: Session, case: Case, person: Person) -> ModerationContext:
    """Keep the question for who settles it, and return on which ground that is done."""
    keep_for(session, case, person)
    reason = "Asked for somebody who does not want to be named."
    board = session.get_one(Board, case.board_id)
    return ModerationContext(board, person, reason, anonymous_questions.BY_WISH, case_id=case.id)
