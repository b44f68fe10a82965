"""Sister boards, as those who look after a board ask and leave them. Each change is a decision; what a sister is,
`forum.linked_groups` says."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.activitypub import remote_actors, vocabulary, webfinger
from fedconnect.activitypub.instance_trust import policy_of
from fedconnect.activitypub.webfinger import Handle
from fedconnect.forum import boards, linked_groups
from fedconnect.foundation import database, own_address
from fedconnect.foundation.errors import FetchFailed, Malformed, NotFound
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.models.board import Board, LinkedGroup, LinkedGroupState
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.moderation.authorization import ModerationContext
from fedconnect.moderation.boards import board_settings, team

#: Sisters a board, whether they have answered or not.
MOST_SISTERS = 50

#: One asks at a time for a board: a button that is pressed twice asks again, and does not fail.
_LOCK = select(Board.id).with_for_update()


def list_sisters(session: Session, board: Board) -> list[tuple[LinkedGroup, Person]]:
    """Return a board's sisters, the one asked first in front (1 query)."""
    rows = session.execute(
        select(LinkedGroup, Person)
        .join(Person, Person.id == LinkedGroup.person_id)
        .where(LinkedGroup.board_id == board.id)
        .order_by(LinkedGroup.since, LinkedGroup.id)
    )
    return [(tie, group) for tie, group in rows]


def ask_by_handle(visit: Visit, slug: str, typed: str, reason: str) -> None:
    """Ask the group whose handle was typed to let a board follow it; once more where it has not answered yet. Opens its own
    transactions, and asks the group's server in between.

    Raises:
        NotFound: who asks does not look after the board, or it stays here. Malformed: no handle, nobody's, no group's or a
        board's of ours; a blocked server's; a sister already, or one too many. Busy: too much is asked of other servers
        just now.
    """
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        team.get_moderator(session, visit, board)
        handle = webfinger.parse_handle(typed)
        _mind_policy(session, handle.host)
        _mind_number(session, board)
    found = _look_up(handle)
    with database.transaction() as session:
        context = team.get_context(session, visit, boards.get_board(session, slug), reason)
        session.execute(_LOCK.where(Board.id == context.board.id))
        group = session.merge(found, load=False)
        tie = _find(session, context.board, group.id)
        if tie is None:
            _mind_number(session, context.board)
        elif tie.state is LinkedGroupState.ACCEPTED:
            raise Malformed(
                "known", safe="%(handle)s is a sister of this board already.", handle=group.handle
            )
        _ask(session, context, group, "sister board asked")


def ask_again(session: Session, context: ModerationContext, person_id: int) -> bool:
    """Ask a sister that has not answered once more; False where it has answered meanwhile.

    Raises:
        NotFound: it is no sister of this board. Malformed: it is gone, or its server is blocked.
    """
    tie, group = _get_sister(session, context.board, person_id)
    if tie.state is LinkedGroupState.ACCEPTED:
        return False
    _ask(session, context, group, "sister board asked again")
    return True


def leave(session: Session, context: ModerationContext, person_id: int) -> bool:
    """Let a board follow a sister no longer. Raises NotFound where it is none of this board's."""
    _, group = _get_sister(session, context.board, person_id)
    board_settings.note_setting(session, context, f"sister board left: {group.handle}")
    return linked_groups.leave_group(session, context.board, group)


def _ask(session: Session, context: ModerationContext, group: Person, deed: str) -> None:
    _mind_policy(session, group.host)
    if group.gone_at is not None or group.quarantined_at is not None:
        raise _refused("gone, or somebody else by now")
    board_settings.note_setting(session, context, f"{deed}: {group.handle}")
    linked_groups.follow_group(session, context.board, group)


def _look_up(handle: Handle) -> Person:
    """Return whose handle it is, asking their server, and never ourselves."""
    try:
        with outbound_slot():
            if handle.host != own_address.host():
                uri = webfinger.look_up(handle).actor_uri
                if vocabulary.host(uri) != own_address.host():
                    return remote_actors.ensure_person(uri)
    except (FetchFailed, Malformed) as error:
        raise Malformed(error.detail, safe="That group could not be found. Is the handle whole?") from error
    raise Malformed("ours", safe="That board is on this server: a sister is a group of another one.")


def _get_sister(session: Session, board: Board, person_id: int) -> tuple[LinkedGroup, Person]:
    tie = _find(session, board, person_id)
    if tie is None or board.is_local_only:
        raise NotFound("no sister of this board")
    return tie, session.get_one(Person, person_id)


def _find(session: Session, board: Board, person_id: int) -> LinkedGroup | None:
    return session.execute(
        select(LinkedGroup).where(LinkedGroup.board_id == board.id, LinkedGroup.person_id == person_id)
    ).scalar_one_or_none()


def _mind_policy(session: Session, host: str) -> None:
    if policy_of(session, host) is Policy.BLOCKED:
        raise _refused("blocked")


def _mind_number(session: Session, board: Board) -> None:
    if len(list_sisters(session, board)) >= MOST_SISTERS:
        raise Malformed(
            "many", safe="A board has %(most)s sisters at most: please leave one first.", most=MOST_SISTERS
        )


def _refused(detail: str) -> Malformed:
    return Malformed(detail, safe="That group is gone, or its server is blocked.")
