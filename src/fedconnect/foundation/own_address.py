"""The address of this installation, which every id of ours begins with."""

from __future__ import annotations

_base_url: str | None = None


def configure(base_url: str) -> None:
    """Say where this installation is reached."""
    global _base_url
    _base_url = base_url


def base_url() -> str:
    """Return this installation's address, without a slash at its end."""
    if _base_url is None:
        raise RuntimeError("own_address.configure() was not called")
    return _base_url


def host() -> str:
    """Return the host as it stands in handles (`forum.example`, `127.0.0.1:8000`)."""
    return base_url().partition("://")[2]
