"""Where readers are signed in: a random cookie each, of which only a keyed digest is kept."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from fedconnect.accounts import visit_facts
from fedconnect.accounts.visit_facts import FollowedBoard
from fedconnect.foundation import clock, database, sealing
from fedconnect.foundation.errors import NotFound
from fedconnect.models.home_server import HomeServer
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.models.profile import Profile
from fedconnect.models.reader import Reader, ReaderSession
from fedconnect.models.stale_rows import StaleRows, stale

IDLE = timedelta(days=14)
LONGEST = timedelta(days=90)
MODERATOR_IDLE = timedelta(hours=8)  # whoever decides on others signs in again after a night
_SEEN_EVERY = timedelta(hours=1)
_MOST_A_READER = 20
_PURPOSE = "session"


@dataclass(frozen=True, slots=True)
class Visit:
    """A reader who is signed in, in one browser; `has_news`: there is something that they have not seen.

    `counts_views`: whether what they see counts for a post's hearing; `was_asked`: whether they were asked
    if we may learn what they care for; `looks_after`: whether they look after a board, or the installation.
    `unread_threads`: in how many conversations there is something new to them; `boards`: those that they follow, by
    name; `to_review`: how many cases wait on boards that they look after.
    """

    session_id: int
    reader_id: int
    person_id: int
    person_uri: str
    name: str
    handle: str
    home_id: int
    home_host: str
    software: str
    joined_at: datetime
    hides_authors: bool | None
    has_news: bool
    counts_views: bool = True
    was_asked: bool = False
    looks_after: bool = False
    unread_threads: int = 0
    boards: Sequence[FollowedBoard] = ()
    to_review: int = 0

    def follows(self, slug: str) -> str:
        """How they follow a board: `home`, `here`, or not at all, empty."""
        return next((one.how for one in self.boards if one.slug == slug), "")


@dataclass(frozen=True, slots=True)
class SessionItem:
    """One browser in the list of those in which a reader is signed in."""

    id: int
    device: str
    begun_at: datetime
    seen_at: datetime
    is_this: bool


def begin(session: Session, reader: Reader, user_agent: str) -> str:
    """Sign a reader in, and return the new cookie; the oldest of too many sessions ends."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    session.add(
        ReaderSession(
            token_hash=sealing.digest(token, _PURPOSE), reader_id=reader.id, device=_device(user_agent),
            begun_at=now, seen_at=now,
        )
    )  # fmt: skip
    session.flush()  # the query below sees it
    kept = (
        select(ReaderSession.id).where(ReaderSession.reader_id == reader.id)
        .order_by(ReaderSession.seen_at.desc(), ReaderSession.id.desc()).offset(_MOST_A_READER).limit(1000)
    )  # fmt: skip
    surplus = list(session.execute(kept).scalars())
    if surplus:
        session.execute(delete(ReaderSession).where(ReaderSession.id.in_(surplus)))
    return token


def find_visit(cookie: str) -> Visit | None:
    """Return who is signed in with a cookie, or None; notes once an hour that they were here.

    Opens its own transactions.
    """
    if not 20 <= len(cookie) <= 100:
        return None
    now = clock.now()
    with database.read_transaction() as session:
        row = session.execute(
            select(
                ReaderSession,
                Reader,
                Person,
                HomeServer,
                visit_facts.unread_threads(),
                Profile.counts_views,
                Profile.learns,
                visit_facts.looks_after(),
                visit_facts.boards_followed(),
                visit_facts.to_review(),
            )
            .join(Reader, Reader.id == ReaderSession.reader_id)
            .join(Person, Person.id == Reader.person_id)
            .join(HomeServer, HomeServer.id == Reader.home_id)
            .outerjoin(Profile, Profile.reader_id == Reader.id)
            .where(
                ReaderSession.token_hash.in_(sealing.digests(cookie, _PURPOSE)),
                ReaderSession.seen_at > now - IDLE,
                ReaderSession.begun_at > now - LONGEST,
                Person.gone_at.is_(None),
                or_(Person.quarantined_at.is_(None), ReaderSession.begun_at > Person.quarantined_at),
                ~_is_blocked(),
            )
        ).one_or_none()
    if row is None:
        return None
    held, reader, person, home, unread, counts_views, learns, looks_after, followed, to_review = row
    if looks_after and now - held.seen_at > MODERATOR_IDLE:
        return None
    if now - held.seen_at > _SEEN_EVERY:
        fresh = {"seen_at": now, "token_hash": sealing.digest(cookie, _PURPOSE)}
        with database.transaction() as session:
            session.execute(update(ReaderSession).where(ReaderSession.id == held.id).values(**fresh))
    return Visit(
        held.id, reader.id, person.id, person.uri, person.name or person.username, person.handle,
        home.id, home.host, home.software,
        reader.joined_at, reader.hides_authors, bool(unread), counts_views is not False, learns is not None,
        bool(looks_after), unread, visit_facts.read_boards(followed), to_review if looks_after else 0,
    )  # fmt: skip


