"""The thesaurus of this installation, as a process knows it: read when the first reader comes, then looked at every ten
minutes."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.foundation import caches, clock
from fedconnect.meaning.parameters import MeaningParameters
from fedconnect.meaning.thesaurus import Thesaurus
from fedconnect.models.stale_rows import StaleRows, stale
from fedconnect.models.thesaurus import LearntThesaurus

log = structlog.get_logger()
_LOOK_AGAIN_S = 600.0
_LIFE = timedelta(days=3)  # where nothing is learnt any more, words that are gone do not stay
_FEW = timedelta(hours=1)
_lock = threading.Lock()
_known: Thesaurus | None = None
_known_id: int | None = None
_looked_at: float | None = None


def thesaurus(session: Session) -> Thesaurus | None:
    """Return the thesaurus in force, None where there is none (no query; one or two every ten minutes)."""
    global _known, _known_id, _looked_at
    with _lock:
        if _looked_at is not None and time.monotonic() - _looked_at < _LOOK_AGAIN_S:
            return _known
        since = clock.now() - _LIFE
        newest = (
            select(LearntThesaurus.id)
            .where(LearntThesaurus.learnt_at > since)
            .order_by(LearntThesaurus.id.desc())
            .limit(1)
        )
        found = session.execute(newest).scalar_one_or_none()
        if found != _known_id:
            _known, _known_id = _read(session, found), found
        _looked_at = time.monotonic()
        return _known


def is_due(session: Session, parameters: MeaningParameters) -> bool:
    """Whether it is time to learn anew: daily, and hourly where a few posts more make a difference."""
    last = session.execute(
        select(LearntThesaurus.learnt_at, LearntThesaurus.posts).order_by(LearntThesaurus.id.desc()).limit(1)
    ).first()
    if last is None:
        return True
    are_few = last.posts < 10 * parameters.least_posts
    return bool(
        last.learnt_at <= clock.now() - (_FEW if are_few else timedelta(hours=parameters.again_hours))
    )


def keep(session: Session, learnt: Thesaurus, posts: int) -> None:
    """Put a thesaurus in place of the last one."""
    session.execute(delete(LearntThesaurus))
    session.add(LearntThesaurus(posts=posts, packed=learnt.pack(), learnt_at=clock.now()))


def stale_thesaurus(now: datetime) -> StaleRows:
    """Return a thesaurus that was not learnt anew for three days."""
    return stale(LearntThesaurus, LearntThesaurus.learnt_at < now - _LIFE)


@caches.cleared_with_all
def clear() -> None:
    """Look again with the next question (tests)."""
    global _known, _known_id, _looked_at
    with _lock:
        _known, _known_id, _looked_at = None, None, None


def _read(session: Session, which: int | None) -> Thesaurus | None:
    if which is None:
        return None
    packed = session.execute(
        select(LearntThesaurus.packed).where(LearntThesaurus.id == which)
    ).scalar_one_or_none()
    if packed is None:
        return None
    try:
        return Thesaurus.unpack(packed)
    except ValueError:
        log.warning("thesaurus_unreadable")
        return None
