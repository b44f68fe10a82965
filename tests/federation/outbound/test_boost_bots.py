"""A board's companion: whose turn it is, what is overlooked, who must be asked, and what is taken back."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.events import PostWithdrawn, SurfacingRefused
from fedconnect.federation.outbound import boost_bots, bot_actors
from fedconnect.foundation import clock, database
from fedconnect.models.board import Board
from fedconnect.models.bot_actor import BotBoost, BotFollow
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.profile import OptOut
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.models.thread import Thread
from support.unit import Unit, a_board, a_person, a_reader, a_thread, add

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def board(unit: Unit) -> Board:
    """A board whose companion fay follows."""
    with database.transaction() as session:
        board = a_board(session)
        fay = a_person(session, "fay", "far.example")
        name = bot_actors.companion_of(board).name
        add(session, BotFollow(bot=name, person_id=fay.id, uri=f"{fay.uri}#f", since=clock.now()))
    return board


def quiet(board: Board, name: str = "ana", age: timedelta = 12 * HOUR, **values: Any) -> Post:
    """A thread that nobody answered, of somebody who lets themselves be found. `values` are the hearing's, but for
    those that begin with `post_`, `thread_` or `person_`."""
    part = {
        prefix: {key.removeprefix(prefix): values.pop(key) for key in list(values) if key.startswith(prefix)}
        for prefix in ("post_", "person_", "thread_")
    }
    with database.transaction() as session:
        author = a_person(session, name, **{"indexable": True, **part["person_"]})
        facts = {f"thread_{key}": value for key, value in part["thread_"].items()}
        _, post = a_thread(session, board, author, **facts, **part["post_"])
        begun = clock.now() - age
        known = {
            "state": HearingState.OPEN,
            "is_starter": True,
            "floor": 10,
            "begun_at": begun,
            "ends_at": begun + 48 * HOUR,
        }
        add(session, Hearing(
            **{"post_id": post.id, "thread_id": post.thread_id, "board_id": board.id, "person_id": author.id, **known, **values}
        ))  # fmt: skip
    return post


def boosted() -> list[str]:
    with database.read_transaction() as session:
        return list(
            session.scalars(select(OutboundActivity.object_uri).where(OutboundActivity.kind == "Announce"))
        )


@pytest.mark.parametrize(
    "values",
    [
        {"person_indexable": False}, {"person_asks_no_bots": True}, {"person_gone_at": clock.now()},
        {"person_quarantined_at": clock.now()}, {"post_visibility": Visibility.UNLISTED}, {"post_state": PostState.HELD},
        {"post_is_addressed": False}, {"thread_is_listed": False}, {"thread_is_public": False},
        {"exclusion": Exclusion.SAFEGUARDING}, {"state": HearingState.WAITING}, {"state": HearingState.HEARD},
        {"state": HearingState.ANSWERED}, {"state": HearingState.CLOSED}, {"is_starter": False},
        {"age": 6 * HOUR - timedelta(minutes=1)}, {"age": 48 * HOUR + timedelta(minutes=1)}, {"answerers": 1, "qualified": 5},
    ],
)  # fmt: skip
def test_nothing_is_boosted_that_is_not_overlooked_or_that_its_author_does_not_let(
    board: Board, values: dict[str, Any]
) -> None:
    quiet(board, **values)
    assert boost_bots.boost_due() == 0
    assert boosted() == []


@pytest.mark.parametrize(
    "values",
    [{}, {"state": HearingState.MISSED}, {"qualified": 99}, {"answerers": 5, "qualified": 4}, {"age": 6 * HOUR + timedelta(minutes=1)},
     {"age": 48 * HOUR - timedelta(minutes=1)}],
)  # fmt: skip
def test_a_thread_without_an_answer_or_with_less_than_half_of_its_floor_is_boosted(
    board: Board, values: dict[str, Any]
) -> None:
    post = quiet(board, **values)
    assert boost_bots.boost_due() == 1
    assert boosted() == [post.uri]


@pytest.mark.parametrize("of_all_boards", [True, False])
def test_an_authors_no_on_this_board_or_on_all_holds(board: Board, of_all_boards: bool) -> None:
    post = quiet(board)
    with database.transaction() as session:
        no = OptOut(person_id=post.person_id, board_id=None if of_all_boards else board.id, at=clock.now())
        add(session, no)
    assert boost_bots.boost_due() == 0


def boost_each(count: int, seed: int) -> list[str]:
    """Let the companion have its turn so often, a day apart, with these dice."""
    dice = Random(seed)
    for _ in range(count):
        with database.transaction() as session:
            session.execute(update(BotBoost).values(at=clock.now() - 24 * HOUR))
        boost_bots.boost_due(dice)
    return boosted()


def test_what_is_boosted_is_drawn_by_lot_so_that_not_always_the_oldest_is_helped(board: Board) -> None:
    uris = [quiet(board, f"a{hours}", age=hours * HOUR).uri for hours in range(7, 47)]
    drawn = boost_each(12, seed=5)
    assert len(set(drawn)) == 12
    places = sorted(uris.index(uri) for uri in drawn)
    assert places[0] < 13
    assert places[-1] >= 27, "young and old ones alike"
    assert places != list(range(12))
    assert places != list(range(28, 40))


def test_what_lacks_more_of_its_promise_is_drawn_more_often(board: Board) -> None:
    full = [quiet(board, f"f{n}", qualified=9).uri for n in range(20)]
    for n in range(20):
        quiet(board, f"e{n}")
    drawn = boost_each(12, seed=6)
    assert len([uri for uri in drawn if uri in full]) <= 3


@pytest.mark.parametrize(
    ("a_day", "minutes", "done"), [(3, 479, 0), (3, 481, 1), (1, 1439, 0), (1, 1441, 1), (0, 9999, 0)]
)
def test_a_companion_spreads_what_it_boosts_over_the_day(
    board: Board, a_day: int, minutes: int, done: int
) -> None:
    first = quiet(board, "a", state=HearingState.HEARD)
    quiet(board, "b")
    with database.transaction() as session:
        at = clock.now() - timedelta(minutes=minutes)
        add(session, BotBoost(post_id=first.id, board_id=board.id, at=at, undone_at=at))
        session.execute(update(Board).values(companion_boosts=a_day))
    assert boost_bots.boost_due() == done


def test_nothing_is_used_up_where_nobody_listens(board: Board) -> None:
    quiet(board)
    with database.transaction() as session:
        session.execute(update(BotFollow).values(bot="quiet:benefits"))
    assert boost_bots.boost_due() == 0
    with database.read_transaction() as session:
        assert session.scalars(select(BotBoost)).all() == []


def test_a_post_is_boosted_once_even_where_that_was_taken_back(board: Board) -> None:
    post = quiet(board)
    with database.transaction() as session:
        ago = clock.now() - 48 * HOUR
        add(session, BotBoost(post_id=post.id, board_id=board.id, at=ago, undone_at=ago))
    assert boost_bots.boost_due() == 0


@pytest.mark.parametrize(
    ("kind", "subject", "reached"),
    [
        (MuteKind.PERSON, "fay@far.example", 0),
        (MuteKind.SERVER, "far.example", 0),
        (MuteKind.WORDS, "far.example", 1),
        (MuteKind.PERSON, "fay@other.example", 1),
        (MuteKind.SERVER, "example", 1),
    ],
)
def test_whom_an_author_hides_from_themselves_is_not_brought_their_post(
    board: Board, kind: MuteKind, subject: str, reached: int
) -> None:
    post = quiet(board)
    with database.transaction() as session:
        author = session.get_one(Person, post.person_id)
        reader = a_reader(session, author)
        add(session, Mute(reader_id=reader.id, kind=kind, subject=subject, since=clock.now()))
    assert boost_bots.boost_due() == 1
    with database.read_transaction() as session:
        assert len(session.scalars(select(Delivery)).all()) == reached


def a_boost(board: Board, name: str = "ana", *, delivered: bool = True) -> Post:
    post = quiet(board, name)
    assert boost_bots.boost_due() == 1
    with database.transaction() as session:
        session.execute(update(BotBoost).values(at=clock.now() - 24 * HOUR))
        if delivered:
            session.execute(update(Delivery).values(state=DeliveryState.DELIVERED))
    return post


def undone() -> list[str]:
    with database.read_transaction() as session:
        bodies = session.scalars(select(OutboundActivity.body).where(OutboundActivity.kind == "Undo"))
        return [json.loads(body)["object"]["object"] for body in bodies]


def test_a_boost_is_taken_back_where_it_may_have_arrived_and_otherwise_never_goes_out(board: Board) -> None:
    arrived, unsent = a_boost(board), a_boost(board, "ben", delivered=False)
    for post in (arrived, unsent, arrived):
        with database.transaction() as session:
            boost_bots.undo_withdrawn(
                session, PostWithdrawn(post.id, post.thread_id, board.id, is_starter=True)
            )
    assert undone() == [arrived.uri]
    assert boosted() == [arrived.uri]
    with database.read_transaction() as session:
        assert all(session.scalars(select(BotBoost.undone_at)))
        assert boost_bots.list_boosts(session, board) == []
        assert boost_bots.find_boost(session, board, arrived.id) is None


@pytest.mark.parametrize(("is_other_board", "left"), [(False, 1), (True, 2), (None, 1)])
def test_an_authors_no_takes_back_their_boosts_and_nobody_elses(
    board: Board, is_other_board: bool | None, left: int
) -> None:
    post = a_boost(board)
    a_boost(board, "ben")
    with database.transaction() as session:
        about = (
            None
            if is_other_board is None
            else a_board(session, "benefits").id
            if is_other_board
            else board.id
        )
        assert post.person_id is not None
        boost_bots.undo_refused(session, SurfacingRefused(post.person_id, about))
        standing = session.scalars(select(BotBoost.undone_at)).all()
    assert standing.count(None) == left
    assert undone() == [post.uri] * (2 - left)
    with database.read_transaction() as session:
        author = session.get_one(Person, post.person_id).uri
        bodies = session.scalars(select(OutboundActivity.body).where(OutboundActivity.kind == "Undo")).all()
    assert all(author in body for body in bodies), "whoever wrote it is told too"


@pytest.mark.parametrize(
    ("values", "done"), [({"asks_no_bots": True}, 1), ({"indexable": False}, 1), ({}, 0)]
)
def test_boosts_of_those_who_want_no_bots_now_are_taken_back_once(
    board: Board, values: dict[str, bool], done: int
) -> None:
    post = a_boost(board)
    if values:
        with database.transaction() as session:
            session.execute(update(Person).where(Person.id == post.person_id).values(**values))
    assert boost_bots.undo_for_no_bots() == done
    assert boost_bots.undo_for_no_bots() == 0
    assert len(undone()) == done


def test_a_boost_of_another_board_or_of_what_may_travel_no_more_is_not_shown(board: Board) -> None:
    post = a_boost(board)
    with database.read_transaction() as session:
        assert [one.id for _, one, _ in boost_bots.list_boosts(session, board)] == [post.id]
        other = Board(id=board.id + 1, slug="benefits", name="x")
        assert boost_bots.find_boost(session, board, post.id) is not None
        assert boost_bots.find_boost(session, other, post.id) is None
    with database.transaction() as session:
        session.execute(update(Post).where(Post.id == post.id).values(visibility=Visibility.UNLISTED))
        session.execute(update(Thread).values(is_public=False))
    with database.read_transaction() as session:
        assert boost_bots.find_boost(session, board, post.id) is None


def test_a_companion_that_is_switched_off_between_the_look_and_the_boost_boosts_nothing(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = quiet(board)
    assert boost_bots.boost_due() == 1
    quiet(board, "ben")
    with database.transaction() as session:
        session.execute(update(BotBoost).values(at=clock.now() - timedelta(days=2)))
    real = boost_bots._boost_one

    def switched_off(session: Session, late: Board, dice: Random) -> int:
        late.companion_boosts = 0
        return real(session, late, dice)

    monkeypatch.setattr(boost_bots, "_boost_one", switched_off)
    assert boost_bots.boost_due() == 0
    assert boosted() == [first.uri]
