"""Secrets that are made at first start, and sealing what must not lie about in a database dump."""

from __future__ import annotations

import base64
import json
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fedconnect.foundation.errors import FedConnectError, InvalidSettings

_FILE = "secrets.json"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The installation's own secrets: `keys` by id seal values, `session` signs cookies."""

    session: str
    keys: dict[str, bytes]
    current: str

    def seal(self, value: bytes, purpose: str) -> str:
        """Return `value` encrypted with AES-256-GCM, bound to its purpose, with the key's id in front."""
        nonce = os.urandom(12)
        box = AESGCM(self.keys[self.current]).encrypt(nonce, value, purpose.encode())
        return f"{self.current}:{base64.b64encode(nonce + box).decode()}"

    def unseal(self, sealed: str, purpose: str) -> bytes:
        """Return what was sealed for this purpose.

        Raises:
            FedConnectError: the key is not in the data folder, or the value was tampered with.
        """
        key_id, _, text = sealed.partition(":")
        try:
            raw = base64.b64decode(text)
            return AESGCM(self.keys[key_id]).decrypt(raw[:12], raw[12:], purpose.encode())
        except (KeyError, ValueError, InvalidTag) as error:
            raise FedConnectError(
                "a sealed value cannot be opened: does secrets.json belong to this database?"
            ) from error


def open_secrets(data_dir: Path) -> Secrets:
    """Read the secrets of a data folder; make them, readable by the owner alone, where there are none.

    Raises:
        InvalidSettings: others may read the file, or it is damaged.
    """
    path = data_dir / _FILE
    if not path.exists():
        _make(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise InvalidSettings([f"{path} can be read by others: run `chmod 600 {path}`"])
    try:
        stored = json.loads(path.read_text())
        keys = {name: base64.b64decode(text) for name, text in stored["keys"].items()}
        return Secrets(stored["session"], keys, stored["current"])
    except (ValueError, KeyError, AttributeError) as error:
        raise InvalidSettings([f"{path} is damaged: restore it from a backup"]) from error


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = {
        "session": secrets.token_urlsafe(48),
        "current": "k1",
        "keys": {"k1": base64.b64encode(secrets.token_bytes(32)).decode()},
    }
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(fresh, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # of two that start at once, the first wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()
