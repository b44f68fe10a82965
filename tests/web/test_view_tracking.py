"""What readers have before their eyes: bounded, written together, and never lost to a busy moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.foundation import caches, clock, database
from fedconnect.foundation.errors import Busy
from fedconnect.models.hearing import Hearing, Impression
from fedconnect.models.reader_state import ReadMarker
from fedconnect.surfacing.hearing import impressions, link_tokens
from fedconnect.surfacing.hearing.impressions import Showing
from fedconnect.surfacing.hearing.link_tokens import LinkReader
from fedconnect.web import view_tracking
from support.surfacing_rows import NOON, a_hearing, stop_the_clock
from support.unit import Unit, a_board, a_person, a_reader, a_thread
from support.web_rows import a_bare_app, a_reader_asking

Judge = Callable[[Sequence[Showing]], dict[Showing, bool]]


class Timer:
    """Rings when somebody says so."""

    made: list[Timer]

    def __init__(self, seconds: float, ring: Callable[[], None]) -> None:
        self.seconds, self.ring = seconds, ring
        self.daemon = self.is_started = self.is_cancelled = False
        Timer.made.append(self)

    def start(self) -> None:
        assert self.daemon, "a process does not wait for it to end"
        self.is_started = True

    def cancel(self) -> None:
        self.is_cancelled = True


@pytest.fixture(autouse=True)
def timers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Timer]]:
    view_tracking.forget()
    Timer.made = []
    monkeypatch.setattr(view_tracking.threading, "Timer", Timer)
    stop_the_clock(monkeypatch)
    yield Timer.made
    view_tracking.forget()


@pytest.fixture
def ids(unit: Unit) -> tuple[int, int, int]:
    """A reader, a thread, and its first post, whose hearing is open."""
    with database.transaction() as session:
        thread, post = a_thread(session, a_board(session), a_person(session, "ana"))
        reader = a_reader(
            session, a_person(session, "dora", "readers.example"), joined_at=NOON - timedelta(days=9)
        )
        a_hearing(session, post)
        return reader.id, thread.id, post.id


def judged_by(monkeypatch: pytest.MonkeyPatch, judge: Judge) -> list[Sequence[Showing]]:
    """Let showings be judged like this; returns what was asked about."""
    asked: list[Sequence[Showing]] = []
    monkeypatch.setattr(view_tracking, "judge_showings", lambda given: asked.append(given) or judge(given))
    return asked


def busy(_: Sequence[Showing]) -> dict[Showing, bool]:
    raise Busy("locked")


def opened() -> list[tuple[int, int, datetime]]:
    with database.read_transaction() as session:
        rows = session.execute(select(ReadMarker.reader_id, ReadMarker.thread_id, ReadMarker.at))
        return [(row[0], row[1], row[2]) for row in rows]


def a_token(monkeypatch: pytest.MonkeyPatch, visit: Visit | None) -> str:
    monkeypatch.setattr(view_tracking, "find_visit", lambda: visit)
    app = a_bare_app()
    view_tracking.add_seen_token(app)
    return str(app.jinja_env.globals["seen_token"](12, 3, "list"))  # type: ignore[operator]


@pytest.mark.usefixtures("unit")
def test_whoever_is_not_signed_in_or_does_not_want_to_count_gets_no_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert a_token(monkeypatch, None) == ""
    assert a_token(monkeypatch, a_reader_asking(counts_views=False)) == ""


@pytest.mark.usefixtures("unit")
def test_a_token_says_what_was_shown_to_this_reader_and_to_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    token = a_token(monkeypatch, a_reader_asking(reader_id=2))
    assert impressions.read_token(2, token) == Showing(2, 12, 3, "list")
    assert impressions.read_token(3, token) is None


def test_what_was_opened_and_seen_is_written_together_and_once(
    ids: tuple[int, int, int], timers: list[Timer]
) -> None:
    reader, thread, post = ids
    view_tracking.note_opened(reader, thread)
    view_tracking.note_showings([Showing(reader, post, 1, "list")] * 2)
    assert opened() == []
    view_tracking.flush()
    assert opened() == [(reader, thread, NOON)]
    with database.read_transaction() as session:
        assert session.execute(select(Impression.post_id)).scalars().all() == [post]
        assert session.execute(select(Hearing.seen)).scalar_one() == 1


def test_nothing_is_opened_where_nothing_was_seen(
    ids: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    view_tracking.note_opened(ids[0], ids[1])
    view_tracking.flush()
    monkeypatch.setattr(
        view_tracking.database, "transaction", lambda: pytest.fail("a transaction was opened")
    )
    view_tracking.flush()


def test_one_bell_rings_for_all_that_is_seen_in_a_second(timers: list[Timer]) -> None:
    view_tracking.note_opened(1, 1)
    view_tracking.note_opened(1, 2)
    view_tracking.note_showings([Showing(1, 1, 1, "list")])
    (timer,) = timers
    assert (timer.seconds, timer.ring, timer.is_started) == (1.0, view_tracking.flush, True)


def test_what_is_seen_after_that_rings_anew(timers: list[Timer], monkeypatch: pytest.MonkeyPatch) -> None:
    judged_by(monkeypatch, busy)
    view_tracking.note_opened(1, 1)
    view_tracking.flush()
    assert timers[0].is_cancelled
    view_tracking.note_showings([])
    assert [one.is_started for one in timers] == [True, True]


def test_of_many_visits_to_a_thread_the_latest_is_written(
    ids: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for minute in (0, 5):
        stop_the_clock(monkeypatch, NOON + timedelta(minutes=minute))
        view_tracking.note_opened(ids[0], ids[1])
    view_tracking.flush()
    assert opened() == [(ids[0], ids[1], NOON + timedelta(minutes=5))]


def test_what_could_not_be_written_is_written_with_the_next(
    ids: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    showing = Showing(ids[0], ids[2], 1, "list")
    view_tracking.note_opened(ids[0], ids[1])
    view_tracking.note_showings([showing])
    judged_by(monkeypatch, busy)
    view_tracking.flush()
    stop_the_clock(monkeypatch, NOON + timedelta(minutes=5))
    asked = judged_by(monkeypatch, lambda given: {})
    view_tracking.flush()
    assert (opened(), asked) == ([(ids[0], ids[1], NOON)], [[showing]]), "as of when it was seen"


def test_a_busy_database_loses_nothing_and_what_was_seen_meanwhile_is_later(
    ids: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, thread, post = ids
    later = NOON + timedelta(minutes=5)

    def busy_for_long(given: Sequence[Showing]) -> dict[Showing, bool]:
        stop_the_clock(monkeypatch, later)
        view_tracking.note_opened(reader, thread)
        return busy(given)

    showing = Showing(reader, post, 1, "list")
    view_tracking.note_opened(reader, thread)
    view_tracking.note_showings([showing])
    judged_by(monkeypatch, busy_for_long)
    view_tracking.flush()
    assert opened() == []
    asked = judged_by(monkeypatch, lambda given: {})
    view_tracking.flush()
    assert opened() == [(reader, thread, later)]
    assert asked == [[showing]]


def test_what_cannot_be_written_at_all_is_dropped_and_stops_nobody(
    ids: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(given: Sequence[Showing]) -> dict[Showing, bool]:
        raise ZeroDivisionError

    view_tracking.note_opened(ids[0], ids[1])
    judged_by(monkeypatch, broken)
    view_tracking.flush()
    asked = judged_by(monkeypatch, lambda given: {})
    view_tracking.flush()
    assert (opened(), asked) == ([], [])


@pytest.mark.usefixtures("unit")
def test_only_so_much_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view_tracking, "_MOST", 2)
    asked = judged_by(monkeypatch, lambda given: {})
    many = [Showing(1, post, 1, "list") for post in (1, 2, 3)]
    view_tracking.note_showings(iter(many))
    view_tracking.flush()
    assert asked == [many[:2]]


def a_link(post_id: int) -> str:
    with database.transaction() as session:
        address = link_tokens.make(session, post_id, "/t", LinkReader(True, "b.example"), "letter")
    return f"{post_id}.{address.rpartition('=')[2]}"


def looks() -> list[str]:
    with database.read_transaction() as session:
        return list(session.execute(select(Impression.channel)).scalars())


def test_what_came_by_links_is_written_once_and_with_more_than_fifty_at_once(
    ids: tuple[int, int, int],
) -> None:
    links = [a_link(ids[2]) for _ in range(51)]
    view_tracking.note_links([*links, links[0], f"{ids[2]}.{'x' * 32}"])
    assert looks() == []
    view_tracking.flush()
    assert looks() == ["letter"] * 51
    view_tracking.note_links(links)
    view_tracking.flush()
    assert len(looks()) == 51


def test_links_that_could_not_be_counted_are_counted_with_the_next_and_a_broken_one_stops_nobody(
    ids: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, link = link_tokens.use, a_link(ids[2])

    def fails(error: Exception) -> Callable[..., list[int]]:
        def use(session: Session, tokens: Sequence[str]) -> list[int]:
            raise error

        return use

    view_tracking.note_opened(ids[0], ids[1])
    view_tracking.note_links([link])
    monkeypatch.setattr(link_tokens, "use", fails(Busy("locked")))
    view_tracking.flush()
    assert (len(opened()), looks()) == (1, [])
    monkeypatch.setattr(link_tokens, "use", real)
    view_tracking.flush()
    assert looks() == ["letter"]
    monkeypatch.setattr(link_tokens, "use", fails(ZeroDivisionError()))
    view_tracking.note_links(["broken"])
    view_tracking.flush()
    monkeypatch.setattr(link_tokens, "use", lambda *_: pytest.fail("it was dropped"))
    view_tracking.flush()


def test_a_new_forum_in_this_process_begins_with_nothing(
    timers: list[Timer], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = judged_by(monkeypatch, lambda given: {})
    view_tracking.note_opened(1, 1)
    view_tracking.note_showings([Showing(1, 1, 1, "list")])
    view_tracking.note_links(["a"])
    monkeypatch.setattr(link_tokens, "use", lambda *_: pytest.fail("it was forgotten"))
    caches.clear_all()
    assert timers[0].is_cancelled
    view_tracking.flush()
    assert asked == []
    assert clock.now() == NOON
