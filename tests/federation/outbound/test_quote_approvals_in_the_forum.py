"""A leave to quote is the board's that gave it."""

from __future__ import annotations

import pytest

from fedconnect.federation.outbound import quote_approvals
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import NotFound
from fedconnect.models.quote_approval import QuoteApproval
from support.forum import Forum
from support.rows import board_of


def test_a_stamp_is_found_with_its_own_board_alone(forum: Forum) -> None:
    board = board_of()
    with database.transaction() as session:
        given = QuoteApproval(
            board_id=board.id, quoting_uri="https://a.example/1", quoted_uri="x", at=clock.now()
        )
        session.add(given)
    with database.read_transaction() as session:
        assert quote_approvals.get_stamp(session, board, given.id).quoted_uri == "x"
        for other, number in ((board_of("benefits"), given.id), (board, 1)):
            with pytest.raises(NotFound):
                quote_approvals.get_stamp(session, other, number)
