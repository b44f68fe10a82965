"""What every table has: an id that sorts by time, names for constraints, and states that move."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import BigInteger, Enum, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fedconnect.foundation.database_engine import Instant
from fedconnect.foundation.ids import new_id

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
State = TypeVar("State", bound=StrEnum)


class Row(DeclarativeBase):
    """A row of any table."""

    metadata = MetaData(naming_convention=CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant, int: BigInteger}

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)


def table_of(row: type[Row]) -> Table:
    """Return a row class's table, for statements that touch many rows at once."""
    table = row.__table__
    assert isinstance(table, Table)
    return table


def state_column(states: type[StrEnum]) -> Enum:
    """Return a column type that stores a state's word as text."""
    return Enum(states, native_enum=False, length=16, values_callable=lambda s: [m.value for m in s])


class IllegalMove(RuntimeError):
    """A state was asked to become one that its table of moves does not allow."""


class Moves(Generic[State]):
    """The allowed moves of a life cycle: state → the states it may become."""

    def __init__(self, allowed: dict[State, set[State]]) -> None:
        self.allowed = allowed

    def check(self, old: State, new: State) -> None:
        """Raise IllegalMove unless `old` may become `new`."""
        if new not in self.allowed.get(old, set()):
            raise IllegalMove(f"{old!r} may not become {new!r}")
