"""The program that remakes one picture: bytes in, WebP out. It is run by images.py, knows nothing of the forum and
may use little: decoders meet here what strangers made.

Exit 0: the picture is on stdout. Exit 3: it cannot be remade; one line on stderr says why. Anything else, a signal
too: it took more than it may.
"""

from __future__ import annotations

import ctypes
import io
import os
import resource
import signal
import sys

MEMORY = 384 << 20  # bytes of address space, so that what is in memory is less
CPU_S = 8
MAX_PIXELS = 12_000_000
MAX_SIDE = 1600
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
_PR_SET_PDEATHSIG = 1


def main() -> int:
    """Remake what is on stdin."""
    _limit(int(sys.argv[1]))
    try:
        made = _remake(sys.stdin.buffer.read())
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    return 0


def _limit(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(4)  # it died before we asked to die with it
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _remake(raw: bytes) -> bytes:
    from PIL import AvifImagePlugin, Image, ImageOps  # noqa: PLC0415 (under the limits that were set above)

    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    Image.MAX_IMAGE_PIXELS = None  # counted below, once a decoder that can has been told to scale
    try:
        with Image.open(io.BytesIO(raw), formats=_FORMATS) as seen:
            seen.draft("RGB", (MAX_SIDE, MAX_SIDE))  # a JPEG need not be unpacked in full
            if seen.width * seen.height > MAX_PIXELS:
                raise ValueError("a picture of too many pixels")
            seen.load()
            if seen.mode not in {"RGB", "RGBA", "L"} or "transparency" in seen.info:
                picture = seen.convert("RGBA" if seen.has_transparency_data else "RGB")
            else:
                picture = seen.copy()
            orientation = seen.getexif()
        picture.thumbnail((MAX_SIDE, MAX_SIDE))
        picture.info = {}
        picture.getexif().update(orientation)
        picture = ImageOps.exif_transpose(picture)
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=82, method=4, exif=b"")
    except (
        OSError,
        SyntaxError,
        MemoryError,
        EOFError,
        TypeError,
        KeyError,
        IndexError,
        OverflowError,
    ) as error:
        raise ValueError(f"no picture: {type(error).__name__}") from error
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
