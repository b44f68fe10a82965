"""What a kind of durable row is, declared once: its states, its back-off, its lease; and how work on a row may end."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

Item = TypeVar("Item")


class Durable:
    """The columns of every durable row, beside its `state`.

    `attempts` counts tries that ended in a failure; `claims` those whose worker never said how they ended.
    """

    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    claims: Mapped[int] = mapped_column(default=0, server_default="0")
    token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(200), default="", server_default="")


def lease_index(row: type[Any]) -> Index:
    """Return the index by which the few rows that somebody holds are found among all others."""
    held = row.lease_until.is_not(None)
    name = f"ix_{row.__tablename__}_lease"
    return Index(name, row.lease_until, sqlite_where=held, postgresql_where=held)


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long a row rests after its n-th failure: `steps_s` in turn, then `then_s`; give or take a share by chance."""

    steps_s: tuple[int, ...]
    then_s: int
    jitter: float = 0.0

    def wait(self, attempt: int) -> timedelta:
        """Return the rest after the n-th failure, counted from 1."""
        base = self.steps_s[attempt - 1] if attempt <= len(self.steps_s) else self.then_s
        chance = random.uniform(1 - self.jitter, 1 + self.jitter)  # noqa: S311  spreads load, protects nothing
        return timedelta(seconds=base * chance)


@dataclass(frozen=True, slots=True)
class Claim(Generic[Item]):
    """A row that this worker may work on until its lease ends, with what it says."""

    id: int
    token: str
    attempts: int
    item: Item


@dataclass(frozen=True, slots=True)
class Done:
    """The work is done. `then` is called in the transaction that writes so."""

    outcome: str = ""
    then: Callable[[Session], None] | None = None


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Not yet; `wait` goes before the kind's back-off, what does not count is no failure, and after `until` a row is
    not tried again: it has failed."""

    reason: str
    wait: timedelta | None = None
    counts: bool = True
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It will not come right by itself; the row stands there to be looked at."""

    reason: str


End = Done | RetryLater | Failed


def nothing_follows(session: Session, item: Any) -> None:
    """Do nothing when a row is given up."""


@dataclass(frozen=True)
class Kind(Generic[Item]):
    """One kind of durable row, which is all that the engine, the sweep and the timetable need to know of it.

    `decode` makes a row into what is worked on; where it raises, the row has failed and the next one is taken.
    `done` is the state at the end, or None where the row is then deleted. Rows that share a `lane` are worked on by
    one worker at a time. `given_up` runs in the transaction that writes a failure for good.
    """

    name: str  # of the job that drains it
    row: type[Any]
    open: tuple[StrEnum, ...]
    failed: StrEnum
    decode: Callable[[Any], Item]
    backoff: Backoff
    lease: timedelta
    most_attempts: int
    done: StrEnum | None = None
    most_claims: int = 8  # one that ends its worker each time must not do so for ever
    lane: Any = None
    load: Callable[[Session, Sequence[Any]], None] = nothing_follows
    given_up: Callable[[Session, Item], None] = nothing_follows
    retrying: StrEnum | None = None  # the state of a row after a failure, where it has one of its own
    reopened: Any = None  # the state of a row tried again on demand, where it is not the first open one
