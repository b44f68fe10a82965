"""The reader who asks for a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """Who asks: as reader, as person, and by handle `@user@host`."""

    reader_id: int
    person_id: int
    handle: str
