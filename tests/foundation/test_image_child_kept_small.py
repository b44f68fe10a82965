"""Case H6: a hostile picture costs a child process, and the child is small."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import pytest
from PIL import Image, features

from fedconnect.foundation import image_child, images
from fedconnect.foundation.errors import Busy, Malformed

pytestmark = pytest.mark.heavy

MIB = 1 << 20


def picture(kind: str, size: tuple[int, int], mode: str = "RGB", **extra: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **extra)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is this large, with a megabyte of zeros in a kilobyte."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 6, 0, 0, 0])
    data = zlib.compress(bytes(min(width * 4 + 1, 1 << 16) * min(height, 1000)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def gif_of(width: int, height: int) -> bytes:
    small = bytearray(picture("GIF", (1, 1), "P"))
    small[6:10] = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return bytes(small)


def film(kind: str, frames: int, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    rest = [Image.new("RGB", size, (n, n, n)) for n in range(1, frames)]
    Image.new("RGB", size).save(out, kind, save_all=True, append_images=rest)
    return out.getvalue()


def peak_of(raw: bytes) -> tuple[int, int, bytes]:
    """Run the child alone, and return its exit, the most memory it had in bytes, and what it said."""
    watcher = (
        "import os, resource, subprocess, sys\n"
        "raw = sys.stdin.buffer.read()\n"
        "ended = subprocess.run([sys.executable, '-I', sys.argv[1], str(os.getpid())], input=raw, capture_output=True,\n"
        "                       env={'MALLOC_ARENA_MAX': '1'})\n"
        "print(ended.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, ended.stderr.decode()[-80:])\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", watcher, image_child.__file__], input=raw, capture_output=True, check=True
    ).stdout.split(None, 2)
    return int(said[0]), int(said[1]) * 1024, said[2] if len(said) > 2 else b""


HOSTILE = {
    "webp of 1 KiB and 40 megapixels": lambda: picture("WEBP", (6320, 6320), lossless=True),
    "png of 4 gigapixels": lambda: png_of(65_500, 65_500),
    "png of 13 megapixels": lambda: png_of(3700, 3700),
    "gif with a huge canvas": lambda: gif_of(65_535, 65_535),
    "gif of many large frames": lambda: film("GIF", 20, (4000, 4000)),
    "webp of many large frames": lambda: film("WEBP", 8, (4000, 4000)),
    "cut off": lambda: picture("JPEG", (3000, 3000))[:2000],
    "a progressive jpeg of 100 megapixels": lambda: picture(
        "JPEG", (10_000, 10_000), progressive=True, subsampling=0
    ),
    **{
        f"{kind} cut off": lambda kind=kind: picture(kind, (3000, 3000))[:60]
        for kind in ("PNG", "GIF", "WEBP")
    },
}
FINE = {
    "webp": lambda: picture("WEBP", (3400, 3400), "RGBA", lossless=True),
    "png": lambda: picture("PNG", (3400, 3400), "RGBA"),
    "16 bit png": lambda: picture("PNG", (3400, 3400), "I;16"),
    "palette": lambda: picture("PNG", (3400, 3400), "P"),
    "gif": lambda: film("GIF", 3, (3400, 3400)),
    "apng": lambda: film("PNG", 3, (3000, 3000)),
    "webp film": lambda: film("WEBP", 3, (2000, 2000)),
    "jpeg of 100 megapixels": lambda: picture("JPEG", (10_000, 10_000)),
    "cmyk": lambda: picture("JPEG", (3400, 3400), "CMYK"),
    "progressive": lambda: picture("JPEG", (3400, 3400), progressive=True),
} | ({"avif": lambda: picture("AVIF", (3400, 3400), speed=10)} if features.check("avif") else {})


def rss() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.parametrize("name", HOSTILE)
def test_h6_a_hostile_picture_is_refused_within_384_mib(name: str) -> None:
    raw = HOSTILE[name]()
    code, peak, said = peak_of(raw)
    assert (code, peak <= 384 * MIB) == (3, True), (code, peak // MIB, said)
    before = rss()
    with pytest.raises(Malformed):
        images.remake(raw)
    assert rss() - before < 32 * MIB


@pytest.mark.parametrize("name", FINE)
def test_h6_what_cameras_and_phones_make_is_shown_within_384_mib(name: str) -> None:
    raw = FINE[name]()
    code, peak, said = peak_of(raw)
    assert (code, peak <= 384 * MIB) == (0, True), (code, peak // MIB, said)
    before = rss()
    with Image.open(io.BytesIO(images.remake(raw))) as made:
        assert max(made.size) == 1600
        assert getattr(made, "n_frames", 1) == 1
    assert rss() - before < 32 * MIB


def test_a_picture_stands_as_its_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(io.BytesIO(images.remake(picture("JPEG", (400, 100), exif=exif)))) as made:
        assert made.size == (100, 400)
        assert not made.getexif()


def test_h6_one_picture_is_made_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "WAIT_S", 0.05)
    with images._turn, pytest.raises(Busy):
        images.remake(picture("PNG", (10, 10)))
    assert images.remake(picture("PNG", (10, 10)))


def test_h6_a_child_that_hangs_or_is_killed_is_a_picture_that_cannot_be_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "child.py"
    monkeypatch.setattr(images, "_PROGRAM", program)
    monkeypatch.setattr(images, "_DEADLINE_S", 0.5)
    for text, why in (
        ("import time; time.sleep(60)", "too long"),
        ("import os; os.kill(os.getpid(), 9)", "too much"),
    ):
        program.write_text(text)
        with pytest.raises(Malformed, match=why):
            images.remake(b"x")


def test_h6_the_child_has_nothing_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "child.py"
    program.write_text(
        "import os, sys\nnames = sorted(int(n) for n in os.listdir('/proc/self/fd'))\n"
        "sys.stdout.write(f'{names} {sorted(os.environ)} {os.getcwd()}')"
    )
    monkeypatch.setattr(images, "_PROGRAM", program)
    monkeypatch.setenv("SECRET", "x")
    inherited = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(inherited, True)
    said = images.remake(b"").decode()
    os.close(inherited)
    assert said.startswith("[0, 1, 2, 3] "), said
    assert "SECRET" not in said
    assert said.endswith(" /")


def test_h6_two_threads_make_two_pictures_one_after_the_other() -> None:
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.append(images.remake(picture("PNG", (50, 50)))))
        for _ in range(3)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(made) == 3
