"""Forget what need not be kept, a slice at a time, and let the database know how its tables have grown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import exists, literal, select

from fedconnect.accounts import sessions
from fedconnect.federation import media_proxy
from fedconnect.forum import search
from fedconnect.foundation import clock, database, queue
from fedconnect.listening import asks
from fedconnect.meaning import learnt_thesaurus
from fedconnect.models.bot_actor import BotNote
from fedconnect.models.fetch_task import FetchBudget, FetchState, FetchTask
from fedconnect.models.inbound import InboundActivity, InboundState
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity
from fedconnect.models.plugin_event import PluginEvent, PluginEventState
from fedconnect.models.post import Tombstone
from fedconnect.models.reader import Grant, UnkeptToken
from fedconnect.models.stale_rows import StaleRows, stale
from fedconnect.moderation import anonymous_questions, retention
from fedconnect.surfacing.hearing import impressions, lifecycle, link_tokens, passing_on

BODY_LIFE = timedelta(days=7)
ROW_LIFE = timedelta(days=30)
TOMBSTONE_LIFE = timedelta(days=90)
SLICE = 500  # rows a transaction: everybody else who writes waits for it
_ENTERED_AT_ONCE = 20
_looked_until = 0
_NOT_ENDED = (InboundState.RECEIVED, InboundState.WAITING)
_SENT = (DeliveryState.DELIVERED, DeliveryState.ABANDONED)


def run() -> None:
    """Apply the retention times; safe to run at any moment."""
    queue.clear("upkeep")
    for one in _all_stale(clock.now()):
        _forget(one)
    while anonymous_questions.forget_overdue():
        pass
    _enter_into_search()
    database.installed().refresh_statistics()
    media_proxy.prune()


def _forget(one: StaleRows) -> None:
    """Forget what is stale: looked for without a lock, and forgotten in short transactions."""
    while not queue.stop_requested():
        with database.read_transaction() as session:
            ids = one.some(session, SLICE)
        if ids:
            with database.transaction() as session:
                one.forget(session, ids)
        if len(ids) < SLICE:
            return


def _enter_into_search() -> None:
    """Enter posts that are from before there was an index; each process looks at each post once."""
    global _looked_until
    while not queue.stop_requested():
        with database.read_transaction() as session:
            missing, last = search.list_missing(session, after=_looked_until)
        for start in range(0, len(missing), _ENTERED_AT_ONCE):
            with database.transaction() as session:
                search.enter_missing(session, missing[start : start + _ENTERED_AT_ONCE])
        if last is None:
            return
        _looked_until = last


def _all_stale(now: datetime) -> Iterator[StaleRows]:
    ended = InboundActivity.state.not_in(_NOT_ENDED)
    has_body = InboundActivity.body != literal("", literal_execute=True)  # as its index says
    yield stale(
        InboundActivity, ended, InboundActivity.received_at < now - BODY_LIFE, has_body, emptied={"body": ""}
    )
    yield stale(InboundActivity, ended, InboundActivity.received_at < now - ROW_LIFE)
    yield stale(FetchTask, FetchTask.state != FetchState.QUEUED, FetchTask.due_at < now - BODY_LIFE)
    yield stale(
        PluginEvent, PluginEvent.state == PluginEventState.FAILED, PluginEvent.due_at < now - ROW_LIFE
    )
    yield stale(FetchBudget, FetchBudget.since < now - BODY_LIFE)
    yield from sessions.all_stale(now)
    yield stale(Grant, Grant.ended_at < now - BODY_LIFE)
    yield stale(UnkeptToken, UnkeptToken.ended_at < now - BODY_LIFE)
    yield stale(Tombstone, Tombstone.at < now - TOMBSTONE_LIFE)
    yield from _small_talk(now - ROW_LIFE)
    yield stale(BotNote, BotNote.at < now - ROW_LIFE)
    yield impressions.all_stale(now)
    yield link_tokens.all_stale(now)
    yield from retention.all_stale(now)
    yield lifecycle.stale_vectors(now)
    yield asks.stale_asks(now)
    yield from passing_on.all_stale(now)
    yield learnt_thesaurus.stale_thesaurus(now)


def _small_talk(before: datetime) -> Iterator[StaleRows]:
    """Yield settled activities that nothing refers to any more; their deliveries go with them. Announcements stay: should
    their post be deleted one day, every server that got one must be told."""
    deliveries = exists().where(Delivery.activity_id == OutboundActivity.id)
    is_small = OutboundActivity.kind != literal("Announce", literal_execute=True)  # as its index says
    old = (is_small, OutboundActivity.created_at < before)
    settled = select(OutboundActivity.id).where(*old, ~deliveries.where(Delivery.state.not_in(_SENT)))
    yield stale(Delivery, Delivery.activity_id.in_(settled))
    yield stale(OutboundActivity, *old, ~deliveries)
