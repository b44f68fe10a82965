"""Who looks after a board, as they come to its pages: who is asking, whether they may, and in which moderation context."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Session

from fedconnect.accounts import sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.forum import boards, moderators
from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.moderation.authorization import ModerationContext
from fedconnect.moderation.boards import appointments, board_settings
from fedconnect.moderation.boards.board_settings import BY_TEAM


class TeamChange(StrEnum):
    """What changes for somebody who looks after a board."""

    DEPUTY = "deputy"
    UNDEPUTY = "undeputy"
    DISMISS = "dismiss"


def looks_after(session: Session, visit: Visit | None, board: Board) -> bool:
    """Whether whoever is asking may decide on a board; nobody who is not signed in does."""
    return visit is not None and moderators.may_decide(session, board, sessions.person_of(session, visit))


def get_moderator(session: Session, visit: Visit, board: Board) -> Person:
    """Return who is asking, where they may decide on a board.

    Raises:
        NotFound: they do not look after it, as if there were no such page.
    """
    person = sessions.person_of(session, visit)
    if not moderators.may_decide(session, board, person):
        raise NotFound("not a moderator of this board")
    return person


def get_looked_after(session: Session, visit: Visit, slug: str) -> tuple[Board, Person]:
    """Return a board, also one that stays here, and who is asking, where they may decide on it. Raises NotFound."""
    board = boards.get_any_board(session, slug)
    return board, get_moderator(session, visit, board)


def get_context(session: Session, visit: Visit, board: Board, reason: str = "") -> ModerationContext:
    """Return the moderation context of whoever is asking to change how a board is run; where they say no reason, that it was
    the team. Raises NotFound where they do not look after it."""
    return ModerationContext(
        board, get_moderator(session, visit, board), reason.strip() or "Changed by the team.", BY_TEAM
    )


def change_team(session: Session, context: ModerationContext, person_id: int, change: TeamChange) -> bool:
    """Name a deputy, or end somebody's part in a team; one's own ends by stepping back. False where nothing changed.
    Dismissed can be also whoever may not use the role at present, and could again one day.

    Raises:
        NotFound: they do not look after the board. NotPermitted: a fellow moderator dismisses.
    """
    person = session.get(Person, person_id)
    counts = moderators.is_appointed if change is TeamChange.DISMISS else moderators.is_moderator
    if person is None or not counts(session, context.board, person):
        raise NotFound("nobody who looks after it")
    if change is not TeamChange.DISMISS:
        return board_settings.name_deputy(session, context, person, is_deputy=change is TeamChange.DEPUTY)
    if context.moderator is not None and person.id == context.moderator.id:
        return board_settings.step_back(session, context.board, person)
    return appointments.dismiss(session, context, person)
