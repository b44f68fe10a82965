"""Who is signed in where: what ends a session, to the second, and what a cookie tells of its reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.accounts import sessions
from fedconnect.foundation import database, own_address, sealing
from fedconnect.foundation.errors import NotFound
from fedconnect.foundation.secrets import Secrets
from fedconnect.models.board_rules import Admin
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.models.profile import Profile
from fedconnect.models.reader import Reader, ReaderSession
from fedconnect.models.reader_state import Notification, NotificationKind
from support.account_rows import COOKIE, a_home_reader, a_session, a_visit
from support.forum import BASE
from support.unit import Unit, a_board, a_moderator, a_thread, add

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(cookie: str = COOKIE, **values: Any) -> Reader:
    with database.transaction() as session:
        reader = a_home_reader(session)
        a_session(session, reader, cookie, **values)
    return reader


def kept() -> list[ReaderSession]:
    with database.read_transaction() as session:
        return list(session.execute(select(ReaderSession).order_by(ReaderSession.id)).scalars())


def change(what: Callable[[Session, Person], object]) -> None:
    """Let something happen to the one person there is."""
    with database.transaction() as session:
        what(session, session.execute(select(Person)).scalar_one())


@pytest.mark.parametrize(
    ("seen", "begun"),
    [
        (timedelta(days=14), timedelta(days=14)),
        (timedelta(days=15), timedelta(days=15)),
        (timedelta(0), timedelta(days=90)),
    ],
)
def test_a_session_that_has_run_out_opens_nothing(unit: Unit, seen: timedelta, begun: timedelta) -> None:
    signed_in(seen_at=NOW - seen, begun_at=NOW - begun)
    assert sessions.find_visit(COOKIE) is None


@pytest.mark.parametrize(
    ("seen", "begun"),
    [(timedelta(days=14) - A_SECOND, timedelta(days=89)), (timedelta(0), timedelta(days=90) - A_SECOND)],
)
def test_a_session_lasts_two_weeks_idle_and_ninety_days_in_all(
    unit: Unit, seen: timedelta, begun: timedelta
) -> None:
    signed_in(seen_at=NOW - seen, begun_at=NOW - begun)
    assert sessions.find_visit(COOKIE) is not None


@pytest.mark.parametrize("length", [0, 19, 101])
def test_a_cookie_of_a_length_that_we_do_not_give_is_not_looked_up(unit: Unit, length: int) -> None:
    signed_in("c" * length)
    assert sessions.find_visit("c" * length) is None


@pytest.mark.parametrize("length", [20, 100])
def test_a_cookie_of_a_length_that_could_be_ours_is_looked_up(unit: Unit, length: int) -> None:
    signed_in("c" * length)
    assert sessions.find_visit("c" * length) is not None
    assert sessions.find_visit("d" * length) is None


def looks_after_a_board(session: Session, person: Person) -> object:
    return a_moderator(session, a_board(session), person)


def runs_the_forum(session: Session, person: Person) -> object:
    return add(session, Admin(person_id=person.id, since=NOW))


@pytest.mark.parametrize("duty", [looks_after_a_board, runs_the_forum])
def test_whoever_decides_on_others_signs_in_anew_after_eight_hours(
    unit: Unit, duty: Callable[[Session, Person], object]
) -> None:
    signed_in(seen_at=NOW - timedelta(hours=8))
    change(duty)
    found = sessions.find_visit(COOKIE)
    assert found is not None
    assert found.looks_after
    with time_machine.travel(NOW + timedelta(hours=8, seconds=1), tick=False):
        assert sessions.find_visit(COOKIE) is None


def test_whoever_decides_on_nobody_stays_after_a_night(unit: Unit) -> None:
    signed_in(seen_at=NOW - timedelta(hours=20))
    found = sessions.find_visit(COOKIE)
    assert found is not None
    assert not found.looks_after


def test_an_account_that_is_gone_is_signed_in_nowhere(unit: Unit) -> None:
    signed_in()
    change(lambda session, person: setattr(person, "gone_at", NOW))
    assert sessions.find_visit(COOKIE) is None


@pytest.mark.parametrize(("begun_after_s", "stays"), [(-1, False), (0, False), (1, True)])
def test_a_quarantine_ends_the_sessions_from_before_it_and_no_later_one(
    unit: Unit, begun_after_s: int, stays: bool
) -> None:
    quarantined = NOW - timedelta(hours=1)
    signed_in(begun_at=quarantined + timedelta(seconds=begun_after_s))
    change(lambda session, person: setattr(person, "quarantined_at", quarantined))
    assert (sessions.find_visit(COOKIE) is not None) is stays


@pytest.mark.parametrize(
    ("host", "policy", "stays"),
    [
        ("home.example", Policy.BLOCKED, False),
        ("accounts.example", Policy.BLOCKED, False),
        ("other.example", Policy.BLOCKED, True),
        ("home.example", Policy.LIMITED, True),
        ("home.example", Policy.SILENCED, True),
    ],
)
def test_nobody_of_a_blocked_server_is_signed_in_by_their_account_or_by_their_home(
    unit: Unit, host: str, policy: Policy, stays: bool
) -> None:
    signed_in()
    change(lambda session, person: setattr(person, "host", "accounts.example"))
    change(lambda session, person: session.add(Instance(host=host, policy=policy)))
    assert (sessions.find_visit(COOKIE) is not None) is stays


@pytest.mark.parametrize(("seconds", "noted"), [(3599, False), (3600, False), (3601, True)])
def test_a_visit_is_noted_once_an_hour(unit: Unit, seconds: int, noted: bool) -> None:
    before = NOW - timedelta(seconds=seconds)
    signed_in(seen_at=before)
    sessions.find_visit(COOKIE)
    assert [one.seen_at for one in kept()] == [NOW if noted else before]


def test_a_cookie_of_a_former_secret_counts_and_is_kept_anew_by_the_present_one(unit: Unit) -> None:
    secrets = sealing._configured()
    signed_in(seen_at=NOW - timedelta(hours=2))
    fresh = Secrets("n" * 48, secrets.keys, secrets.current, (secrets.session,))
    own_address.configure(BASE)
    sealing.configure(fresh)
    assert sessions.find_visit(COOKIE) is not None
    assert [one.token_hash for one in kept()] == [fresh.digest(COOKIE, "session")]
    own_address.configure(BASE)
    sealing.configure(Secrets("m" * 48, secrets.keys, secrets.current))
    assert sessions.find_visit(COOKIE) is None


def test_a_visit_tells_whose_it_is(unit: Unit) -> None:
    reader = signed_in()
    found = sessions.find_visit(COOKIE)
    assert found is not None
    assert (found.reader_id, found.person_id) == (reader.id, reader.person_id)
    assert (found.name, found.handle, found.home_host) == ("Ana", "@ana@home.example", "home.example")
    assert (found.has_news, found.counts_views, found.was_asked) == (False, True, False)
    assert found.session_id == kept()[0].id


def test_somebody_without_a_name_is_called_by_their_user_name(unit: Unit) -> None:
    signed_in()
    change(lambda session, person: setattr(person, "name", ""))
    found = sessions.find_visit(COOKIE)
    assert found is not None
    assert found.name == "ana"


@pytest.mark.parametrize(
    ("counts_views", "learns", "told"),
    [
        (False, None, (False, False)),
        (True, None, (True, False)),
        (None, False, (True, True)),
        (None, True, (True, True)),
    ],
)
def test_what_a_reader_was_asked_is_told_apart_from_what_they_said(
    unit: Unit, counts_views: bool | None, learns: bool | None, told: tuple[bool, bool]
) -> None:
    reader = signed_in()
    with database.transaction() as session:
        given = {} if counts_views is None else {"counts_views": counts_views}
        session.add(Profile(reader_id=reader.id, learns=learns, updated_at=NOW, **given))
    found = sessions.find_visit(COOKIE)
    assert found is not None
    assert (found.counts_views, found.was_asked) == told


@pytest.mark.parametrize(("seen", "has_news"), [(None, True), (NOW, False)])
def test_news_are_those_that_the_reader_has_not_seen(
    unit: Unit, seen: datetime | None, has_news: bool
) -> None:
    reader = signed_in()
    with database.transaction() as session:
        _, post = a_thread(session, a_board(session))
        session.add(
            Notification(
                person_id=reader.person_id, kind=NotificationKind.REPLY, post_id=post.id, at=NOW, seen_at=seen
            )
        )
    found = sessions.find_visit(COOKIE)
    assert found is not None
    assert found.has_news is has_news


def test_news_of_others_are_no_news(unit: Unit) -> None:
    signed_in()
    with database.transaction() as session:
        other = a_home_reader(session, "ben")
        _, post = a_thread(session, a_board(session))
        session.add(
            Notification(person_id=other.person_id, kind=NotificationKind.REPLY, post_id=post.id, at=NOW)
        )
    found = sessions.find_visit(COOKIE)
    assert found is not None
    assert not found.has_news


def test_only_a_digest_of_the_cookie_is_kept(session: Session) -> None:
    reader = a_home_reader(session)
    cookie = sessions.begin(session, reader, "")
    (row,) = session.execute(select(ReaderSession)).scalars()
    assert 20 <= len(cookie) <= 100
    assert cookie not in row.token_hash
    assert row.token_hash == sealing.digest(cookie, "session")


def test_with_the_twenty_first_browser_the_one_idle_longest_is_signed_out(session: Session) -> None:
    reader = a_home_reader(session)
    other = a_home_reader(session, "ben")
    theirs = a_session(session, other, "theirs", seen_at=NOW - timedelta(days=13))
    held = [
        a_session(session, reader, f"c{number}", seen_at=NOW - timedelta(hours=number)).id
        for number in range(20)
    ]
    sessions.begin(session, reader, "")
    left = set(session.execute(select(ReaderSession.id)).scalars())
    assert left & set(held) == set(held[:19])
    assert len(left) == 21
    assert theirs.id in left


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("", "A browser"),
        ("curl/8", "A browser"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/139.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/139.0 Safari/537.36 Edg/139.0", "Edge, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/139.0 Safari/537.36 OPR/120.0", "Opera, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18 Safari/605", "Safari, macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18 Safari/604", "Safari, iOS"),
        ("x" * 400 + "Firefox/140.0", "A browser"),
    ],
)
def test_two_words_are_all_that_is_kept_of_a_browser(session: Session, agent: str, device: str) -> None:
    sessions.begin(session, a_home_reader(session), agent)
    assert session.execute(select(ReaderSession.device)).scalar_one() == device


def test_nobody_ends_a_session_of_somebody_else(session: Session) -> None:
    reader = a_home_reader(session)
    other = a_home_reader(session, "ben")
    theirs = a_session(session, other)
    with pytest.raises(NotFound):
        sessions.end(session, a_visit(session, reader), theirs.id)
    assert session.execute(select(ReaderSession.id)).scalars().all() == [theirs.id]


@pytest.mark.parametrize(
    ("other_seen", "was_last"),
    [(timedelta(0), False), (timedelta(days=14) - A_SECOND, False), (timedelta(days=14), True)],
)
def test_a_session_that_has_run_out_makes_no_other_the_last_but_one(
    session: Session, other_seen: timedelta, was_last: bool
) -> None:
    reader = a_home_reader(session)
    this = a_session(session, reader)
    a_session(session, reader, "other", seen_at=NOW - other_seen)
    assert sessions.end(session, a_visit(session, reader), this.id) is was_last


def test_the_list_of_browsers_is_ones_own_the_latest_first_and_without_what_has_run_out(
    session: Session,
) -> None:
    reader = a_home_reader(session)
    other = a_home_reader(session, "ben")
    a_session(session, other, "theirs")
    older = a_session(session, reader, "older", seen_at=NOW - timedelta(hours=2))
    newer = a_session(session, reader, "newer", seen_at=NOW - timedelta(hours=1))
    a_session(session, reader, "over", seen_at=NOW - timedelta(days=14))
    listed = sessions.list_sessions(session, a_visit(session, reader, session_id=older.id))
    assert [(one.id, one.is_this) for one in listed] == [(newer.id, False), (older.id, True)]


def test_all_sessions_of_one_reader_end_and_nobody_elses(session: Session) -> None:
    reader = a_home_reader(session)
    other = a_home_reader(session, "ben")
    a_session(session, reader)
    theirs = a_session(session, other, "theirs")
    sessions.end_all(session, reader.id)
    assert session.execute(select(ReaderSession.id)).scalars().all() == [theirs.id]


def test_upkeep_forgets_what_opens_nothing_any_more_and_no_more_than_that(session: Session) -> None:
    reader = a_home_reader(session)
    over = [
        a_session(session, reader, "idle", seen_at=NOW - timedelta(days=14)).id,
        a_session(session, reader, "long", begun_at=NOW - timedelta(days=90)).id,
    ]
    a_session(session, reader, "seen", seen_at=NOW - timedelta(days=14) + A_SECOND)
    a_session(session, reader, "begun", begun_at=NOW - timedelta(days=90) + A_SECOND)
    found = [number for one in sessions.all_stale(NOW) for number in one.some(session, 10)]
    assert sorted(found) == sorted(over)
