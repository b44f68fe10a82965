"""The form for a decision: what it offers, and what it says when it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from fedconnect.forum import boards
from fedconnect.models.board import Board
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.moderation import wording
from fedconnect.moderation.actions import registry
from fedconnect.moderation.actions.action import Action, ActionParams
from fedconnect.moderation.boards import board_rules

_DAYS = 7


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """What somebody decides: the action's name, the rule and the reason in their words, a gentle text's name (or
    nothing), and what the action asks for beside them."""

    action: str
    reason: str
    rule: str
    gentle: str = ""
    params: ActionParams = field(default_factory=ActionParams)


@dataclass(frozen=True, slots=True)
class OfferedForm:
    """What the form for a decision on a board shows: the rules in force, the gentle texts by name, the boards to which
    something could go, and for how many days somebody can be kept off."""

    post: Post | None
    thread: Thread | None
    actions: Sequence[Action]
    rules: Sequence[str]
    gentle: Mapping[str, str]
    others: Sequence[Board]
    days: Sequence[int]


def offer_form(
    session: Session, board: Board, post: Post | None, actions: Sequence[Action] | None = None
) -> OfferedForm:
    """Return the form for a decision on a post, or on what has none; `actions`: what it offers where not the post's."""
    of_post = registry.offered(post, board) if post is not None else []
    return OfferedForm(
        post=post,
        thread=session.get(Thread, post.thread_id) if post is not None else None,
        actions=of_post if actions is None else actions,
        rules=board_rules.rules_of(board_rules.current(session, board)),
        gentle=wording.gentle_texts(board.language),
        others=[one for one in boards.list_open_boards(session) if one.id != board.id],
        days=registry.BAN_DAYS,
    )


def read_days(text: str) -> int:
    """Return for how many days somebody is kept off (0: for good); a week where that is not said."""
    is_offered = text.isascii() and text.isdigit() and len(text) <= 3 and int(text) in {0, *registry.BAN_DAYS}
    return int(text) if is_offered else _DAYS
