"""How somebody stands to a board. A plain type, which decisions are made of; `posts/author_status_query` reads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuthorStatus:
    """How somebody stands to a board now; no number, no history but whether anything of theirs was ever shown."""

    looks_after: bool
    is_banned: bool
    is_held: bool
    has_posted: bool
    was_known: bool
