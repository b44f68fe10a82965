"""Ring again for rows that were left waiting: a bell may be lost, a row is not."""

from __future__ import annotations

from sqlalchemy import exists, select

from fedconnect.federation import delivery, errands, speaking
from fedconnect.foundation import database, queue
from fedconnect.models.inbound import InboundActivity, InboundState
from fedconnect.models.plugin_reaction import PluginReaction
from fedconnect.surfacing import opening


def run() -> None:
    """Look for due rows of every kind and ring for them."""
    queue.answer("sweep")
    with database.reading() as session:
        now = database.database_now(session)
        received = session.execute(
            select(
                exists().where(
                    InboundActivity.state.in_((InboundState.RECEIVED, InboundState.WAITING)),
                    InboundActivity.due_at <= now,
                )
            )
        ).scalar()
        untold = session.execute(select(exists().where(PluginReaction.due_at <= now))).scalar()
    if received:
        queue.ring("inbox")
    if untold:
        queue.ring("plugins")
    if delivery.due_hosts(limit=1):
        queue.ring("delivery")
    if speaking.is_due():
        queue.ring("submissions")
    if errands.is_due():
        queue.ring("errands")
    if opening.is_due():
        queue.ring("hearings")
