"""Who keeps ending is written down for others to read; whatever is wrong with that file hurts nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from fedconnect.foundation.crash_loops import clear_failures, read_failures, write_failures


def test_who_keeps_ending_is_read_until_it_is_cleared(tmp_path: Path) -> None:
    assert read_failures(tmp_path) == []
    write_failures(tmp_path, ["worker 1", "valkey"])
    assert read_failures(tmp_path) == ["worker 1", "valkey"]
    clear_failures(tmp_path)
    clear_failures(tmp_path)
    assert read_failures(tmp_path) == []


@pytest.mark.parametrize("text", ["", "[", "{}", '"worker"', "7", "null"])
def test_what_is_no_list_names_nobody(tmp_path: Path, text: str) -> None:
    (tmp_path / "failing.json").write_text(text)
    assert read_failures(tmp_path) == []


def test_what_is_read_has_a_bound(tmp_path: Path) -> None:
    write_failures(tmp_path, ["x" * 41] * 101)
    assert read_failures(tmp_path) == ["x" * 40] * 100


def test_a_disk_that_takes_nothing_is_no_reason_to_end(tmp_path: Path) -> None:
    write_failures(tmp_path / "missing", ["worker"])
    clear_failures(tmp_path / "missing")
    assert read_failures(tmp_path / "missing") == []
