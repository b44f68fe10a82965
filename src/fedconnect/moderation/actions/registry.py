"""Every kind of decision and of action, in the order in which forms offer them; and the one way to perform one."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board
from fedconnect.models.case import CaseKind
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation.actions.action import Action, ActionParams, DecisionType, Letter, Section, Target
from fedconnect.moderation.actions.ban import BAN
from fedconnect.moderation.actions.decisions_without_case import OTHER_DECISIONS
from fedconnect.moderation.actions.free_author import FREE_AUTHOR
from fedconnect.moderation.actions.hold import HOLD
from fedconnect.moderation.actions.hold_author import HOLD_AUTHOR
from fedconnect.moderation.actions.leave import LEAVE
from fedconnect.moderation.actions.lock import LOCK
from fedconnect.moderation.actions.merge import MERGE
from fedconnect.moderation.actions.move import MOVE
from fedconnect.moderation.actions.pin import PIN
from fedconnect.moderation.actions.release import RELEASE
from fedconnect.moderation.actions.remove import REMOVE
from fedconnect.moderation.actions.reopen import REOPEN
from fedconnect.moderation.actions.restore import RESTORE
from fedconnect.moderation.actions.retitle import RETITLE
from fedconnect.moderation.actions.safeguard_post import SAFEGUARD
from fedconnect.moderation.actions.sensitive import SENSITIVE
from fedconnect.moderation.actions.split import SPLIT
from fedconnect.moderation.actions.unban import UNBAN
from fedconnect.moderation.actions.uncover import UNCOVER
from fedconnect.moderation.actions.unlock import UNLOCK
from fedconnect.moderation.actions.unpin import UNPIN
from fedconnect.moderation.actions.unsafeguard_post import UNSAFEGUARD
from fedconnect.moderation.actions.warn import WARN
from fedconnect.moderation.authorization import ModerationContext
from fedconnect.moderation.cases import cases

BAN_DAYS = (1, 7, 30, 365)
ACTIONS: Mapping[str, Action] = {
    one.kind.value: one
    for one in (RELEASE, RESTORE, LEAVE, REMOVE, WARN, SENSITIVE, UNCOVER, SAFEGUARD, UNSAFEGUARD, LOCK, UNLOCK, PIN, UNPIN, RETITLE, SPLIT, MOVE, MERGE, HOLD_AUTHOR, BAN, FREE_AUTHOR, UNBAN, HOLD, REOPEN)
}  # fmt: skip
TYPES: Mapping[DecisionKind, DecisionType] = {one.kind: one for one in (*ACTIONS.values(), *OTHER_DECISIONS)}
APPEALABLE = frozenset(one.kind for one in TYPES.values() if one.is_appealable)
TOLD = frozenset(one.kind for one in TYPES.values() if one.letter is not Letter.NONE)


def offered(post: Post, board: Board) -> list[Action]:
    """Return what makes sense for a post as it is now."""
    return [
        one
        for one in ACTIONS.values()
        if one.is_offered(post, board) and (one.is_for_local_boards or not board.is_local_only)
    ]


def makes_sense(post: Post, board: Board, name: str) -> bool:
    """Whether forms offer an action for a post as it is now. What other servers say is not asked this: nobody there
    sees what a form offers.

    Raises:
        Malformed: no form offers it at all, or none on such a board.
    """
    action = _get(name)
    _check_board(action, board)
    return action.is_offered(post, board)


def takes_gentle(name: str) -> bool:
    """Whether an action can be done with a gentle text to its author instead of a rule and a reason."""
    return name in ACTIONS and "gentle" in ACTIONS[name].inputs


def offered_for_person() -> list[Action]:
    """Return what makes sense where somebody was reported, and no post of theirs."""
    return [one for one in ACTIONS.values() if one.is_for_persons]


def take_back(
    session: Session, context: ModerationContext, decision: Decision, *, on_persons: bool = True
) -> Decision | None:
    """Do the inverse of a decision; None where it has none, or what it was about is gone. Raises: as `perform`.

    Not `on_persons`: what was decided on somebody as such is left, since it may have replaced what others decided.
    """
    action = ACTIONS.get(decision.kind.value)
    if action is None or action.inverse is None:
        return None
    inverse, target = ACTIONS[action.inverse.value], _target_of(session, decision)
    if target.post is None and not inverse.is_for_ids and (target.person is None or not on_persons):
        return None
    return inverse.perform(session, context, target, ActionParams())


def perform(
    session: Session, context: ModerationContext, post: Post, name: str, params: ActionParams
) -> Decision | None:
    """Do something with a post, and close what was asked about it; None where nothing changed.

    Raises:
        Malformed: there is no such action, or what it needs is missing. NotPermitted: as permit().
    """
    action, board_id = _get(name), post.board_id
    _check_board(action, context.board)
    decision = action.perform(session, context, Target(post.uri, post), params)
    if decision is not None:
        cases.close_all_about(session, board_id, post)
    return decision


def perform_on_person(
    session: Session, context: ModerationContext, person: Person, name: str, params: ActionParams
) -> Decision | None:
    """Do something about somebody as such, and close what was asked about them; None where nothing changed.

    Raises:
        Malformed: there is no such action. NotPermitted: as permit().
    """
    action = _get(name)
    if not action.is_for_persons:
        raise Malformed("action", safe="Please choose what to do.")
    decision = action.perform(session, context, Target(person.uri, person=person), params)
    case = cases.find_case(session, context.board.id, CaseKind.REPORT, person.uri) if decision else None
    if case is not None:
        cases.close(session, case)
    return decision


def _target_of(session: Session, decision: Decision) -> Target:
    if decision.post_id is not None:
        return Target(decision.subject_uri, session.get(Post, decision.post_id))
    named = select(Person).where(Person.uri == decision.subject_uri)
    return Target(decision.subject_uri, person=session.execute(named).scalar_one_or_none())


def _check_board(action: Action, board: Board) -> None:
    if board.is_local_only and not action.is_for_local_boards:
        raise Malformed("action", safe="That cannot be done on a board that does not federate.")


def _get(name: str) -> Action:
    action = ACTIONS.get(name)
    if action is None or action.section is Section.NONE:
        raise Malformed("action", safe="Please choose what to do.")
    return action
