"""Secrets: made once, opened for what they were sealed for alone, and rotated without locking anybody out."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from fedconnect.foundation.errors import FedConnectError, InvalidSettings
from fedconnect.foundation.secrets import Secrets, open_secrets, rotate

OURS = Secrets("s" * 48, {"k1": b"1" * 32, "k2": b"2" * 32}, "k2", ("f" * 48,))


def opened(sealed: str, purpose: str = "grant 1", secrets: Secrets = OURS) -> bytes:
    return secrets.unseal(sealed, purpose)


def test_what_was_sealed_for_one_purpose_opens_for_no_other() -> None:
    sealed = OURS.seal(b"token", "grant 1")
    assert opened(sealed) == b"token"
    for purpose in ("grant 2", "", "grant 11"):
        with pytest.raises(FedConnectError):
            opened(sealed, purpose)


def test_what_was_changed_does_not_open() -> None:
    key, _, box = OURS.seal(b"token", "grant 1").partition(":")
    raw = bytearray(base64.b64decode(box))
    raw[-1] ^= 1
    changed = f"{key}:{base64.b64encode(bytes(raw)).decode()}"
    for sealed in (changed, f"k1:{box}", f"k3:{box}", box, "", "k2:", "k2:AAAA", f"{key}:{box[:-5]}"):
        with pytest.raises(FedConnectError):
            opened(sealed)


def test_the_same_is_never_sealed_the_same_and_by_the_present_key() -> None:
    first, second = OURS.seal(b"token", "p"), OURS.seal(b"token", "p")
    assert first != second
    assert first.startswith("k2:")
    assert "token" not in first


def test_a_digest_is_of_one_token_one_purpose_and_one_secret() -> None:
    found = OURS.digest("token", "session")
    others = [
        OURS.digest("token", "state"),
        OURS.digest("tokem", "session"),
        OURS.digests("token", "session")[1],
    ]
    assert found not in others
    assert len(found) == 64
    assert OURS.digests("token", "session")[0] == found
    assert len(OURS.digests("token", "session")) == 2


def test_secrets_are_made_once_and_for_their_owner(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    first = open_secrets(folder)
    assert open_secrets(folder) == first
    assert (folder / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in folder.iterdir()] == ["secrets.json"], "no draft is left"
    assert open_secrets(tmp_path / "other").session != first.session


def test_of_two_that_start_at_once_the_first_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_secrets(tmp_path)
    real = Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: False if path.name == "secrets.json" else real(path))
    assert open_secrets(tmp_path) == first
    assert [one.name for one in tmp_path.iterdir()] == ["secrets.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{}",
        '{"session": "x"}',
        '{"keys": {}, "session": "x"}',
        '{"keys": []}',
        "[]",
        "null",
        "7",
        '"x"',
        "[" * 100_000,
    ],
)
def test_a_damaged_file_is_not_made_anew(tmp_path: Path, text: str) -> None:
    open_secrets(tmp_path)
    path = tmp_path / "secrets.json"
    path.write_text(text)
    with pytest.raises(InvalidSettings, match="damaged"):
        open_secrets(tmp_path)
    assert path.read_text() == text


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    open_secrets(tmp_path)
    (tmp_path / "secrets.json").chmod(mode)
    with pytest.raises(InvalidSettings, match="chmod 600"):
        open_secrets(tmp_path)


@pytest.mark.parametrize("former", [["x" * 31], ["x" * 48, ""]])
def test_a_former_secret_that_is_none_is_refused(tmp_path: Path, former: list[str]) -> None:
    open_secrets(tmp_path)
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "former": former}))
    with pytest.raises(InvalidSettings, match="too short"):
        open_secrets(tmp_path)


def test_after_a_rotation_everything_from_before_still_opens(tmp_path: Path) -> None:
    old = open_secrets(tmp_path)
    sealed, cookie = old.seal(b"token", "p"), old.digest("cookie", "session")
    new = rotate(tmp_path)
    assert new == open_secrets(tmp_path)
    assert new.unseal(sealed, "p") == b"token"
    assert cookie in new.digests("cookie", "session")
    assert new.digest("cookie", "session") != cookie
    assert (old.current, new.current) == ("k1", "k2")
    assert new.seal(b"x", "p").startswith("k2:")
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_three_former_secrets_count_and_the_fourth_does_not(tmp_path: Path) -> None:
    found = [open_secrets(tmp_path), *(rotate(tmp_path) for _ in range(4))]
    assert found[-1].former == tuple(one.session for one in (found[3], found[2], found[1]))
    assert sorted(found[-1].keys) == ["k1", "k2", "k3", "k4", "k5"], "every key still opens what it sealed"


def test_dropping_former_secrets_ends_their_sessions_and_opens_all_that_was_sealed(tmp_path: Path) -> None:
    old = open_secrets(tmp_path)
    sealed, rotated = old.seal(b"token", "p"), rotate(tmp_path)
    dropped = rotate(tmp_path, drop_former=True)
    assert dropped == open_secrets(tmp_path)
    assert dropped.former == ()
    assert (dropped.session, dropped.current) == (rotated.session, rotated.current)
    assert dropped.unseal(sealed, "p") == b"token"


@pytest.mark.parametrize(
    "changes",
    [
        {"keys": {"k1": 5}}, {"keys": {"k1": None}}, {"keys": {}}, {"keys": None}, {"current": "k2"},
        {"current": ["k1"]}, {"current": None}, {"session": 7}, {"session": ["x"] * 48}, {"former": 5}, {"former": None},
        {"former": [7]}, {"former": "x" * 48}, {"former": {"x" * 48: 1}},
    ],
)  # fmt: skip
def test_a_file_that_holds_something_else_is_damaged(tmp_path: Path, changes: dict[str, object]) -> None:
    open_secrets(tmp_path)
    path = tmp_path / "secrets.json"
    stored = json.loads(path.read_text())
    path.write_text(json.dumps({**stored, **changes}))
    with pytest.raises(InvalidSettings, match="damaged"):
        open_secrets(tmp_path)


def test_c02_secrets_that_others_can_read_or_that_are_no_secrets_are_refused(tmp_path: Path) -> None:
    open_secrets(tmp_path)
    path = tmp_path / "secrets.json"
    path.chmod(0o644)
    with pytest.raises(InvalidSettings, match="can be read by others"):
        open_secrets(tmp_path)
    path.chmod(0o600)
    stored = json.loads(path.read_text())
    path.write_text(json.dumps({**stored, "session": "changeme"}))
    with pytest.raises(InvalidSettings, match="too short"):
        open_secrets(tmp_path)
    path.write_text(json.dumps({**stored, "keys": {"k1": "AAAA"}}))
    with pytest.raises(InvalidSettings, match="too short"):
        open_secrets(tmp_path)
