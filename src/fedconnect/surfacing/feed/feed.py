"""A reader's own page: what fits them, and in between what few have seen. Known queries, one pure ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from fedconnect.models.profile import Order
from fedconnect.surfacing.feed import readership
from fedconnect.surfacing.feed.candidates import (
    Candidate,
    as_arrays,
    find_candidates,
    find_heard,
    likeness_among,
)
from fedconnect.surfacing.feed.ranking import arrange, share_in_rounds
from fedconnect.surfacing.feed.reasons import Reason, reason_for
from fedconnect.surfacing.hearing import impressions
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.feed_request import FeedRequest
from fedconnect.surfacing.profile.profiles import choices_of
from fedconnect.surfacing.profile.reader_vector import near_topic, shared_words
from fedconnect.surfacing.profile.viewer import Viewer, load_viewer, read_preferences

_MOST_SHARED = 8
_MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class Placed:
    """A thread on a page, or an answer in one: why it is there, whether in a reserved place, and when the
    reader last had it open."""

    thread_id: int
    post_id: int
    is_answer: bool
    reason: Reason | None
    is_reserved: bool
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A reader's page, the boards that they follow, and posts that had a place because they were passed on to them."""

    placed: Sequence[Placed]
    follows: Sequence[int]
    passed_on: Sequence[int] = ()


def list_feed(session: Session, feed_request: FeedRequest) -> Feed:
    """Return the threads of a reader's page, in order; each thread once (5 queries; 1 more each five minutes)."""
    told = read_preferences(session, feed_request)
    viewer = load_viewer(session, feed_request, told)
    found = find_candidates(session, feed_request, viewer)
    seen = impressions.seen_already(session, feed_request.reader_id, [one.post_id for one in found])
    parameters = in_force()
    choices = choices_of(viewer.profile)
    page = arrange(
        as_arrays(found, viewer.reader_vector, told.follows, seen, told.passed_on), likeness_among([one.encoding for one in found]),
        parameters.ranking, parameters.hearing,
        personal=choices.is_personal and choices.order is Order.RELEVANCE,
        slots=choices.is_personal,
        in_rounds=share_in_rounds(readership.count_readers(session), parameters.ranking),
    )  # fmt: skip
    placed: dict[int, Placed] = {}
    was_passed_on: list[int] = []
    for place in page.order:
        one = found[place]
        if place in page.passed:
            was_passed_on.append(one.post_id)
        placed.setdefault(one.thread_id, _placed(one, viewer, is_reserved=place in page.reserved))
    return Feed(list(placed.values()), tuple(told.follows), tuple(was_passed_on))


def who_qualifies(session: Session, feed_request: FeedRequest, post_ids: Sequence[int]) -> set[int]:
    """Return for which posts a reader is in the audience of a running hearing (at most 3 queries)."""
    found = find_heard(session, feed_request, post_ids)
    if not found:
        return set()
    told = read_preferences(session, feed_request)
    arrays = as_arrays(found, load_viewer(session, feed_request, told).reader_vector, told.follows)
    return {one.post_id for one, inside in zip(found, arrays.in_audience.tolist(), strict=True) if inside}


def _placed(one: Candidate, viewer: Viewer, *, is_reserved: bool) -> Placed:
    follows = one.board_id in viewer.told.follows
    shared = shared_words(viewer.reader_vector, one.encoding, _MOST_SHARED)
    word = viewer.told.passed_on.get(one.post_id)
    reason = None
    near = near_topic(viewer.reader_vector, one.encoding, _MOST_NEAR)
    if is_reserved or shared or near[1] or word or not follows:
        reason = reason_for(
            shared, viewer.told.topics, is_quiet=is_reserved, follows=follows, near=near,
            passed_on=word.sentence if word else "", passed_by=word.handle if word else "",
        )  # fmt: skip
    return Placed(one.thread_id, one.post_id, not one.is_starter, reason, is_reserved, one.opened_at)
