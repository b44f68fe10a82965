"""Numbers as pictures: SVG that a page can hold and a file can be."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

_SIZE = 360
_EDGE = 36
_STROKES = ("8 5", "2 4", "")  # told apart without colours; the last one, ours, is drawn through


@dataclass(frozen=True, slots=True)
class Curve:
    """A named curve from (0, 0) to (1, 1), at even steps."""

    name: str
    heights: Sequence[float]


def lorenz_svg(title: str, curves: Sequence[Curve]) -> str:
    """Draw Lorenz curves: the nearer to the straight line, the more evenly attention is spread."""
    whole = _SIZE + 2 * _EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole + 22 * (len(curves) + 1)}" '
        f'role="img" aria-label="{html.escape(title)}" fill="none" stroke="currentColor" class="drawing">',
        f"<title>{html.escape(title)}</title>",
        f'<path d="M{_EDGE} {_EDGE}V{_EDGE + _SIZE}H{_EDGE + _SIZE}" stroke-opacity=".5"/>',
        f'<path d="M{_EDGE} {_EDGE + _SIZE}L{_EDGE + _SIZE} {_EDGE}" stroke-opacity=".3"/>',
    ]
    for number, curve in enumerate(curves):
        dashes = _STROKES[(number + len(_STROKES) - len(curves)) % len(_STROKES)]
        parts.append(f'<path d="{_path(curve)}" stroke-width="2" stroke-dasharray="{dashes}"/>')
        low = whole + 22 * number + 6
        parts.append(f'<path d="M{_EDGE} {low}h36" stroke-width="2" stroke-dasharray="{dashes}"/>')
        parts.append(
            f'<text x="{_EDGE + 46}" y="{low + 5}" fill="currentColor" stroke="none" font-size="15" '
            f'font-family="sans-serif">{html.escape(curve.name)}</text>'
        )
    return "".join(parts) + "</svg>\n"


def _path(curve: Curve) -> str:
    steps = len(curve.heights) - 1
    points = [
        f"{_EDGE + _SIZE * i / steps:.1f} {_EDGE + _SIZE * (1 - height):.1f}"
        for i, height in enumerate(curve.heights)
    ]
    return "M" + "L".join(points)
