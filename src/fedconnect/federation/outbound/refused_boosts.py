"""A boost of ours that somebody says no to: its post's author, for good; or a server that did not take it.

Ref: GoToSocial's interaction policies (canAnnounce), ActivityPub §7.7 (Reject).
"""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from fedconnect.federation.outbound import announcements, boost_bots, outbox
from fedconnect.forum import post_lookup
from fedconnect.models.base import table_of
from fedconnect.models.board import Board
from fedconnect.models.outbound import Delivery, DeliveryState
from fedconnect.models.person import Person

_REFUSED = "taken, and then refused"  # as a delivery's outcome; others there may have it all the same


def refuse(session: Session, person: Person, uri: str) -> str | None:
    """Take a Reject of an Announce of ours; return what came of it, None where it is none of ours."""
    announced = outbox.find_activity(session, uri) if uri else None
    if announced is None or announced.kind != "Announce":
        return None
    post = post_lookup.find_post(session, announced.object_uri)
    if post is None or post.person_id != person.id:
        table = table_of(Delivery)
        theirs = (table.c.activity_id == announced.id, table.c.host == person.host)
        session.execute(
            update(table).where(*theirs, table.c.state == DeliveryState.DELIVERED).values(outcome=_REFUSED)
        )
        return "not taken there"
    post.refuses_boosts = True
    boost_bots.undo_boost_of(session, post.id)
    if post.is_starter:
        announcements.take_boost_back(session, session.get_one(Board, post.board_id), post)
    return "boosts taken back"
