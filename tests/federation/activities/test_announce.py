"""Announce: anybody's is a boost; what a sister board brings is looked up where it stands, and nothing in it believed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.federation.activities import announce
from fedconnect.federation.activities.registry import ACTIVITIES
from fedconnect.federation.activities.result import Deferred, Handled, Ignored, Result
from fedconnect.foundation import clock
from fedconnect.models.board import Board, LinkedGroupState
from fedconnect.models.person import Person
from fedconnect.models.post import Post, Reaction, ReactionKind
from support.activity_rows import BOARD, a_sister, coming, does, link, meant
from support.federation_rows import note_document
from support.forum_rows import a_group, count
from support.unit import a_board, a_person, a_thread

FAR = "https://far.example/1"


@pytest.fixture
def sister(session: Session, board: Board) -> Person:
    return a_sister(session, board)


def announces(session: Session, who: Person, obj: object) -> Result:
    return does(session, who, "Announce", obj)


def enveloped(kind: str = "Create", obj: object = FAR, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "id": "https://far.example/1#activity", "object": obj, **fields}


def test_an_envelope_of_nobody_that_a_board_follows_is_not_opened(session: Session, board: Board) -> None:
    asked, left = a_group(session, "asked"), a_group(session, "left")
    link(session, board, asked, LinkedGroupState.ASKED)
    link(session, board, left)
    left.quarantined_at = clock.now()
    person = a_person(session, "ana")
    link(session, board, person)
    session.flush()
    for who in (a_person(session, "eve"), a_group(session, "stranger"), asked, left, person):
        assert announces(session, who, enveloped()) == Ignored("an envelope of nobody that a board follows")
    assert meant(session) == []
    assert count(session, Reaction) == 0


@pytest.mark.parametrize(
    ("inner", "outcome"),
    [
        (enveloped(), Handled("to be fetched")),
        (enveloped("Update", {"id": FAR}), Handled("to be fetched")),
        (enveloped("Delete"), Handled("to be fetched")),
        (enveloped(obj=f"{BOARD}/notes/1"), Ignored("an envelope about nothing of theirs")),
        (enveloped(obj=None), Ignored("an envelope about nothing of theirs")),
        (enveloped(obj=[FAR]), Handled("to be fetched")),
        (enveloped(obj=[FAR, FAR + "/2"]), Ignored("an envelope about nothing of theirs")),
        (enveloped(obj="javascript:alert(1)"), Ignored("an envelope about nothing of theirs")),
        (enveloped("Like"), Ignored("Like on a sister board is its own affair")),
        (enveloped("Announce"), Ignored("Announce on a sister board is its own affair")),
        (
            enveloped("Undo", {"type": "Like", "object": FAR, "id": "https://far.example/2"}),
            Ignored("an Undo that changes nothing here"),
        ),
    ],
)
def test_what_a_sister_board_brings_is_looked_up_where_it_stands(
    session: Session, sister: Person, inner: dict[str, Any], outcome: Result
) -> None:
    assert announces(session, sister, inner) == outcome
    assert [(one.uri, one.for_board, one.linked_group_uri) for one in meant(session)] == (
        [(FAR, "respite", sister.uri)] if isinstance(outcome, Handled) else []
    )
    assert count(session, Post) == 0
    assert count(session, Reaction) == 0


@pytest.mark.parametrize("obj", [FAR, note_document(FAR, "https://far.example/users/fay", content="Forged")])
def test_a_post_that_a_sister_board_announces_is_asked_for_at_its_origin(
    session: Session, sister: Person, obj: object
) -> None:
    assert announces(session, sister, obj) == Handled("to be fetched")
    (task,) = meant(session)
    assert (task.uri, task.for_board, task.linked_group_uri, task.asker) == (
        FAR, "respite", sister.uri, "group.example"
    )  # fmt: skip
    assert count(session, Post) == 0


def test_a_post_that_nobody_knows_is_not_fetched_for_a_stranger_and_the_boost_waits(
    session: Session, board: Board
) -> None:
    for who in (a_person(session), a_group(session)):
        assert announces(session, who, FAR) == Deferred(FAR)
    assert meant(session) == []


def test_a_sister_board_that_announces_what_is_here_or_ours_or_nothing_makes_us_fetch_nothing(
    session: Session, board: Board, sister: Person
) -> None:
    _, post = a_thread(session, board, a_person(session))
    assert announces(session, sister, post.uri) == Handled("marked")
    assert announces(session, sister, f"{BOARD}/notes/7") == Ignored("ours already")
    assert announces(session, sister, []) == Ignored("about nothing")
    assert meant(session) == []
    (mark,) = session.scalars(select(Reaction))
    assert (mark.post_id, mark.person_id, mark.kind) == (post.id, sister.id, ReactionKind.BOOST)


def test_of_several_boards_that_follow_a_sister_the_first_to_do_so_gets_what_it_brings(
    session: Session, board: Board, sister: Person
) -> None:
    link(session, a_board(session, "first"), sister, since=clock.now() - timedelta(days=9))
    link(session, a_board(session, "third"), sister, since=clock.now() + timedelta(days=9))
    announces(session, sister, FAR)
    announces(session, sister, enveloped(obj=FAR + "/2"))
    assert [task.for_board for task in meant(session)] == ["first", "first"]


def test_one_announcement_makes_us_fetch_a_post_once(session: Session, sister: Person) -> None:
    one = coming(sister, "Announce", FAR, inbound_id=7)
    assert ACTIVITIES["Announce"].apply(session, one, None) == Handled("to be fetched")
    assert ACTIVITIES["Announce"].apply(session, one, None) == Handled("fetched before")
    (task,) = meant(session)
    assert task.cause == "inbound:7"


def test_a_boost_is_taken_back_by_who_made_it_and_leaves_their_like(session: Session, board: Board) -> None:
    ana, ben = a_person(session), a_person(session, "ben")
    _, post = a_thread(session, board)
    does(session, ana, "Like", post.uri)
    for who in (ana, ben):
        announces(session, who, post.uri)
    undo = coming(ana, "Undo", {"type": "Announce", "actor": ana.uri, "object": post.uri})
    assert announce.undo(session, undo) == Handled("undone")
    left = session.execute(select(Reaction.person_id, Reaction.kind).order_by(Reaction.person_id)).all()
    assert left == [(ana.id, ReactionKind.LIKE), (ben.id, ReactionKind.BOOST)]


def test_only_a_group_that_a_board_follows_concerns_us_whatever_it_announces(
    session: Session, board: Board, sister: Person
) -> None:
    concerns = ACTIVITIES["Announce"].concerns
    assert concerns(session, sister)
    assert not concerns(session, a_group(session, "stranger"))
    sister.kind = "Person"
    assert not concerns(session, sister)
