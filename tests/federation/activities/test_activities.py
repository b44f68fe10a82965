"""What several types of activity have in common, and to whose things they must not do it; each has a file of its own here."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.federation.activities.result import Deferred, Handled, Ignored
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState, Reaction
from fedconnect.models.thread import Thread, ThreadState
from support.activity_rows import POST, does, undoes
from support.unit import a_board, a_moderator, a_person, a_thread


@pytest.fixture
def eve(session: Session) -> Person:
    return a_person(session, "eve", "evil.example")


@pytest.fixture
def post(session: Session, board: Board, ana: Person) -> Post:
    return a_thread(session, board, ana, uri=POST)[1]


@pytest.mark.parametrize("kind", ["Like", "Announce"])
def test_a_mark_on_what_is_not_here_waits_and_on_what_is_out_of_sight_is_none(
    session: Session, eve: Person, post: Post, kind: str
) -> None:
    assert does(session, eve, kind, []) == Ignored("about nothing")
    assert does(session, eve, kind, POST + "/2") == Deferred(POST + "/2")
    post.state = PostState.HELD
    session.flush()
    assert isinstance(does(session, eve, kind, POST), Ignored)
    assert session.scalars(select(Reaction)).all() == []


@pytest.mark.parametrize("kind", ["Like", "Announce"])
def test_nobody_takes_back_somebody_elses_mark_or_one_of_another_kind(
    session: Session, ana: Person, eve: Person, post: Post, kind: str
) -> None:
    assert does(session, ana, kind, POST) == Handled("marked")
    other = "Announce" if kind == "Like" else "Like"
    undoes(session, eve, kind, POST)
    undoes(session, ana, other, POST)
    assert len(session.scalars(select(Reaction)).all()) == 1
    assert undoes(session, ana, kind, POST) == Handled("undone")
    assert session.scalars(select(Reaction)).all() == []


@pytest.mark.parametrize(
    "obj",
    [
        [],
        {"type": "Like"},
        "https://evil.example/1",
        {"type": "Create", "object": POST},
        {"type": "Nothing", "object": POST},
    ],
)
def test_an_undo_of_nothing_of_somebody_elses_or_of_what_cannot_be_undone_does_nothing(
    session: Session, ana: Person, post: Post, obj: object
) -> None:
    does(session, ana, "Like", POST)
    assert isinstance(does(session, ana, "Undo", obj), Ignored)
    assert len(session.scalars(select(Reaction)).all()) == 1


def test_a_moderator_removes_from_their_own_board_and_from_no_other(
    session: Session, eve: Person, post: Post
) -> None:
    other = a_board(session, "benefits")
    a_moderator(session, other, eve)
    assert does(session, eve, "Delete", POST) == Ignored("somebody else's post")
    assert does(session, eve, "Lock", POST) == Ignored("not a moderator of this board")
    a_moderator(session, session.get_one(Board, post.board_id), eve)
    assert does(session, eve, "Lock", POST, summary="Enough") == Handled("decided")
    assert session.get_one(Thread, post.thread_id).state is ThreadState.LOCKED
    assert does(session, eve, "Lock", POST) == Handled("decided already")
    assert does(session, eve, "Delete", POST, summary="Spam") == Handled("removed")
    assert post.state is PostState.REMOVED


def test_a_dislike_has_no_effect(session: Session, eve: Person, post: Post) -> None:
    assert isinstance(does(session, eve, "Dislike", POST), Ignored)
    assert session.scalars(select(Reaction)).all() == []
