"""Being forgotten: at home as far as a reader wants and permits it, and here in any case."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect import data_rights
from fedconnect.accounts import grants, revocation, sessions
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.forum import search
from fedconnect.foundation import database
from fedconnect.home_servers import own_post_deletion

_PATIENCE_S = 20.0


def may_delete_at_home(session: Session, visit: Visit) -> bool:
    """Whether a reader permitted us what it takes to delete their posts on their own server."""
    return Permission.WRITE in grants.permissions_of(session, visit)


def erase_reader(visit: Visit, *, at_home: bool) -> None:
    """Forget a reader and their posts; with `at_home` their latest posts are deleted on their own server too, where
    they permitted that. Their token is given back. Opens its own transactions."""
    with database.read_transaction() as session:
        deletes_there = at_home and may_delete_at_home(session, visit)
    if deletes_there:
        own_post_deletion.delete_latest_at_home(visit)
    grants.withdraw(visit.reader_id)
    revocation.give_back(visit.reader_id, _PATIENCE_S)
    with database.transaction() as session:
        data_rights.erase(session, sessions.person_of(session, visit))
    search.leave_no_trace()
