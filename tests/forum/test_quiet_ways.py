"""Ways to take part without signing in: the letter is named only where there is one."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.forum.quiet_ways import companion_handle, letter_handle
from fedconnect.hooks import manager
from fedconnect.hooks.views import BotView
from support.unit import a_board


def test_without_the_plugin_there_is_no_letter(unit: object, monkeypatch: pytest.MonkeyPatch) -> None:
    other = BotView("other", "Other", "", "/other/")
    monkeypatch.setattr(manager, "collect", lambda hook: [("other", [other])])
    assert letter_handle() == ""
    letter = BotView("letter", "The letter", "", "/letter/")
    monkeypatch.setattr(manager, "collect", lambda hook: [("other", [other]), ("letter", [letter])])
    assert letter_handle() == "@letter@forum.example"


def test_each_board_has_a_companion(session: Session) -> None:
    assert companion_handle(a_board(session)) == "@respite_quiet@forum.example"
