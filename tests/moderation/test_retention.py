"""What moderators keep is kept so long, and not a moment longer; what is open is not forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.models.base import Row
from fedconnect.models.case import Case, CaseNote, CaseState, Evidence, Report
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.moderation.retention import all_stale
from support.forum_rows import NOON
from support.moderation_rows import a_case, every
from support.unit import a_board, a_person, add

MOMENT = timedelta(microseconds=1)


def forget(session: Session) -> None:
    for one in all_stale(NOON):
        if found := one.some(session, 100):
            one.forget(session, found)
    session.expire_all()


def left(session: Session, row: type[Row]) -> list[int]:
    return [one.id for one in every(session, row)]


def closed(session: Session, name: str, **values: object) -> Case:
    board = a_board(session, name)
    return a_case(session, board, f"https://home.example/{name}", **{"state": CaseState.CLOSED, **values})


def test_what_is_sealed_in_an_open_case_stays_however_old_it_is(session: Session) -> None:
    case = closed(session, "one", state=CaseState.OPEN, sealed="secret", last_at=NOON - timedelta(days=4000))
    forget(session)
    assert case.sealed == "secret"


@pytest.mark.parametrize(
    ("age", "sealed"), [(timedelta(days=30), "secret"), (timedelta(days=30) + MOMENT, "")]
)
def test_thirty_days_after_its_last_word_a_closed_case_loses_what_was_private(
    session: Session, age: timedelta, sealed: str
) -> None:
    case = closed(session, "one", sealed="secret", words="Reported", last_at=NOON - age)
    forget(session)
    assert (case.sealed, case.words, case.state) == (sealed, "Reported", CaseState.CLOSED)


def test_a_case_that_holds_nothing_private_is_not_written_to(session: Session) -> None:
    closed(session, "one", last_at=NOON - timedelta(days=99))
    (cases, *_) = all_stale(NOON)
    assert cases.row is Case
    assert cases.some(session, 100) == []


def test_evidence_is_kept_for_half_a_year_also_of_an_open_case(session: Session) -> None:
    kept = add(
        session, Evidence(case_id=closed(session, "one").id, sealed="x", at=NOON - timedelta(days=180))
    )
    old = NOON - timedelta(days=180) - MOMENT
    add(session, Evidence(case_id=closed(session, "two", state=CaseState.OPEN).id, sealed="x", at=old))
    forget(session)
    assert left(session, Evidence) == [kept.id]


def test_who_reported_is_forgotten_after_ninety_days_but_not_while_the_case_is_open(session: Session) -> None:
    ana, ben = a_person(session), a_person(session, "ben")
    settled, waiting = closed(session, "one"), closed(session, "two", state=CaseState.OPEN)
    old = NOON - timedelta(days=90) - MOMENT

    def report(case: Case, who: int, at: object) -> int:
        return add(session, Report(case_id=case.id, person_id=who, uri="", at=at)).id

    report(settled, ana.id, old)
    young, open_one = report(settled, ben.id, NOON - timedelta(days=90)), report(waiting, ana.id, old)
    forget(session)
    assert set(left(session, Report)) == {young, open_one}
    assert len(every(session, Case)) == 2, "the case itself stays"


@pytest.mark.parametrize("state", list(CaseState))
def test_a_note_to_the_others_is_kept_for_a_year(session: Session, state: CaseState) -> None:
    case = closed(session, "one", state=state)
    kept, _ = (
        add(session, CaseNote(case_id=case.id, words="Hm", at=NOON - timedelta(days=365) - more))
        for more in (timedelta(0), MOMENT)
    )
    forget(session)
    assert left(session, CaseNote) == [kept.id]


def test_a_letter_about_something_is_kept_for_a_year_and_a_first_welcome_for_good(session: Session) -> None:
    board, ana = a_board(session), a_person(session)

    def letter(about: str, age: timedelta, kind: DirectMessageKind = DirectMessageKind.DECISION) -> int:
        row = DirectMessage(
            board_id=board.id, person_id=ana.id, kind=kind, about=about, in_reply_to="", html="<p>Hello</p>",
            at=NOON - age,
        )  # fmt: skip
        return add(session, row).id

    year = timedelta(days=365)
    letter("1", year + MOMENT)
    kept = [letter("2", year), letter("", year * 9, DirectMessageKind.FIRST_POST)]
    forget(session)
    assert left(session, DirectMessage) == kept
