"""What anybody may read of decisions: no name, no number, nothing of the team's own; and a year's figures."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.case import CaseState
from fedconnect.models.decision import AppealState, DecisionKind
from fedconnect.models.post import PostState
from fedconnect.moderation.decisions import public_log
from fedconnect.moderation.decisions.public_log import list_decisions, measure, without_names
from support.moderation_rows import a_case, a_decision, an_appeal
from support.unit import a_board, a_person, a_thread


@pytest.mark.parametrize(
    "name",
    ["@ana@home.example", "ana@home.example", "@ana", "https://home.example/@ana?x=1", "http://x", "+49 170 1234567",
     "0170/1234567", "a.b+c@mail.home.example"],
)  # fmt: skip
def test_no_name_address_or_number_stands_in_the_log(name: str) -> None:
    assert without_names(f"It was {name}, again") in {"It was […], again", "It was […] again"}


@pytest.mark.parametrize(
    "words", ["Rule 1. Be kind!", "At 12:30 on 2026", "a 10 % rise, § 5", "mail me @ noon"]
)
def test_other_words_stay_as_they_are(words: str) -> None:
    assert without_names(words) == words


def test_text_made_to_be_slow_is_not() -> None:
    assert without_names("a." * 50_000 + "@") != ""
    assert without_names("1 " * 50_000).startswith("[…]")


def test_what_is_settled_within_the_team_stands_in_no_public_log(session: Session) -> None:
    board = a_board(session)
    for kind in DecisionKind:
        a_decision(session, board, kind=kind)
    hidden = {DecisionKind.LEAVE, DecisionKind.REOPEN, DecisionKind.SAFEGUARD, DecisionKind.UNSAFEGUARD,
              DecisionKind.HOLD_AUTHOR, DecisionKind.FREE_AUTHOR}  # fmt: skip
    assert {one.kind for one in list_decisions(session, None).lines} == set(DecisionKind) - hidden


def test_a_title_or_a_warning_that_somebody_got_is_not_repeated(session: Session) -> None:
    board = a_board(session)
    for kind in (DecisionKind.RETITLE, DecisionKind.SENSITIVE, DecisionKind.MOVE, DecisionKind.RULES):
        a_decision(session, board, kind=kind, detail="detail")
    told = {one.kind: one.detail for one in list_decisions(session, board).lines}
    assert told == {DecisionKind.RETITLE: "", DecisionKind.SENSITIVE: "", DecisionKind.MOVE: "detail", DecisionKind.RULES: "detail"}  # fmt: skip


def test_the_reason_of_a_gentle_decision_is_nobodys_business(session: Session) -> None:
    a_decision(session, a_board(session), gentle="distress", reason="She is in crisis")
    assert [one.reason for one in list_decisions(session, None).lines] == [""]


def test_only_a_conversation_that_can_be_read_is_linked_and_no_post_of_somebody(session: Session) -> None:
    board = a_board(session)
    thread, post = a_thread(session, board, a_person(session))
    about = {"post_id": post.id, "subject_uri": post.uri}
    a_decision(session, board, kind=DecisionKind.WARN, **about)
    a_decision(session, board, kind=DecisionKind.LOCK, **about)

    def paths() -> set[str]:
        session.flush()
        return {one.path for one in list_decisions(session, board).lines}

    assert paths() == {"", f"/boards/respite/threads/{thread.id}"}
    thread.is_listed = False
    assert paths() == {""}
    thread.is_listed, post.state = True, PostState.HELD
    assert paths() == {""}


def test_a_page_has_fifty_lines_the_latest_first_of_one_board_or_of_all(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    for number in range(public_log.A_PAGE + 1):
        a_decision(session, board, reason=f"R{number}", at=clock.now() - timedelta(minutes=number))
    a_decision(session, other, at=clock.now() - timedelta(days=1))
    first, second = list_decisions(session, board), list_decisions(session, board, page=2)
    assert ([one.reason for one in first.lines][:2], len(first.lines), first.has_more) == (
        ["R0", "R1"],
        50,
        True,
    )
    assert ([one.reason for one in second.lines], second.has_more) == (["R50"], False)
    assert len(list_decisions(session, None, page=2).lines) == 2


def test_words_are_looked_for_in_rule_and_reason_and_a_sign_is_no_pattern(session: Session) -> None:
    board = a_board(session)
    a_decision(session, board, reason="It mocks SOMEBODY", rule="Kind")
    a_decision(session, board, reason="100% spam", rule="Adverts")

    def found(words: str) -> int:
        return len(list_decisions(session, None, words).lines)

    assert [found("somebody kind"), found("somebody adverts"), found("%"), found("_"), found("")] == [
        1,
        0,
        1,
        0,
        2,
    ]


def test_the_years_figures_count_a_year_and_this_board(session: Session) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    heard = a_decision(session, board, is_automated=True)
    waiting = a_decision(session, board)
    a_decision(session, board, kind=DecisionKind.BAN)
    a_decision(session, board, at=clock.now() - timedelta(days=366))
    a_decision(session, other)
    an_appeal(session, heard, ana, state=AppealState.OVERTURNED)
    an_appeal(session, waiting, ana)
    a_case(session, board, "open")
    a_case(session, board, "closed", state=CaseState.CLOSED)
    a_case(session, other, "elsewhere")
    made = measure(session, board)
    assert list(made.decisions) == [(DecisionKind.REMOVE, 2), (DecisionKind.BAN, 1)]
    assert (made.automated, made.appeals, made.won, made.open_appeals) == (1, 2, 1, 1)
    assert (made.reports, made.waits) == (2, 1)
    assert measure(session).reports == 3


def test_how_long_it_takes_is_said_of_three_and_more(session: Session) -> None:
    board, now = a_board(session), clock.now()
    for number, hours in enumerate((1, 30)):
        case = a_case(session, board, f"c{number}", first_at=now - timedelta(hours=hours))
        a_decision(session, board, case_id=case.id, at=now)
    assert measure(session, board).median_hours is None
    case = a_case(session, board, "third", first_at=now - timedelta(hours=4))
    a_decision(session, board, case_id=case.id, at=now)
    assert measure(session, board).median_hours == pytest.approx(4)


def test_a_decision_without_a_rule_says_on_which_server_it_was_made_and_not_by_whom(session: Session) -> None:
    board, mo = a_board(session), a_person(session, "mo", "lemmy.example")
    a_decision(session, board, person_id=mo.id, rule="", reason="Spam", said_on="lemmy.example")
    a_decision(session, board, person_id=mo.id, rule="1. Be kind", said_on="lemmy.example")
    a_decision(session, board, person_id=mo.id, rule="")
    lines = list_decisions(session, board).lines
    assert sorted(one.decided_on for one in lines) == ["", "", "lemmy.example"]
