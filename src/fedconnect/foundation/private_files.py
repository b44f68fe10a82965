"""What lies in the data folder is for its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from fedconnect.foundation.errors import InvalidSettings
from fedconnect.foundation.settings import Settings

_OTHERS = 0o077


def keep_private() -> None:
    """Let nothing that this process and its children make be read by others."""
    os.umask(_OTHERS)


def check_private(settings: Settings) -> None:
    """Make sure that others on this machine can read neither the data folder nor the database.

    Raises:
        InvalidSettings: they can; the text says what to run.
    """
    if open_to_others := [path for path in _places(settings) if _is_open(path)]:
        folder = settings.data_dir
        inside = all(path == folder or folder in path.parents for path in open_to_others)
        what = f"-R go= {folder}" if inside else "go= " + " ".join(map(str, open_to_others))
        raise InvalidSettings([f"others on this machine can read {open_to_others[0]}: run `chmod {what}`"])


def _places(settings: Settings) -> list[Path]:
    places = [settings.data_dir, settings.data_dir / "media"]
    if settings.is_sqlite and (name := settings.database_url.partition("sqlite:///")[2].partition("?")[0]):
        places += [Path(name + suffix) for suffix in ("", "-wal", "-shm")]
    return places


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except FileNotFoundError:
        return False
