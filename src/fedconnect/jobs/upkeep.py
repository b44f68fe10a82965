"""Forget what need not be kept: bodies after seven days, and settled rows after thirty."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from fedconnect.accounts import sessions
from fedconnect.federation import proxy
from fedconnect.forum import search
from fedconnect.foundation import clock, database, queue
from fedconnect.models.fetch_task import FetchState, FetchTask, Spending
from fedconnect.models.inbound import InboundActivity, InboundState
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity
from fedconnect.models.plugin_event import PluginEvent, PluginEventState
from fedconnect.models.post import Tombstone
from fedconnect.models.reader import Grant
from fedconnect.models.service import ServiceNote
from fedconnect.moderation import retention
from fedconnect.surfacing import impressions, opening

BODY_LIFE = timedelta(days=7)
ROW_LIFE = timedelta(days=30)
TOMBSTONE_LIFE = timedelta(days=90)
_ENDED = (InboundState.HANDLED, InboundState.IGNORED, InboundState.FAILED)
_SENT = (DeliveryState.DELIVERED, DeliveryState.ABANDONED)


def run() -> None:
    """Apply the retention times; safe to run at any moment."""
    queue.answer("upkeep")
    now = clock.now()
    with database.transaction() as session:
        session.execute(
            update(InboundActivity)
            .where(
                InboundActivity.state.in_(_ENDED),
                InboundActivity.received_at < now - BODY_LIFE,
                InboundActivity.body != "",
            )
            .values(body="")
        )
        session.execute(
            delete(InboundActivity).where(
                InboundActivity.state.in_(_ENDED), InboundActivity.received_at < now - ROW_LIFE
            )
        )
        session.execute(
            delete(FetchTask).where(FetchTask.state != FetchState.QUEUED, FetchTask.due_at < now - BODY_LIFE)
        )
        session.execute(
            delete(PluginEvent).where(
                PluginEvent.state == PluginEventState.FAILED, PluginEvent.due_at < now - ROW_LIFE
            )
        )
        session.execute(delete(Spending).where(Spending.since < now - BODY_LIFE))
        sessions.forget_old(session)
        session.execute(delete(Grant).where(Grant.ended_at < now - BODY_LIFE))
        session.execute(delete(Tombstone).where(Tombstone.at < now - TOMBSTONE_LIFE))
        _forget_small_talk(session, now - ROW_LIFE)
        session.execute(delete(ServiceNote).where(ServiceNote.at < now - ROW_LIFE))
        impressions.forget_old(session)
        retention.forget_old(session)
        opening.forget_old_vectors(session)
    with database.transaction() as session:
        if search.catch_up(session):
            database.ring_after_commit(session, "upkeep")
    proxy.prune()


def _forget_small_talk(session: Session, before: datetime) -> None:
    """Forget settled activities that nothing refers to any more. Announcements stay: should their post be
    deleted one day, every server that got one must be told."""
    settled = ~exists().where(Delivery.activity_id == OutboundActivity.id, Delivery.state.not_in(_SENT))
    old = select(OutboundActivity.id).where(
        OutboundActivity.kind != "Announce", OutboundActivity.created_at < before, settled
    )
    session.execute(delete(Delivery).where(Delivery.activity_id.in_(old)))
    session.execute(delete(OutboundActivity).where(OutboundActivity.id.in_(old)))
