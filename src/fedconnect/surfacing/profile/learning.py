"""What readers do says what they care for; heeded only where they said yes."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import PostPublished
from fedconnect.foundation import clock
from fedconnect.models.hearing import PostVector
from fedconnect.models.post import Post
from fedconnect.models.profile import Profile
from fedconnect.models.reader import Reader
from fedconnect.surfacing.parameters import InterestParameters, in_force
from fedconnect.surfacing.profile import interests
from fedconnect.surfacing.profile.interests import Telling
from fedconnect.surfacing.profile.profiles import read_interests, write_interests

_DAY_S = 86_400


class Engagement(StrEnum):
    """What a reader did with a post."""

    REPLY = "reply"
    SAVE = "save"
    BOOST = "boost"
    OPEN = "open"
    LESS = "less"


def learn_reply(session: Session, event: PostPublished) -> None:
    """A reader who answered a thread cares for what it began with."""
    if event.is_starter:
        return
    row = session.execute(
        select(Reader.id, Post.parent_id)
        .join(Post, Post.person_id == Reader.person_id)
        .where(Post.id == event.post_id)
    ).first()
    if row is not None and row[1] is not None:
        learn_engagement(session, row[0], row[1], Engagement.REPLY)


def learn_engagement(session: Session, reader_id: int, post_id: int, engagement: Engagement) -> None:
    """Learn from what one reader did with one post (2 queries)."""
    learn_engagements(session, [(reader_id, post_id)], engagement)


def learn_engagements(session: Session, engaged: Iterable[tuple[int, int]], engagement: Engagement) -> None:
    """Learn from what readers did with posts, (reader, post) each; only of readers who said yes (2 queries)."""
    wanted = list(engaged)
    profiles = {
        profile.reader_id: profile
        for profile in session.execute(
            select(Profile)
            .where(
                Profile.reader_id.in_({reader_id for reader_id, _ in wanted}),
                Profile.learns.is_(True),
                Profile.is_personal.is_(True),
            )
            .order_by(Profile.reader_id)
            .with_for_update()  # a reset meanwhile is not written over
        ).scalars()
    }
    if not profiles:
        return
    posts = {post_id for reader_id, post_id in wanted if reader_id in profiles}
    vectors = {
        vector.post_id: vector
        for vector in session.execute(select(PostVector).where(PostVector.post_id.in_(posts))).scalars()
    }
    parameters = in_force()
    today = clock.now().timestamp() / _DAY_S
    for reader_id, post_id in wanted:
        profile, vector = profiles.get(reader_id), vectors.get(post_id)
        if profile is None or vector is None:
            continue
        learnt = read_interests(profile)
        interests.learn(
            learnt, weighted_words(vector), vector.board_id, _weight(engagement, parameters.interests), today,
            parameters.encoder.terms_a_reader, parameters.interests,
        )  # fmt: skip
        write_interests(profile, learnt)


def learn_visits(session: Session, visits: Iterable[tuple[int, int]]) -> None:
    """Learn from the threads that readers opened, (reader, thread) each (3 queries)."""
    opened = list(visits)
    starters: dict[int, int] = {
        row[0]: row[1]
        for row in session.execute(
            select(Post.thread_id, Post.id).where(
                Post.thread_id.in_({thread_id for _, thread_id in opened}), Post.is_starter.is_(True)
            )
        )
    }
    learn_engagements(
        session,
        [(reader_id, starters[thread_id]) for reader_id, thread_id in opened if thread_id in starters],
        Engagement.OPEN,
    )


def weighted_words(vector: PostVector) -> Telling:
    """Return a post's words with their weights, as stored."""
    words = vector.words.split()
    weights = struct.unpack_from(f"<{len(words)}e", vector.packed, 4 * len(words))
    return list(zip(words, weights, strict=True))


def _weight(engagement: Engagement, parameters: InterestParameters) -> float:
    weights = {
        Engagement.REPLY: parameters.reply, Engagement.SAVE: parameters.save, Engagement.BOOST: parameters.boost,
        Engagement.OPEN: parameters.open, Engagement.LESS: -1.0,
    }  # fmt: skip
    return weights[engagement]
