"""A forum as one canonical document: everything that must not depend on order of arrival or on crashes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from fedconnect.foundation import database
from fedconnect.models.board import Board, Follow
from fedconnect.models.direct_message import DirectMessage
from fedconnect.models.outbound import Delivery, OutboundActivity
from fedconnect.models.person import Person
from fedconnect.models.post import Post, Tombstone
from fedconnect.models.thread import Thread


def dump_forum() -> dict[str, list[Any]]:
    """Return boards, tree, titles, texts, tombstones, follows, notices and deliveries, without ids and times of ours."""
    parent = aliased(Post)
    with database.read_transaction() as session:
        run = session.execute
        return {
            "boards": _sorted(run(select(Board.slug, Board.name))),
            "threads": _sorted(
                run(
                    select(Thread.starter_uri, Thread.title, Thread.is_listed, Thread.month, Thread.reply_count,
                           Thread.answered, Board.slug)
                    .join(Board, Board.id == Thread.board_id).where(Thread.pinned.is_(False))
                )
            ),
            "posts": _sorted(
                run(
                    select(Post.uri, parent.uri, Thread.starter_uri, Person.uri, Post.state, Post.visibility,
                           Post.is_starter, Post.is_addressed, Post.body_html, Post.excerpt, Post.source,
                           Post.published, Post.updated)
                    .join(Thread, Thread.id == Post.thread_id).join(Person, Person.id == Post.person_id)
                    .outerjoin(parent, parent.id == Post.parent_id)
                )
            ),
            "tombstones": _sorted(
                # of an Undo that came before its Follow one is kept for an hour, and says nothing that anybody sees
                run(select(Tombstone.uri, Tombstone.actor_uri).where(~Tombstone.uri.contains("#follows/")))
            ),
            "follows": _sorted(run(select(Follow.uri, Person.uri).join(Person, Person.id == Follow.person_id))),
            # A notice answers whichever post of its author came first, so only that there is one is the same.
            "notices": _sorted(run(select(DirectMessage.kind, Person.uri).join(Person, Person.id == DirectMessage.person_id))),
            "deliveries": _sorted(
                (kind, actor, "" if kind == "Create" else about, inbox, state)
                for kind, actor, about, inbox, state in run(
                    select(OutboundActivity.kind, OutboundActivity.actor, OutboundActivity.object_uri,
                           Delivery.inbox, Delivery.state)
                    .join(Delivery, Delivery.activity_id == OutboundActivity.id)
                )
            ),
        }  # fmt: skip


def _sorted(rows: Any) -> list[Any]:
    return sorted([str(value) for value in row] for row in rows)


def differences(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return, by part, what only one of two dumps holds (a few of each)."""
    found: dict[str, list[Any]] = {}
    for part in one:
        mine, theirs = set(map(tuple, one[part])), set(map(tuple, other[part]))
        if mine != theirs:
            found[part] = [
                len(mine - theirs),
                len(theirs - mine),
                *sorted(mine - theirs)[:3],
                *sorted(theirs - mine)[:3],
            ]
    return found
