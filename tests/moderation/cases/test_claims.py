"""Who has a case open and until when, and what those who look after a board say to each other about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import Malformed
from fedconnect.models.case import Case, CaseNote
from fedconnect.moderation.cases import claims
from support.moderation_rows import a_case, count, every, stop_the_clock
from support.unit import a_board, a_person


def test_a_case_that_a_colleague_has_open_is_not_taken_until_its_time_is_over(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    mo, meg = a_person(session, "mo"), a_person(session, "meg")
    case = a_case(session, a_board(session))
    now = stop_the_clock(monkeypatch)
    assert claims.claim(session, case, mo)
    session.refresh(case)
    assert (case.claimed_by, case.claimed_until) == (mo.id, now + timedelta(minutes=15))
    assert not claims.claim(session, case, meg)
    stop_the_clock(monkeypatch, now + timedelta(minutes=15) - timedelta(seconds=1))
    assert not claims.claim(session, case, meg)
    stop_the_clock(monkeypatch, now + timedelta(minutes=15))
    assert claims.claim(session, case, meg)
    assert not claims.claim(session, case, mo)


def test_who_has_a_case_open_keeps_it_longer_by_asking_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    mo, case = a_person(session, "mo"), a_case(session, a_board(session))
    now = stop_the_clock(monkeypatch)
    claims.claim(session, case, mo)
    later = stop_the_clock(monkeypatch, now + timedelta(minutes=10))
    assert claims.claim(session, case, mo)
    session.refresh(case)
    assert case.claimed_until == later + claims.CLAIM


def test_nobody_gives_a_colleagues_case_back(session: Session) -> None:
    mo, meg, case = a_person(session, "mo"), a_person(session, "meg"), a_case(session, a_board(session))
    claims.claim(session, case, mo)
    claims.let_go(session, case, meg)
    assert not claims.claim(session, case, meg)
    claims.let_go(session, case, mo)
    assert claims.claim(session, case, meg)


def test_an_empty_note_is_none(session: Session) -> None:
    case, mo = a_case(session, a_board(session)), a_person(session, "mo")
    for words in ("", " \n\t ", "\u200b"):
        with pytest.raises(Malformed):
            claims.note(session, case, mo, words)
    assert count(session, CaseNote) == 0


def test_notes_are_read_oldest_first_and_have_an_end(session: Session) -> None:
    board, mo = a_board(session), a_person(session, "mo")
    case, other = a_case(session, board, "a"), a_case(session, board, "b")
    claims.note(session, other, mo, "About something else")
    for words in ("First", "x" * 1001):
        claims.note(session, case, mo, words)
    session.flush()
    assert [one.words for one in claims.list_notes(session, case)] == ["First", "x" * 999 + "…"]


def test_taking_a_case_takes_no_other(session: Session) -> None:
    board, mo, meg = a_board(session), a_person(session, "mo"), a_person(session, "meg")
    case, other = a_case(session, board, "a"), a_case(session, board, "b")
    assert claims.claim(session, case, mo)
    assert claims.claim(session, other, meg)
    claims.let_go(session, other, mo)
    claims.let_go(session, case, mo)
    session.refresh(case)
    session.refresh(other)
    assert [(one.claimed_by, one.claimed_until is None) for one in (case, other)] == [
        (None, True),
        (meg.id, False),
    ]


def test_a_case_that_is_gone_is_nobodys(session: Session) -> None:
    mo, case = a_person(session, "mo"), a_case(session, a_board(session))
    session.query(Case).filter_by(id=case.id).delete(synchronize_session=False)
    assert not claims.claim(session, case, mo)


def test_a_note_says_who_and_when_in_plain_lines(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    mo, case, now = a_person(session, "mo"), a_case(session, a_board(session)), stop_the_clock(monkeypatch)
    claims.note(session, case, mo, " I <b>know</b> them.\r\nThey\u202e are kind. ")
    (note,) = every(session, CaseNote)
    assert (note.case_id, note.person_id, note.at) == (case.id, mo.id, now)
    assert note.words.splitlines() == ["I <b>know</b> them.", "They are kind."]


def test_of_very_many_notes_the_last_hundred_are_read_in_order_of_time(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    mo, case, now = a_person(session, "mo"), a_case(session, a_board(session)), stop_the_clock(monkeypatch)
    known = {"case_id": case.id, "person_id": mo.id}
    session.add_all(
        CaseNote(words=str(number), at=now - timedelta(minutes=number), **known) for number in range(101)
    )
    session.flush()
    read = [one.words for one in claims.list_notes(session, case)]
    assert (len(read), read[0], read[-1]) == (100, "99", "0")
