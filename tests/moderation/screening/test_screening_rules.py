"""The rules of a board as rows: who puts them in force, what is tried, which posts are a wave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.screening_rule import RuleKind, ScreeningRule
from fedconnect.moderation.screening import screening_rules
from fedconnect.moderation.screening.rule_matching import Rule
from fedconnect.moderation.screening.screening_rules import broken_by, end, put_in_force, try_rule, wave_of
from support.moderation_rows import a_context, count, every, somebody_of_the_team
from support.unit import a_board, a_draft, a_person, a_post, a_thread, add

PILLS = Rule(RuleKind.WORDS, "pills")
SPAM = "Buy these wonderful cheap pills today from our shop"


def in_force(
    session: Session, board: Board, kind: RuleKind = RuleKind.WORDS, value: str = "pills"
) -> ScreeningRule:
    return add(session, ScreeningRule(board_id=board.id, kind=kind, value=value, since=clock.now()))


def said(session: Session, board: Board, author: Person | None, text: str, **values: Any) -> Post:
    words = {"source": f"<p>{text}</p>", "body_html": f"<p>{text}</p>"}
    return a_thread(session, board, author, **{**words, **values})[1]


def from_a_stranger(session: Session, board: Board, name: str, text: str = SPAM, **values: Any) -> Post:
    person = a_person(session, name, f"{name}.example")
    known = {"newcomer_host": person.host, "received": clock.now() - timedelta(minutes=30)}
    return said(session, board, person, text, **{**known, **values})


def test_no_rule_is_put_in_force_or_ended_by_who_does_not_look_after_the_board(session: Session) -> None:
    board, otto = a_board(session), a_person(session, "otto")
    rule = in_force(session, board)
    with pytest.raises(NotPermitted):
        put_in_force(session, a_context(board, otto), Rule(RuleKind.LINKS, "*"))
    with pytest.raises(NotPermitted):
        end(session, a_context(board, otto), rule.id)
    assert (count(session, ScreeningRule), count(session, Decision)) == (1, 0)


def test_another_boards_rule_is_not_ended(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo, rule = somebody_of_the_team(session, board), in_force(session, other)
    assert not end(session, a_context(board, mo), rule.id)
    assert not end(session, a_context(board, mo), 0)
    assert (count(session, ScreeningRule), count(session, Decision)) == (1, 0)


def test_a_rule_comes_into_force_once_and_ends_and_both_stand_in_the_log(session: Session) -> None:
    board = a_board(session)
    context = a_context(board, somebody_of_the_team(session, board))
    assert put_in_force(session, context, PILLS)
    assert not put_in_force(session, context, PILLS)
    (rule,) = every(session, ScreeningRule)
    assert (rule.board_id, rule.kind, rule.value) == (board.id, RuleKind.WORDS, "pills")
    assert end(session, context, rule.id)
    assert count(session, ScreeningRule) == 0
    said_so = [(one.kind, one.detail) for one in every(session, Decision)]
    assert said_so == [
        (DecisionKind.SETTINGS, "screens words"),
        (DecisionKind.SETTINGS, "screens words no more"),
    ], "and the words themselves stand in no public log"


def test_a_board_has_no_more_than_twenty_rules(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    context = a_context(board)
    for number in range(screening_rules.MOST_RULES - 1):
        in_force(session, board, value=f"w{number}")
        in_force(session, other, value=f"w{number}")
    assert put_in_force(session, context, PILLS)
    with pytest.raises(Malformed):
        put_in_force(session, context, Rule(RuleKind.WORDS, "more"))
    assert not put_in_force(session, context, PILLS), "what is in force already is not too many"


def test_a_rule_is_tried_on_what_was_shown_here_in_thirty_days_and_on_nothing_else(session: Session) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    said(session, board, ana, "Pills!", title="The first", received=clock.now() - timedelta(days=29))
    said(session, board, ana, "Harmless")
    said(session, board, ana, "pills", received=clock.now() - timedelta(days=31))
    said(session, board, ana, "pills", state=PostState.HELD)
    said(session, board, ana, "pills", state=PostState.REMOVED)
    said(session, board, None, "pills of the board itself")
    said(session, other, ana, "pills")
    trial = try_rule(session, board, PILLS)
    assert (trial.held, trial.tried, trial.titles) == (1, 2, ["The first"])
    assert count(session, ScreeningRule) == 0


def test_a_trial_shows_the_latest_ten_the_latest_first(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    for number in range(12):
        said(
            session,
            board,
            ana,
            "pills",
            title=f"T{number}",
            received=clock.now() - timedelta(hours=20 - number),
        )
    trial = try_rule(session, board, PILLS)
    assert (trial.held, trial.titles) == (12, [f"T{number}" for number in range(11, 1, -1)])


def test_a_trial_of_repetitions_counts_what_came_before_each_post(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    for hours, title in ((3, "one"), (2, "two"), (1, "three")):
        said(
            session,
            board,
            ana,
            "Same words again",
            title=title,
            received=clock.now() - timedelta(hours=hours),
        )
    assert try_rule(session, board, Rule(RuleKind.REPEATED, "2")).titles == ["three"]
    assert try_rule(session, board, Rule(RuleKind.REPEATED, "1")).titles == ["three", "two"]


def test_a_draft_is_looked_at_by_the_rules_of_its_own_board(session: Session) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    in_force(session, other)
    assert broken_by(session, board, ana, a_draft(ana, "Pills")) is None
    assert broken_by(session, other, ana, a_draft(ana, "Pills")) == PILLS
    assert broken_by(session, other, ana, a_draft(ana, "Bread")) is None


def test_the_board_itself_is_nobody_who_is_named(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    in_force(session, board, RuleKind.MENTIONS, "1")
    us = "https://forum.example/boards/respite"
    one = {"boards": (us,), "mentions": (us, "https://x.example/a", "https://x.example/a")}
    assert broken_by(session, board, ana, a_draft(ana, **one)) is None, "one person, named twice"
    two = {"boards": (us,), "mentions": (us, "https://x.example/a", "https://x.example/b")}
    assert broken_by(session, board, ana, a_draft(ana, **two)) is not None


def test_the_same_words_count_as_repeated_within_a_day_on_this_board(session: Session) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    in_force(session, board, RuleKind.REPEATED, "1")
    draft = a_draft(ana, "Come to our fair")
    said(session, other, ana, "Come to our fair")
    said(session, board, ana, "Come to our fair", received=clock.now() - timedelta(hours=25))
    said(session, board, ana, "Come to our fair", uri=draft.uri)
    assert broken_by(session, board, ana, draft) is None, (
        "elsewhere, long ago, and the very post that is edited"
    )
    said(
        session,
        board,
        a_person(session, "bea"),
        "come to OUR fair!",
        received=clock.now() - timedelta(hours=23),
    )
    assert broken_by(session, board, ana, draft) == Rule(RuleKind.REPEATED, "1")


def test_two_other_strangers_make_a_wave_on_whatever_board_they_wrote(session: Session) -> None:
    board, other, new = a_board(session), a_board(session, "other"), a_person(session, "new", "new.example")
    first = from_a_stranger(session, board, "s1")
    assert wave_of(session, new, a_draft(new, SPAM)) is None
    second = from_a_stranger(session, other, "s2", state=PostState.HELD)
    found = wave_of(session, new, a_draft(new, SPAM))
    assert found is not None
    assert {post.id for post in found} == {first.id, second.id}
    assert wave_of(session, new, a_draft(new, "How does one apply for a carer allowance here")) is None


@pytest.mark.parametrize(
    "values",
    [
        {"state": PostState.REMOVED},
        {"state": PostState.DELETED},
        {"newcomer_host": ""},
        {"sealed": "x"},
        {"received": clock.now() - timedelta(hours=2)},
    ],
)
def test_what_is_gone_sealed_older_or_of_somebody_known_makes_no_wave(
    session: Session, values: dict[str, Any]
) -> None:
    board, new = a_board(session), a_person(session, "new", "new.example")
    from_a_stranger(session, board, "s1")
    from_a_stranger(session, board, "s2", **values)
    assert wave_of(session, new, a_draft(new, SPAM)) is None


def test_who_wrote_anywhere_before_this_hour_is_no_stranger(session: Session) -> None:
    board, new = a_board(session), a_person(session, "new", "new.example")
    from_a_stranger(session, board, "s1")
    post = from_a_stranger(session, board, "s2")
    thread, _ = a_thread(session, a_board(session, "other"))
    author = session.get_one(Person, post.person_id)
    a_post(session, thread, author, received=clock.now() - timedelta(hours=3))
    assert wave_of(session, new, a_draft(new, SPAM)) is None


def test_an_edited_post_is_read_anew(session: Session) -> None:
    board, new = a_board(session), a_person(session, "new", "new.example")
    from_a_stranger(session, board, "s1")
    post = from_a_stranger(session, board, "s2")
    assert wave_of(session, new, a_draft(new, SPAM)) is not None
    post.source, post.updated = "<p>Sorry, that was meant for another place</p>", clock.now()
    session.flush()
    assert wave_of(session, new, a_draft(new, SPAM)) is None
