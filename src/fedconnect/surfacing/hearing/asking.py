"""Whom to ask to answer a post that nobody answers: one at a time, in their hours, shared out fairly.

Pure, so that the evaluator asks by the very same rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from fedconnect.surfacing.hearing.listening_hours import Hours
from fedconnect.surfacing.parameters import ListeningParameters

_DAY = timedelta(days=1)


class Turn(StrEnum):
    """Whose turn it is to be asked about a post."""

    NOBODYS = "nobody's"
    LISTENERS = "listeners"
    MODERATORS = "moderators"
    MODERATORS_FIRST = "moderators first"  # listeners where none of them has time
    LISTENERS_FIRST = "listeners first"


@dataclass(frozen=True, slots=True)
class QuietPost:
    """A post that nobody has answered. `promised`: how many readers; 0 where its board promises none. `is_grave`: it is
    in safeguarding, or a case speaks of danger. `asked_at`: when somebody was last asked about it and has not said no.
    `kept_away`: people who are not to be asked about it, its author among them, and who were asked before.
    `asked_moderator`: a moderator was asked already."""

    post_id: int
    author_id: int | None
    begun_at: datetime
    is_first: bool
    promised: int
    is_grave: bool = False
    asked_at: datetime | None = None
    kept_away: frozenset[int] = frozenset()
    asked_moderator: bool = False


@dataclass(frozen=True, slots=True)
class Askable:
    """Somebody who may be asked. `met_at`: when we first heard of their account. `may_have_all`: they may be asked about
    any post; otherwise about ordinary first posts alone. `asked_today`: how often in the last 24 hours; `asked_at`: when
    last; `last_author_id`: about whose post that was. They listen, look after the board, or both."""

    person_id: int
    hours: Hours
    a_day: int
    met_at: datetime
    may_have_all: bool
    asked_today: int = 0
    asked_at: datetime | None = None
    last_author_id: int | None = None
    listens: bool = True
    is_moderator: bool = False


def whose_turn(post: QuietPost, now: datetime, parameters: ListeningParameters) -> Turn:
    """Return whose turn it is: listeners first, then moderators; nobody's while an ask still waits.

    Where no views are promised, and for somebody's first post, both come sooner: that is the promise then. Moderators do
    not wait for a listener who was asked and says nothing, so that nobody can keep them out by listening without a word.
    What is grave goes to both at once.
    """
    age = now - post.begun_at
    if age >= timedelta(days=parameters.until_days) and not post.is_grave:
        return Turn.NOBODYS
    waits = post.asked_at is not None and now - post.asked_at < timedelta(hours=parameters.again_after_hours)
    is_soon = post.is_first or post.promised == 0
    moderators = parameters.moderators_soon_hours if is_soon else parameters.moderators_after_hours
    if post.promised == 0:
        moderators = parameters.moderators_unpromised_hours
    if not post.is_grave and age >= timedelta(hours=moderators):
        if waits:
            return Turn.NOBODYS if post.asked_moderator else Turn.MODERATORS
        return Turn.MODERATORS_FIRST
    if waits:
        return Turn.NOBODYS
    if post.is_grave:
        return Turn.LISTENERS_FIRST
    if age >= timedelta(hours=parameters.soon_hours if is_soon else parameters.after_hours):
        return Turn.LISTENERS
    return Turn.NOBODYS


def share_out(
    posts: Iterable[QuietPost], people: Iterable[Askable], now: datetime, parameters: ListeningParameters
) -> list[tuple[QuietPost, Askable]]:
    """Return whom to ask about which posts now, each post once and each person as long as they have time: first posts
    before others, what nobody was asked about before what somebody was, of these what was promised an ask and no views, then
    what has waited longest."""
    free = {one.person_id: one for one in people}
    chosen: list[tuple[QuietPost, Askable]] = []
    for post in sorted(posts, key=_who_comes_first):
        one = choose(post, free.values(), now, parameters)
        if one is not None:
            chosen.append((post, one))
            free[one.person_id] = replace(
                one, asked_today=one.asked_today + 1, asked_at=now, last_author_id=post.author_id
            )
    return chosen


def _who_comes_first(post: QuietPost) -> tuple[bool, bool, bool, bool, datetime, int]:
    was_asked = post.asked_at is not None
    return not post.is_grave, not post.is_first, was_asked, post.promised > 0, post.begun_at, post.post_id


def choose(
    post: QuietPost, candidates: Iterable[Askable], now: datetime, parameters: ListeningParameters
) -> Askable | None:
    """Return whom to ask about a post now; None where it is nobody's turn, or nobody has time.

    Of listeners and of moderators alike, whoever was asked longest ago.
    """
    turn = whose_turn(post, now, parameters)
    free = [one for one in candidates if _takes(one, turn) and may_be_asked(one, post, now, parameters)]
    return min(free, key=lambda one: (_comes_second(one, turn), *_longest_ago(one)), default=None)


def _takes(one: Askable, turn: Turn) -> bool:
    if turn is Turn.LISTENERS:
        return one.listens
    if turn is Turn.MODERATORS:
        return one.is_moderator
    return turn is not Turn.NOBODYS


def _comes_second(one: Askable, turn: Turn) -> bool:
    return not one.is_moderator if turn is Turn.MODERATORS_FIRST else not one.listens


def may_be_asked(one: Askable, post: QuietPost, now: datetime, parameters: ListeningParameters) -> bool:
    """Whether somebody may be asked about a post at this moment. Nobody gets two running of one author but who looks after
    the board, nor are moderators spared while they are new to us: where nobody listens, authors are promised that one is asked."""
    if one.person_id in post.kept_away or one.person_id == post.author_id:
        return False
    if not one.may_have_all and (post.is_grave or not post.is_first):
        return False
    if not one.is_moderator and post.author_id is not None and one.last_author_id == post.author_id:
        return False
    is_new = not one.is_moderator and now - one.met_at < timedelta(days=parameters.new_days)
    most = min(one.a_day, parameters.new_a_day if is_new else parameters.most_a_day)
    return one.asked_today < most and one.hours.hold(now)


def _longest_ago(one: Askable) -> tuple[float, int]:
    return one.asked_at.timestamp() if one.asked_at is not None else 0.0, one.person_id
