"""Which processes of `fedconnect up` keep ending: written by it, read by the web processes for `/health`."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

_NAME = "failing.json"


def write_failures(data_dir: Path, names: list[str]) -> None:
    """Write down who keeps ending; a disk that is full is no reason to end too."""
    with suppress(OSError):
        (data_dir / _NAME).write_text(json.dumps(names))


def clear_failures(data_dir: Path) -> None:
    """Begin and end with a clean slate."""
    with suppress(OSError):
        (data_dir / _NAME).unlink(missing_ok=True)


def read_failures(data_dir: Path) -> list[str]:
    """Return the names of those that keep ending."""
    try:
        names = json.loads((data_dir / _NAME).read_text())
    except (OSError, ValueError):
        return []
    return [str(name)[:40] for name in names[:100]] if isinstance(names, list) else []
