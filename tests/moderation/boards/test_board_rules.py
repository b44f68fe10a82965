"""Rules of a board in versions: at their limits, and which of them a decision may rest on."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import Malformed, NotFound, NotPermitted
from fedconnect.models.board_rules import BoardRules
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.moderation.boards import board_rules
from fedconnect.moderation.boards.board_rules import check_rule, current, rules_of, write
from support.moderation_rows import a_context, count, every
from support.unit import a_board, a_person


def test_who_does_not_look_after_the_board_writes_no_rules(session: Session) -> None:
    board = a_board(session)
    with pytest.raises(NotPermitted):
        write(session, a_context(board, a_person(session)), "Be kind.", "")
    assert count(session, BoardRules) == 0


@pytest.mark.parametrize("rules", ["", " \n\n", "\n".join("abcdefghij"), "x" * 301, "Be kind.\n" + "x" * 301])
def test_no_rule_ten_rules_or_too_long_a_one_are_refused(session: Session, rules: str) -> None:
    with pytest.raises(Malformed):
        write(session, a_context(a_board(session)), rules, "")
    assert count(session, Decision) == 0


def test_nine_rules_of_three_hundred_letters_are_taken(session: Session) -> None:
    board = a_board(session)
    lines = [f"{number}{'x' * 299}" for number in range(9)]
    assert write(session, a_context(board), "\r\n\n".join(lines), "w" * 2001)
    assert rules_of(current(session, board)) == [f"{n}. {line}" for n, line in enumerate(lines, 1)]
    assert len(current(session, board).welcome) == 2000


def test_the_same_again_is_no_new_version_and_another_welcome_is(session: Session) -> None:
    board = a_board(session)
    context = a_context(board)
    ours = current(session, board)
    assert ours.version == 0
    assert not write(session, context, ours.rules, "")
    assert write(session, context, "Be kind.", "Hello")
    assert not write(session, context, " Be   kind. \n", "Hello")
    assert write(session, context, "Be kind.", "Good morning")
    assert [(one.version, one.welcome) for one in every(session, BoardRules)] == [
        (1, "Hello"),
        (2, "Good morning"),
    ]
    assert [(one.kind, one.detail) for one in every(session, Decision)] == [
        (DecisionKind.RULES, "1"),
        (DecisionKind.RULES, "2"),
    ]
    assert [one.version for one in board_rules.list_versions(session, board)] == [2, 1]


def test_a_decision_rests_on_a_rule_in_force_word_for_word_and_no_other_boards(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    write(session, a_context(board), "Be kind.", "")
    write(session, a_context(board), "Be brief.\nBe kind.", "")
    assert check_rule(session, board, "2. Be kind.") == "2. Be kind."
    assert check_rule(session, board, "") == "", "whether one is needed is said elsewhere"
    for rule in ("1. Be kind.", "Be kind.", "2. be kind.", "3. Be honest."):
        with pytest.raises(Malformed):
            check_rule(session, board, rule)
    with pytest.raises(Malformed):
        check_rule(session, other, "2. Be kind.")
    assert check_rule(session, other, rules_of(current(session, other))[0])


def test_every_version_stays_readable_and_those_that_were_never_are_not_found(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    write(session, a_context(board), "Be kind.", "")
    assert board_rules.get_version(session, board, 1).rules == "Be kind."
    assert board_rules.get_version(session, board, 0).version == 0
    for asked, version in ((board, 2), (board, -1), (other, 1)):
        with pytest.raises(NotFound):
            board_rules.get_version(session, asked, version)


def test_the_rules_of_many_boards_are_the_latest_of_each(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    for rules in ("Old.", "New."):
        write(session, a_context(board), rules, "")
    found = board_rules.rules_of_each(session, [board, other])
    assert found[board.id] == ["1. New."]
    assert found[other.id] == rules_of(current(session, other)) != []
