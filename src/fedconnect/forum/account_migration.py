"""What an account holds here goes along when it moves: follows, care for boards, bans; a Group's sisters."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import LinkedGroupFollowed, emit
from fedconnect.forum.followers import REMEMBERED
from fedconnect.foundation import clock
from fedconnect.foundation.ids import new_id
from fedconnect.models.board import Follow, LinkedGroup, LinkedGroupState, Moderator
from fedconnect.models.decision import Ban
from fedconnect.models.person import Person


def move_person(session: Session, old: Person, new: Person) -> None:
    """Pass everything on; where the new account has the same already, the old one's is dropped."""
    old.moved_to, old.moved_at = new.uri, clock.now()
    new.moved_at = clock.now()  # so that nothing is passed along a chain
    session.info.pop(REMEMBERED, None)
    _pass_on(session, Follow, old, new)
    _pass_on(session, Moderator, old, new)
    _pass_on(session, Ban, old, new)
    _move_linked_groups(session, old, new)


Held = TypeVar("Held", Follow, Moderator, Ban)


def _pass_on(session: Session, held: type[Held], old: Person, new: Person) -> None:
    present = set(session.execute(select(held.board_id).where(held.person_id == new.id)).scalars())
    for row in session.execute(select(held).where(held.person_id == old.id)).scalars().all():
        if row.board_id in present:
            session.delete(row)
        else:
            row.person_id = new.id


def _move_linked_groups(session: Session, old: Person, new: Person) -> None:
    """Ask a Group that moved to let our boards follow it at its new address."""
    rows = session.execute(select(LinkedGroup).where(LinkedGroup.person_id == old.id)).scalars().all()
    for row in rows:
        if new.kind != "Group":
            session.delete(row)
            continue
        base = row.uri.partition("#")[0]
        row.person_id, row.state = new.id, LinkedGroupState.ASKED
        row.uri = f"{base}#follows/{new_id()}"
        session.flush()  # the event names the row
        emit(session, LinkedGroupFollowed(row.id))
