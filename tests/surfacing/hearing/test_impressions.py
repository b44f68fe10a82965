"""Who has really seen a post: tokens for one reader and one day, and what counts for a hearing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import registrable_domains
from fedconnect.models.hearing import Hearing, HearingState, Impression
from fedconnect.models.post import Post
from fedconnect.surfacing.hearing import impressions
from fedconnect.surfacing.hearing.impressions import Showing, issue, read_token, read_tokens
from support.surfacing_rows import DAY, HOUR, INSTANT, NOON, a_hearing, a_reader_named, stop_the_clock
from support.unit import Unit, a_board, a_person, a_thread

SHOWN = Showing(5, 77, 3, "list")


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    stop_the_clock(monkeypatch)
    registrable_domains.configure(("home.example",))
    yield
    registrable_domains.configure(())


@pytest.fixture
def post(session: Session) -> Post:
    return a_thread(session, a_board(session), a_person(session))[1]


def resigned(reader_id: int, plain: str) -> str:
    """A token with our own seal, whatever it says."""
    return f"{plain}.{impressions._sign(reader_id, plain)}"


def see(session: Session, post: Post, *hosts: str, qualifies: bool = True) -> None:
    """Let a reader of each server see a post."""
    for host in hosts:
        reader = a_reader_named(session, f"r{session.query(Impression).count()}", host)
        impressions.note(session, {Showing(reader.id, post.id, 0, "list"): qualifies})


def test_a_token_is_nobody_elses_and_cannot_be_changed(unit: Unit) -> None:
    token = issue(SHOWN)
    post_id, slot, channel, at, seal = token.split(".")
    assert read_token(6, token) is None
    for forged in (
        f"78.{slot}.{channel}.{at}.{seal}",
        f"{post_id}.4.{channel}.{at}.{seal}",
        f"{post_id}.{slot}.slot.{at}.{seal}",
        f"{post_id}.{slot}.{channel}.{int(at) + 1}.{seal}",
        f"{post_id}.{slot}.{channel}.{at}.{seal[:-1]}",
        f"{post_id}.{slot}.{channel}.{at}.",
        f"{post_id}.{slot}.{channel}.{at}.é",
        f"{post_id}.{slot}.{channel}.{at}",
        f"{post_id}.{slot}.{channel}.²{at}.{seal}",
        f"{token}.",
        "",
        "." * 4,
        "x" * 100_000,
    ):
        assert read_token(5, forged) is None, forged
    assert read_token(5, token) == SHOWN


@pytest.mark.parametrize(
    ("age", "reads"),
    [
        (-timedelta(seconds=1), False),
        (timedelta(), True),
        (HOUR + timedelta(seconds=1), True),
        (DAY, True),
        (DAY + timedelta(seconds=1), False),
    ],
)
def test_a_token_is_good_for_a_day_and_not_before_it_was_made(
    unit: Unit, monkeypatch: pytest.MonkeyPatch, age: timedelta, reads: bool
) -> None:
    token = issue(SHOWN)
    stop_the_clock(monkeypatch, NOON + age)
    assert (read_token(5, token) is not None) is reads


def test_even_with_our_seal_a_token_names_a_post_and_a_channel(unit: Unit) -> None:
    at = int(NOON.timestamp())
    assert read_token(5, resigned(5, f"77.3.list.{at}")) == SHOWN
    for plain in (f"0.3.list.{at}", f"-7.3.list.{at}", f"{10**18 * 99}.3.list.{at}", f"77.3.profile.{at}"):
        assert read_token(5, resigned(5, plain)) is None, plain
    long = resigned(5, f"77.{'0' * 180}3.list.{at}")
    assert len(long) > 200
    assert read_token(5, long) is None


def test_at_most_fifty_tokens_are_read_and_bad_ones_are_left_out(unit: Unit) -> None:
    tokens = [issue(Showing(5, number, 0, "list")) for number in range(1, 52)]
    assert [one.post_id for one in read_tokens(5, ["junk", *tokens])] == list(range(1, 50))
    assert read_tokens(6, tokens) == []


@pytest.mark.parametrize(("age", "counts"), [(DAY - INSTANT, False), (DAY, True)])
def test_an_account_counts_after_a_day(age: timedelta, counts: bool) -> None:
    assert impressions.is_old_enough(NOON - age, NOON) is counts


def test_a_showing_is_counted_once_for_each_reader_and_post(session: Session, post: Post) -> None:
    one = a_hearing(session, post)
    dora, eve = (a_reader_named(session, name, f"{name}.example") for name in ("dora", "eve"))
    for reader, slot in ((dora, 0), (dora, 4), (eve, 0)):
        impressions.note(session, {Showing(reader.id, post.id, slot, "list"): True})
    assert (one.seen, one.qualified) == (2, 2)
    rows = session.execute(select(Impression).order_by(Impression.id)).scalars().all()
    assert [(row.slot, row.channel, row.is_qualified, row.at) for row in rows] == [
        (0, "list", True, NOON)
    ] * 2


def test_what_was_counted_last_month_is_not_counted_again_and_of_before_it_is(
    session: Session, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = a_hearing(session, post)
    showing = Showing(a_reader_named(session, "dora").id, post.id, 0, "list")
    counted = []
    for moment in (datetime(2026, 10, 31, 23, tzinfo=NOON.tzinfo), NOON, NOON.replace(month=12, day=31)):
        stop_the_clock(monkeypatch, moment)
        impressions.note(session, {showing: True})
        counted.append(one.seen)
        session.query(Impression).filter(Impression.at < moment - impressions.KEPT).delete()
    assert counted == [1, 1, 2]


def test_who_is_not_in_the_audience_is_seen_to_look_and_counts_for_no_floor(
    session: Session, post: Post
) -> None:
    one = a_hearing(session, post)
    see(session, post, "a.example", "b.example", qualifies=False)
    assert (one.seen, one.qualified, one.domains) == (2, 0, "")


@pytest.mark.parametrize("state", [state for state in HearingState if state is not HearingState.OPEN])
def test_outside_of_its_hearing_a_post_is_only_seen(
    session: Session, post: Post, state: HearingState
) -> None:
    one = a_hearing(session, post, state, qualified=4, thresholds="[]")
    see(session, post, "a.example")
    assert (one.seen, one.qualified, one.state) == (1, 4, state)


def test_while_it_is_placed_again_after_an_edit_what_is_seen_counts(session: Session, post: Post) -> None:
    one = a_hearing(session, post, HearingState.WAITING, qualified=9, floor=10, thresholds="[0.3]")
    see(session, post, "a.example", "b.example")
    assert (one.seen, one.qualified, one.state) == (2, 11, HearingState.WAITING)


def test_who_saw_it_before_they_were_in_its_audience_counts_when_they_see_it_then(
    session: Session, post: Post
) -> None:
    one = a_hearing(session, post)
    showing = Showing(a_reader_named(session, "dora", "a.example").id, post.id, 0, "list")
    for qualifies in (False, True, True, False):
        impressions.note(session, {showing: qualifies})
    assert (one.seen, one.qualified) == (1, 1)
    assert [row.is_qualified for row in session.execute(select(Impression)).scalars()] == [True]


def test_who_saw_it_before_its_hearing_began_counts_when_they_see_it_in_it(
    session: Session, post: Post
) -> None:
    one = a_hearing(session, post, HearingState.WAITING, thresholds="[]")
    showing = Showing(a_reader_named(session, "dora", "a.example").id, post.id, 0, "list")
    impressions.note(session, {showing: True})
    one.thresholds = "[0.3]"
    one.move(HearingState.OPEN)
    impressions.note(session, {showing: True})
    assert (one.seen, one.qualified) == (1, 1)


def test_two_places_on_one_page_are_one_reader(session: Session, post: Post) -> None:
    one = a_hearing(session, post)
    dora = a_reader_named(session, "dora", "a.example")
    impressions.note(session, {Showing(dora.id, post.id, slot, "list"): True for slot in (3, 5)})
    assert (one.seen, one.qualified) == (1, 1)
    assert [row.slot for row in session.execute(select(Impression)).scalars()] == [3]


def test_a_look_is_one_of_the_board_on_which_the_post_is_heard(session: Session, post: Post) -> None:
    a_hearing(session, post)
    see(session, post, "a.example")
    assert [row.board_id for row in session.execute(select(Impression)).scalars()] == [post.board_id]


def test_what_has_no_hearing_is_noted_and_nothing_more(session: Session, post: Post) -> None:
    see(session, post, "a.example")
    assert [row.board_id for row in session.execute(select(Impression)).scalars()] == [None]
    assert session.query(Impression).count() == 1
    assert session.query(Hearing).count() == 0


def test_the_floor_that_is_reached_ends_the_hearing_and_forgets_where_its_readers_live(
    session: Session, post: Post
) -> None:
    one = a_hearing(session, post, floor=3)
    see(session, post, "a.example", "b.example")
    assert one.state is HearingState.OPEN
    assert "a.example" not in one.domains
    see(session, post, "c.example")
    assert (one.state, one.qualified, one.ended_at, one.domains) == (HearingState.HEARD, 3, NOON, "")


@pytest.mark.parametrize(("floor", "cap", "counted"), [(10, 0, 3), (10, 2, 3), (10, 4, 4), (2, 0, 1)])
def test_of_one_domain_so_many_count_as_its_cap_says_and_never_fewer_than_a_third(
    session: Session, post: Post, floor: int, cap: int, counted: int
) -> None:
    one = a_hearing(session, post, floor=floor, domain_cap=cap)
    see(session, post, *(f"m{number}.crowd.example" for number in range(6)))
    assert (one.seen, one.qualified) == (6, counted)
    assert list(json.loads(one.domains).values()) == [counted]


def test_the_homes_own_people_count_in_full_after_a_week(session: Session, post: Post) -> None:
    one = a_hearing(session, post)
    see(session, post, *["mastodon.home.example"] * 5)
    assert (one.qualified, one.domains) == (5, "")
    for number in range(5):
        fresh = a_reader_named(session, f"n{number}", "mastodon.home.example", joined_at=NOON - 2 * DAY)
        impressions.note(session, {Showing(fresh.id, post.id, 0, "list"): True})
    assert (one.seen, one.qualified) == (10, 8)


def test_an_account_is_as_old_as_its_server_says_where_it_says_so(session: Session, post: Post) -> None:
    one = a_hearing(session, post)
    for number in range(5):
        reader = a_reader_named(session, f"n{number}", "mastodon.home.example", joined_at=NOON - 2 * DAY)
        session.query(type(a_person(session, f"p{number}"))).filter_by(id=reader.person_id).update(
            {"born_at": NOON - 7 * DAY}
        )
        impressions.note(session, {Showing(reader.id, post.id, 0, "list"): True})
    assert one.qualified == 5


def test_all_who_are_gone_meanwhile_count_as_one_domain(session: Session, post: Post) -> None:
    one = a_hearing(session, post)
    impressions.note(session, {Showing(10_000 + number, post.id, 0, "list"): True for number in range(6)})
    assert (one.seen, one.qualified) == (6, 3)


def test_a_reader_is_told_by_marks_what_they_have_seen_and_nobody_else(session: Session, post: Post) -> None:
    _, other = a_thread(session, a_board(session, "sleep"), a_person(session, "ben"))
    dora, eve = a_reader_named(session, "dora"), a_reader_named(session, "eve")
    impressions.note(session, {Showing(dora.id, post.id, 0, "list"): False})
    assert impressions.seen_already(session, dora.id, [post.id, other.id]) == {post.id: False}
    assert impressions.seen_already(session, eve.id, [post.id, other.id]) == {}
    assert impressions.seen_already(session, dora.id, []) == {}


def test_a_mark_holds_for_the_month_before_at_the_turn_of_a_year_too(unit: Unit) -> None:
    december, january = datetime(2026, 12, 31, tzinfo=NOON.tzinfo), datetime(2027, 1, 1, tzinfo=NOON.tzinfo)
    assert impressions.mark_of(5, 77, december) in impressions.marks_of(5, 77, january)
    assert impressions.mark_of(5, 77, december) not in impressions.marks_of(57, 7, january)
    assert impressions.mark_of(5, 77, december.replace(month=11, day=30)) not in impressions.marks_of(
        5, 77, january
    )


def test_showings_are_kept_for_thirty_days(session: Session, post: Post) -> None:
    see(session, post, "a.example")
    assert impressions.all_stale(NOON + 30 * DAY).some(session, 10) == []
    assert len(impressions.all_stale(NOON + 30 * DAY + INSTANT).some(session, 10)) == 1
