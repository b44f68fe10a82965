"""Sister boards: remote Groups that a board follows, so that the same topic need not be split.

What is written to a sister stands on the board that follows it, marked, and is announced by nobody here.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.events import LinkedGroupFollowed, LinkedGroupUnfollowed, emit
from fedconnect.forum.boards import board_uri
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.ids import new_id
from fedconnect.models.board import Board, LinkedGroup, LinkedGroupState
from fedconnect.models.person import Person


def follow_group(session: Session, board: Board, group: Person) -> LinkedGroup:
    """Ask a remote Group to let a board follow it; asked again, the Follow is sent again.

    Raises:
        Malformed: it is no Group.
    """
    if group.kind != "Group":
        raise Malformed(
            safe="%(handle)s is no board or group, so it cannot be a sister.", handle=group.handle
        )
    linked_group = _find(session, board, group)
    if linked_group is None:
        uri = f"{board_uri(board.slug)}#follows/{new_id()}"
        linked_group = LinkedGroup(board_id=board.id, person_id=group.id, uri=uri, since=clock.now())
        session.add(linked_group)
        session.flush()  # the event names it
    emit(session, LinkedGroupFollowed(linked_group.id))
    return linked_group


def leave_group(session: Session, board: Board, group: Person) -> bool:
    """End a board's following of a Group; False where there was none."""
    linked_group = _find(session, board, group)
    if linked_group is None:
        return False
    emit(session, LinkedGroupUnfollowed(board.id, group.id, linked_group.uri))
    session.execute(delete(LinkedGroup).where(LinkedGroup.id == linked_group.id))
    return True


def accept(session: Session, group: Person, follow_uri: str, board: Board | None) -> bool:
    """Take in a Group's Accept of a Follow of ours. False where we never asked this Group."""
    asked = [LinkedGroup.uri == follow_uri] if board is None else [LinkedGroup.board_id == board.id]
    linked_group = session.execute(
        select(LinkedGroup).where(LinkedGroup.person_id == group.id, *asked)
    ).scalar_one_or_none()
    if linked_group is None:
        return False
    linked_group.state = LinkedGroupState.ACCEPTED
    return True


def reject(session: Session, group: Person, follow_uri: str, board: Board | None) -> bool:
    """Take in a Group's refusal, or its ending of what it accepted before."""
    asked = [LinkedGroup.uri == follow_uri] if board is None else [LinkedGroup.board_id == board.id]
    linked_group = session.execute(
        select(LinkedGroup).where(LinkedGroup.person_id == group.id, *asked)
    ).scalar_one_or_none()
    if linked_group is None:
        return False
    session.execute(delete(LinkedGroup).where(LinkedGroup.id == linked_group.id))
    return True


def boards_that_follow(session: Session, group_uri: str) -> list[Board]:
    """Return the boards that a Group has accepted as followers, the oldest tie first."""
    return list(
        session.execute(
            select(Board)
            .join(LinkedGroup, LinkedGroup.board_id == Board.id)
            .join(Person, Person.id == LinkedGroup.person_id)
            .where(
                Person.uri == group_uri,
                Person.quarantined_at.is_(None),
                LinkedGroup.state == LinkedGroupState.ACCEPTED,
            )
            .order_by(LinkedGroup.since, Board.id)
        ).scalars()
    )


def _find(session: Session, board: Board, group: Person) -> LinkedGroup | None:
    return session.execute(
        select(LinkedGroup).where(LinkedGroup.board_id == board.id, LinkedGroup.person_id == group.id)
    ).scalar_one_or_none()
