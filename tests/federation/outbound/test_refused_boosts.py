"""A no to a boost of ours: its author's is obeyed and kept, a server's is noted, anybody else's is nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedconnect.events import PostPublished
from fedconnect.federation.activities.result import Handled, Ignored
from fedconnect.federation.outbound import announcements
from fedconnect.forum.posting import edit
from fedconnect.models.board import Board
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from support.activity_rows import does
from support.federation_rows import a_follow
from support.forum import BASE
from support.unit import a_board, a_draft, a_person, a_thread

BOARD = f"{BASE}/boards/respite"


@pytest.fixture
def board(session: Session) -> Board:
    board = a_board(session)
    a_follow(session, board, a_person(session, "max", "masto.example"))
    return board


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session)


def boosted(session: Session, board: Board, author: Person, **values: str) -> tuple[Post, str]:
    """A post, and the id of its boost; nothing where it was not boosted."""
    _, post = a_thread(session, board, author, **values)
    announcements.boost_thread(session, PostPublished(post.id, post.thread_id, board.id, is_starter=True))
    session.execute(update(Delivery).values(state=DeliveryState.DELIVERED))
    found = select(OutboundActivity.uri).where(OutboundActivity.object_uri == post.uri)
    return post, session.scalars(found).one_or_none() or ""


def kinds(session: Session, post: Post) -> list[str]:
    said = (
        select(OutboundActivity.kind)
        .where(OutboundActivity.object_uri == post.uri)
        .order_by(OutboundActivity.id)
    )
    return list(session.scalars(said))


def test_what_its_author_lets_nobody_boost_is_boosted_by_no_board(
    session: Session, board: Board, ana: Person
) -> None:
    assert boosted(session, board, ana, may_boost=ana.uri)[1] == ""
    assert boosted(session, board, ana, may_boost=f"{ana.uri}\n{BOARD}2")[1] == ""
    assert boosted(session, board, ana, may_boost=f"{ana.uri}\n{BOARD}")[1] != ""
    assert boosted(session, board, ana)[1] != ""


def test_only_the_author_takes_a_boost_back(session: Session, board: Board, ana: Person) -> None:
    post, uri = boosted(session, board, ana)
    for other in (a_person(session, "ben"), a_person(session, "eve", "evil.example")):
        assert does(session, other, "Reject", uri) == Handled("not taken there")
    assert (kinds(session, post), post.refuses_boosts) == (["Announce"], False)
    told = {one.host: (str(one.state), one.outcome) for one in session.scalars(select(Delivery))}
    assert told["home.example"] == ("delivered", "taken, and then refused"), (
        "others there may have it all the same"
    )
    assert told["masto.example"][1] == ""


@pytest.mark.parametrize("is_embedded", [False, True])
def test_an_authors_no_takes_the_boost_back_everywhere_and_for_good(
    session: Session, board: Board, ana: Person, is_embedded: bool
) -> None:
    post, uri = boosted(session, board, ana)
    obj = {"type": "Announce", "id": uri, "actor": BOARD, "object": post.uri} if is_embedded else uri
    assert does(session, ana, "Reject", obj) == Handled("boosts taken back")
    assert kinds(session, post) == ["Announce", "Undo"]
    undo = session.scalars(select(OutboundActivity.id).where(OutboundActivity.kind == "Undo")).one()
    told = session.scalars(select(Delivery.host).where(Delivery.activity_id == undo)).all()
    assert sorted(told) == ["home.example", "masto.example"]
    edit(session, post, a_draft(ana, "Other words", published=post.published, boards=(BOARD,)))
    announcements.boost_thread(session, PostPublished(post.id, post.thread_id, board.id, is_starter=True))
    assert kinds(session, post) == ["Announce", "Undo"], (
        "nor, after an edit, is it boosted when it comes back into sight"
    )


def test_a_no_to_nothing_of_ours_is_nothing(session: Session, board: Board, ana: Person) -> None:
    for uri in ("https://home.example/boosts/1", f"{BOARD}/announces/1"):
        assert does(session, ana, "Reject", uri) == Ignored("an answer to nothing that we asked")
