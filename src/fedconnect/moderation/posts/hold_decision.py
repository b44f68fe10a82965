"""Whether a post or an edit waits, and why: pure."""

from __future__ import annotations

from fedconnect.moderation.author_status import AuthorStatus
from fedconnect.moderation.hold_reason import WAVE, HoldReason
from fedconnect.moderation.posts.facts import UNREAD, HoldFacts, Need

MOST_NAMED = 5  # people whom the first post of a stranger may name


def why_held(facts: HoldFacts) -> HoldReason | Need | None:
    """Return why it waits, or None; or what has to be read before that can be said. The first reason counts."""
    if facts.screened:
        return HoldReason(f"why_{facts.screened}")
    if facts.author_status is UNREAD:
        return Need.AUTHOR_STATUS
    if facts.author_status.looks_after:
        return None
    if facts.author_status.is_held:
        return HoldReason("why_author")
    if facts.broken_rule is UNREAD:
        return Need.BROKEN_RULE
    if facts.broken_rule is not None:
        return HoldReason(f"why_rule_{facts.broken_rule.kind}", detail=facts.broken_rule.value)
    if facts.is_edit:
        return None
    return _why_a_stranger_waits(facts, facts.author_status) or _why_anybody_waits(facts)


def is_attended(facts: HoldFacts) -> bool:
    """Whether this shows that somebody who looks after the board was here just now; not where it was screened."""
    return not facts.screened and facts.author_status is not UNREAD and facts.author_status.looks_after


def wave_with(facts: HoldFacts) -> tuple[int, ...]:
    """Return the posts of others that wait because of this one: those that were the first of its wave."""
    return facts.wave if facts.wave is not UNREAD and facts.wave is not None else ()


def _why_a_stranger_waits(facts: HoldFacts, author_status: AuthorStatus) -> HoldReason | Need | None:
    """Nobody of whom something was shown before this hour, or ever, is asked any of this."""
    if not author_status.was_known:
        if facts.is_surge is UNREAD:
            return Need.SURGE
        if facts.is_surge:
            return HoldReason("why_surge", wave=WAVE, is_surge=True)
    if author_status.has_posted:
        return None
    if facts.named > MOST_NAMED:
        return HoldReason("why_mentions", wave="mentions")
    if facts.wave is UNREAD:
        return Need.WAVE
    if facts.wave is not None:
        return HoldReason("why_wave", wave=WAVE)
    return HoldReason("why_first") if facts.holds_first_posts else None


def _why_anybody_waits(facts: HoldFacts) -> HoldReason | Need | None:
    if facts.is_thread and facts.is_unattended:
        return HoldReason("why_unattended")
    if not facts.is_slow:
        return None
    if facts.slow_until is UNREAD:
        return Need.SLOW_MODE
    return HoldReason("why_slow", until=facts.slow_until) if facts.slow_until is not None else None
