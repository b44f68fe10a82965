"""The letter: a few quiet posts by private message, for people who never sign in on the web."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fedconnect.events import BotMessaged
from fedconnect.federation.outbound import bot_actors
from fedconnect.hooks.specs import hookimpl
from fedconnect.hooks.views import BotView

from . import answers, letters, pages, subscribers, wishes
from .pool import fill_pool

NAME = "letter"


@hookimpl
def register_bots() -> Sequence[BotView]:
    return [
        BotView(
            NAME,
            "The letter",
            "Writes to you in private, once a week or once a day: links to a few posts that hardly anybody has "
            "seen and that fit your topics. Follow me, or write to me in private: “topics respite, dementia”, "
            "“letter weekly”, “stop”, “help”.",
            "/letter/",
        )
    ]


@hookimpl
def register_pages() -> Sequence[Any]:
    return [pages.blueprint]


@hookimpl
def message_received(event: BotMessaged) -> None:
    if event.bot == NAME and not subscribers.has_answered(event.uri):
        wish = wishes.read(event.text)
        subscribers.heed(event.person_uri, event.handle, wish, event.uri)
        if wish.stops:
            bot_actors.end_follow(NAME, event.person_uri)  # or the follow would bring the letter back
        bot_actors.send_note(NAME, event.person_uri, answers.answer(event.person_uri, wish), event.uri)


@hookimpl
def on_the_hour(now: datetime) -> None:
    subscribers.meet_followers(bot_actors.list_followers(NAME))
    drawing, all_due = subscribers.list_drawing(now), subscribers.list_due(now)
    if not drawing and not all_due:
        return
    letters_draw_from = fill_pool()
    for one in drawing:
        letters.draw_next(one, letters_draw_from, now)
    for due in all_due:
        html, post_ids = letters.compose(due, letters_draw_from)
        reached = bot_actors.send_note(NAME, due.person_uri, html) if post_ids else True
        subscribers.note_sent(due, post_ids, now, reached=reached)
