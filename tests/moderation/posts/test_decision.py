"""What becomes of a post and of an edit, as pure functions: each reason, and which of two comes first."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fedconnect.moderation.author_status import AuthorStatus
from fedconnect.moderation.hold_reason import HoldReason
from fedconnect.moderation.posts.decision import decide, decide_edit
from fedconnect.moderation.posts.facts import (
    UNREAD,
    BrokenRule,
    EditFacts,
    HoldFacts,
    Need,
    PostFacts,
    ThreadFacts,
)
from fedconnect.moderation.posts.hold_decision import MOST_NAMED
from fedconnect.moderation.posts.outcome_types import (
    ConversationHidden,
    EditDecision,
    Edited,
    Full,
    Held,
    Known,
    Left,
    Locked,
    Narrowed,
    OlderVersion,
    PostDecision,
    Published,
    Refused,
    TakenBack,
)

REGULAR = AuthorStatus(looks_after=False, is_banned=False, is_held=False, has_posted=True, was_known=True)
STRANGER = replace(REGULAR, has_posted=False, was_known=False)
MODERATOR = replace(REGULAR, looks_after=True)
LATER = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STARTER = "https://a.example/starter"


def admitted(**changes: Any) -> HoldFacts:
    """Everything is read, and nothing speaks against it."""
    facts: dict[str, Any] = {
        "is_thread": True, "author_status": REGULAR, "broken_rule": None, "is_surge": False, "wave": None, "slow_until": None,
    }  # fmt: skip
    return HoldFacts(**{**facts, **changes})


def of_admission() -> set[str]:
    return {one.name for one in fields(HoldFacts)}


def thread(**changes: Any) -> PostFacts:
    hold_facts = {name: changes.pop(name) for name in list(changes) if name in of_admission()}
    facts: dict[str, Any] = {
        "hold_facts": admitted(**hold_facts), "lacks_leave": False, "waits_for": None, "is_known": False,
        "thread": ThreadFacts(is_locked=False), "is_taken_back": False,
    }  # fmt: skip
    return PostFacts(**{**facts, **changes})


def reply(**changes: Any) -> PostFacts:
    return thread(**{"is_thread": False, **changes})


def edit(**changes: Any) -> EditFacts:
    hold_facts = {name: changes.pop(name) for name in list(changes) if name in of_admission()}
    facts: dict[str, Any] = {
        "hold_facts": admitted(**{"is_edit": True, "is_surge": UNREAD, "wave": UNREAD, "slow_until": UNREAD, **hold_facts}),
        "is_starter": True, "names_board": True, "is_deleted": False, "can_wait": True, "is_newer": True, "is_open": True,
    }  # fmt: skip
    return EditFacts(**{**facts, **changes})


def outcome_of(facts: PostFacts) -> Any:
    decision = decide(facts)
    assert isinstance(decision, PostDecision), decision
    return decision.outcome


PASSED_ON = Refused("its author asks not to be passed on")
BANNED = replace(REGULAR, is_banned=True)
WATCHED = replace(REGULAR, is_held=True)

#: from the first check to the last; a row's facts hold whatever stands in the rows below
OF_A_THREAD: list[tuple[dict[str, Any], Any]] = [
    ({"is_refused_by_screening": True}, Refused("refused by screening", told="screening")),
    ({"was_passed_on": True, "asks_no_bots": True}, PASSED_ON),
    ({"board_has_moved": True}, Refused("the board has moved")),
    ({"author_status": BANNED}, Refused("banned from the board")),
    ({"is_known": True}, Known()),
    ({"is_taken_back": True}, TakenBack()),
    ({"screened": "plugin"}, Held(HoldReason("why_plugin"))),
    ({}, Published()),
]
OF_A_REPLY: list[tuple[dict[str, Any], Any]] = [
    ({"is_refused_by_screening": True}, Refused("refused by screening", told="screening")),
    ({"author_status": BANNED}, Refused("banned from the board")),
    ({"lacks_leave": True}, Refused("the author of what it answers takes no such answers")),
    ({"waits_for": STARTER}, ConversationHidden(STARTER)),
    (
        {"is_addressed": False, "takes_unaddressed": False},
        Refused("the board takes only what names it"),
    ),
    ({"is_addressed": False, "was_passed_on": True, "asks_no_bots": True}, PASSED_ON),
    ({"is_known": True}, Known()),
    ({"thread": ThreadFacts(is_locked=True, is_full=True)}, Locked()),
    ({"thread": ThreadFacts(is_locked=False, is_full=True)}, Full()),
    ({"is_taken_back": True}, TakenBack()),
    ({"screened": "limited"}, Held(HoldReason("why_limited"))),
    ({}, Published()),
]
OF_WAITING: list[tuple[dict[str, Any], HoldReason | None]] = [
    ({"screened": "limited", "author_status": MODERATOR}, HoldReason("why_limited")),
    ({"author_status": replace(MODERATOR, is_held=True)}, None),
    ({"author_status": replace(STRANGER, is_held=True)}, HoldReason("why_author")),
    ({"broken_rule": BrokenRule("words", "pills")}, HoldReason("why_rule_words", detail="pills")),
    ({"author_status": STRANGER, "is_surge": True}, HoldReason("why_surge", wave="wave", is_surge=True)),
    ({"author_status": STRANGER, "named": MOST_NAMED + 1}, HoldReason("why_mentions", wave="mentions")),
    ({"author_status": STRANGER, "wave": (7, 8)}, HoldReason("why_wave", wave="wave")),
    ({"author_status": STRANGER, "holds_first_posts": True}, HoldReason("why_first")),
    ({"is_unattended": True}, HoldReason("why_unattended")),
    ({"is_slow": True, "slow_until": LATER}, HoldReason("why_slow", until=LATER)),
    ({}, None),
]


def with_all_below(table: list[tuple[dict[str, Any], Any]], number: int) -> dict[str, Any]:
    """What a row needs, and everything that would be decided if it did not come first."""
    changes: dict[str, Any] = {}
    for facts, _ in reversed(table[number:]):
        changes |= facts
    return changes


@pytest.mark.parametrize("number", range(len(OF_A_THREAD)))
def test_of_what_speaks_against_a_thread_the_first_counts(number: int) -> None:
    facts, outcome = OF_A_THREAD[number]
    assert outcome_of(thread(**facts)) == outcome
    assert outcome_of(thread(**with_all_below(OF_A_THREAD, number))) == outcome


@pytest.mark.parametrize("number", range(len(OF_A_REPLY)))
def test_of_what_speaks_against_a_reply_the_first_counts(number: int) -> None:
    facts, outcome = OF_A_REPLY[number]
    decided = outcome_of(reply(**facts))
    if isinstance(decided, Locked):
        assert decided == Locked(told="locked")
    else:
        assert decided == outcome
    assert type(outcome_of(reply(**with_all_below(OF_A_REPLY, number)))) is type(outcome)


@pytest.mark.parametrize("number", range(len(OF_WAITING)))
def test_of_what_a_post_may_wait_for_the_first_counts(number: int) -> None:
    facts, hold = OF_WAITING[number]
    outcome = Held(hold) if hold is not None else Published()
    assert outcome_of(thread(**facts)) == outcome
    assert outcome_of(thread(**with_all_below(OF_WAITING, number))) == outcome


def test_whoever_was_seen_before_is_asked_nothing_that_strangers_are() -> None:
    asked = {"is_surge": True, "named": 99, "wave": (7,), "holds_first_posts": True}
    assert outcome_of(thread(**asked)) == Published()
    new_this_hour = replace(REGULAR, was_known=False)
    assert outcome_of(thread(author_status=new_this_hour, **{**asked, "is_surge": False})) == Published()


def test_an_answer_does_not_wait_for_somebody_to_look_after_the_board() -> None:
    assert outcome_of(reply(is_unattended=True)) == Published()


def test_the_boards_own_words_meet_no_check_but_whether_they_are_here() -> None:
    everything = with_all_below(OF_A_THREAD, 1) | {"author_status": UNREAD, "is_boards_own": True}
    assert outcome_of(thread(**everything)) == Known()
    assert decide(thread(author_status=UNREAD, is_boards_own=True)) == PostDecision(Published())


@pytest.mark.parametrize("is_told", [True, False])
def test_only_who_sent_it_here_is_told_of_a_refusal(is_told: bool) -> None:
    locked = {"thread": ThreadFacts(is_locked=True), "is_told": is_told}
    assert outcome_of(reply(**locked)) == Locked("locked" if is_told else "")
    assert outcome_of(reply(**locked, is_addressed=False)) == Locked("")
    screened = thread(is_refused_by_screening=True, is_told=is_told)
    assert outcome_of(screened) == Refused("refused by screening", "screening" if is_told else "")


def test_what_follows_beside_the_outcome() -> None:
    assert decide(thread()) == PostDecision(Published())
    assert decide(thread(author_status=replace(REGULAR, was_known=False))) == PostDecision(
        Published(), is_newcomer=True
    )
    assert decide(thread(author_status=MODERATOR)) == PostDecision(Published(), is_attended=True)
    assert decide(thread(author_status=MODERATOR, is_known=True)) == PostDecision(Known(), is_attended=True)
    screened = decide(thread(author_status=MODERATOR, screened="plugin"))
    assert screened == PostDecision(Held(HoldReason("why_plugin")))
    others = {"author_status": STRANGER, "wave": (7, 8)}
    wave = decide(thread(**others))
    assert wave == PostDecision(Held(HoldReason("why_wave", wave="wave")), also_held=(7, 8), is_newcomer=True)
    assert decide(thread(**others, is_known=True)) == PostDecision(Known(), (7, 8), is_newcomer=True)


#: facts in the order in which they are asked for, and whom they matter for
ASKED_OF_A_STRANGERS_REPLY = [
    Need.AUTHOR_STATUS, Need.LEAVE, Need.STARTER, Need.BROKEN_RULE, Need.SURGE, Need.WAVE, Need.SLOW_MODE, Need.KNOWN,
    Need.THREAD, Need.TAKEN_BACK,
]  # fmt: skip
ASKED_OF_A_REGULARS_THREAD = [Need.AUTHOR_STATUS, Need.BROKEN_RULE, Need.KNOWN, Need.TAKEN_BACK]
_NAMES = {Need.LEAVE: "lacks_leave", Need.STARTER: "waits_for", Need.KNOWN: "is_known", Need.SURGE: "is_surge",
          Need.TAKEN_BACK: "is_taken_back", Need.SLOW_MODE: "slow_until"}  # fmt: skip


def asked_of(known: PostFacts) -> list[Need]:
    """What is asked for, one after the other, if all is unread at first and read to be what it is in `known`."""
    read_later = ("author_status", "broken_rule", "is_surge", "wave", "slow_until")
    hold_facts = replace(known.hold_facts, **dict.fromkeys(read_later, UNREAD))
    later = ("lacks_leave", "waits_for", "is_known", "thread", "is_taken_back")
    facts = replace(known, hold_facts=hold_facts, **dict.fromkeys(later, UNREAD))
    asked: list[Need] = []
    while isinstance(need := decide(facts), Need):
        assert need not in asked
        asked.append(need)
        name = _NAMES.get(need, need.value)
        if name in of_admission():
            told = replace(facts.hold_facts, **{name: getattr(known.hold_facts, name)})
            facts = replace(facts, hold_facts=told)
        else:
            facts = replace(facts, **{name: getattr(known, name)})
    return asked


def test_only_facts_that_may_matter_are_asked_for_and_each_once() -> None:
    assert asked_of(reply(author_status=STRANGER, is_slow=True)) == ASKED_OF_A_STRANGERS_REPLY
    assert asked_of(thread()) == ASKED_OF_A_REGULARS_THREAD
    assert asked_of(thread(author_status=BANNED)) == [Need.AUTHOR_STATUS]
    assert asked_of(thread(board_has_moved=True)) == []
    assert asked_of(thread(author_status=MODERATOR)) == [Need.AUTHOR_STATUS, Need.KNOWN, Need.TAKEN_BACK]
    assert asked_of(thread(is_known=True))[-1] is Need.KNOWN


OF_AN_EDIT: list[tuple[dict[str, Any], EditDecision, str]] = [
    ({"names_board": False, "came_through_sister": False, "screened": "plugin"}, EditDecision(Left()), "left the board"),
    ({"is_deleted": True}, EditDecision(OlderVersion()), "no newer edit"),
    ({"is_newer": False}, EditDecision(OlderVersion()), "no newer edit"),
    ({"is_open": False}, EditDecision(Narrowed()), "edited"),
    ({}, EditDecision(Edited()), "edited"),
    ({"names_board": False, "is_starter": False}, EditDecision(Edited()), "edited"),
    ({"names_board": False, "came_through_sister": True}, EditDecision(Edited()), "edited"),
    ({"author_status": MODERATOR, "broken_rule": BrokenRule("words", "x")}, EditDecision(Edited(), is_attended=True), "edited"),
    ({"author_status": BANNED}, EditDecision(Edited()), "edited"),  # nobody asks for a ban here
]  # fmt: skip


@pytest.mark.parametrize(("changes", "decision", "reason"), OF_AN_EDIT)
def test_what_becomes_of_an_edit(changes: dict[str, Any], decision: EditDecision, reason: str) -> None:
    decided = decide_edit(edit(**changes))
    assert decided == decision
    assert isinstance(decided, EditDecision)
    assert decided.reason == reason


@pytest.mark.parametrize(
    ("changes", "hold"),
    [
        ({"screened": "plugin"}, HoldReason("why_plugin")),
        ({"author_status": WATCHED}, HoldReason("why_author")),
        ({"broken_rule": BrokenRule("links", "*")}, HoldReason("why_rule_links", detail="*")),
    ],
)
def test_an_edit_waits_for_what_it_says_and_for_nothing_else(
    changes: dict[str, Any], hold: HoldReason
) -> None:
    decided = decide_edit(edit(**changes))
    assert decided == EditDecision(Edited(), hold, is_put_on_hold=True)
    assert decided.reason == "held: the edit was screened"
    removed = decide_edit(edit(**changes, can_wait=False))
    assert removed == EditDecision(Edited(), hold)
    stale = decide_edit(edit(**changes, is_newer=False))
    assert stale == EditDecision(OlderVersion(), hold, is_put_on_hold=True)
    assert stale.reason == "no newer edit"


def test_an_edit_of_a_starter_that_names_no_board_is_asked_for_its_sister_first() -> None:
    assert decide_edit(edit(names_board=False, author_status=UNREAD)) is Need.LINKED_GROUP
    assert decide_edit(edit(author_status=UNREAD)) is Need.AUTHOR_STATUS
    assert decide_edit(edit(broken_rule=UNREAD)) is Need.BROKEN_RULE


@pytest.mark.parametrize("can_wait", [True, False])
def test_a_moderators_edit_that_a_plugin_wants_a_look_at_is_no_sign_of_life(can_wait: bool) -> None:
    decided = decide_edit(edit(screened="plugin", author_status=MODERATOR, can_wait=can_wait))
    assert decided == EditDecision(Edited(), HoldReason("why_plugin"), is_put_on_hold=can_wait)


def test_an_answer_that_names_no_board_is_not_asked_for_a_sister() -> None:
    decided = decide_edit(edit(is_starter=False, names_board=False, came_through_sister=UNREAD))
    assert decided == EditDecision(Edited())


def test_the_boards_own_words_stay_away_where_they_were_taken_back_or_screened() -> None:
    assert outcome_of(thread(is_boards_own=True, is_taken_back=True)) == TakenBack()
    refused = Refused("refused by screening", told="screening")
    assert outcome_of(thread(is_boards_own=True, is_refused_by_screening=True)) == refused


def test_an_edit_to_fewer_people_waits_like_any_other() -> None:
    decided = decide_edit(edit(is_open=False, screened="limited"))
    assert decided == EditDecision(Narrowed(), HoldReason("why_limited"), is_put_on_hold=True)


@pytest.mark.parametrize("is_thread", [True, False])
@pytest.mark.parametrize("author", [REGULAR, STRANGER, MODERATOR])
def test_an_archived_board_takes_nothing_from_anybody_and_says_so(
    is_thread: bool, author: AuthorStatus
) -> None:
    facts = thread(is_archived=True)
    facts = replace(facts, hold_facts=replace(facts.hold_facts, is_thread=is_thread, author_status=author))
    assert decide(facts) == PostDecision(Refused("the board is archived", "archived"))
    assert decide(replace(facts, is_told=False)) == PostDecision(Refused("the board is archived"))
