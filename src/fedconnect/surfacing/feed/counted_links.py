"""Links to posts in somebody's private messages: whether their opening counts, by the rules that hold for readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, ids, own_address
from fedconnect.meaning.learnt_thesaurus import thesaurus
from fedconnect.models.board import Board, Follow
from fedconnect.models.bot_actor import BotFollow
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.profile import Profile
from fedconnect.models.reader import Reader
from fedconnect.surfacing.feed.candidates import as_arrays, find_heard
from fedconnect.surfacing.feed.qualifying_views import NEW_BOARD, OLD_AT_HOME
from fedconnect.surfacing.hearing import impressions, link_tokens
from fedconnect.surfacing.hearing.link_tokens import LinkReader
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.feed_request import FeedRequest
from fedconnect.surfacing.profile.interests import InterestProfile
from fedconnect.surfacing.profile.reader_vector import reader_vector_of
from fedconnect.surfacing.profile.viewer import read_preferences

_NO_READER = 0
_PERSON = "Person"


def addresses(
    session: Session, person: Person, topics: Sequence[str], paths: Mapping[int, str], channel: str
) -> dict[int, str]:
    """Return the addresses of threads for a message to somebody who named these topics, by their starters' ids; `paths` are
    the threads' own. (At most 7 queries, and one for each link that counts.)

    Where an opening cannot count, the link is plain: after a post's hearing, on a discreet board, for its author, for who
    was met here less than a day ago or does not want to count, and for who has looked at it as a reader already.
    """
    plain = {post_id: own_address.base_url() + path for post_id, path in paths.items()}
    now = clock.now()
    met = ids.moment_of(person.id)
    reader, profile = _reader_of(session, person)
    if not impressions.is_old_enough(met, now) or (profile is not None and not profile.counts_views):
        return plain
    reader_id = reader.id if reader is not None else _NO_READER
    request = FeedRequest(reader_id, person.id, person.handle)
    heard = find_heard(session, request, list(paths))
    created = _boards_of(session, {one.board_id for one in heard})
    seen = impressions.seen_already(session, reader_id, [one.post_id for one in heard]) if reader else {}
    heard = [one for one in heard if one.is_starter and one.board_id in created and one.post_id not in seen]
    if not heard:
        return plain
    told = read_preferences(session, request)
    parameters = in_force()
    vector = reader_vector_of(
        InterestProfile(), (*topics, *told.topics), told.follows,
        parameters.encoder.terms_a_reader, parameters.interests, thesaurus(session),
    )  # fmt: skip
    inside = as_arrays(heard, vector, told.follows).in_audience.tolist()
    is_known = _is_known(session, person, met, now)
    domain = impressions.domain_of(person.host, person.born_at or met, now)
    for one, is_inside in zip(heard, inside, strict=True):
        is_young_board = now - created[one.board_id] < NEW_BOARD
        qualifies = person.kind == _PERSON and is_inside and (is_known or is_young_board)
        link_reader = LinkReader(qualifies, domain, reader.id if reader is not None else None)
        plain[one.post_id] = link_tokens.make(session, one.post_id, paths[one.post_id], link_reader, channel)
    return plain


def _reader_of(session: Session, person: Person) -> tuple[Reader | None, Profile | None]:
    row = session.execute(
        select(Reader, Profile)
        .outerjoin(Profile, Profile.reader_id == Reader.id)
        .where(Reader.person_id == person.id)
    ).one_or_none()
    return (row[0], row[1]) if row is not None else (None, None)


def _boards_of(session: Session, board_ids: set[int]) -> dict[int, datetime]:
    """Return when those of some boards were made where openings are counted: a discreet board's are not."""
    rows = session.execute(
        select(Board.id, Board.created_at).where(Board.id.in_(board_ids), Board.is_discreet.is_(False))
    )
    return {row[0]: row[1] for row in rows}


def _is_known(session: Session, person: Person, met: datetime, now: datetime) -> bool:
    """Whether somebody's account is a month old at home, or they were here on a second day: wrote, or followed a board
    or a service of ours."""
    if person.born_at is not None and now - person.born_at >= OLD_AT_HOME:
        return True
    traces = union_all(
        select(func.max(Post.received).label("at")).where(Post.person_id == person.id),
        select(func.max(Follow.since)).where(Follow.person_id == person.id),
        select(func.max(BotFollow.since)).where(BotFollow.person_id == person.id),
    )
    moments = [row[0] for row in session.execute(traces) if row[0] is not None]
    return any(at.date() != met.date() for at in moments)
