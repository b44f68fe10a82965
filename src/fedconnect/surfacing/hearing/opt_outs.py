"""An author's no: said on a page, by a link in the board's note, or by answering it. It holds at once, everywhere."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from fedconnect.events import SurfacingRefused, emit
from fedconnect.foundation import clock, ids, own_address, sealing
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.person import Person
from fedconnect.models.profile import OptOut
from fedconnect.surfacing.hearing.lifecycle import close

_RUNNING = (HearingState.WAITING, HearingState.OPEN)


@dataclass(frozen=True, slots=True)
class OptOutLink:
    """Whose no a link is, and about which board."""

    person_id: int
    board_id: int


def opt_out(session: Session, person_id: int, board_id: int | None = None) -> None:
    """Surface somebody's posts no longer: on one board, or on none at all."""
    if session.execute(select(OptOut.id).where(*_said(person_id, board_id))).first() is None:
        session.add(OptOut(person_id=person_id, board_id=board_id, at=clock.now()))
    running = select(Hearing).where(Hearing.person_id == person_id, Hearing.state.in_(_RUNNING))
    if board_id is not None:
        running = running.where(Hearing.board_id == board_id)
    for one in session.execute(running).scalars().all():
        close(one, Exclusion.AUTHOR)
    emit(session, SurfacingRefused(person_id, board_id))


def opt_in(session: Session, person_id: int, board_id: int | None = None) -> None:
    """Take a no back; posts that come from now on are heard."""
    session.execute(delete(OptOut).where(*_said(person_id, board_id)))


def has_opted_out(session: Session, person_id: int, board_id: int | None = None) -> bool:
    """Whether somebody said no: on every board, or on this one."""
    matching: ColumnElement[bool] = OptOut.board_id.is_(None)
    if board_id is not None:
        matching = or_(matching, OptOut.board_id == board_id)
    return (
        session.execute(select(OptOut.id).where(OptOut.person_id == person_id, matching)).first() is not None
    )


def _said(person_id: int, board_id: int | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """That very no: a general one is another than one on a board, and each is taken back by itself."""
    where = OptOut.board_id.is_(None) if board_id is None else OptOut.board_id == board_id
    return OptOut.person_id == person_id, where


def link_for(person_id: int, board_id: int) -> str:
    """Return the address at which somebody can say no without signing in; it stays good."""
    plain = f"{person_id}.{board_id}"
    return f"{own_address.base_url()}/no/{plain}.{_sign(plain)}"


def find_asked(session: Session, asker: OptOutLink) -> tuple[Board, Person] | None:
    """Return the board and the author that a link is about; None where either is gone."""
    board, person = session.get(Board, asker.board_id), session.get(Person, asker.person_id)
    return (board, person) if board is not None and person is not None else None


def read_link(code: str) -> OptOutLink | None:
    """Return whose no a link is; None for one that we did not make."""
    parts = code.split(".")
    if len(code) > 120 or len(parts) != 3:
        return None
    person_id, board_id = ids.parse_id(parts[0]), ids.parse_id(parts[1])
    if person_id is None or board_id is None:
        return None
    good = any(
        hmac.compare_digest(one[:32].encode(), parts[2].encode())
        for one in sealing.digests(f"{parts[0]}.{parts[1]}", "refusal")
    )
    return OptOutLink(person_id, board_id) if good else None


def _sign(plain: str) -> str:
    return sealing.digest(plain, "refusal")[:32]
