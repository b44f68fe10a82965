"""The numbers that stand in addresses."""

from __future__ import annotations

from fedconnect.foundation import ids
from fedconnect.foundation.errors import NotFound


def read_id(text: str) -> int:
    """Return the id that a part of an address is.

    Raises:
        NotFound: it is none.
    """
    number = ids.parse_id(text)
    if number is None:
        raise NotFound("no id")
    return number
