"""What a board asks of those who write on it. Every version stays readable, so that a decision's rule can be looked up."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, html
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.board import Board
from fedconnect.models.board_rules import BoardRules
from fedconnect.models.decision import DecisionKind
from fedconnect.moderation import wording
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision

MOST_RULES = 9  # each has a key of its own
LONGEST_RULE = 300
LONGEST_WELCOME = 2000


def current(session: Session, board: Board) -> BoardRules:
    """Return the version in force; where none was written, ours as version 0, not stored."""
    found = session.execute(
        select(BoardRules).where(BoardRules.board_id == board.id).order_by(BoardRules.version.desc()).limit(1)
    ).scalar_one_or_none()
    return found or _ours(board)


def get_version(session: Session, board: Board, version: int) -> BoardRules:
    """Return a version. Raises NotFound."""
    if version == 0:
        return _ours(board)
    found = session.execute(
        select(BoardRules).where(BoardRules.board_id == board.id, BoardRules.version == version)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("no such version")
    return found


def rules_of(board_rules: BoardRules) -> list[str]:
    """Return the rules of a version, numbered as people quote them."""
    return [f"{number}. {rule}" for number, rule in enumerate(board_rules.rules.split("\n"), 1) if rule]


def rules_of_each(session: Session, boards: Sequence[Board]) -> dict[int, list[str]]:
    """Return the rules in force on each board (1 query)."""
    latest = (
        select(BoardRules.board_id, func.max(BoardRules.version).label("version"))
        .group_by(BoardRules.board_id)
        .subquery()
    )
    found = session.execute(
        select(BoardRules).join(
            latest, (BoardRules.board_id == latest.c.board_id) & (BoardRules.version == latest.c.version)
        )
    ).scalars()
    written = {one.board_id: one for one in found}
    return {board.id: rules_of(written.get(board.id) or _ours(board)) for board in boards}


def check_rule(session: Session, board: Board, rule: str) -> str:
    """Return a rule of the version in force as it is quoted. Raises Malformed where it is none of them."""
    if rule and rule not in rules_of(current(session, board)):
        raise Malformed("rule", safe="The rules of the board have changed. Please choose the rule again.")
    return rule


def write(session: Session, context: ModerationContext, rules: str, welcome: str) -> bool:
    """Put a new version in force; False where nothing changed.

    Raises:
        Malformed: no rule, more than nine, or too long a one.
    """
    authorize(session, context, context.board.id)
    lines = [" ".join(html.plain(line, LONGEST_RULE + 1).split()) for line in rules.split("\n")[:50]]
    lines = [line for line in lines if line]
    if not 1 <= len(lines) <= MOST_RULES or any(len(line) > LONGEST_RULE for line in lines):
        raise Malformed("rules", safe="Write one to nine rules, one a line, each of at most 300 characters.")
    welcome = html.plain_lines(welcome, LONGEST_WELCOME)
    before = current(session, context.board)
    if ("\n".join(lines), welcome) == (before.rules, before.welcome):
        return False
    latest = session.execute(
        select(func.max(BoardRules.version)).where(BoardRules.board_id == context.board.id)
    ).scalar()
    version = (latest or 0) + 1
    session.add(
        BoardRules(
            board_id=context.board.id, version=version, rules="\n".join(lines), welcome=welcome, at=clock.now()
        )
    )  # fmt: skip
    record_decision(session, context, DecisionKind.RULES, str(context.board.slug), detail=str(version))
    return True


def list_versions(session: Session, board: Board) -> list[BoardRules]:
    """Return all versions, the latest first."""
    return list(
        session.execute(
            select(BoardRules)
            .where(BoardRules.board_id == board.id)
            .order_by(BoardRules.version.desc())
            .limit(100)
        ).scalars()
    )


def _ours(board: Board) -> BoardRules:
    return BoardRules(
        board_id=board.id, version=0, rules="\n".join(wording.first_rules(board)), welcome="", at=board.created_at
    )  # fmt: skip
