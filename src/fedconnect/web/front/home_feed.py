"""A reader's own front page: what fits them with quiet posts between, or everything, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import request
from sqlalchemy.orm import Session

from fedconnect.forum import bookmarks, thread_lists
from fedconnect.forum.thread_lists import ThreadItem
from fedconnect.surfacing.feed.reasons import Reason
from fedconnect.surfacing.profile.feed_request import FeedRequest
from fedconnect.web.viewer_context import ViewerContext

if TYPE_CHECKING:
    from fedconnect.surfacing.feed.feed import Placed


@dataclass(frozen=True, slots=True)
class HomeFeed:
    """A reader's page: threads with the reasons why some stand there. `is_plain`: everything, newest first. `passed_on`: posts
    that had a place because they were passed on."""

    threads: Sequence[ThreadItem]
    reasons: Mapping[int, Reason]
    answers: Mapping[int, int]
    is_plain: bool
    page: int
    has_more: bool
    passed_on: Sequence[int] = ()


def build_home_feed(session: Session, viewer: ViewerContext, page: int) -> HomeFeed | None:
    """Return a reader's page; None for whoever follows no board and named no topic that anything was found for."""
    assert viewer.visit is not None
    visit = viewer.visit
    if page > 1 or request.args.get("order") == "newest":
        follows = bookmarks.followed_boards(session, visit.reader_id, visit.person_id)
        return _plain(session, viewer, list(follows), page)
    from fedconnect.surfacing.feed.feed import list_feed  # noqa: PLC0415  numpy comes with the first reader

    feed = list_feed(session, FeedRequest(visit.reader_id, visit.person_id, visit.handle))
    placed = [kept for one in feed.placed if (kept := _without_hidden_words(one, viewer)) is not None]
    if not placed:
        return _plain(session, viewer, feed.follows, 1)
    chosen = thread_lists.list_chosen(session, [one.thread_id for one in placed])
    lines = viewer.apply(session, chosen, opened={one.thread_id: one.opened_at for one in placed})
    shown = {line.id for line in lines}
    visited = {one.post_id for one in placed if one.thread_id in shown}
    return HomeFeed(
        lines,
        {one.thread_id: one.reason for one in placed if one.reason is not None},
        {one.thread_id: one.post_id for one in placed if one.is_answer},
        False,
        1,
        False,
        tuple(post_id for post_id in feed.passed_on if post_id in visited),
    )


def _without_hidden_words(placed: Placed, viewer: ViewerContext) -> Placed | None:
    """Return a place without a sentence of words that the reader hid; None where that sentence alone brought it."""
    reason = placed.reason
    if reason is None or not viewer.mutes.against_words(reason.passed_on):
        return placed
    return replace(placed, reason=replace(reason, passed_on="", passed_by="")) if reason.follows else None


def _plain(session: Session, viewer: ViewerContext, follows: Sequence[int], page: int) -> HomeFeed | None:
    if not follows:
        return None
    listed = thread_lists.list_followed(session, follows, page)
    return HomeFeed(viewer.apply(session, listed.threads), {}, {}, True, page, listed.has_more)
