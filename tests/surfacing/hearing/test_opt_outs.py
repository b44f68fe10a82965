"""An author's no: whose it is, on which board, and what it ends."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect import events
from fedconnect.events import SurfacingRefused
from fedconnect.models.hearing import Exclusion, HearingState
from fedconnect.models.profile import OptOut
from fedconnect.surfacing.hearing import opt_outs
from fedconnect.surfacing.hearing.opt_outs import OptOutLink
from support.forum import BASE
from support.surfacing_rows import a_hearing
from support.unit import Unit, a_board, a_person, a_thread

OPEN, CLOSED = HearingState.OPEN, HearingState.CLOSED


def test_a_link_that_we_did_not_make_is_nobodys_no(unit: Unit) -> None:
    link = opt_outs.link_for(5, 7)
    code = link.removeprefix(f"{BASE}/no/")
    person, board, seal = code.split(".")
    for forged in (
        f"6.{board}.{seal}", f"{person}.8.{seal}", f"{board}.{person}.{seal}", f"{person}.{board}.{seal[:-1]}",
        f"{person}.{board}.", f"{person}.{board}", f"{code}.1", f"x.{board}.{seal}", f"-5.{board}.{seal}",
        f"05.{board}.{seal}", f"{person}.{board}.é", "", f"{code}{'0' * 200}",
    ):  # fmt: skip
        assert opt_outs.read_link(forged) is None, forged
    assert opt_outs.read_link(code) == OptOutLink(5, 7)


def test_a_link_is_about_nobody_once_its_board_or_author_is_gone(session: Session) -> None:
    ana, board = a_person(session), a_board(session)
    assert opt_outs.find_asked(session, OptOutLink(ana.id, board.id)) == (board, ana)
    assert opt_outs.find_asked(session, OptOutLink(ana.id + 1, board.id)) is None
    assert opt_outs.find_asked(session, OptOutLink(ana.id, board.id + 1)) is None


def test_a_no_on_one_board_ends_the_authors_own_running_hearings_there_and_no_others(
    session: Session,
) -> None:
    ana, ben, here, there = (
        a_person(session),
        a_person(session, "ben"),
        a_board(session),
        a_board(session, "sleep"),
    )
    hearings = {
        name: a_hearing(session, a_thread(session, board, author)[1], state)
        for name, board, author, state in (
            ("open", here, ana, OPEN),
            ("waiting", here, ana, HearingState.WAITING),
            ("heard", here, ana, HearingState.HEARD),
            ("elsewhere", there, ana, OPEN),
            ("another's", here, ben, OPEN),
        )
    }
    opt_outs.opt_out(session, ana.id, here.id)
    assert {name for name, one in hearings.items() if one.exclusion is Exclusion.AUTHOR} == {
        "open",
        "waiting",
    }
    assert {name: one.state for name, one in hearings.items()} == {
        "open": CLOSED, "waiting": CLOSED, "heard": HearingState.HEARD, "elsewhere": OPEN, "another's": OPEN,
    }  # fmt: skip
    assert events.take(session) == [SurfacingRefused(ana.id, here.id)]
    opt_outs.opt_out(session, ana.id)
    assert hearings["elsewhere"].state is CLOSED
    assert hearings["another's"].state is OPEN


def test_a_no_holds_for_its_board_or_for_all(session: Session) -> None:
    ana, ben, here, there = (
        a_person(session),
        a_person(session, "ben"),
        a_board(session),
        a_board(session, "sleep"),
    )
    opt_outs.opt_out(session, ana.id, here.id)
    opt_outs.opt_out(session, ben.id)
    assert opt_outs.has_opted_out(session, ana.id, here.id)
    assert not opt_outs.has_opted_out(session, ana.id, there.id)
    assert not opt_outs.has_opted_out(session, ana.id)
    assert opt_outs.has_opted_out(session, ben.id, there.id)
    assert opt_outs.has_opted_out(session, ben.id)


def test_a_no_that_is_said_twice_is_one_row_and_is_heeded_both_times(session: Session) -> None:
    ana = a_person(session)
    for _ in range(2):
        opt_outs.opt_out(session, ana.id)
    assert len(session.execute(select(OptOut)).all()) == 1
    assert events.take(session) == [SurfacingRefused(ana.id, None)] * 2


def test_a_no_on_one_board_is_kept_though_a_general_one_holds(session: Session) -> None:
    ana, board = a_person(session), a_board(session)
    opt_outs.opt_out(session, ana.id)
    for _ in range(2):
        opt_outs.opt_out(session, ana.id, board.id)
    assert len(session.execute(select(OptOut)).all()) == 2
    opt_outs.opt_in(session, ana.id)
    assert opt_outs.has_opted_out(session, ana.id, board.id)


def test_taken_back_is_only_the_no_that_was_meant(session: Session) -> None:
    ana, ben, board = a_person(session), a_person(session, "ben"), a_board(session)
    one = a_hearing(session, a_thread(session, board, ana)[1])
    opt_outs.opt_out(session, ana.id, board.id)
    opt_outs.opt_out(session, ana.id)
    opt_outs.opt_out(session, ben.id)
    opt_outs.opt_in(session, ana.id)
    assert opt_outs.has_opted_out(session, ana.id, board.id)
    assert not opt_outs.has_opted_out(session, ana.id)
    opt_outs.opt_in(session, ana.id, board.id)
    assert not opt_outs.has_opted_out(session, ana.id, board.id)
    assert opt_outs.has_opted_out(session, ben.id)
    assert one.state is CLOSED, "only posts that come from now on are heard"
    opt_outs.opt_in(session, ben.id, board.id)
    assert opt_outs.has_opted_out(session, ben.id), "a general no is not taken back on one board"
