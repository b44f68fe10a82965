"""Who may open the daily list, and which case of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.accounts import sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.case import Case
from fedconnect.models.person import Person
from fedconnect.moderation.cases import cases
from fedconnect.moderation.casework import queue


def get_caretaker(session: Session, visit: Visit) -> tuple[Person, list[Board]]:
    """Return who is asking and the boards that they look after. Raises NotFound where they look after none."""
    person = sessions.person_of(session, visit)
    theirs = queue.boards_of(session, person)
    if not theirs:
        raise NotFound("looks after no board")
    return person, theirs


def get_case(session: Session, visit: Visit, case_id: int) -> tuple[Case, Person]:
    """Return a case that is somebody's to look at, and who that is.

    Raises:
        NotFound: there is none; it is another team's or about themselves, or an appeal that is not theirs to hear.
    """
    person, _ = get_caretaker(session, visit)
    case = cases.get_case(session, case_id)
    if not queue.may_look(session, case, person):
        raise NotFound("not theirs to look at")
    return case, person
