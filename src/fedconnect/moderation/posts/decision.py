"""What becomes of a post, and of an edit: pure functions of facts. No table, no clock, nothing read or written.

Whoever calls them asks again with what was missing, as long as the answer is a `Need`: so facts that cannot matter are
not read, and the order of the checks stands here alone.
"""

from __future__ import annotations

from fedconnect.moderation.author_status import AuthorStatus
from fedconnect.moderation.hold_reason import HoldReason
from fedconnect.moderation.posts.facts import UNREAD, EditFacts, Need, PostFacts
from fedconnect.moderation.posts.hold_decision import is_attended, wave_with, why_held
from fedconnect.moderation.posts.outcome_types import (
    ConversationHidden,
    EditDecision,
    Edited,
    EditOutcome,
    Full,
    Held,
    Known,
    Left,
    Locked,
    Narrowed,
    OlderVersion,
    Outcome,
    PostDecision,
    Published,
    Refused,
    TakenBack,
)

_PASSED_ON = Refused("its author asks not to be passed on")
_BANNED = Refused("banned from the board")


def decide(facts: PostFacts) -> PostDecision | Need:
    """Return what becomes of a new post; or what has to be read before that can be said."""
    if facts.is_refused_by_screening:
        return PostDecision(Refused("refused by screening", "screening" if facts.is_told else ""))
    if facts.is_boards_own:
        placed = _place(facts, None)
        return placed if isinstance(placed, Need) else PostDecision(placed)
    if facts.is_archived:
        return PostDecision(Refused("the board is archived", "archived" if facts.is_told else ""))
    kept_out = _why_no_thread(facts) if facts.hold_facts.is_thread else None
    if kept_out is not None:
        return PostDecision(kept_out)
    author_status = facts.hold_facts.author_status
    if author_status is UNREAD:
        return Need.AUTHOR_STATUS
    return _decide_about(facts, author_status)


def decide_edit(facts: EditFacts) -> EditDecision | Need:
    """Return what becomes of an edit; or what has to be read before that can be said."""
    if facts.is_starter and not facts.names_board:
        if facts.came_through_sister is UNREAD:
            return Need.LINKED_GROUP
        if not facts.came_through_sister:
            return EditDecision(Left())
    hold = why_held(facts.hold_facts)
    if isinstance(hold, Need):
        return hold
    is_put_on_hold = hold is not None and facts.can_wait
    return EditDecision(_replaced(facts), hold, is_put_on_hold, is_attended(facts.hold_facts))


def _decide_about(facts: PostFacts, author_status: AuthorStatus) -> PostDecision | Need:
    """Decide about somebody's post, knowing how they stand to the board."""
    if author_status.is_banned:
        return PostDecision(_BANNED)
    kept_out = None if facts.hold_facts.is_thread else _why_no_reply(facts)
    if kept_out is not None:
        return kept_out if isinstance(kept_out, Need) else PostDecision(kept_out)
    hold = why_held(facts.hold_facts)
    if isinstance(hold, Need):
        return hold
    placed = _place(facts, hold)
    if isinstance(placed, Need):
        return placed
    hold_facts = facts.hold_facts
    return PostDecision(placed, wave_with(hold_facts), is_attended(hold_facts), not author_status.was_known)


def _why_no_thread(facts: PostFacts) -> Refused | None:
    if facts.was_passed_on and facts.asks_no_bots:
        return _PASSED_ON
    return Refused("the board has moved") if facts.board_has_moved else None


def _why_no_reply(facts: PostFacts) -> Refused | ConversationHidden | Need | None:
    if facts.lacks_leave is UNREAD:
        return Need.LEAVE
    if facts.lacks_leave:
        return Refused("the author of what it answers takes no such answers")
    if facts.waits_for is UNREAD:
        return Need.STARTER
    if facts.waits_for is not None:
        return ConversationHidden(
            facts.waits_for
        )  # it is shown once the conversation is, and never if that is not
    if not (facts.is_addressed or facts.takes_unaddressed):
        return Refused("the board takes only what names it")
    return _PASSED_ON if facts.was_passed_on and facts.asks_no_bots else None


def _place(facts: PostFacts, hold: HoldReason | None) -> Outcome | Need:
    """Return where a post goes that may stand on its board."""
    if facts.is_known is UNREAD:
        return Need.KNOWN
    if facts.is_known:
        return Known()
    if not facts.hold_facts.is_thread:
        if facts.thread is UNREAD:
            return Need.THREAD
        if facts.thread.is_locked:
            return Locked("locked" if facts.is_addressed and facts.is_told else "")
        if facts.thread.is_full:
            return Full()
    if facts.is_taken_back is UNREAD:
        return Need.TAKEN_BACK
    if facts.is_taken_back:
        return TakenBack()
    return Published() if hold is None else Held(hold)


def _replaced(facts: EditFacts) -> EditOutcome:
    if facts.is_deleted or not facts.is_newer:
        return OlderVersion()
    return Edited() if facts.is_open else Narrowed()
