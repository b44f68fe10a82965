"""Who may look after a board: nobody who is kept off it, while they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import NotPermitted
from fedconnect.moderation.boards.appointments import check_fit
from support.moderation_rows import a_ban, stop_the_clock
from support.unit import a_board, a_person


@pytest.mark.parametrize(("minutes", "is_fit"), [(-1, True), (0, True), (1, False), (None, False)])
def test_a_ban_that_is_over_keeps_nobody_from_a_role(
    session: Session, monkeypatch: pytest.MonkeyPatch, minutes: int | None, is_fit: bool
) -> None:
    board, ana, now = a_board(session), a_person(session), stop_the_clock(monkeypatch)
    a_ban(session, board, ana, until=None if minutes is None else now + timedelta(minutes=minutes))
    if is_fit:
        check_fit(session, board, ana)
        return
    with pytest.raises(NotPermitted):
        check_fit(session, board, ana)
