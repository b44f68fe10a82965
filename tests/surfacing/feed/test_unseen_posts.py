"""Overlooked posts for somebody who does not read here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.foundation import clock
from fedconnect.meaning.learnt_thesaurus import keep, thesaurus
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.profile import OptOut
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.models.thread import Thread
from fedconnect.surfacing.feed import unseen_posts
from fedconnect.surfacing.feed.unseen_posts import draw, list_overlooked, list_unseen
from support.surfacing_rows import HOUR, INSTANT, NOON, a_hearing, a_young_post, stop_the_clock
from support.thesauri import a_thesaurus
from support.unit import a_board, a_reader, add

EVE = "https://b.example/users/eve"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


def overlooked(
    session: Session,
    board: Board,
    text: str = "sleep at night",
    name: str = "ana",
    age: timedelta = 12 * HOUR,
    **values: Any,
) -> Post:
    """A post of somebody who lets it travel, whose hearing began so long ago."""
    post = a_young_post(session, board, text, name)
    a_hearing(session, post, **{"begun_at": NOON - age, **values})
    return post


def listed(session: Session) -> list[int]:
    return [one.post_id for one in list_overlooked(session)]


def sent(
    session: Session, *post_ids: int, topics: tuple[str, ...] = (), handle: str = "@eve@b.example"
) -> list[int]:
    return [one.post_id for one in list_unseen(session, handle, topics, post_ids)]


Change = Callable[[Session, Post], Any]


def _author(**values: Any) -> Change:
    def change(session: Session, post: Post) -> None:
        for name, value in values.items():
            setattr(session.get_one(Person, post.person_id), name, value)

    return change


def _hearing(**values: Any) -> Change:
    return lambda session, post: session.query(Hearing).filter_by(post_id=post.id).update(values)


@pytest.mark.parametrize(
    "change",
    [
        _author(indexable=False), _author(asks_no_bots=True), _author(gone_at=NOON), _author(quarantined_at=NOON),
        lambda session, post: add(session, OptOut(person_id=post.person_id, at=clock.now())),
        lambda session, post: setattr(post, "visibility", Visibility.UNLISTED),
        lambda session, post: setattr(post, "visibility", Visibility.LOCAL_ONLY),
        lambda session, post: setattr(post, "state", PostState.HELD),
        lambda session, post: setattr(session.get_one(Thread, post.thread_id), "is_public", False),
        _hearing(exclusion=Exclusion.SAFEGUARDING), _hearing(state=HearingState.CLOSED, exclusion=Exclusion.WITHDRAWN),
        _hearing(state=HearingState.HEARD), _hearing(state=HearingState.ANSWERED), _hearing(state=HearingState.WAITING),
        _hearing(is_starter=False), _hearing(qualified=10, answerers=1),
    ],
)  # fmt: skip
def test_what_may_not_travel_or_is_not_overlooked_is_neither_drawn_nor_sent_if_it_was(
    session: Session, board: Board, change: Change
) -> None:
    post = overlooked(session, board)
    assert (listed(session), sent(session, post.id)) == ([post.id], [post.id])
    change(session, post)
    session.flush()
    assert (listed(session), sent(session, post.id)) == ([], [])


@pytest.mark.parametrize(
    ("age", "is_drawn"),
    [(6 * HOUR - INSTANT, False), (6 * HOUR, True), (48 * HOUR, True), (48 * HOUR + INSTANT, False)],
)
def test_letters_draw_from_posts_6_to_48_hours_old_and_send_what_grew_older(
    session: Session, board: Board, age: timedelta, is_drawn: bool
) -> None:
    post = overlooked(session, board, age=age)
    assert listed(session) == ([post.id] if is_drawn else [])
    assert sent(session, post.id) == [post.id]


@pytest.mark.parametrize(
    ("kind", "subject"), [(MuteKind.PERSON, "eve@b.example"), (MuteKind.SERVER, "b.example")]
)
def test_whom_an_author_hides_from_themselves_is_sent_nothing_of_theirs(
    session: Session, board: Board, kind: MuteKind, subject: str
) -> None:
    post = overlooked(session, board)
    reader = a_reader(session, session.get_one(Person, post.person_id))
    add(session, Mute(reader_id=reader.id, kind=kind, subject=subject, since=NOON))
    assert sent(session, post.id) == []
    assert sent(session, post.id, handle="@lea@c.example") == [post.id]


def test_nobody_draws_their_own_post_nor_what_they_had_nor_what_their_topics_are_not_about(
    session: Session, board: Board
) -> None:
    sleep = overlooked(session, board, "sleep at night", "ana")
    bread = overlooked(session, board, "bread without an oven", "ben")
    posts = list_overlooked(session)
    own = session.get_one(Person, sleep.person_id).uri
    assert draw(posts, own, (), set(), {}, 9) == [bread.id]
    assert draw(posts, EVE, (), {bread.id}, {}, 9) == [sleep.id]
    assert draw(posts, EVE, ("bread",), set(), {}, 9) == [bread.id]
    assert draw(posts, EVE, ("cars",), set(), {}, 9) == []
    assert sorted(draw(posts, EVE, (), set(), {}, 9)) == sorted([sleep.id, bread.id])
    assert draw([], EVE, ("bread",), set(), {}, 9) == []


def test_what_lacks_more_or_stands_in_fewer_letters_is_drawn_more_often(
    session: Session, board: Board
) -> None:
    bare = overlooked(session, board, name="ana")
    seen = overlooked(session, board, name="ben", qualified=8)
    posts, dice = list_overlooked(session), Random(4)

    def share(held: dict[int, int]) -> float:
        drawn = [draw(posts, EVE, (), set(), held, 1, dice)[0] for _ in range(600)]
        return drawn.count(bare.id) / 600

    assert share({}) == pytest.approx(1 / 1.2, abs=0.05)
    assert share({bare.id: 3}) == pytest.approx((1 / 16) / (1 / 16 + 0.2), abs=0.05)
    assert draw(posts, EVE, (), set(), {}, 2, Random(1)) == draw(posts, EVE, (), set(), {}, 2, Random(1))
    assert seen.id != bare.id


def test_a_thousand_are_drawn_from_at_most_the_least_seen(
    session: Session, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unseen_posts, "MOST_OVERLOOKED", 2)
    overlooked(session, board, name="a", qualified=2)
    least = [overlooked(session, board, name=name, qualified=n).id for n, name in ((1, "b"), (0, "c"))]
    assert sorted(listed(session)) == sorted(least)


def test_a_post_is_told_with_its_address_its_words_and_its_warning_in_the_order_asked(
    session: Session, board: Board
) -> None:
    warned, other = overlooked(session, board), overlooked(session, board, "bread", "ben")
    warned.warning = "Grief"
    session.flush()
    assert sent(session, other.id, warned.id, 77) == [other.id, warned.id]
    (one,) = list_unseen(session, "@eve@b.example", ["sleep"], [warned.id])
    assert (one.path, one.title) == (f"/boards/respite/threads/{warned.thread_id}", "sleep at night")
    assert (one.board_name, one.words, one.is_warned) == ("Respite", ("sleep",), True)


def test_a_letter_brings_what_says_a_topic_otherwise_with_its_own_words_as_the_reason(
    session: Session, board: Board
) -> None:
    near = {"en:ill": {"en:doctor": 0.8, "en:day": 0.1}}
    keep(session, a_thesaurus({"en:ill": ["illness"], "en:doctor": ["doctors"], "en:day": ["days"]}, near), 1)
    many = " ".join(f"other{number}" for number in range(60))
    doctors = overlooked(session, board, "doctors and wards", "ana")
    overlooked(session, board, f"days {many}", "ben")
    overlooked(session, board, "beer", "eve")
    posts = list_overlooked(session)
    assert draw(posts, EVE, ["illness"], set(), {}, 9, near=thesaurus(session)) == [doctors.id]
    assert draw(posts, EVE, ["illness"], set(), {}, 9) == []
    (one,) = list_unseen(session, "@eve@b.example", ["illness"], [doctors.id])
    assert one.words == ("doctors",)
