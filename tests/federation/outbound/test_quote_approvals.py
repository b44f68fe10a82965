"""A leave to quote: found with its own board alone."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.federation.outbound import quote_approvals
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotFound
from fedconnect.models.quote_approval import QuoteApproval
from support.unit import a_board, add


def test_no_board_shows_a_leave_that_another_gave_or_that_was_withdrawn(session: Session) -> None:
    board, other = a_board(session), a_board(session, "benefits")
    given = add(
        session, QuoteApproval(board_id=board.id, quoting_uri="x:1", quoted_uri="x:2", at=clock.now())
    )
    for place, number in ((other, given.id), (board, given.id + 1), (board, board.id), (board, 0)):
        with pytest.raises(NotFound):
            quote_approvals.get_stamp(session, place, number)
    assert quote_approvals.get_stamp(session, board, given.id) is given
    session.delete(given)
    session.flush()
    with pytest.raises(NotFound):
        quote_approvals.get_stamp(session, board, given.id)
