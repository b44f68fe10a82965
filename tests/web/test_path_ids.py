"""The numbers that stand in addresses: what is none is not found."""

from __future__ import annotations

import pytest

from fedconnect.foundation.errors import NotFound
from fedconnect.web.path_ids import read_id


@pytest.mark.parametrize("text", ["0", "-1", "x", "", "1 ", "٣", str(1 << 63), "9" * 5000, "1.0", "0x1"])
def test_what_is_no_id_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        read_id(text)


def test_an_id_is_read_up_to_the_largest() -> None:
    assert [read_id(text) for text in ("1", "007", str((1 << 63) - 1))] == [1, 7, (1 << 63) - 1]
