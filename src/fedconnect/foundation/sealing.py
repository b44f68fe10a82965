"""What is stored of keys, tokens and cookies: sealed or digested by this installation's own secrets."""

from __future__ import annotations

from collections.abc import Iterable

from fedconnect.foundation.secrets import Secrets

_secrets: Secrets | None = None


def configure(secrets: Secrets) -> None:
    """Say what opens what is sealed."""
    global _secrets
    _secrets = secrets


def seal(value: bytes, purpose: str) -> str:
    """Return a value sealed with this installation's present key (AES-256-GCM, key id in front)."""
    return _configured().seal(value, purpose)


def unseal(sealed: str, purpose: str) -> bytes:
    """Return what was sealed for this purpose.

    Raises:
        FedConnectError: the key is not in the data folder, or the value was tampered with.
    """
    return _configured().unseal(sealed, purpose)


def digest(token: str, purpose: str) -> str:
    """Return a keyed digest of a token: what is stored of a cookie, useless to who reads the database."""
    return _configured().digest(token, purpose)


def digest_each(tokens: Iterable[str], purpose: str) -> list[str]:
    """Return the keyed digest of each of some tokens, as `digest` would."""
    return _configured().digest_each(tokens, purpose)


def digests(token: str, purpose: str) -> tuple[str, ...]:
    """Return a token's digests by the present session secret and by former ones that still count."""
    return _configured().digests(token, purpose)


def _configured() -> Secrets:
    if _secrets is None:
        raise RuntimeError("sealing.configure() was not called")
    return _secrets
