"""Small words in our documents: moments, and names that stand for addresses."""

from __future__ import annotations

import hashlib
from datetime import datetime


def digest(uri: str) -> str:
    """Return a short name that stands for an address in an id of ours."""
    return hashlib.sha256(uri.encode()).hexdigest()[:32]


def moment(when: datetime) -> str:
    """Return a moment as documents write it: `2026-11-23T14:05:00Z`."""
    return when.isoformat(timespec="seconds").replace("+00:00", "Z")
