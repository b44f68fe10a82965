"""Who receives a board's announcements. Never counted and never shown."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.events import BoardFollowed, BoardUnfollowed, emit
from fedconnect.forum.tombstones import take_back, was_taken_back
from fedconnect.foundation import clock
from fedconnect.models.board import Board, Follow
from fedconnect.models.person import Person

#: What a transaction remembers of who follows; forgotten where that changes.
REMEMBERED = "inboxes"


def follow(session: Session, board: Board, person: Person, uri: str) -> bool:
    """Let a person follow a board; asked again, they are answered again. False if already taken back."""
    if was_taken_back(session, uri, person.uri):
        return False
    existing = session.execute(
        select(Follow).where(Follow.board_id == board.id, Follow.person_id == person.id)
    ).scalar_one_or_none()
    if existing is None:
        existing = Follow(board_id=board.id, person_id=person.id, uri=uri, since=clock.now())
        session.add(existing)
    else:
        existing.uri = uri
    session.info.pop(REMEMBERED, None)
    session.flush()  # the event names the row's id
    emit(session, BoardFollowed(existing.id))
    return True


def unfollow(session: Session, person: Person, uri: str, board: Board | None) -> bool:
    """End a follow, named by its activity or by its board; remembered where it was not seen yet. Whether it was."""
    if uri:
        called_so = session.execute(select(Follow).where(Follow.uri == uri)).scalars().all()
        named = next((one for one in called_so if one.person_id == person.id), None)
        if named is None and called_so:
            return False  # somebody else's
        if named is None:
            take_back(session, uri, person.uri)
            emit(session, BoardUnfollowed(uri, person.id))
    elif board is not None:
        mine = Follow.person_id == person.id, Follow.board_id == board.id
        named = session.execute(select(Follow).where(*mine)).scalar_one_or_none()
    else:
        return False
    if named is None:
        return False
    session.info.pop(REMEMBERED, None)
    emit(session, BoardUnfollowed(named.uri, person.id))
    session.execute(delete(Follow).where(Follow.id == named.id))
    return True


def unfollow_all(session: Session, person: Person) -> None:
    """Forget every follow of a person who is gone."""
    session.info.pop(REMEMBERED, None)
    session.execute(delete(Follow).where(Follow.person_id == person.id))
