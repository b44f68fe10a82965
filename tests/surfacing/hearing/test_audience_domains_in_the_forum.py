"""M1: of one registrable domain few count for a hearing, while readers of others are in its audience."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from fedconnect.foundation import clock, database, registrable_domains
from fedconnect.models.board import Board
from fedconnect.models.bookmark import LocalFollow
from fedconnect.models.hearing import Hearing, HearingState, Impression
from fedconnect.models.person import Person
from fedconnect.models.profile import Profile
from fedconnect.models.reader import Reader, ReaderSession
from fedconnect.surfacing.hearing import impressions, promise
from fedconnect.surfacing.hearing.impressions import Showing
from fedconnect.web import view_tracking
from support.forum import Forum
from support.readership import Readership
from support.remote import RemotePerson

CARE = "Respite care: who looks after my mother with dementia while I sleep?"
WEEK = timedelta(days=7)
YEAR = timedelta(days=365)


class Crowd:
    """Readers of many servers who all follow the board; `see` is what their browsers send."""

    def __init__(self, readers: Readership) -> None:
        self.readers = readers
        readers.reader("dora", board="")  # their home is known
        with database.transaction() as session:
            session.execute(update(Board).values(hearing_floor=3))

    def join(
        self, host: str, count: int = 1, *, joined: timedelta = YEAR, born: timedelta | None = None,
        counts: bool = True,
    ) -> list[int]:  # fmt: skip
        """Let so many people of a server sign in."""
        now, made = clock.now(), []
        with database.transaction() as session:
            home_id = session.execute(select(Reader.home_id).limit(1)).scalar_one()
            board_id = session.execute(select(Board.id).where(Board.slug == "respite")).scalar_one()
            for number in range(count):
                name = f"u{len(made)}x{number}"
                uri = f"https://{host}/{name}/{now.timestamp()}"
                person = Person(
                    uri=uri, host=host, username=name, handle_host=host, inbox=uri, fetched_at=now,
                    born_at=None if born is None else now - born,
                )  # fmt: skip
                session.add(person)
                session.flush()
                reader = Reader(person_id=person.id, home_id=home_id, joined_at=now - joined)
                session.add(reader)
                session.flush()
                session.add(LocalFollow(reader_id=reader.id, board_id=board_id, since=now))
                session.add(
                    ReaderSession(token_hash=uri[-64:], reader_id=reader.id, begun_at=now, seen_at=now)
                )
                session.add(Profile(reader_id=reader.id, counts_views=counts, updated_at=now))
                made.append(reader.id)
        return made

    def see(self, uri: str, *readers: int) -> Hearing:
        """Let some see a post, one after the other; return its hearing then."""
        for reader_id in readers:
            view_tracking.note_showings([Showing(reader_id, self.readers.hearing(uri).post_id, 0, "list")])
            view_tracking.flush()
        return self.readers.hearing(uri)


@pytest.fixture
def crowd(readers: Readership) -> Iterator[Crowd]:
    registrable_domains.configure(("home.example",))
    yield Crowd(readers)
    registrable_domains.configure(())


def test_m1_eleven_accounts_of_one_server_count_as_one_and_three_domains_end_a_hearing(
    crowd: Crowd, forum: Forum, ana: RemotePerson
) -> None:
    evil = [*crowd.join("evil.example", 6), *crowd.join("sub.evil.example", 5)]
    real = [*crowd.join("one.example"), *crowd.join("two.example")]
    uri = crowd.readers.write(ana, CARE)
    found = crowd.see(uri, *evil)
    assert (found.state, found.qualified, found.seen) == (HearingState.OPEN, 1, 11)
    assert len(forum.rows(Impression)) == 11, "they have seen it and are not shown it again"
    with database.read_transaction() as session:
        assert impressions.seen_already(session, evil[-1], [found.post_id]) == {found.post_id: True}
    assert crowd.see(uri, real[0]).state is HearingState.OPEN
    found = crowd.see(uri, real[1])
    assert (found.state, found.qualified) == (HearingState.HEARD, 3)
    assert found.domains == "", "nothing of it is kept"


def test_m1_all_at_once_count_as_one(crowd: Crowd, ana: RemotePerson) -> None:
    evil = crowd.join("evil.example", 11)
    crowd.join("one.example")
    crowd.join("two.example")
    uri = crowd.readers.write(ana, CARE)
    post_id = crowd.readers.hearing(uri).post_id
    view_tracking.note_showings([Showing(one, post_id, 0, "list") for one in evil])
    view_tracking.flush()
    assert crowd.readers.hearing(uri).qualified == 1


def test_m1_a_forum_all_of_one_domain_ends_its_hearings(crowd: Crowd, ana: RemotePerson) -> None:
    same = crowd.join("one.example", 3)
    assert crowd.see(crowd.readers.write(ana, CARE), *same).state is HearingState.HEARD


def test_m1_two_domains_can_end_a_hearing_and_neither_alone(crowd: Crowd, ana: RemotePerson) -> None:
    one, two = crowd.join("one.example", 11), crowd.join("two.example", 11)
    uri = crowd.readers.write(ana, CARE)
    assert crowd.see(uri, *one).qualified == 2
    assert crowd.see(uri, two[0]).state is HearingState.HEARD


def test_m1_nobody_waits_for_who_can_never_count(crowd: Crowd, readers: Readership, forum: Forum) -> None:
    """Neither the author nor whoever does not want to count is a reader of another domain."""
    same = crowd.join("one.example", 3)
    crowd.join("two.example", 2, counts=False)
    readers.reader("eve")
    uri = readers.write(readers.home.people["eve"], CARE)
    assert crowd.see(uri, *same).state is HearingState.HEARD


def test_m1_who_joins_an_audience_meanwhile_lowers_the_cap(crowd: Crowd, ana: RemotePerson) -> None:
    evil = crowd.join("evil.example", 11)
    uri = crowd.readers.write(ana, CARE)
    assert crowd.readers.hearing(uri).domain_cap == 3
    crowd.join("one.example")
    crowd.join("two.example")
    crowd.readers.rematch()
    assert crowd.readers.hearing(uri).domain_cap == 1
    assert crowd.see(uri, *evil).qualified == 1


@pytest.mark.parametrize(
    ("joined", "born", "counted"),
    [
        (YEAR, WEEK + timedelta(minutes=1), 3),
        (YEAR, WEEK - timedelta(minutes=1), 1),
        (timedelta(days=2), YEAR, 3),
        (WEEK + timedelta(minutes=1), None, 3),
        (WEEK - timedelta(minutes=1), None, 1),
    ],
)
def test_m1_the_home_servers_accounts_of_a_week_count_in_full(
    crowd: Crowd, ana: RemotePerson, joined: timedelta, born: timedelta | None, counted: int
) -> None:
    own = crowd.join("mastodon.home.example", 3, joined=joined, born=born)
    crowd.join("one.example")
    crowd.join("two.example")
    assert crowd.see(crowd.readers.write(ana, CARE), *own).qualified == counted


def test_m1_other_servers_old_accounts_are_not_exempt() -> None:
    registrable_domains.configure(("home.example",))
    now = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
    assert impressions.domain_of("a.home.example", now - WEEK, now) is None
    assert impressions.domain_of("a.home.example", now - WEEK + timedelta(seconds=1), now) == "home.example"
    assert impressions.domain_of("a.evil.example", now - YEAR, now) == "evil.example"
    registrable_domains.configure(())


def test_m1_nobody_can_read_from_a_hearing_where_its_readers_live(crowd: Crowd, ana: RemotePerson) -> None:
    (one,) = crowd.join("one.example")
    crowd.join("two.example", 3)
    first, second = (crowd.readers.write(ana, text) for text in (CARE, "A bus to the clinic on Sundays"))
    kept = [json.loads(crowd.see(uri, one).domains) for uri in (first, second)]
    assert [list(counts.values()) for counts in kept] == [[1], [1]]
    assert "one.example" not in json.dumps(kept)
    assert kept[0].keys().isdisjoint(kept[1]), "nor that it was the same one twice"


@given(st.integers(0, 50), st.lists(st.integers(1, 60), max_size=8), st.integers(0, 60))
def test_m1_a_cap_is_the_share_or_the_fewest_that_reach_the_floor(
    floor: int, counts: list[int], exempt: int
) -> None:
    cap = promise.domain_cap(floor, counts, exempt)

    def reach(limit: int) -> int:
        return exempt + sum(min(count, limit) for count in counts)

    assert max(1, floor // 3) <= cap <= max(1, floor)
    if exempt + sum(counts) >= floor:
        assert reach(cap) >= floor
    if cap > max(1, floor // 3):
        assert reach(cap - 1) < floor
