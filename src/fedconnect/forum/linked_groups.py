"""Sister boards: remote Groups that a board follows, so that the same topic need not be split.

What is written to a sister stands on the board that follows it, marked, and is announced by nobody here.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import LinkedGroupFollowed, LinkedGroupUnfollowed, emit
from fedconnect.forum.moderators import common_actor_uri
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.ids import new_id
from fedconnect.models.board import Board, LinkedGroup, LinkedGroupState
from fedconnect.models.person import Person


def follow_group(session: Session, board: Board, group: Person) -> LinkedGroup:
    """Ask a remote Group to let a board follow it; asked again, the Follow is sent again.

    The moderators' common actor asks, since threadiverse servers let no Group follow; it follows once for all boards, so a
    second one has the first one's answer.

    Raises:
        Malformed: it is no Group.
    """
    if group.kind != "Group":
        raise Malformed(
            safe="%(handle)s is no board or group, so it cannot be a sister.", handle=group.handle
        )
    linked_group = _find(session, board, group)
    if (
        linked_group is not None
        and linked_group.state is LinkedGroupState.ASKED
        and not is_common(linked_group.uri)
    ):
        emit(session, LinkedGroupUnfollowed(group.id, linked_group.uri))
        session.delete(linked_group)  # asked by the board itself, which is not answered
        session.flush()
        linked_group = None
    if linked_group is None:
        tied = next(iter(_ties(session, group)), None)
        linked_group = LinkedGroup(
            board_id=board.id,
            person_id=group.id,
            uri=tied.uri if tied is not None else f"{common_actor_uri()}#follows/{new_id()}",
            state=tied.state if tied is not None else LinkedGroupState.ASKED,
            since=clock.now(),
        )
        session.add(linked_group)
        session.flush()  # the event names it
        if linked_group.state is LinkedGroupState.ACCEPTED:
            return linked_group
    emit(session, LinkedGroupFollowed(linked_group.id))
    return linked_group


def ask_again(session: Session) -> None:
    """Ask those Groups anew that boards asked by themselves, before there was a common actor, and that never answered."""
    asked = select(LinkedGroup).where(LinkedGroup.state == LinkedGroupState.ASKED).order_by(LinkedGroup.since)
    for one in [*session.execute(asked).scalars()]:
        group = session.get_one(Person, one.person_id)
        if not is_common(one.uri) and group.kind == "Group":  # it may have become something else
            follow_group(session, session.get_one(Board, one.board_id), group)


def leave_group(session: Session, board: Board, group: Person) -> bool:
    """End a board's following of a Group; False where there was none. The Group is told once no board of ours is left."""
    linked_group = _find(session, board, group)
    if linked_group is None:
        return False
    session.delete(linked_group)
    session.flush()
    if not is_common(linked_group.uri) or not _ties(session, group):
        emit(session, LinkedGroupUnfollowed(group.id, linked_group.uri))
    return True


def accept(session: Session, group: Person, follow_uri: str, asker: str) -> bool:
    """Take in a Group's Accept of a Follow of ours, named by its id or (a Group may name it its own way) by who asked. False
    where we never asked this Group."""
    asked = _asked(session, group, follow_uri, asker)
    for linked_group in asked:
        linked_group.state = LinkedGroupState.ACCEPTED
    return bool(asked)


def reject(session: Session, group: Person, follow_uri: str, asker: str) -> bool:
    """Take in a Group's refusal, or its ending of what it accepted before."""
    asked = _asked(session, group, follow_uri, asker)
    for linked_group in asked:
        session.delete(linked_group)
    return bool(asked)


def is_asked_by(session: Session, group: Person, follower_uri: str) -> bool:
    """Whether we mean this actor of ours to follow a Group."""
    return bool(_asked(session, group, "", follower_uri))


def is_common(follow_uri: str) -> bool:
    """Whether a Follow is the moderators' common actor's, and no board's own."""
    return follow_uri.partition("#")[0] == common_actor_uri()


def _asked(session: Session, group: Person, follow_uri: str, asker: str) -> list[LinkedGroup]:
    ties = session.execute(select(LinkedGroup).where(LinkedGroup.person_id == group.id)).scalars().all()
    if asker:
        return [one for one in ties if one.uri.partition("#")[0] == asker]
    return [one for one in ties if one.uri == follow_uri]


def _ties(session: Session, group: Person) -> list[LinkedGroup]:
    """Return what ties boards of ours to a Group through the common actor, the oldest first."""
    ties = select(LinkedGroup).where(LinkedGroup.person_id == group.id).order_by(LinkedGroup.since)
    return [one for one in session.execute(ties).scalars() if is_common(one.uri)]


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
