"""Why a post waits: whom each question is asked about, where its limit is, and that nobody else is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fedconnect.moderation.author_status import AuthorStatus
from fedconnect.moderation.hold_reason import HoldReason
from fedconnect.moderation.posts.facts import UNREAD, BrokenRule, HoldFacts, Need
from fedconnect.moderation.posts.hold_decision import MOST_NAMED, is_attended, wave_with, why_held

REGULAR = AuthorStatus(looks_after=False, is_banned=False, is_held=False, has_posted=True, was_known=True)
NEW_THIS_HOUR = replace(REGULAR, was_known=False)
STRANGER = replace(NEW_THIS_HOUR, has_posted=False)
MODERATOR = replace(REGULAR, looks_after=True)
LATER = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
#: Whatever a post can wait for; what is decided is which of it is asked about.
EVERYTHING: dict[str, Any] = {
    "broken_rule": BrokenRule("links", "*"), "is_surge": True, "named": 99, "wave": (7, 8),
    "holds_first_posts": True, "is_unattended": True, "is_slow": True, "slow_until": LATER,
}  # fmt: skip


def facts(author: AuthorStatus = STRANGER, **changes: Any) -> HoldFacts:
    """Everything is read, and nothing speaks against it."""
    known: dict[str, Any] = {
        "is_thread": True, "author_status": author, "broken_rule": None, "is_surge": False, "wave": None,
        "slow_until": None,
    }  # fmt: skip
    return HoldFacts(**{**known, **changes})


def test_a_plugins_word_holds_even_moderators_and_needs_nothing_else_read() -> None:
    assert why_held(HoldFacts(is_thread=True, screened="plugin")) == HoldReason("why_plugin")
    assert why_held(facts(MODERATOR, screened="limited", **EVERYTHING)) == HoldReason("why_limited")


def test_nobody_who_looks_after_the_board_waits_for_anything_else() -> None:
    for author in (MODERATOR, replace(STRANGER, looks_after=True), replace(MODERATOR, is_held=True)):
        assert why_held(facts(author, **EVERYTHING)) is None


def test_whoever_is_watched_waits_without_a_look_at_what_they_say() -> None:
    watched = facts(replace(REGULAR, is_held=True), broken_rule=UNREAD)
    assert why_held(watched) == HoldReason("why_author")


def test_a_broken_rule_is_named_with_what_it_looks_for() -> None:
    held = why_held(facts(REGULAR, broken_rule=BrokenRule("new_account", "3")))
    assert held == HoldReason("why_rule_new_account", detail="3")


def test_an_edit_is_asked_for_rules_and_for_nothing_that_new_posts_are() -> None:
    everything = {**EVERYTHING, "broken_rule": None}
    assert why_held(facts(STRANGER, is_edit=True, **everything)) is None
    assert why_held(facts(STRANGER, is_edit=True, is_surge=UNREAD, wave=UNREAD, slow_until=UNREAD)) is None


def test_a_stranger_may_name_five_people() -> None:
    assert MOST_NAMED == 5
    assert why_held(facts(named=5)) is None
    assert why_held(facts(named=6)) == HoldReason("why_mentions", wave="mentions")
    assert why_held(facts(NEW_THIS_HOUR, named=6)) is None, "something of theirs was shown"


def test_whoever_was_shown_this_hour_is_counted_and_asked_nothing_more() -> None:
    assert why_held(facts(NEW_THIS_HOUR, is_surge=True)) == HoldReason(
        "why_surge", wave="wave", is_surge=True
    )
    assert why_held(facts(NEW_THIS_HOUR, wave=UNREAD, holds_first_posts=True)) is None
    assert why_held(facts(REGULAR, is_surge=UNREAD, wave=UNREAD)) is None


def test_a_surge_is_of_those_who_are_new_and_a_wave_of_those_who_have_shown_nothing() -> None:
    shown_nothing = replace(REGULAR, has_posted=False)
    assert why_held(facts(shown_nothing, is_surge=True, wave=(7, 8))) == HoldReason("why_wave", wave="wave")


def test_first_posts_wait_where_the_board_wants_it_and_only_first_ones() -> None:
    assert why_held(facts(holds_first_posts=True)) == HoldReason("why_first")
    assert why_held(facts(NEW_THIS_HOUR, holds_first_posts=True)) is None


def test_an_unattended_board_lets_conversations_wait_and_answers_through() -> None:
    for author in (STRANGER, REGULAR):
        assert why_held(facts(author, is_unattended=True)) == HoldReason("why_unattended")
        assert why_held(facts(author, is_unattended=True, is_thread=False)) is None


def test_slow_mode_holds_answers_too_until_its_moment_and_is_not_asked_about_where_it_is_off() -> None:
    slow = facts(REGULAR, is_thread=False, is_slow=True, slow_until=LATER)
    assert why_held(slow) == HoldReason("why_slow", until=LATER)
    assert why_held(replace(slow, slow_until=None)) is None
    assert why_held(replace(slow, is_slow=False, slow_until=UNREAD)) is None


#: the first thing that is missing of a stranger's post, the earlier ones being read
MISSING: list[tuple[str, Need]] = [
    ("author_status", Need.AUTHOR_STATUS), ("broken_rule", Need.BROKEN_RULE), ("is_surge", Need.SURGE),
    ("wave", Need.WAVE), ("slow_until", Need.SLOW_MODE),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(MISSING)))
def test_what_is_missing_is_asked_for_in_order(number: int) -> None:
    unread = dict.fromkeys([name for name, _ in MISSING[number:]], UNREAD)
    assert why_held(facts(**{"is_slow": True, **unread})) is MISSING[number][1]


def test_a_question_about_a_stranger_comes_before_what_holds_anybody() -> None:
    assert why_held(facts(is_unattended=True, is_surge=UNREAD)) is Need.SURGE
    assert why_held(facts(is_unattended=True, wave=UNREAD)) is Need.WAVE


def test_only_a_moderators_post_that_was_not_screened_is_a_sign_of_life() -> None:
    assert is_attended(facts(MODERATOR))
    assert not is_attended(facts(MODERATOR, screened="plugin"))
    assert not is_attended(facts(REGULAR))
    assert not is_attended(facts(author_status=UNREAD))


def test_others_wait_along_only_where_there_is_a_wave() -> None:
    assert wave_with(facts(wave=(7, 8))) == (7, 8)
    assert wave_with(facts(wave=None)) == wave_with(facts(wave=UNREAD)) == ()
