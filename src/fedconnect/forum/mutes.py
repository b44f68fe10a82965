"""What a reader does not want to see: people, servers, words. Theirs alone, and nobody learns of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.forum.thread_lists import ThreadItem
from fedconnect.foundation import clock
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.reader_state import Mute, MuteKind

MOST = 5000


@dataclass(frozen=True, slots=True)
class Mutes:
    """A reader's shields, ready to be held up."""

    people: frozenset[str] = frozenset()
    servers: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None

    def against_person(self, handle: str) -> bool:
        """Whether somebody is hidden, by handle `@user@host`."""
        plain = handle.removeprefix("@").lower()
        return plain in self.people or plain.rpartition("@")[2] in self.servers

    def against_words(self, *texts: str) -> bool:
        """Whether any of the texts holds words that the reader filters."""
        return self.words is not None and any(self.words.search(text) for text in texts)

    def visible(self, lines: Sequence[ThreadItem]) -> list[ThreadItem]:
        """Return the lines that the reader wants to see."""
        return [
            line
            for line in lines
            if not self.against_person(line.author_handle)
            and not self.against_words(line.title, line.excerpt)
        ]


NONE = Mutes()


def mutes_of(session: Session, reader_id: int) -> Mutes:
    """Return a reader's shields (1 query)."""
    rows = session.execute(select(Mute.kind, Mute.subject).where(Mute.reader_id == reader_id)).all()
    if not rows:
        return NONE
    words = [re.escape(subject) for kind, subject in rows if kind is MuteKind.WORDS]
    return Mutes(
        frozenset(subject for kind, subject in rows if kind is MuteKind.PERSON),
        frozenset(subject for kind, subject in rows if kind is MuteKind.SERVER),
        re.compile(r"(?<!\w)(?:" + "|".join(words) + r")(?!\w)", re.IGNORECASE) if words else None,
    )


def list_mutes(session: Session, reader_id: int) -> list[Mute]:
    """Return a reader's shields as they stand on their page."""
    return list(
        session.execute(
            select(Mute).where(Mute.reader_id == reader_id).order_by(Mute.kind, Mute.subject).limit(MOST)
        ).scalars()
    )


def raise_own(session: Session, reader_id: int, kind: MuteKind, subject: str) -> None:
    """Add a mute by hand. Raises Malformed where a reader has too many already."""
    if len(list_mutes(session, reader_id)) >= MOST:
        raise Malformed("shields", safe="There are too many already; please take one down first.")
    add_mute(session, reader_id, kind, subject)


def add_mute(
    session: Session, reader_id: int, kind: MuteKind, subject: str, *, from_home: bool = False
) -> None:
    """Add a mute; the same one twice is one."""
    subject = subject.strip().removeprefix("@").lower()[:300]
    if subject:
        session.execute(
            insert_or_skip(session, table_of(Mute)).values(
                id=new_id(), reader_id=reader_id, kind=kind, subject=subject, is_from_home=from_home,
                since=clock.now(),
            )
        )  # fmt: skip


def remove_mute(session: Session, reader_id: int, mute_id: int) -> bool:
    """Take one of a reader's own shields down; False where it is another reader's, or none."""
    own = delete(Mute).where(Mute.id == mute_id, Mute.reader_id == reader_id)
    return changed(session.execute(own)) == 1


def import_mutes(session: Session, reader_id: int, found: Iterable[tuple[MuteKind, str]]) -> int:
    """Replace what came from the home server before by what it says now; return how many there are."""
    session.execute(delete(Mute).where(Mute.reader_id == reader_id, Mute.is_from_home.is_(True)))
    taken = list(found)[:MOST]
    for kind, subject in taken:
        add_mute(session, reader_id, kind, subject, from_home=True)
    return len(taken)
