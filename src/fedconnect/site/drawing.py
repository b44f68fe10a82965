"""Pictures that we draw ourselves: a board's tile, its card for link previews, the forum's icon. PNG, by Pillow.

The letters are Open Sans (Apache 2.0, beside this file): Latin, Greek and Cyrillic. Names in other scripts are not drawn,
rather than drawn as boxes; the picture then has its hue and sign alone.
"""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

log = structlog.get_logger()
_FONT = Path(__file__).with_name("fonts") / "open-sans-semibold.woff2"
CARD = (1200, 630)  # as OpenGraph's pages are shown
_PAPER, _INK, _SOFT = "#fbf8f2", "#2c2a26", "#635e55"
_MARGIN = 84
#: The three circles of the sign, in a square of 32.
_SIGN = ((11, 13), (21, 13), (16, 21))
_SIGN_RADIUS, _SIGN_LINE = 6.5, 2.4


@lru_cache(maxsize=64)
def draw_card(name: str, line: str, site: str, deep: str, pale: str) -> bytes:
    """Return a board's card: its name, one line, the forum's name, in its hue (1200 × 630)."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  most processes never draw

    picture = Image.new("RGB", CARD, _PAPER)
    pen = ImageDraw.Draw(picture)
    width, height = CARD
    pen.rectangle((0, 0, 28, height), fill=deep)
    picture.paste(_badge(deep), (_MARGIN, 72))
    room, top = width - 2 * _MARGIN, 200
    for size in (76, 62, 50):
        lines = _wrapped(name, size, room, most=2)
        if lines and not lines[-1].endswith("…"):
            break
    for words in lines:
        pen.text((_MARGIN, top), words, fill=_INK, font=_font(size))
        top += round(size * 1.24)
    top += 14
    for words in _wrapped(line, 34, room, most=2):
        pen.text((_MARGIN, top), words, fill=_SOFT, font=_font(34))
        top += 46
    pen.rectangle((_MARGIN, height - 102, width - _MARGIN, height - 100), fill=pale)
    for words in _wrapped(site, 30, room, most=1):
        pen.text((_MARGIN, height - 84), words, fill=deep, font=_font(30))
    return _png(picture)


@lru_cache(maxsize=64)
def draw_tile(letters: str, deep: str, size: int = 400) -> bytes:
    """Return a square tile with one or two letters, or with our sign where they cannot be drawn."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    picture = Image.new("RGB", (size, size), deep)
    pen = ImageDraw.Draw(picture)
    if letters and _can_draw(letters):
        pen.text((size / 2, size / 2), letters, fill="#ffffff", font=_font(round(size * 0.42)), anchor="mm")
    else:
        _sign(pen, size * 0.2, size * 0.2, size * 0.6, "#ffffff")
    return _png(picture)


@lru_cache(maxsize=16)
def draw_icon(colour: str, size: int, *, is_opaque: bool) -> bytes:
    """Return the forum's sign as an icon, on paper or on nothing."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    drawn = size * 4  # Pillow's circles have no soft edge: they are drawn large
    picture = Image.new("RGBA", (drawn, drawn), _PAPER if is_opaque else (0, 0, 0, 0))
    edge = drawn * (0.14 if is_opaque else 0)
    _sign(ImageDraw.Draw(picture), edge, edge, drawn - 2 * edge, colour)
    return _png(picture.resize((size, size), Image.Resampling.LANCZOS))


def as_icon(webp: bytes, size: int) -> bytes:
    """Return a kept picture (WebP of ours) as a square PNG."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    with Image.open(io.BytesIO(webp), formats=["WEBP"]) as opened:
        return _png(ImageOps.fit(opened.convert("RGBA"), (size, size)))


def as_ico(png: bytes) -> bytes:
    """Return a PNG as the only picture of an ICO file. Ref: ICO with PNG inside (Windows Vista and later)."""
    side = int.from_bytes(png[16:20], "big") % 256
    head = b"\0\0\1\0\1\0" + bytes((side, side, 0, 0)) + b"\1\0\x20\0"
    return head + len(png).to_bytes(4, "little") + (22).to_bytes(4, "little") + png


def initials(name: str) -> str:
    """Return one or two letters that a name begins with."""
    words = [word for word in name.replace("&", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()


def _wrapped(text: str, size: int, room: float, *, most: int) -> list[str]:
    """Return a text in at most so many lines, none wider than the room; cut with a sign, and empty where it cannot be drawn."""
    if not text or not _can_draw(text):
        return []
    font, lines, words = _font(size), [""], text[:400].split()
    for at, word in enumerate(words):
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= room:
            lines[-1] = longer
        elif len(lines) < most and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = _cut(" ".join([lines[-1], *words[at:]]).strip(), font, room)
            break
    return [_cut(line, font, room) if font.getlength(line) > room else line for line in lines]


def _cut(text: str, font: FreeTypeFont, room: float) -> str:
    text = text[:200]
    while text and font.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip(" ,.;:") + "…"


def _can_draw(text: str) -> bool:
    """Whether the font has each letter: it draws the same box for all that it has not."""
    try:
        font = _font(24)
    except OSError as error:  # a FreeType that reads no WOFF2
        log.warning("no_font", reason=str(error))
        return False
    box = bytes(font.getmask("\uffff"))
    return all(letter.isspace() or bytes(font.getmask(letter)) != box for letter in set(text))


@lru_cache(maxsize=16)
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont  # noqa: PLC0415

    return ImageFont.truetype(str(_FONT), size, layout_engine=ImageFont.Layout.BASIC)


def _badge(colour: str) -> Image:
    """Our sign on a rounded square of 96; drawn large, since Pillow's shapes have no soft edge."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    large = Image.new("RGB", (384, 384), _PAPER)
    pen = ImageDraw.Draw(large)
    pen.rounded_rectangle((0, 0, 383, 383), 88, fill=colour)
    _sign(pen, 56, 56, 272, "#ffffff")
    return large.resize((96, 96), Image.Resampling.LANCZOS)


def _sign(pen: ImageDraw, left: float, top: float, side: float, colour: str) -> None:
    scale = side / 32
    radius, line = _SIGN_RADIUS * scale, max(round(_SIGN_LINE * scale), 1)
    for x, y in _SIGN:
        middle = (left + x * scale, top + y * scale)
        pen.ellipse(
            (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius),
            outline=colour,
            width=line,
        )


def _png(picture: Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
