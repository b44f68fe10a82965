"""What the reader who is asking sees of lists: without what they mute, with or without names, with news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.forum import lists_without_authors, mutes, read_markers
from fedconnect.forum.mutes import Mutes
from fedconnect.forum.thread_lists import ThreadItem
from fedconnect.web.current_visit import find_visit


@dataclass(frozen=True, slots=True)
class ViewerContext:
    """What the reader who is asking brings along; somebody who is not signed in brings nothing."""

    visit: Visit | None
    mutes: Mutes

    @property
    def hides_authors(self) -> bool | None:
        """Whether lists go without names for this reader; empty: as each board does."""
        return self.visit.hides_authors if self.visit is not None else None

    def apply(
        self,
        session: Session,
        lines: Sequence[ThreadItem],
        *,
        opened: Mapping[int, datetime | None] | None = None,
    ) -> list[ThreadItem]:
        """Return lines as the reader sees them (1 query for a reader, none otherwise, nor where it is known
        when they `opened` each)."""
        shown = self.mutes.visible(lines)
        if self.visit is not None and opened is not None:
            shown = read_markers.with_known_unread(opened, self.visit.handle, self.visit.joined_at, shown)
        elif self.visit is not None:
            shown = read_markers.with_unread(
                session, self.visit.reader_id, self.visit.handle, self.visit.joined_at, shown
            )
        return lists_without_authors.without_names(shown, self.hides_authors)


def load(session: Session) -> ViewerContext:
    """Return the asking reader's context (1 query for a reader, none otherwise)."""
    visit = find_visit()
    return ViewerContext(visit, mutes.mutes_of(session, visit.reader_id) if visit is not None else mutes.NONE)
