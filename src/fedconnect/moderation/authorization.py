"""Who decides, on which board, by which rule and why; and the log row that every decision writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import DecisionMade, emit
from fedconnect.forum import moderators
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post

MAX_REASON = 2000
MAX_RULE = 500
#: They name the first post and say nothing of it: who locks a thread has not decided what was removed there.


@dataclass(frozen=True, slots=True)
class ModerationContext:
    """Who decides on which board, why, and by which rule, in its words. Both must be said, but where the author gets a
    gentle text or it `is_without_rule`, as where nothing is done, or what rested on no rule is taken back.

    `moderator` is empty for whoever runs the installation, and where it `is_automated`.
    `was_said`: the moderator's own server has said it as an activity, which goes on as it is; it may say nothing
    of a rule. `is_told`: whom it concerns hears of it in another way. `gentle` names the text that the author gets instead of a rule notice.
    """

    board: Board
    moderator: Person | None
    reason: str
    rule: str = ""
    was_said: bool = False
    gentle: str = ""
    is_automated: bool = False
    case_id: int | None = None
    is_told: bool = False
    is_without_rule: bool = False

    @property
    def needs_words(self) -> bool:
        """Whether rule and reason must be said."""
        return not (self.was_said or self.gentle or self.is_without_rule)


def authorize(session: Session, context: ModerationContext, board_id: int) -> None:
    """Let a decision be made only in a moderation context of this board, a rule and a reason.

    Raises:
        NotPermitted: the moderation context is another board's, or who decides looks after it no longer.
        Malformed: the reason or the rule is missing, or too long.
    """
    if context.board.id != board_id:
        raise NotPermitted("another board's")
    if context.moderator is not None and not moderators.may_decide(session, context.board, context.moderator):
        raise NotPermitted("no moderator of this board")
    check_words(context.reason, context.rule, is_needed=context.needs_words)


def authorize_lifting(
    session: Session, context: ModerationContext, post: Post, lifted: DecisionKind, by: DecisionKind
) -> None:
    """Let a decision of kind `by` take back one of kind `lifted`. Nobody lifts anything from their own post, unless
    they decided it themselves or nobody else could.

    Raises:
        NotPermitted, Malformed: as authorize(); or the post is theirs.
    """
    authorize(session, context, post.board_id)
    if context.moderator is None or post.person_id != context.moderator.id:
        return
    last = (
        select(Decision.kind, Decision.person_id)
        .where(Decision.post_id == post.id, Decision.kind.in_((lifted, by)))
        .order_by(Decision.id.desc())
        .limit(1)
    )
    if session.execute(last).one_or_none() != (lifted, context.moderator.id):
        step_aside(session, context)


def authorize_restricting(
    session: Session, context: ModerationContext, post: Post, *, is_restricted: bool
) -> None:
    """Let a decision restrict a post. Who wrote it decides nothing anew on what restricts it already: theirs would be
    the last decision then, and theirs to lift.

    Raises:
        NotPermitted, Malformed: as authorize(); or it is theirs, and restricted already.
    """
    authorize(session, context, post.board_id)
    if is_restricted and context.moderator is not None and post.person_id == context.moderator.id:
        step_aside(session, context)


def step_aside(session: Session, context: ModerationContext) -> None:
    """Leave what concerns oneself to somebody else.

    Raises:
        NotPermitted: there is somebody else who can decide.
    """
    if context.moderator is not None and moderators.has_others(session, context.board, context.moderator):
        raise NotPermitted("their own affair", safe="This concerns you: somebody else decides on it.")


def check_words(reason: str, rule: str, *, is_needed: bool = True) -> None:
    """Raise Malformed unless there are a reason and a rule, of a bearable length."""
    if is_needed and not (reason.strip() and rule.strip()):
        raise Malformed("reason", safe="Please choose the rule, and say why in a sentence.")
    if is_needed and (len(reason) > MAX_REASON or len(rule) > MAX_RULE):
        raise Malformed("reason", safe="Please say it in at most 2,000 characters.")


def record_decision(
    session: Session,
    context: ModerationContext,
    kind: DecisionKind,
    subject: str,
    *,
    post: Post | None = None,
    until: datetime | None = None,
    detail: str = "",
) -> Decision:
    """Write the decision down, say so as an event, and return it."""
    now = clock.now()
    if context.moderator is not None:
        context.board.attended_at = now
    decision = Decision(
        board_id=context.board.id,
        kind=kind,
        subject_uri=subject,
        post_id=post.id if post is not None else None,
        case_id=context.case_id,
        person_id=context.moderator.id if context.moderator is not None else None,
        rule=context.rule[:MAX_RULE],
        reason=context.reason[:MAX_REASON],
        detail=detail[:500],
        gentle=context.gentle,
        is_automated=context.is_automated,
        said_on=context.moderator.host if context.was_said and context.moderator is not None else "",
        until=until,
        at=now,
    )
    session.add(decision)
    session.flush()  # the event names it
    emit(session, DecisionMade(decision.id, context.was_said, context.is_told))
    return decision
