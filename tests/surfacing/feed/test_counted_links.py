"""Links in private messages: whose openings cannot count, and whose count for a hearing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import ids, registrable_domains
from fedconnect.meaning import learnt_thesaurus
from fedconnect.models.board import Board
from fedconnect.models.bot_actor import BotFollow
from fedconnect.models.hearing import HearingState
from fedconnect.models.link_token import LinkToken
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.surfacing.feed import counted_links
from fedconnect.surfacing.hearing import impressions
from fedconnect.surfacing.hearing.impressions import Showing
from support.federation_rows import a_follow
from support.forum import BASE
from support.surfacing_rows import DAY, INSTANT, NOON, a_hearing, a_profile, a_young_post, stop_the_clock
from support.thesauri import a_thesaurus
from support.unit import a_board, a_person, a_reader, a_thread, add

MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)
    registrable_domains.configure(())


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session, created_at=NOON - 90 * DAY)


@pytest.fixture
def post(session: Session, board: Board) -> Post:
    post = a_young_post(session, board, "sleep at night", "ana", hours=10)
    a_hearing(session, post, thresholds="[0.3]")
    return post


def eve(session: Session, met: timedelta = 9 * DAY, **values: Any) -> Person:
    """Somebody on another server, who was met so long ago and whose account is years old."""
    number = ids.first_id_at(NOON - met)
    return a_person(session, "eve", "far.example", **{"id": number, "born_at": NOON - 900 * DAY, **values})


def linked(session: Session, person: Person, post: Post, *topics: str) -> str:
    (address,) = counted_links.addresses(session, person, topics, {post.id: "/t"}, "letter").values()
    session.flush()
    assert address.startswith(f"{BASE}/t")
    return address


def made(session: Session) -> list[bool]:
    """Whether the reader of each link that was made qualifies."""
    return list(session.execute(select(LinkToken.is_qualified)).scalars())


def test_whoever_was_met_less_than_a_day_ago_gets_a_plain_link(session: Session, post: Post) -> None:
    assert linked(session, eve(session, DAY - MILLISECOND), post, "sleep") == f"{BASE}/t"
    assert made(session) == []


def test_whoever_was_met_a_day_ago_and_cares_for_the_topic_counts(session: Session, post: Post) -> None:
    assert f"{BASE}/t?link=" in linked(session, eve(session, DAY), post, "sleep")
    assert made(session) == [True]


def test_whoever_named_the_topic_in_other_words_counts_as_a_reader_here_would(
    session: Session, post: Post
) -> None:
    rest = {"en:rest": ["rest"], "en:sleep": ["sleep"], "en:night": ["night"]}
    learnt_thesaurus.keep(session, a_thesaurus(rest, {"en:rest": {"en:sleep": 0.9, "en:night": 0.9}}), 1)
    linked(session, eve(session), post, "rest")
    assert made(session) == [True]


def test_the_posts_own_author_gets_a_plain_link(session: Session, post: Post) -> None:
    ana = session.get_one(Person, post.person_id)
    post.person_id = eve(session).id
    session.flush()
    assert linked(session, session.get_one(Person, post.person_id), post, "sleep") == f"{BASE}/t"
    assert ana.id != post.person_id


def test_openings_on_a_discreet_board_are_not_counted(session: Session, board: Board, post: Post) -> None:
    board.is_discreet = True
    session.flush()
    assert linked(session, eve(session), post, "sleep") == f"{BASE}/t"


@pytest.mark.parametrize("state", [state for state in HearingState if state is not HearingState.OPEN])
def test_before_and_after_its_hearing_a_link_is_plain(
    session: Session, board: Board, state: HearingState
) -> None:
    post = a_young_post(session, board, "sleep at night", "ben")
    a_hearing(session, post, state, thresholds="[]")
    assert linked(session, eve(session), post, "sleep") == f"{BASE}/t"


def test_a_post_without_a_hearing_gets_a_plain_link(session: Session, board: Board) -> None:
    assert linked(session, eve(session), a_thread(session, board)[1], "sleep") == f"{BASE}/t"


def test_a_reader_who_does_not_count_or_has_looked_already_gets_a_plain_link(
    session: Session, post: Post
) -> None:
    person = eve(session)
    reader = a_reader(session, person, joined_at=NOON - 9 * DAY)
    impressions.note(session, {Showing(reader.id, post.id, 0, "list"): True})
    assert linked(session, person, post, "sleep") == f"{BASE}/t"
    session.execute(impressions.table_of(impressions.Impression).delete())
    a_profile(session, reader, counts_views=False)
    assert linked(session, person, post, "sleep") == f"{BASE}/t"


@pytest.mark.parametrize(
    ("topics", "follows", "with_followers", "counts"),
    [
        (("sleep",), False, False, True),
        (("bread",), False, False, False),
        ((), False, True, False),
        ((), True, True, True),
        ((), True, False, True),
    ],
)
def test_who_belongs_to_its_audience_by_topic_or_board_counts_for_the_hearing(
    session: Session, board: Board, topics: tuple[str, ...], follows: bool, with_followers: bool, counts: bool
) -> None:
    post = a_young_post(session, board, "sleep at night", "ben", hours=10)
    a_hearing(session, post, thresholds="[0.3]", with_followers=with_followers)
    person = eve(session)
    if follows:
        a_follow(session, board, person)
    assert "?link=" in linked(session, person, post, *topics)
    assert made(session) == [counts]


def test_a_bots_opening_counts_for_no_hearing(session: Session, post: Post) -> None:
    linked(session, eve(session, kind="Service"), post, "sleep")
    assert made(session) == [False]


@pytest.mark.parametrize(
    ("board_age", "born", "followed", "counts"),
    [
        (14 * DAY - INSTANT, None, None, True),
        (14 * DAY, None, None, False),
        (14 * DAY, 30 * DAY - INSTANT, None, False),
        (14 * DAY, 30 * DAY, None, True),
        (14 * DAY, None, 9 * DAY, False),
        (14 * DAY, None, 8 * DAY, True),
    ],
)
def test_on_a_board_that_is_not_new_only_who_was_here_on_a_second_day_or_is_old_at_home_counts(
    session: Session,
    board: Board,
    post: Post,
    board_age: timedelta,
    born: timedelta | None,
    followed: timedelta | None,
    counts: bool,
) -> None:
    board.created_at = NOON - board_age
    person = eve(session, born_at=None if born is None else NOON - born)
    if followed is not None:
        add(
            session,
            BotFollow(bot="letter", person_id=person.id, uri="https://far.example/f", since=NOON - followed),
        )
    linked(session, person, post, "sleep")
    assert made(session) == [counts]


def test_the_domain_is_kept_as_a_digest_of_the_post_and_the_home_servers_people_have_none(
    session: Session, board: Board, post: Post
) -> None:
    other = a_young_post(session, board, "sleep at night", "ben", hours=10)
    a_hearing(session, other, thresholds="[0.3]")
    person = eve(session)
    for one in (post, other):
        linked(session, person, one, "sleep")
    domains = set(session.execute(select(LinkToken.domain)).scalars())
    assert len(domains) == 2
    assert all(len(one or "") == 64 for one in domains)
    registrable_domains.configure(("far.example",))
    linked(session, person, post, "sleep")
    assert None in set(session.execute(select(LinkToken.domain)).scalars())
