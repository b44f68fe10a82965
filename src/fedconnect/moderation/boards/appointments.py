"""Decisions on who looks after a board."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.activitypub.instance_trust import policy_of
from fedconnect.forum import moderators
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotPermitted
from fedconnect.models.board import Board
from fedconnect.models.decision import DecisionKind
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.moderation.actions.author_restrictions import find_ban
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision


def appoint(session: Session, context: ModerationContext, person: Person) -> bool:
    """Let somebody look after the board. Only the installation does so at once; moderators ask (`board_settings.invite`), and
    it is done once whoever was asked says yes.

    Raises:
        NotPermitted: a moderator appoints; or that account is gone, blocked, or kept off the board.
    """
    authorize(session, context, context.board.id)
    if context.moderator is not None:
        raise NotPermitted("not asked yet", safe="Whoever is to look after the board is asked first.")
    check_fit(session, context.board, person)
    if not moderators.add_moderator(session, context.board, person):
        return False
    record_decision(session, context, DecisionKind.APPOINT, person.uri)
    return True


def dismiss(session: Session, context: ModerationContext, person: Person) -> bool:
    """Let somebody look after the board no longer; one that nobody looks after says that it needs somebody.

    Raises:
        NotPermitted: a fellow moderator dismisses; see `moderators.may_dismiss`.
    """
    authorize(session, context, context.board.id)
    if not moderators.may_dismiss(session, context.moderator, person):
        raise NotPermitted("a fellow moderator", safe="Only whoever runs the forum dismisses others.")
    if not moderators.remove_moderator(session, context.board, person):
        return False
    if not moderators.list_moderators(session, context.board):
        context.board.wants_moderators = True
    record_decision(session, context, DecisionKind.DISMISS, person.uri)
    return True


def check_fit(session: Session, board: Board, person: Person) -> None:
    """Raise NotPermitted where somebody cannot look after a board: gone, blocked with their server, or kept off it."""
    if person.gone_at is not None or policy_of(session, person.host) is Policy.BLOCKED:
        raise NotPermitted("gone or blocked", safe="That account is gone, or its server is blocked.")
    ban = find_ban(session, board.id, person)
    if ban is not None and (ban.until is None or ban.until > clock.now()):
        raise NotPermitted("kept off", safe="They are kept off this board: let them back first.")
