"""How a reader follows a board: from their own account, or on these pages alone."""

from __future__ import annotations

from enum import StrEnum

from fedconnect.accounts.sessions import Visit
from fedconnect.forum import boards, bookmarks
from fedconnect.foundation import database, own_address
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.home_servers import client_actions


class FollowChange(StrEnum):
    """From home, on these pages, or either no longer."""

    HOME = "home"
    END_HOME = "end_home"
    LOCAL_ONLY = "here"
    END_HERE = "end_here"

    @property
    def asks_home(self) -> bool:
        """Whether the reader's own server is asked for it, with their permission."""
        return self in {FollowChange.HOME, FollowChange.END_HOME}


def follow(visit: Visit, slug: str, change: FollowChange) -> None:
    """Follow a board, or end that; who follows from home follows here no longer. Opens its own transactions.

    Raises:
        NotFound: no such board. PermissionNeeded, HomeAway, HomeRefused, Busy: nothing was done.
    """
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
    if change.asks_home:
        with outbound_slot():
            client_actions.follow(visit, f"@{slug}@{own_address.host()}", on=change is FollowChange.HOME)
    with database.transaction() as session:
        is_here = change is FollowChange.LOCAL_ONLY
        (bookmarks.follow_here if is_here else bookmarks.unfollow_here)(session, visit.reader_id, board)
