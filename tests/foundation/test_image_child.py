"""The program that remakes a picture, on small ones and without its limits: what it takes and keeps."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import AvifImagePlugin, Image, ImageCms, PngImagePlugin

from fedconnect.foundation import image_child

ORIENTATION, DESCRIPTION = 0x0112, 0x010E


@pytest.fixture(autouse=True)
def pillow_as_it_was() -> Iterator[None]:
    most, threads = Image.MAX_IMAGE_PIXELS, AvifImagePlugin.DEFAULT_MAX_THREADS
    yield
    Image.MAX_IMAGE_PIXELS, AvifImagePlugin.DEFAULT_MAX_THREADS = most, threads


def drawn(kind: str, size: tuple[int, int] = (8, 4), mode: str = "RGB", color: Any = 0, **how: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, color).save(out, kind, **how)
    return out.getvalue()


def remade(raw: bytes) -> Image.Image:
    made = Image.open(io.BytesIO(image_child._remake(raw)))
    made.load()
    assert made.format == "WEBP"
    return made


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM", "ICO", "TGA", "PDF", "EPS"])
def test_a_format_that_no_browser_makes_is_no_picture(kind: str) -> None:
    with pytest.raises(ValueError, match="no picture"):
        image_child._remake(drawn(kind, (16, 16)))


@pytest.mark.parametrize(
    "raw",
    [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", drawn("PNG")[:40], drawn("JPEG")[:150]],
)
def test_what_is_broken_is_no_picture_and_not_a_crash(raw: bytes) -> None:
    with pytest.raises(ValueError, match="no picture"):
        image_child._remake(raw)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_pixels_are_counted_before_they_are_unpacked(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(image_child, "MAX_PIXELS", 100)
    assert remade(drawn(kind, (10, 10))).size == (10, 10)
    monkeypatch.setattr(Image.Image, "copy", lambda self: pytest.fail("it was unpacked"))
    with pytest.raises(ValueError, match="too many pixels"):
        image_child._remake(drawn(kind, (101, 1)))


def test_a_jpeg_is_scaled_while_it_is_read_and_counted_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_child, "MAX_PIXELS", 400)
    monkeypatch.setattr(image_child, "MAX_SIDE", 16)
    assert remade(drawn("JPEG", (64, 64))).size == (16, 16)
    with pytest.raises(ValueError, match="too many pixels"):
        image_child._remake(drawn("PNG", (64, 64)))


@pytest.mark.parametrize(
    ("size", "made"),
    [((16, 8), (16, 8)), ((17, 8), (16, 8)), ((32, 8), (16, 4)), ((8, 64), (2, 16)), ((3, 2), (3, 2))],
)
def test_no_side_is_longer_than_the_bound_and_none_is_drawn_larger(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], made: tuple[int, int]
) -> None:
    monkeypatch.setattr(image_child, "MAX_SIDE", 16)
    assert remade(drawn("PNG", size)).size == made


@pytest.mark.parametrize(("held", "size"), [(1, (8, 4)), (3, (8, 4)), (6, (4, 8)), (8, (4, 8))])
def test_a_picture_stands_as_its_camera_was_held(held: int, size: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = held
    assert remade(drawn("JPEG", exif=exif)).size == size


def test_nothing_that_a_file_hides_is_kept() -> None:
    exif = Image.Exif()
    exif[DESCRIPTION], exif[ORIENTATION] = "a secret", 6
    exif.get_ifd(0x8825)[1] = "N"  # where it was taken
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "a secret")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for raw in (
        drawn("JPEG", exif=exif, comment=b"a secret", icc_profile=profile),
        drawn("PNG", pnginfo=text, exif=exif, icc_profile=profile),
        drawn("WEBP", exif=exif, xmp=b"a secret", icc_profile=profile),
        drawn("PNG", mode="P", pnginfo=text, exif=exif),
    ):
        made = image_child._remake(raw)
        assert not any(hidden in made for hidden in (b"a secret", b"EXIF", b"XMP ", b"ICCP", b"Exif"))


def test_of_a_film_the_first_frame_is_kept() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    made = remade(out.getvalue())
    assert getattr(made, "n_frames", 1) == 1
    red, _, blue = made.convert("RGB").getpixel((4, 4))  # type: ignore[misc]
    assert red > 200 > 60 > blue


@pytest.mark.parametrize(
    ("mode", "color", "kept"),
    [
        ("RGBA", (255, 0, 0, 0), "RGBA"), ("LA", (9, 0), "RGBA"), ("RGB", "red", "RGB"), ("L", 9, "RGB"),
        ("1", 1, "RGB"),
        ("P", 1, "RGB"), ("I;16", 9, "RGB"),
    ],
)  # fmt: skip
def test_what_shines_through_still_does_whatever_the_picture_is_made_of(
    mode: str, color: Any, kept: str
) -> None:
    made = remade(drawn("PNG", mode=mode, color=color))
    assert made.mode == kept
    assert made.mode != "RGBA" or made.getpixel((0, 0))[3] == 0  # type: ignore[index]


def test_one_colour_that_is_declared_to_shine_through_does() -> None:
    for mode, clear in (("P", 0), ("L", 7), ("RGB", (1, 2, 3))):
        made = remade(drawn("PNG", mode=mode, color=clear, transparency=clear))
        assert made.mode == "RGBA"
        assert made.getpixel((0, 0))[3] == 0  # type: ignore[index]


def test_a_jpeg_for_printing_is_shown_on_a_screen() -> None:
    assert remade(drawn("JPEG", mode="CMYK")).mode == "RGB"


class Process:
    """What the program does to its own process, written down."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, raw: bytes = b"", parent: int = 7) -> None:
        self.done: list[Any] = []
        self.out = io.BytesIO()
        kernel = SimpleNamespace(prctl=lambda *told: self.done.append(("prctl", told)))
        monkeypatch.setattr(image_child.ctypes, "CDLL", lambda name: kernel)
        monkeypatch.setattr(image_child.os, "getppid", lambda: parent)
        monkeypatch.setattr(image_child.os, "_exit", self.exit)
        monkeypatch.setattr(
            image_child.resource, "setrlimit", lambda kind, most: self.done.append((kind, most))
        )
        monkeypatch.setattr(sys, "argv", ["image_child.py", "7"])
        monkeypatch.setattr(
            sys, "stdin", SimpleNamespace(buffer=SimpleNamespace(read=lambda: self.read(raw)))
        )
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=self.out))

    def read(self, raw: bytes) -> bytes:
        self.done.append("read")
        return raw

    def exit(self, code: int) -> None:
        self.done.append(("exit", code))
        raise SystemExit(code)


def test_nothing_is_read_before_the_limits_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    process = Process(monkeypatch, drawn("PNG"))
    assert image_child.main() == 0
    assert process.out.getvalue()[8:12] == b"WEBP"
    told, *limits, last = process.done
    assert told == ("prctl", (1, signal.SIGKILL))
    assert last == "read"
    kinds = image_child.resource
    assert dict(limits) == {
        kinds.RLIMIT_AS: (384 << 20, 384 << 20), kinds.RLIMIT_CPU: (8, 8), kinds.RLIMIT_CORE: (0, 0),
        kinds.RLIMIT_FSIZE: (0, 0),
    }  # fmt: skip


def test_a_picture_that_cannot_be_remade_ends_in_3_and_says_why_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    process = Process(monkeypatch, b"no picture")
    assert image_child.main() == 3
    assert process.out.getvalue() == b""
    assert capsys.readouterr().err == "no picture: UnidentifiedImageError\n"


def test_a_child_whose_parent_is_gone_already_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    process = Process(monkeypatch, drawn("PNG"), parent=1)
    with pytest.raises(SystemExit):
        image_child.main()
    assert process.done == [("prctl", (1, signal.SIGKILL)), ("exit", 4)]
    assert process.out.getvalue() == b""
