"""Work on a case: keep it for some minutes, note something for the others, look at sealed evidence."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, html
from fedconnect.foundation.database import changed
from fedconnect.foundation.errors import Malformed
from fedconnect.models.case import (
    Case,
    CaseNote,
    CaseState,
)
from fedconnect.models.person import Person

CLAIM = timedelta(minutes=15)
MOST_NOTES = 100


def claim(session: Session, case: Case, person: Person) -> bool:
    """Keep a case for oneself for a quarter of an hour, so that two do not decide at once; False where somebody
    else has it."""
    now = clock.now()
    mine_or_free = or_(Case.claimed_by.is_(None), Case.claimed_by == person.id, Case.claimed_until <= now)
    taken = session.execute(
        update(Case)
        .where(Case.id == case.id, mine_or_free)
        .values(claimed_by=person.id, claimed_until=now + CLAIM)
    )
    return changed(taken) == 1


def check_open(session: Session, case: Case) -> None:
    """Hold a case's row until this transaction ends, and ask it anew. Raises Malformed where a colleague has decided on
    the case meanwhile."""
    asked = select(Case.state).where(Case.id == case.id).with_for_update()
    if session.execute(asked).scalar_one() is not CaseState.OPEN:
        raise Malformed("decided", safe="Somebody has decided on this meanwhile.")


def let_go(session: Session, case: Case, person: Person) -> None:
    """Give a claimed case back."""
    session.execute(
        update(Case)
        .where(Case.id == case.id, Case.claimed_by == person.id)
        .values(claimed_by=None, claimed_until=None)
    )


def note(session: Session, case: Case, person: Person, words: str) -> None:
    """Say something to the others who look after the board. Raises Malformed where it is nothing."""
    words = html.plain_lines(words, 1000)
    if not words:
        raise Malformed("note", safe="The note is empty.")
    session.add(CaseNote(case_id=case.id, person_id=person.id, words=words, at=clock.now()))


def list_notes(session: Session, case: Case) -> list[CaseNote]:
    """Return what was said among moderators, oldest first: the last hundred notes."""
    latest_first = (CaseNote.at.desc(), CaseNote.id.desc())
    found = select(CaseNote).where(CaseNote.case_id == case.id).order_by(*latest_first).limit(MOST_NOTES)
    return list(session.execute(found).scalars())[::-1]
