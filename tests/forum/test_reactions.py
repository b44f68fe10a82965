"""Likes and boosts: kept so that their own author can undo them, whenever the Undo comes."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect import events
from fedconnect.events import Event, LikeChanged
from fedconnect.forum.reactions import add_reaction, remove_reaction
from fedconnect.models.person import Person
from fedconnect.models.post import Post, Reaction, ReactionKind
from support.unit import a_board, a_person, a_thread

LIKE, BOOST = ReactionKind.LIKE, ReactionKind.BOOST
URI = "https://home.example/likes/1"


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session)


@pytest.fixture
def eve(session: Session) -> Person:
    return a_person(session, "eve")


@pytest.fixture
def post(session: Session) -> Post:
    return a_thread(session, a_board(session))[1]


def kept(session: Session) -> list[tuple[int, ReactionKind, str]]:
    rows = select(Reaction.person_id, Reaction.kind, Reaction.uri).order_by(Reaction.id)
    return [tuple(row) for row in session.execute(rows)]


def test_nobody_undoes_what_another_likes(session: Session, ana: Person, eve: Person, post: Post) -> None:
    add_reaction(session, post, ana, LIKE, URI)
    remove_reaction(session, eve, LIKE, URI, post.uri)
    remove_reaction(session, eve, LIKE, "", post.uri)
    remove_reaction(session, ana, LIKE, "", "")
    remove_reaction(session, ana, LIKE, "", "https://home.example/posts/none")
    assert kept(session) == [(ana.id, LIKE, URI)]
    assert add_reaction(session, post, ana, BOOST, URI)  # what Eve took back binds only what she sends


def test_an_undo_of_one_kind_leaves_the_other(session: Session, ana: Person, post: Post) -> None:
    add_reaction(session, post, ana, LIKE, URI)
    add_reaction(session, post, ana, BOOST, URI + "0")
    remove_reaction(session, ana, BOOST, URI, "")
    assert len(kept(session)) == 2
    remove_reaction(session, ana, LIKE, "", post.uri)
    assert kept(session) == [(ana.id, BOOST, URI + "0")]


def test_an_undo_by_its_activity_reaches_that_one_alone_whatever_post_is_named(
    session: Session, ana: Person, post: Post
) -> None:
    other = a_thread(session, a_board(session, "benefits"))[1]
    add_reaction(session, post, ana, LIKE, URI)
    add_reaction(session, other, ana, LIKE, URI + "0")
    remove_reaction(session, ana, LIKE, URI, other.uri)
    assert kept(session) == [(ana.id, LIKE, URI + "0")]


def test_an_undo_that_comes_first_keeps_the_like_away(session: Session, ana: Person, post: Post) -> None:
    remove_reaction(session, ana, LIKE, URI, post.uri)
    assert not add_reaction(session, post, ana, LIKE, URI)
    assert kept(session) == []
    assert add_reaction(session, post, ana, LIKE, URI + "0")


def test_the_same_like_twice_is_one(session: Session, ana: Person, eve: Person, post: Post) -> None:
    for _ in range(2):
        assert add_reaction(session, post, ana, LIKE, URI)
    assert add_reaction(session, post, eve, LIKE, URI + "0")
    assert [row[0] for row in kept(session)] == [ana.id, eve.id]


def told(session: Session) -> list[Event]:
    return events.take(session)


def test_a_like_is_told_when_it_comes_and_when_it_goes_and_a_boost_is_not(
    session: Session, ana: Person, post: Post
) -> None:
    told(session)
    add_reaction(session, post, ana, BOOST, URI)
    remove_reaction(session, ana, BOOST, URI, "")
    remove_reaction(session, ana, LIKE, "", post.uri)  # there is none
    assert told(session) == []
    add_reaction(session, post, ana, LIKE, URI + "1")
    assert told(session) == [LikeChanged(post.id, ana.id)]
    remove_reaction(session, ana, LIKE, "", post.uri)
    assert told(session) == [LikeChanged(post.id, ana.id)]


def test_a_like_that_was_undone_before_it_came_is_told_to_nobody(
    session: Session, ana: Person, post: Post
) -> None:
    remove_reaction(session, ana, LIKE, URI, "")
    told(session)
    add_reaction(session, post, ana, LIKE, URI)
    assert told(session) == []
