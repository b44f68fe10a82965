"""The one table: when this has happened, that follows, in the same transaction. And what a process needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from fedconnect import events
from fedconnect.events import (
    ActorMoved,
    AppealHeard,
    BoardChanged,
    BoardFollowed,
    BoardMoved,
    BoardUnfollowed,
    BotFollowed,
    BotMessaged,
    CaseClimbed,
    CaseReported,
    DecisionMade,
    DirectMessageWritten,
    Event,
    FollowRefused,
    HearingEnded,
    HearingPlaced,
    InboxGone,
    LikeChanged,
    LinkedGroupFollowed,
    LinkedGroupUnfollowed,
    ListenerAsked,
    PostEdited,
    PostHeld,
    PostNeedsCare,
    PostPublished,
    PostRefused,
    PostSafeguarded,
    PostWithdrawn,
    PrivateMessageTaken,
    QuoteAsked,
    SurfacingRefused,
    TravelRefused,
)
from fedconnect.federation import media_proxy
from fedconnect.federation.backfill import moved_accounts
from fedconnect.federation.inbound import processor
from fedconnect.federation.outbound import (
    announcements,
    boost_bots,
    bot_actors,
    first_post_message,
    hashtag_curation,
    listener_messages,
    responses,
)
from fedconnect.forum import notifications, search_index
from fedconnect.foundation import (
    clock,
    database,
    fetch,
    own_address,
    queue,
    rate_limit,
    registrable_domains,
    sealing,
)
from fedconnect.foundation.database_engine import Database
from fedconnect.foundation.errors import InvalidSettings
from fedconnect.foundation.secrets import open_secrets
from fedconnect.foundation.settings import Settings
from fedconnect.hooks import manager
from fedconnect.listening import ask_notifications, asks
from fedconnect.models.plugin_event import PluginEvent
from fedconnect.moderation import danger_signs, escalation, help_lines
from fedconnect.moderation.decisions import author_notifications
from fedconnect.surfacing.hearing import answers, lifecycle
from fedconnect.surfacing.profile import learning

EventHandler = Callable[[Session, Any], None]


def notify_plugins(hook: str) -> EventHandler:
    """Return a handler that keeps a row for each plugin that hears this hook."""

    def handler(session: Session, event: Event) -> None:
        for plugin in manager.names_that_hear(hook):
            session.add(
                PluginEvent(plugin=plugin, hook=hook, event=json.dumps(asdict(event)), due_at=clock.now())
            )
            database.enqueue_after_commit(session, "plugins")

    return handler


EVENT_HANDLERS: Mapping[type[Event], tuple[EventHandler, ...]] = {
    BoardFollowed: (responses.accept_follow,),
    BoardUnfollowed: (responses.withdraw_accept,),
    BoardMoved: (announcements.tell_move,),
    BoardChanged: (announcements.note_changed,),
    FollowRefused: (responses.reject_follow,),
    LinkedGroupFollowed: (responses.follow_linked_group,),
    LinkedGroupUnfollowed: (responses.unfollow_linked_group,),
    QuoteAsked: (responses.accept_quote,),
    InboxGone: (moved_accounts.read_whose_inbox_is_gone,),
    ActorMoved: (moved_accounts.read_who_moved,),
    DecisionMade: (
        announcements.tell_decision,
        author_notifications.notify_author,
        responses.message_concerned,
        announcements.relay_released,
        answers.note_decided,
        danger_signs.end_wait,
    ),
    PostHeld: (responses.message_held_author,),
    PostNeedsCare: (responses.message_author_with_care,),
    PostRefused: (responses.message_refused_author,),
    DirectMessageWritten: (responses.send_written,),
    AppealHeard: (responses.message_appellant,),
    CaseClimbed: (responses.message_deputies, notifications.notify_moderators),
    CaseReported: (
        responses.pass_report_on,
        escalation.mind_urgent,
        danger_signs.wait_for_a_look,
        notifications.notify_moderators,
        answers.note_reported,
    ),
    PostPublished: (
        announcements.boost_thread,
        search_index.index_post,
        notifications.notify_reply,
        lifecycle.request_hearing,
        danger_signs.look_for_danger,
        answers.note_published,
        first_post_message.message_author,
        asks.note_answer,
        learning.learn_reply,
        notify_plugins("post_published"),
        processor.wake_replies,
    ),
    PostEdited: (
        search_index.index_post,
        lifecycle.place_again,
        danger_signs.look_for_danger,
        notify_plugins("post_edited"),
    ),
    PostWithdrawn: (
        announcements.withdraw_boost,
        announcements.withdraw_envelope,
        first_post_message.withdraw,
        search_index.unindex_post,
        notifications.delete_for_post,
        lifecycle.close_withdrawn,
        answers.note_withdrawn,
        boost_bots.undo_withdrawn,
        notify_plugins("post_withdrawn"),
    ),
    PostSafeguarded: (boost_bots.undo_withdrawn, ask_notifications.notify_moderators),
    HearingPlaced: (first_post_message.message_placed_author,),
    HearingEnded: (listener_messages.send_outcome,),
    LikeChanged: (answers.note_liked,),
    ListenerAsked: (ask_notifications.notify_asked, listener_messages.send_ask),
    SurfacingRefused: (boost_bots.undo_refused, hashtag_curation.undo_refused),
    TravelRefused: (boost_bots.undo_travel_refused,),
    BotFollowed: (bot_actors.accept,),
    BotMessaged: (notify_plugins("message_received"),),
    PrivateMessageTaken: (responses.message_private_author,),
}


def handle_events(session: Session) -> None:
    """Run what follows from this transaction's events, and from theirs."""
    for _ in range(8):
        happened = events.take(session)
        if not happened:
            return
        for event in happened:
            for handler in EVENT_HANDLERS[type(event)]:
                handler(session, event)
    raise RuntimeError("events keep causing events")


def rehearse(settings: Settings) -> None:
    """Try what the settings lead to, and make nothing.

    Raises:
        InvalidSettings: a plugin that is not there or cannot start, or a database that does not answer.
    """
    manager.load_plugins(settings)
    if not settings.is_sqlite:
        opened = Database(settings.database_url)
        try:
            opened.writer.connect().close()
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", error)).splitlines()[0]
            raise InvalidSettings(
                [f"FEDCONNECT_DATABASE_URL: the database cannot be used ({reason})"]
            ) from error
        finally:
            opened.dispose()


def install(settings: Settings, *, pool_size: int = 10) -> Database:
    """Put in place what every process of an installation needs: web, worker and command alike.

    Raises:
        InvalidSettings: a plugin that cannot start, or secrets that others may read.
    """
    opened = Database(settings.database_url, pool_size=pool_size)
    secrets = open_secrets(settings.data_dir)
    own_address.configure(settings.base_url)
    sealing.configure(secrets)
    fetch.configure(settings)
    media_proxy.configure(settings.data_dir)
    help_lines.configure(settings.data_dir, settings.countries)
    registrable_domains.configure(settings.home_server)
    queue.connect(settings.queue_url)
    rate_limit.connect(settings.queue_url, secrets.session.encode())
    manager.load_plugins(settings)
    database.install(opened, handle=handle_events, enqueue=queue.enqueue_once)
    return opened
