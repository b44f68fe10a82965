"""How rare words are here, as a worker knows it: learnt from each post at once, written down once a minute."""

from __future__ import annotations

import time
import zlib
from collections.abc import Sequence

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import caches, clock
from fedconnect.models.hearing import WordCounts
from fedconnect.surfacing.encoder import BUCKETS, MOST_LANGUAGES, OTHER, Frequencies

_Table = np.ndarray[tuple[int], np.dtype[np.uint32]]

_RELOAD_S = 600.0
_WRITE_S = 60.0
_FOLDED_AT_ONCE = 50
#: Strangers say in which language they write: those with most posts keep a table of their own, of equals the last used.
_OWN_TABLES = (
    select(WordCounts)
    .where(WordCounts.language != OTHER)
    .order_by(WordCounts.posts.desc(), WordCounts.updated_at.desc(), WordCounts.language)
)
_known: Frequencies | None = None
_unwritten = Frequencies()
_read_at = _written_at = 0.0


def frequencies(session: Session) -> Frequencies:
    """Return how rare words are; what other workers learnt is heard of every ten minutes."""
    global _known, _read_at
    if _known is None or time.monotonic() - _read_at > _RELOAD_S:
        _known, _read_at = _read(session), time.monotonic()
        _merge(_known, _unwritten)
    return _known


def learn(known: Frequencies, words: Sequence[str], language: str) -> None:
    """Count one post."""
    known.learn(words, language)
    _unwritten.learn(words, language)


def write(session: Session) -> None:
    """Write down what was counted, once a minute; what a dying worker counted last is lost, and missed by nobody."""
    global _unwritten, _written_at
    if not _unwritten.posts or time.monotonic() - _written_at < _WRITE_S:
        return
    for language, table in _unwritten.tables.items():
        _add(session, language, table, _unwritten.posts[language])
    _fold(session)
    _unwritten, _written_at = Frequencies(), time.monotonic()


@caches.cleared_with_all
def clear() -> None:
    """Begin anew (tests)."""
    global _known, _unwritten, _written_at
    _known, _unwritten, _written_at = None, Frequencies(), 0.0


def _add(session: Session, language: str, table: _Table, posts: int) -> None:
    row = session.execute(
        select(WordCounts).where(WordCounts.language == language).with_for_update()
    ).scalar_one_or_none()
    if row is None:
        row = WordCounts(language=language, posts=0, packed=zlib.compress(bytes(4 * BUCKETS)))
        session.add(row)
    row.packed = zlib.compress((_unpacked(row) + table).astype("<u4").tobytes(), 1)
    row.posts += posts
    row.updated_at = clock.now()


def _fold(session: Session) -> None:
    """Count languages that are too many, those with fewest posts, with the others."""
    session.flush()
    surplus = _OWN_TABLES.offset(MOST_LANGUAGES).limit(_FOLDED_AT_ONCE).with_for_update()
    for row in session.execute(surplus).scalars().all():
        _add(session, OTHER, _unpacked(row), row.posts)
        session.delete(row)


def _read(session: Session) -> Frequencies:
    found = Frequencies()
    others = select(WordCounts).where(WordCounts.language == OTHER)
    for row in [
        *session.execute(_OWN_TABLES.limit(MOST_LANGUAGES)).scalars(),
        *session.execute(others).scalars(),
    ]:
        found.posts[row.language] = row.posts
        found.tables[row.language] = _unpacked(row)
    return found


def _unpacked(row: WordCounts) -> _Table:
    return np.frombuffer(zlib.decompress(row.packed), "<u4").astype(np.uint32)


def _merge(into: Frequencies, fresh: Frequencies) -> None:
    for language, table in fresh.tables.items():
        name = into.table(language)
        known = into.tables.get(name)
        into.tables[name] = table.copy() if known is None else known + table
        into.posts[name] = into.posts.get(name, 0) + fresh.posts[language]
