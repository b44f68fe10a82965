"""Changing secrets: what was sealed stays readable, and who is signed in stays so until it is said otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from fedconnect.foundation.secrets import Secrets, open_secrets
from support.cli_unit import Shell


@pytest.fixture
def folder(shell: Shell, tmp_path: Path) -> Path:
    """The data folder, with secrets in it."""
    open_secrets(tmp_path / "data")
    return tmp_path / "data"


def token(secrets: Secrets) -> str:
    return secrets.digest("a session", "session")


def test_secrets_that_others_can_read_are_not_changed(shell: Shell, folder: Path) -> None:
    before = open_secrets(folder)
    (folder / "secrets.json").chmod(0o644)
    for command in ("rotate", "drop-former"):
        assert "chmod 600" in shell.fails("secrets", command)
    (folder / "secrets.json").chmod(0o600)
    assert open_secrets(folder) == before


def test_a_new_key_seals_and_the_old_ones_still_open(shell: Shell, folder: Path) -> None:
    before = open_secrets(folder)
    said = shell.does("secrets", "rotate")
    after = open_secrets(folder)
    assert said == "Made key k2. Restart FedConnect; readers stay signed in.\n"
    assert after.seal(b"x", "grant").startswith("k2:")
    assert after.unseal(before.seal(b"x", "grant"), "grant") == b"x"
    assert token(after) != token(before) in after.digests("a session", "session")
    assert (folder / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_once_former_secrets_are_dropped_who_was_not_here_signs_in_again(shell: Shell, folder: Path) -> None:
    before = open_secrets(folder)
    shell.does("secrets", "rotate")
    shell.does("secrets", "drop-former")
    after = open_secrets(folder)
    assert token(before) not in after.digests("a session", "session")
    assert (after.former, after.current) == ((), "k2"), "no further key is made"
    assert after.unseal(before.seal(b"x", "grant"), "grant") == b"x", "what is sealed is not lost"


def test_to_drop_former_secrets_signs_nobody_out_who_was_here_since(shell: Shell, folder: Path) -> None:
    before = open_secrets(folder)
    said = shell.does("secrets", "drop-former")
    assert said == "Former session secrets no longer count. Restart FedConnect.\n"
    assert open_secrets(folder) == before