def person_of(session: Session, visit: Visit) -> Person:
    """Return the account with which a reader signed in."""
    return session.get_one(Person, visit.person_id)


def _is_blocked() -> ColumnElement[bool]:
    """Blocking ends sessions (`ending`); this catches one that begins in that very moment."""
    named = Instance.host.in_((Person.host, HomeServer.host))
    return exists().where(named, Instance.policy == Policy.BLOCKED).correlate(Person, HomeServer)


def list_sessions(session: Session, visit: Visit) -> Sequence[SessionItem]:
    """Return where a reader is signed in, the latest first."""
    rows = session.execute(
        select(ReaderSession)
        .where(ReaderSession.reader_id == visit.reader_id, ReaderSession.seen_at > clock.now() - IDLE)
        .order_by(ReaderSession.seen_at.desc(), ReaderSession.id)
    ).scalars()
    return [
        SessionItem(row.id, row.device, row.begun_at, row.seen_at, row.id == visit.session_id) for row in rows
    ]


def end(session: Session, visit: Visit, session_id: int) -> bool:
    """End one of a reader's own sessions; True where it was their last.

    Raises:
        NotFound: it is none of theirs.
    """
    found = session.execute(
        select(ReaderSession).where(
            ReaderSession.id == session_id, ReaderSession.reader_id == visit.reader_id
        )
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("no such session")
    return _end(session, found)


def end_replaced(session: Session, visit: Visit) -> bool:
    """End the session that a browser had until it signed in anew; True where it was that reader's last. One that has
    ended meanwhile was none."""
    found = session.get(ReaderSession, visit.session_id)
    return found is not None and found.reader_id == visit.reader_id and _end(session, found)


def _end(session: Session, found: ReaderSession) -> bool:
    reader_id = found.reader_id
    session.delete(found)
    session.flush()  # the query below no longer sees it
    left = select(ReaderSession.id).where(
        ReaderSession.reader_id == reader_id, ReaderSession.seen_at > clock.now() - IDLE
    )
    return session.execute(left.limit(1)).first() is None


def end_all(session: Session, reader_id: int) -> None:
    """End every session of a reader."""
    session.execute(delete(ReaderSession).where(ReaderSession.reader_id == reader_id))


def all_stale(now: datetime) -> Iterator[StaleRows]:
    """Yield the rows of sessions that have run out."""
    yield stale(ReaderSession, ReaderSession.seen_at <= now - IDLE)
    yield stale(ReaderSession, ReaderSession.begun_at <= now - LONGEST)


def _device(user_agent: str) -> str:
    """Return browser and system in two words, which is all that is kept."""
    browser = next(
        (name for mark, name in _BROWSERS if re.search(mark, user_agent[:400])), "A browser"
    )  # fmt: skip
    system = next((name for mark, name in _SYSTEMS if re.search(mark, user_agent[:400])), "")
    return f"{browser}, {system}" if system else browser


_BROWSERS = ((r"Firefox/", "Firefox"), (r"Edg/", "Edge"), (r"OPR/", "Opera"), (r"Chrome/", "Chrome"),
             (r"Safari/", "Safari"))  # fmt: skip
_SYSTEMS = ((r"Android", "Android"), (r"iPhone|iPad", "iOS"), (r"Windows", "Windows"), (r"Mac OS X", "macOS"),
            (r"Linux", "Linux"))  # fmt: skip
