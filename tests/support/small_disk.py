"""A disk of a few MiB that a test can fill, and one that it can let fail."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str = "8m") -> Iterator[Path]:
    """Yield a tmpfs of its own; the test is skipped where it may not be mounted."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        pytest.skip(f"a tmpfs may not be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


def fill(folder: Path) -> Path:
    """Fill it up; return the file that does."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 512, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler


class Ext4Disk:
    """A disk in a file: it can fail, whereupon its kernel lets nobody write, and be repaired."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._image = folder.with_suffix(".img")
        folder.mkdir()
        with self._image.open("wb") as file:
            file.truncate(128 << 20)
        _run("mkfs.ext4", "-q", "-F", str(self._image))
        self._mount()

    def fail(self) -> None:
        """Let the kernel do what it does after an error of the device."""
        _run("mount", "-o", "remount,abort", str(self.folder))

    def repair(self) -> None:
        """Do what an admin does before the next start."""
        until = time.monotonic() + 10  # those that were killed let go of it a moment later
        while subprocess.run(["umount", str(self.folder)], capture_output=True, check=False).returncode != 0:
            assert time.monotonic() < until, "somebody still uses it"
            time.sleep(0.2)
        subprocess.run(
            ["e2fsck", "-p", str(self._image)], capture_output=True, check=False
        )  # 1: it was mended
        self._mount()

    def remove(self) -> None:
        """Leave nothing behind."""
        subprocess.run(["umount", "--lazy", str(self.folder)], capture_output=True, check=False)
        self._image.unlink()

    def _mount(self) -> None:
        _run("mount", "-o", "loop,errors=remount-ro", str(self._image), str(self.folder))
        self.folder.chmod(0o700)


@contextmanager
def ext4_disk(folder: Path) -> Iterator[Ext4Disk]:
    """Yield a disk of its own; the test is skipped where none may be made."""
    try:
        disk = Ext4Disk(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a disk may not be made and mounted here: {error}")
    try:
        yield disk
    finally:
        disk.remove()


def _run(*words: str) -> None:
    subprocess.run(words, capture_output=True, text=True, check=True)
