"""What was committed is kept, also where PostgreSQL is told not to wait for its disk."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from fedconnect.cli import main
from fedconnect.foundation import database
from fedconnect.foundation.settings import Settings
from support.forum import Forum


def test_a_commit_is_waited_for_whatever_the_server_is_told(forum: Forum) -> None:
    if forum.settings.is_sqlite:
        pytest.skip("SQLite's settings are in test_database.py")
    with database.transaction() as session:  # the tests' server has it off
        assert session.connection().exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_check_says_that_a_power_cut_loses_what_was_accepted(
    forum: Forum, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: Settings = forum.settings
    monkeypatch.setenv("FEDCONNECT_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("FEDCONNECT_DATABASE_URL", "" if settings.is_sqlite else settings.database_url)
    told = CliRunner().invoke(main, ["check"]).output
    assert ("a power cut loses what was accepted" in told) is not settings.is_sqlite
