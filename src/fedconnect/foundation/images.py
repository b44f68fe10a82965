"""Other people's pictures made again: only what is seen is kept, nothing of what a file can hide.

The result is a WebP of at most 1,600 pixels a side, of the first frame, without EXIF, place or profile. It is made
in a child process, one at a time, that may use 384 MiB, eight seconds of CPU, and nothing of ours.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from fedconnect.foundation import image_child
from fedconnect.foundation.errors import Busy, Malformed

WAIT_S = 3.0  # for one that is being made already
_DEADLINE_S = 20.0
_PROGRAM = Path(image_child.__file__)
_turn = threading.Lock()


def remake(raw: bytes) -> bytes:
    """Return a picture made anew from its pixels.

    Raises:
        Malformed: no picture of a known kind, broken, of more than 12 megapixels (a JPEG is scaled first), or
            one that takes too much to decode.
        Busy: another is being made.
    """
    if not _turn.acquire(timeout=WAIT_S):
        raise Busy("another picture is being made")
    try:
        ended = subprocess.run(  # noqa: S603 (our own program)
            [sys.executable, "-I", str(_PROGRAM), str(os.getpid())],
            input=raw, capture_output=True, timeout=_DEADLINE_S, check=False, cwd="/", close_fds=True,
            env={"MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Malformed("a picture that takes too long") from error
    finally:
        _turn.release()
    if ended.returncode == 0 and ended.stdout:
        return ended.stdout
    if ended.returncode == 3:
        raise Malformed(ended.stderr.decode(errors="replace").strip()[:120] or "no picture")
    raise Malformed(f"a picture that takes too much: exit {ended.returncode}")
