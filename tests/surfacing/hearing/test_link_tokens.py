"""Links in private messages: what spends nothing, what counts once, and that nothing says whose look it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from fedconnect.foundation import registrable_domains, sealing
from fedconnect.models.hearing import Hearing, HearingState, Impression
from fedconnect.models.link_token import LinkToken
from fedconnect.models.post import Post
from fedconnect.surfacing.hearing import impressions, link_tokens
from fedconnect.surfacing.hearing.impressions import Showing
from fedconnect.surfacing.hearing.link_tokens import LinkReader
from support.forum import BASE
from support.surfacing_rows import HOUR, INSTANT, NOON, a_hearing, a_reader_named, stop_the_clock
from support.unit import a_board, a_person, a_thread

FIT = LinkReader(True, "far.example")


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)
    registrable_domains.configure(())


@pytest.fixture
def post(session: Session) -> Post:
    return a_thread(session, a_board(session), a_person(session))[1]


@pytest.fixture
def hearing(session: Session, post: Post) -> Hearing:
    return a_hearing(session, post)


def sent(session: Session, post: Post, reader: LinkReader = FIT, channel: str = "letter") -> str:
    """Make a link, and return its token."""
    address = link_tokens.make(session, post.id, "/boards/respite/threads/1", reader, channel)
    session.flush()
    secret = address.removeprefix(f"{BASE}/boards/respite/threads/1?link=")
    assert secret != address
    return f"{post.id}.{secret}"


def tokens_left(session: Session) -> int:
    return len(session.execute(select(LinkToken.id)).all())


def test_what_is_forged_used_too_old_or_of_another_post_counts_nothing(
    session: Session, post: Post, hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sent(session, post)
    number, _, secret = token.partition(".")
    other = a_thread(session, a_board(session, "other"), a_person(session, "ben"))[1]
    about_the_other = a_hearing(session, other)
    for forged in (
        f"{other.id}.{secret}", f"0{number}.{secret}", f"{number}.{secret[:-1]}", f"{number}.{secret}x", f"{number}.{secret[::-1]}",
        f"{number}.", secret, f".{secret}", f"-{number}.{secret}", f"{number}.{secret[:-1]}é", f"{number}.{secret}.", "", ".", "x" * 100_000,
        sealing.digest(token, "link"),
    ):  # fmt: skip
        assert link_tokens.use(session, [forged]) == [], forged
    assert (hearing.seen, about_the_other.seen, tokens_left(session)) == (0, 0, 1)
    assert link_tokens.use(session, [token, token]) == [post.id]
    assert link_tokens.use(session, [token]) == []
    assert (hearing.seen, hearing.qualified, tokens_left(session)) == (1, 1, 0)
    old = sent(session, post)
    stop_the_clock(monkeypatch, NOON + 48 * HOUR)
    assert link_tokens.use(session, [old]) == []
    assert link_tokens.find(session, post.id, old.partition(".")[2]) == ""
    assert (hearing.seen, len(session.execute(select(Impression)).all())) == (1, 1)


def test_to_look_for_a_token_spends_nothing(session: Session, post: Post, hearing: Hearing) -> None:
    token = sent(session, post)
    secret = token.partition(".")[2]
    for _ in range(5):
        assert link_tokens.find(session, post.id, secret) == token
    assert link_tokens.find(session, post.id + 1, secret) == ""
    assert link_tokens.find(session, post.id, "") == ""
    assert link_tokens.find(session, post.id, "x" * 100_000) == ""
    assert (hearing.seen, tokens_left(session)) == (0, 1)


def test_what_is_kept_names_nobody_and_not_the_secret(session: Session, post: Post) -> None:
    stopped = sent(session, post, LinkReader(True, "far.example"))
    (row,) = session.execute(select(LinkToken)).scalars()
    kept = [str(getattr(row, column.key)) for column in inspect(LinkToken).columns]
    assert {column.key for column in inspect(LinkToken).columns} == {
        "id", "digest", "post_id", "is_qualified", "domain", "marks", "channel", "made_at"
    }  # fmt: skip
    assert not [one for one in kept if "far.example" in one or stopped.partition(".")[2] in one]
    assert row.digest != stopped


def test_two_links_to_one_post_share_no_mark_and_no_number_tells_when_they_were_made(
    session: Session, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minutes in (0, 1, 59):
        stop_the_clock(monkeypatch, NOON + timedelta(minutes=minutes))
        sent(session, post)
    rows = session.execute(select(LinkToken)).scalars().all()
    assert len({row.marks for row in rows}) == 3
    assert {row.made_at for row in rows} == {NOON}, (
        "the hour, so that a letter's links are not told by their minute"
    )
    assert max(row.id for row in rows) - min(row.id for row in rows) > 1 << 30


def test_an_opening_is_written_down_as_one_look_of_its_channel(
    session: Session, post: Post, hearing: Hearing
) -> None:
    for channel in ("letter", "ask"):
        link_tokens.use(session, [sent(session, post, channel=channel)])
    rows = session.execute(select(Impression).order_by(Impression.id)).scalars().all()
    assert [(row.channel, row.is_qualified, row.board_id, row.post_id) for row in rows] == [
        (channel, True, post.board_id, post.id) for channel in ("letter", "ask")
    ]
    assert (hearing.seen, hearing.qualified) == (2, 2)


def test_who_does_not_qualify_is_seen_to_look_and_counts_for_no_floor(
    session: Session, post: Post, hearing: Hearing
) -> None:
    link_tokens.use(session, [sent(session, post, LinkReader(False, "far.example"))])
    assert (hearing.seen, hearing.qualified, hearing.domains) == (1, 0, "")


@pytest.mark.parametrize(
    "state", [HearingState.HEARD, HearingState.MISSED, HearingState.ANSWERED, HearingState.CLOSED]
)
def test_after_its_hearing_an_opening_is_not_counted_as_heard(
    session: Session, post: Post, state: HearingState
) -> None:
    hearing = a_hearing(session, post, state)
    assert link_tokens.use(session, [sent(session, post)]) == [post.id]
    assert (hearing.seen, hearing.qualified, hearing.state) == (1, 0, state)


def test_the_last_opening_that_was_promised_ends_the_hearing_as_heard(session: Session, post: Post) -> None:
    hearing = a_hearing(session, post, floor=2, qualified=1)
    link_tokens.use(session, [sent(session, post)])
    assert hearing.state is HearingState.HEARD


def test_of_one_domain_only_its_share_counts_with_that_of_readers_and_the_home_server_in_any_case(
    session: Session, post: Post
) -> None:
    hearing = a_hearing(session, post, floor=6, domain_cap=2)
    reader = a_reader_named(session, "dora", "a.far.example")
    impressions.note(session, {Showing(reader.id, post.id, 0, "list"): True})
    for _ in range(3):
        link_tokens.use(session, [sent(session, post)])
    assert (hearing.seen, hearing.qualified) == (4, 2)
    link_tokens.use(session, [sent(session, post, LinkReader(True, None))])
    link_tokens.use(session, [sent(session, post, LinkReader(True, "b.example"))])
    assert (hearing.seen, hearing.qualified) == (6, 4)
    assert sorted(json.loads(hearing.domains).values()) == [1, 2]


@pytest.mark.parametrize("looks_first", [True, False])
@pytest.mark.parametrize(
    ("made", "opened"),
    [(NOON, NOON), (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), datetime(2026, 12, 1, 0, 30, tzinfo=UTC))],
)
def test_somebody_who_signs_in_at_times_counts_once_for_link_and_page(
    session: Session,
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
    looks_first: bool,
    made: datetime,
    opened: datetime,
) -> None:
    stop_the_clock(monkeypatch, made)
    hearing = a_hearing(session, post)
    reader = a_reader_named(session, "dora", "far.example")
    token = sent(session, post, LinkReader(True, "far.example", reader.id))
    showing = {Showing(reader.id, post.id, 0, "list"): True}
    if looks_first:
        stop_the_clock(monkeypatch, opened)
        impressions.note(session, showing)
        link_tokens.use(session, [token])
    else:
        link_tokens.use(session, [token])
        stop_the_clock(monkeypatch, opened)
        impressions.note(session, showing)
    assert (hearing.seen, hearing.qualified) == (1, 1)


def test_at_most_fifty_tokens_are_read_at_once(session: Session, post: Post, hearing: Hearing) -> None:
    tokens = [sent(session, post) for _ in range(51)]
    assert len(link_tokens.use(session, tokens)) == 50
    assert tokens_left(session) == 1


def test_tokens_are_forgotten_after_two_days(session: Session, post: Post) -> None:
    sent(session, post)
    assert link_tokens.all_stale(NOON + 48 * HOUR - INSTANT).some(session, 9) == []
    stale = link_tokens.all_stale(NOON + 48 * HOUR)
    stale.forget(session, stale.some(session, 9))
    assert tokens_left(session) == 0
