"""What a Like and a boost have in common: kept of what can be seen, waiting for what is still to come, taken back."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.federation.activities import reaction
from fedconnect.federation.activities.result import UNSEEN, Deferred, Handled, Ignored, Result
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState, Reaction, ReactionKind, Tombstone
from support.activity_rows import coming
from support.forum_rows import count
from support.moderation_rows import every
from support.unit import a_board, a_person, a_thread

LIKE, BOOST = ReactionKind.LIKE, ReactionKind.BOOST


@pytest.fixture
def post(session: Session) -> Post:
    return a_thread(session, a_board(session))[1]


def put(session: Session, who: Person, about: object, kind: ReactionKind = LIKE, **fields: str) -> Result:
    return reaction.put(session, coming(who, "Like", about, fields), kind)


def take_back(session: Session, who: Person, about: object, kind: ReactionKind = LIKE) -> Result:
    return reaction.take_back(session, coming(who, "Undo", about), kind)


@pytest.mark.parametrize("state", [PostState.HELD, PostState.REMOVED, PostState.DELETED])
def test_what_is_out_of_sight_takes_no_mark(
    session: Session, ana: Person, post: Post, state: PostState
) -> None:
    post.state = state
    session.flush()
    assert put(session, ana, post.uri) == Ignored("about a post that is gone")
    assert count(session, Reaction) == 0


def test_a_mark_on_what_is_not_here_waits_and_on_nothing_is_none(
    session: Session, ana: Person, post: Post
) -> None:
    assert put(session, ana, post.uri + "/2") == Deferred(post.uri + "/2")
    for nothing in ([], {}, "mailto:ana@home.example", [post.uri, post.uri + "/2"]):
        assert put(session, ana, nothing) == Ignored("about nothing")
    assert count(session, Reaction) == 0


def test_a_mark_is_kept_once_for_each_person_and_kind(session: Session, ana: Person, post: Post) -> None:
    ben = a_person(session, "ben")
    for who, kind in ((ana, LIKE), (ana, LIKE), (ana, BOOST), (ben, LIKE)):
        assert put(session, who, post.uri, kind) == Handled("marked", board=None)
    kept = [(one.person_id, one.kind, one.post_id) for one in every(session, Reaction)]
    assert kept == [(ana.id, LIKE, post.id), (ana.id, BOOST, post.id), (ben.id, LIKE, post.id)]


def test_a_mark_that_was_taken_back_first_does_not_come_back_and_another_does(
    session: Session, ana: Person, post: Post
) -> None:
    one = f"{ana.uri}#likes/1"
    take_back(session, ana, one)
    assert put(session, ana, post.uri, id=one) == Handled("taken back before it came")
    assert count(session, Reaction) == 0
    assert put(session, ana, post.uri, id=f"{ana.uri}#likes/2") == Handled("marked")


def test_a_mark_is_taken_back_by_who_made_it_and_by_its_kind(
    session: Session, ana: Person, post: Post
) -> None:
    uri = f"{ana.uri}#likes/1"
    put(session, ana, post.uri, id=uri)
    ben = a_person(session, "ben")
    embedded = {"type": "Like", "id": uri, "object": post.uri}
    for who, about, kind in (
        (ben, uri, LIKE), (ben, embedded, LIKE), (ana, uri, BOOST), (ana, embedded, BOOST),
        (ana, f"{ana.uri}#likes/2", LIKE), (ana, {"type": "Like", "object": post.uri + "/2"}, LIKE),
    ):  # fmt: skip
        assert take_back(session, who, about, kind) == Handled(UNSEEN)
    assert count(session, Reaction) == 1
    assert take_back(session, ana, uri) == Handled("undone")
    assert count(session, Reaction) == 0


def test_a_mark_is_taken_back_by_the_post_that_it_is_on_where_it_has_no_id(
    session: Session, ana: Person, post: Post
) -> None:
    put(session, ana, post.uri)
    take_back(session, ana, {"object": post.uri})  # of which type, nobody knows
    assert count(session, Reaction) == 1
    take_back(session, ana, {"type": "Like", "object": {"id": post.uri}})
    assert count(session, Reaction) == 0
    assert count(session, Tombstone) == 0
