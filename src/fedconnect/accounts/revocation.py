"""Going away: signing out, and giving every permission back. Both are done here whatever the home server answers."""

from __future__ import annotations

from contextlib import suppress

from fedconnect.accounts import grants, sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.foundation import database
from fedconnect.foundation.errors import FedConnectError
from fedconnect.foundation.outbound_slots import outbound_slot

_PATIENCE_S = 10.0


def sign_out(visit: Visit) -> None:
    """Sign a reader out in this browser. Opens its own transactions. Raises: as end_session."""
    end_session(visit, visit.session_id)


def end_session(visit: Visit, session_id: int) -> None:
    """Sign a reader out in one of their browsers; with the last one the permission is given back. Opens its own
    transactions.

    Raises:
        NotFound: the session is none of theirs.
    """
    with database.transaction() as session:
        was_last = sessions.end(session, visit, session_id)
    if was_last:
        grants.withdraw(visit.reader_id)
        give_back(visit.reader_id, _PATIENCE_S)


def disconnect(visit: Visit) -> None:
    """Give every permission of a reader back, and sign them out everywhere. Opens its own transactions."""
    grants.withdraw(visit.reader_id)
    with database.transaction() as session:
        sessions.end_all(session, visit.reader_id)
    give_back(visit.reader_id, _PATIENCE_S)


def give_back(reader_id: int, patience_s: float) -> None:
    """Give tokens that have ended back at once, as far as their server answers in time; else its turn comes again."""
    with suppress(FedConnectError), outbound_slot(seconds=patience_s):
        grants.give_back_all(reader_id)
