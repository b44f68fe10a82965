"""The demo's clock: a month goes by in a minute or two, and then it is the machine's.

How far it is behind lies in a file of the demo's folder, which every process of the demo keeps mapped; only the demo's own
process moves it on. Without `--demo` nothing reads or makes that file.
"""

from __future__ import annotations

import mmap
import struct
from datetime import datetime, timedelta
from pathlib import Path

from fedconnect.foundation import clock, ids

MONTH = timedelta(days=30)
_SECONDS = struct.Struct("<d")
_GONE_ON = timedelta(minutes=1)  # what may have happened after the last step was kept


class QuickenedClock:
    """How far the demo's days are behind, in a mapped file; 0 once they are lived."""

    def __init__(self, folder: Path) -> None:
        with (folder / "clock").open("r+b") as file:
            self._place = mmap.mmap(file.fileno(), _SECONDS.size)

    def shift(self) -> timedelta:
        """Return how far the demo's time is from the machine's; never ahead."""
        return timedelta(seconds=_SECONDS.unpack_from(self._place)[0])

    @property
    def is_lived(self) -> bool:
        """Whether the month is over."""
        return self.shift() >= timedelta(0)

    def move_to(self, moment: datetime) -> None:
        """Let it be a later moment at once, today at the latest; never an earlier one."""
        behind = min(moment - clock.machine_now(), timedelta(0))
        if behind > self.shift():
            _SECONDS.pack_into(self._place, 0, behind.total_seconds())


def begin(folder: Path, *, is_new: bool) -> None:
    """Make the demo's clock where there is none: a month behind for a new forum, at the machine's time for one that has
    content already. A clock whose month was interrupted goes on where it was, however long ago that is."""
    folder.mkdir(parents=True, exist_ok=True)
    file, kept = folder / "clock", folder / "reached"
    if not file.exists():
        _write(file, -MONTH if is_new else timedelta(0))
    elif kept.exists() and not follow(folder).is_lived:
        reached = datetime.fromisoformat(kept.read_text()) + _GONE_ON
        _write(file, min(reached - clock.machine_now(), timedelta(0)))


def keep(folder: Path) -> None:
    """Keep what time it is in the demo, for its next start."""
    (folder / "reached").write_text(clock.now().isoformat())


def follow(folder: Path) -> QuickenedClock:
    """Let this process live in the demo's time."""
    quickened = QuickenedClock(folder)
    clock.set_shift(quickened.shift)
    ids.begin_anew()
    return quickened


def _write(file: Path, shift: timedelta) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_bytes(_SECONDS.pack(shift.total_seconds()))
    fresh.rename(file)
