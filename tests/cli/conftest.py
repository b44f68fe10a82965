"""Somebody at the command line, for the unit tests of commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.cli_unit import Shell, a_shell
from support.forum import BASE
from support.unit import Unit


@pytest.fixture
def shell(unit: Unit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    """A shell on the database of `unit`, with a data folder that is not made yet."""
    monkeypatch.setenv("FEDCONNECT_BASE_URL", BASE)
    monkeypatch.setenv("FEDCONNECT_DATA_DIR", str(tmp_path / "data"))
    return a_shell(monkeypatch)
