"""Secrets that are made at first start, and sealing what must not lie about in a database dump."""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fedconnect.foundation.errors import FedConnectError, InvalidSettings

_FILE = "secrets.json"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The installation's own secrets: `keys` by id seal values, `session` keys the digests of cookies.

    `former` are session secrets of before a rotation, which count until they are dropped.
    """

    session: str
    keys: dict[str, bytes]
    current: str
    former: tuple[str, ...] = ()

    def digest(self, token: str, purpose: str) -> str:
        """Return HMAC-SHA256 of a token, in hexadecimal, by the present session secret."""
        return _digest(self.session, token, purpose)

    def digest_each(self, tokens: Iterable[str], purpose: str) -> list[str]:
        """Return the same of many tokens, which takes half as long."""
        key, before = self.session.encode(), f"{purpose} "
        return [hmac.digest(key, f"{before}{token}".encode(), "sha256").hex() for token in tokens]

    def digests(self, token: str, purpose: str) -> tuple[str, ...]:
        """Return a token's digests by every session secret that still counts."""
        return tuple(_digest(secret, token, purpose) for secret in (self.session, *self.former))

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


def _digest(secret: str, token: str, purpose: str) -> str:
    return hmac.digest(secret.encode(), f"{purpose} {token}".encode(), "sha256").hex()


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
        found = _read(path.read_text())
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise InvalidSettings([f"{path} is damaged: restore it from a backup"]) from error
    if any(len(one) < 32 for one in (found.session, *found.former, *found.keys.values())):
        raise InvalidSettings([f"{path} holds a secret that is too short to be one that FedConnect made"])
    return found


def _read(text: str) -> Secrets:
    stored = json.loads(text)
    keys = {name: base64.b64decode(key) for name, key in stored["keys"].items()}
    session, current, former = stored["session"], stored["current"], stored.get("former", [])
    if not isinstance(former, list) or not all(isinstance(one, str) for one in (session, current, *former)):
        raise TypeError("secrets are words")
    if current not in keys:  # said at the start, and not when something is first to be sealed
        raise ValueError("no present key")
    return Secrets(session, keys, current, tuple(former))


def rotate(data_dir: Path, *, drop_former: bool = False) -> Secrets:
    """Make a new key and a new session secret; or drop former session secrets, which ends their sessions.

    Former keys stay: they open what was sealed before and is not sealed anew yet.

    Raises:
        InvalidSettings: as open_secrets.
    """
    old = open_secrets(data_dir)
    if drop_former:
        fresh = Secrets(old.session, old.keys, old.current)
    else:
        name = f"k{max(int(key[1:]) for key in old.keys) + 1}"
        fresh = Secrets(
            secrets.token_urlsafe(48),
            {**old.keys, name: secrets.token_bytes(32)},
            name,
            (old.session, *old.former)[:3],
        )
    draft = _write(data_dir / _FILE, fresh)
    draft.replace(data_dir / _FILE)
    return fresh


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _write(path, Secrets(secrets.token_urlsafe(48), {"k1": secrets.token_bytes(32)}, "k1"))
    try:
        os.link(draft, path)  # of two that start at once, the first wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _write(path: Path, fresh: Secrets) -> Path:
    stored = {
        "session": fresh.session,
        "former": list(fresh.former),
        "current": fresh.current,
        "keys": {name: base64.b64encode(key).decode() for name, key in fresh.keys.items()},
    }
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(stored, file)
        file.flush()
        os.fsync(file.fileno())
    return draft
