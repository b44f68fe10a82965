"""Rows that need not be kept: each room says which, and upkeep forgets them a slice at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.orm import Session

from fedconnect.models.base import Row, table_of


@dataclass(frozen=True)
class StaleRows:
    """What of a table is older than it may become: rows to delete or, with `emptied`, columns to set."""

    row: type[Row]
    conditions: tuple[ColumnElement[bool], ...]
    emptied: Mapping[str, Any] | None = None

    def some(self, session: Session, most: int) -> Sequence[int]:
        """Return the ids of some of them; reads only."""
        table = table_of(self.row)
        return session.execute(select(table.c.id).where(*self.conditions).limit(most)).scalars().all()

    def forget(self, session: Session, ids: Sequence[int]) -> None:
        """Forget what was found; what is stale does not become young again, so that it is chosen by id alone."""
        table = table_of(self.row)
        chosen = table.c.id == bindparam("which")  # one by one: many ids at once may be looked for by a walk
        change = delete(table) if self.emptied is None else update(table).values(**self.emptied)
        session.connection().execute(change.where(chosen), [{"which": one} for one in ids])


def stale(
    row: type[Row], *conditions: ColumnElement[bool], emptied: Mapping[str, Any] | None = None
) -> StaleRows:
    """Return what of a table need not be kept."""
    return StaleRows(row, conditions, emptied)
