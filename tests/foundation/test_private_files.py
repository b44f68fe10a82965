"""What lies in the data folder is for its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fedconnect.foundation.errors import InvalidSettings
from fedconnect.foundation.private_files import check_private, keep_private
from support.forum import settings_for


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a database, media and nothing that others can read."""
    folder = tmp_path / "data"
    (folder / "media").mkdir(parents=True)
    for name in ("fedconnect.db", "fedconnect.db-wal", "fedconnect.db-shm"):
        (folder / name).write_text("")
        (folder / name).chmod(0o600)
    folder.chmod(0o700)
    (folder / "media").chmod(0o700)
    return folder


@pytest.mark.parametrize("name", [".", "media", "fedconnect.db", "fedconnect.db-wal", "fedconnect.db-shm"])
@pytest.mark.parametrize("others", [0o040, 0o004, 0o001, 0o020])
def test_nothing_of_it_may_be_open_to_others(folder: Path, name: str, others: int) -> None:
    path = folder / name
    path.chmod(path.stat().st_mode | others)
    with pytest.raises(InvalidSettings) as refused:
        check_private(settings_for(folder))
    assert f"chmod -R go= {folder}" in str(refused.value)


def test_what_is_closed_or_not_there_is_fine(folder: Path, tmp_path: Path) -> None:
    check_private(settings_for(folder))
    check_private(settings_for(tmp_path / "nothing"))


def test_a_database_that_lies_elsewhere_is_named_by_itself(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else.db"
    elsewhere.write_text("")
    elsewhere.chmod(0o644)
    settings = settings_for(folder, FEDCONNECT_DATABASE_URL=f"sqlite:///{elsewhere}?x=1")
    with pytest.raises(InvalidSettings, match=f"chmod go= {elsewhere}"):
        check_private(settings)


def test_files_beside_a_database_that_is_no_file_are_not_looked_at(folder: Path) -> None:
    (folder / "fedconnect.db").chmod(0o644)
    check_private(settings_for(folder, FEDCONNECT_DATABASE_URL="postgresql://localhost/forum"))


def test_what_this_process_makes_is_its_own(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        keep_private()
        (tmp_path / "made").write_text("")
        assert (tmp_path / "made").stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)
