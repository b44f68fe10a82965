"""How rare words are here: learnt at once, written once a minute, added to what others learnt."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.hearing import WordCounts
from fedconnect.surfacing import word_frequencies
from fedconnect.surfacing.encoder import BUCKETS, MOST_LANGUAGES, Frequencies, bucket_of

NOTHING = zlib.compress(bytes(4 * BUCKETS))


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The moment that a worker's clock shows."""
    moment = [1000.0]
    monkeypatch.setattr(word_frequencies.time, "monotonic", lambda: moment[0])
    word_frequencies.clear()
    yield moment
    word_frequencies.clear()


def count(known: Frequencies, word: str, language: str = "en") -> int:
    return int(known.tables[language][bucket_of(word)])


def written(session: Session) -> dict[str, int]:
    rows = session.execute(select(WordCounts.language, WordCounts.posts))
    return {row[0]: row[1] for row in rows}


def test_nothing_is_written_where_nothing_was_learnt(session: Session, now: list[float]) -> None:
    word_frequencies.frequencies(session)
    word_frequencies.write(session)
    assert written(session) == {}


def test_a_word_counts_once_a_post_and_at_once(session: Session, now: list[float]) -> None:
    known = word_frequencies.frequencies(session)
    word_frequencies.learn(known, ["sleep", "sleep"], "en-GB")
    word_frequencies.learn(known, ["bread"], "de")
    again = word_frequencies.frequencies(session)
    assert (count(again, "sleep"), again.posts) == (1, {"en": 1, "de": 1})
    assert count(again, "bread", "en") == 0


def test_what_was_learnt_is_written_once_a_minute_and_once(session: Session, now: list[float]) -> None:
    known = word_frequencies.frequencies(session)
    word_frequencies.learn(known, ["sleep"], "en")
    word_frequencies.write(session)
    word_frequencies.learn(known, ["sleep"], "en")
    now[0] += 59.9
    word_frequencies.write(session)
    assert written(session) == {"en": 1}
    now[0] += 0.1
    for _ in range(2):
        word_frequencies.write(session)
        now[0] += 61
    assert written(session) == {"en": 2}
    word_frequencies.clear()
    assert count(word_frequencies.frequencies(session), "sleep") == 2


def test_what_other_workers_learnt_is_heard_of_every_ten_minutes_beside_what_is_not_written_yet(
    session: Session, now: list[float]
) -> None:
    known = word_frequencies.frequencies(session)
    word_frequencies.learn(known, ["sleep"], "en")
    word_frequencies.write(session)
    row = session.execute(select(WordCounts)).scalar_one()
    row.posts = 5  # another worker wrote
    session.flush()
    word_frequencies.learn(known, ["sleep", "bread"], "en")
    now[0] += 600
    assert word_frequencies.frequencies(session) is known
    now[0] += 0.1
    again = word_frequencies.frequencies(session)
    assert (again.posts["en"], count(again, "sleep"), count(again, "bread")) == (6, 2, 1)


def test_made_up_languages_take_no_room_from_those_with_most_posts(
    session: Session, now: list[float]
) -> None:
    known = word_frequencies.frequencies(session)
    for _ in range(3):
        word_frequencies.learn(known, ["sleep"], "en")
    for wave in range(4):
        for number in range(MOST_LANGUAGES - 1):
            word_frequencies.learn(known, ["bread"], f"{'wxyz'[wave]}{number}")
        now[0] += 61
        word_frequencies.write(session)
        now[0] += 600
        known = word_frequencies.frequencies(session)
        assert len(known.tables) <= MOST_LANGUAGES + 1
    kept = written(session)
    assert len(kept) == MOST_LANGUAGES + 1
    assert (kept["en"], known.posts["en"], count(known, "sleep")) == (3, 3, 3)
    others = 3 * (MOST_LANGUAGES - 1)
    assert (kept["und"], count(known, "bread", "und")) == (others, others), (
        "what has no place counts with the rest"
    )


def test_tables_that_an_older_release_let_grow_are_read_no_further_than_their_bound(
    session: Session, now: list[float]
) -> None:
    for number in range(MOST_LANGUAGES + 8):
        row = WordCounts(language=f"x{number}", posts=number, packed=NOTHING, updated_at=clock.now())
        session.add(row)
    session.flush()
    known = word_frequencies.frequencies(session)
    assert sorted(known.posts.values()) == list(range(8, MOST_LANGUAGES + 8))
    for number in range(MOST_LANGUAGES):
        word_frequencies.learn(known, ["bread"], f"y{number}")
    now[0] += 601
    assert len(word_frequencies.frequencies(session).tables) == MOST_LANGUAGES + 1
