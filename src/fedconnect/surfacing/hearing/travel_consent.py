"""May it travel? Each author is asked once whether their posts may be shown beyond their board, and answers whenever
they like: by a reply, on a page, or never. Nothing is inferred; a no outweighs everything.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import TravelRefused, emit
from fedconnect.foundation import clock
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.person import Person
from fedconnect.models.travel_consent import TravelConsent

_SAME_LETTER = timedelta(minutes=1)


def ask_once(session: Session, person_id: int) -> bool:
    """Whether somebody is to be asked now: they were never asked and never said."""
    asked = session.execute(
        insert_or_skip(session, table_of(TravelConsent)).values(
            id=new_id(), person_id=person_id, asked_at=clock.now()
        )
    )
    return changed(asked) > 0


def answer(session: Session, person_id: int, *, allows: bool) -> None:
    """Keep what an author says; what was shown of theirs beyond its board is taken back after a no."""
    ask_once(session, person_id)
    said = session.execute(select(TravelConsent).where(TravelConsent.person_id == person_id)).scalar_one()
    said.allows, said.answered_at = allows, clock.now()
    session.flush()  # what is asked in this transaction already hears it
    if not allows:
        emit(session, TravelRefused(person_id))


def was_asked_by(session: Session, person_id: int, moment: datetime) -> bool:
    """Whether somebody had been asked when something was written to them: a no to that is an answer to the question. In
    what was written before there was one, it meant “stop”."""
    asked = select(TravelConsent.id).where(
        TravelConsent.person_id == person_id, TravelConsent.asked_at <= moment + _SAME_LETTER
    )
    return session.execute(asked).first() is not None


def find_answer(session: Session, person_id: int) -> bool | None:
    """Return what somebody said; None where they said nothing."""
    return session.execute(
        select(TravelConsent.allows).where(TravelConsent.person_id == person_id)
    ).scalar_one_or_none()


def lets_travel(session: Session, person_id: int) -> bool:
    """Whether somebody's posts may be shown beyond their board, as far as their own word and profile go."""
    said = find_answer(session, person_id)
    return session.get_one(Person, person_id).indexable if said is None else said
