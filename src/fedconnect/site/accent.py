"""An accent of an admin's choice, made dark or light enough to be read on our paper. Ref: WCAG 2.2 §1.4.3 (AA)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fedconnect.foundation.errors import Malformed

#: The accent of fedconnect.css, which needs no style sheet of its own.
USUAL = "#23645d"
Colour = tuple[float, float, float]
#: As in fedconnect.css: what text in the accent stands on, and what stands on a button of it, light and dark.
_LIGHT, _DARK = ("#fbf8f2", "#ffffff", "#2c2a26"), ("#24221f", "#16211e", "#ece6db")
_LEAST = 4.6  # AA asks for 4.5; a little more, since browsers round
_HEX = re.compile("#[0-9a-f]{6}")
_STEP = 0.04
_BLACK, _WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Shades:
    """An accent in one scheme as `#rrggbb`: for text and buttons, and the soft ground that both are read on."""

    accent: str
    soft: str


def read_accent(text: str) -> str:
    """Return a typed colour as `#rrggbb`; empty for none, or the usual one.

    Raises:
        Malformed: it is no such colour.
    """
    found = text.strip().lower()
    found = f"#{found}" if re.fullmatch("[0-9a-f]{6}", found) else found
    if found and not _HEX.fullmatch(found):
        raise Malformed("accent", safe="A colour is a # and six of 0-9 and a-f, such as #23645d.")
    return "" if found == USUAL else found


def light_shades(accent: str) -> Shades:
    """Return the accent for light pages, as dark as it takes to be read."""
    return _shades(accent, *_LIGHT, towards=_BLACK, tinted=0.12)


def dark_shades(accent: str) -> Shades:
    """Return the accent for dark pages, as light as it takes to be read."""
    return _shades(accent, *_DARK, towards=_WHITE, tinted=0.14)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    high, low = sorted((_luminance(_parse(one)), _luminance(_parse(other))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _shades(accent: str, paper: str, on_accent: str, ink: str, *, towards: Colour, tinted: float) -> Shades:
    chosen = _parse(accent)
    for step in range(int(1 / _STEP) + 1):
        shade = _mix(chosen, towards, step * _STEP)
        soft = _text(_mix(_parse(paper), shade, tinted))
        found = _text(shade)
        if (
            min(
                contrast(found, paper), contrast(found, on_accent), contrast(found, soft), contrast(ink, soft)
            )
            >= _LEAST
        ):
            return Shades(found, soft)
    return Shades(_text(towards), paper)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    r, g, b = (a + (z - a) * min(share, 1.0) for a, z in zip(one, other, strict=True))
    return r, g, b


def _luminance(colour: Colour) -> float:
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _parse(text: str) -> Colour:
    r, g, b = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return r, g, b


def _text(colour: Colour) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
