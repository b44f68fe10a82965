"""What is set up so that others could read or steer it does not start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fedconnect.foundation.errors import InvalidSettings
from fedconnect.foundation.secrets import open_secrets
from fedconnect.foundation.settings import read_settings


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is set"),
        ({"FEDCONNECT_BASE_URL": "http://forum.example"}, "must start with https://"),
        ({"FEDCONNECT_REDIS_URL": "redis://8.8.8.8:6379/0"}, "public address without a password"),
    ],
)
def test_c02_settings_that_open_us_to_others_are_refused(environ: dict[str, str], says: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_settings(environ)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1:6379/0",
        "redis://:secret@8.8.8.8:6379/0",
        "redis://valkey:6379/0",
        "unix:///run/v.sock",
    ],
)
def test_c02_a_queue_of_our_own_or_with_a_password_is_fine(url: str) -> None:
    assert read_settings({"FEDCONNECT_REDIS_URL": url}).redis_url == url


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
