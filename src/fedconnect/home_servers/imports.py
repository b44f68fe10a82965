"""What a reader takes over from their own server when they ask for it: the hashtags that they follow, whom they hide."""

from __future__ import annotations

from fedconnect.accounts import grants, home_account_import
from fedconnect.accounts.home_account_import import HomeMutes
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.forum import mutes, topics
from fedconnect.foundation import database
from fedconnect.foundation.outbound_slots import outbound_slot


def import_topics(visit: Visit) -> None:
    """Take over the hashtags that a reader follows at home as their topics; opens its own transactions.

    Raises:
        PermissionNeeded, PermissionGone, HomeAway, HomeRefused, Busy.
    """
    client = grants.client_for(visit.reader_id, Permission.INTERESTS)
    with outbound_slot():
        found = home_account_import.fetch_hashtags(client)
    with database.transaction() as session:
        topics.add_topics(session, visit.reader_id, found, from_home=True)


def import_mutes(visit: Visit) -> HomeMutes:
    """Take over what a reader hides at home, and return it; opens its own transactions. Raises: as import_topics."""
    client = grants.client_for(visit.reader_id, Permission.MUTES)
    with outbound_slot():
        found = home_account_import.fetch_mutes(client, visit.handle.rpartition("@")[2])
    with database.transaction() as session:
        mutes.import_mutes(session, visit.reader_id, found.mutes)
    return found
