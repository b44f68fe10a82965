"""Other servers as a table of answers, for the unit tests of accounts."""

from __future__ import annotations

import pytest

from fedconnect.foundation import fetch
from support.account_rows import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    found = World()
    monkeypatch.setattr(fetch, "send", found.send)
    monkeypatch.setattr(fetch, "get", found.get)
    return found
