"""Who receives a board's announcements. Never counted and never shown."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.events import BoardFollowed, BoardUnfollowed, emit
from fedconnect.forum.tombstones import is_named_anew, take_back_unseen, was_taken_back
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
    """End a follow, named by its activity or by its board; remembered where it was not seen yet. Whether it was.

    Lemmy's Undo holds a Follow of a new name each time: where none of that name has come, the board tells which is meant.
    """
    mine = Follow.person_id == person.id
    named = None
    if uri:
        called_so = session.execute(select(Follow).where(Follow.uri == uri)).scalars().all()
        named = next((one for one in called_so if one.person_id == person.id), None)
        if named is None and called_so:
            return False  # somebody else's
    if named is None and board is not None and (not uri or is_named_anew(session, uri, person)):
        named = session.execute(select(Follow).where(mine, Follow.board_id == board.id)).scalar_one_or_none()
    if named is None:
        if uri:
            take_back_unseen(session, uri, person.uri)
            emit(session, BoardUnfollowed(uri, person.id))
        return False
    session.info.pop(REMEMBERED, None)
    emit(session, BoardUnfollowed(named.uri, person.id))
    session.execute(delete(Follow).where(Follow.id == named.id))
    return True


def unfollow_all(session: Session, person: Person) -> None:
    """Forget every follow of a person who is gone."""
    session.info.pop(REMEMBERED, None)
    session.execute(delete(Follow).where(Follow.person_id == person.id))
