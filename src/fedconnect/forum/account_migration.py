"""What an account holds here goes along when it moves: follows, care for boards, bans; a Group's sisters."""

from __future__ import annotations

import math
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.forum import linked_groups
from fedconnect.forum.followers import REMEMBERED
from fedconnect.foundation import clock
from fedconnect.models.board import Board, Follow, LinkedGroup, Moderator
from fedconnect.models.decision import Ban
from fedconnect.models.person import Person


def move_person(session: Session, old: Person, new: Person) -> None:
    """Pass everything on; where the new account has the same already, the old one's is dropped, and of two bans the
    harder one stays."""
    old.moved_to, old.moved_at = new.uri, clock.now()
    new.moved_at = clock.now()  # so that nothing is passed along a chain
    session.info.pop(REMEMBERED, None)
    _pass_on(session, Follow, old, new)
    _pass_on(session, Moderator, old, new)
    _pass_on(session, Ban, old, new)
    _move_linked_groups(session, old, new)


Held = TypeVar("Held", Follow, Moderator, Ban)


def _pass_on(session: Session, held: type[Held], old: Person, new: Person) -> None:
    theirs = session.execute(select(held).where(held.person_id == new.id)).scalars()
    present = {row.board_id: row for row in theirs}
    for row in session.execute(select(held).where(held.person_id == old.id)).scalars().all():
        known = present.get(row.board_id)
        if known is None:
            row.person_id = new.id
            continue
        if isinstance(row, Ban) and isinstance(known, Ban) and _is_harder(row, known):
            known.until, known.is_hold = row.until, row.is_hold
        session.delete(row)


def _is_harder(one: Ban, other: Ban) -> bool:
    """Whether one ban keeps somebody off for longer than another; one that is over keeps nobody off."""

    def weight(ban: Ban) -> tuple[bool, bool, float]:
        until = ban.until.timestamp() if ban.until is not None else math.inf
        return until > clock.now().timestamp(), not ban.is_hold, until

    return weight(one) > weight(other)


def _move_linked_groups(session: Session, old: Person, new: Person) -> None:
    """Ask a Group that moved to let our boards follow it at its new address."""
    ties = select(LinkedGroup).where(LinkedGroup.person_id == old.id).order_by(LinkedGroup.since)
    rows = session.execute(ties).scalars().all()
    known = set(
        session.execute(select(LinkedGroup.board_id).where(LinkedGroup.person_id == new.id)).scalars()
    )
    for row in rows:
        session.delete(row)
    session.flush()
    for row in rows:
        if new.kind == "Group" and row.board_id not in known:
            linked_groups.follow_group(session, session.get_one(Board, row.board_id), new)
