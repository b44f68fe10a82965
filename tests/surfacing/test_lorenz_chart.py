"""Curves as pictures: names are text, and every line can be told from the others."""

from __future__ import annotations

import re

from fedconnect.surfacing.lorenz_chart import Curve, lorenz_svg


def test_a_name_on_a_chart_is_text_and_ours_is_the_line_drawn_through() -> None:
    drawn = lorenz_svg('"<b>', [Curve("<script>", (0.0, 1.0)), Curve("ours", (0.0, 0.25, 1.0))])
    assert "<script>" not in drawn
    assert "<b>" not in drawn
    assert 'aria-label="&quot;&lt;b&gt;"' in drawn
    assert drawn.count('stroke-dasharray=""') == 2, "the last curve and its sign"
    assert "M36.0 396.0L216.0 306.0L396.0 36.0" in drawn


def dashes(*names: str) -> list[str]:
    drawn = lorenz_svg("t", [Curve(name, (0.0, 1.0)) for name in names])
    return re.findall(r'stroke-dasharray="([^"]*)"', drawn)[::2]


def test_lines_are_told_apart_without_colours_and_the_last_is_drawn_through() -> None:
    assert dashes("ours") == [""]
    assert dashes("a", "ours") == ["2 4", ""]
    assert dashes("a", "b", "ours") == ["8 5", "2 4", ""]
    assert dashes("a", "b", "c", "ours")[-3:] == ["8 5", "2 4", ""]
    assert dashes() == []


def test_each_name_stands_beside_its_own_sign_below_the_picture_and_inside_it() -> None:
    drawn = lorenz_svg("t", [Curve("first", (0.0, 1.0)), Curve("second", (0.0, 1.0))])
    _, height = re.findall(r'viewBox="0 0 (\d+) (\d+)"', drawn)[0]
    texts = re.findall(r'<text x="82" y="(\d+)"[^>]*>(\w+)</text>', drawn)
    signs = re.findall(r'<path d="M36 (\d+)h36"', drawn)
    assert [name for _, name in texts] == ["first", "second"]
    assert [int(y) - int(sign) for (y, _), sign in zip(texts, signs, strict=True)] == [5, 5]
    assert 432 < int(signs[0]) < int(signs[1]) < int(height) - 15


def test_a_curve_starts_in_the_lower_left_and_ends_in_the_upper_right_corner() -> None:
    drawn = lorenz_svg("t", [Curve("ours", (0.0, 0.5, 0.5, 1.0))])
    assert "M36.0 396.0L156.0 216.0L276.0 216.0L396.0 36.0" in drawn
    assert "<title>t</title>" in drawn
    assert drawn.endswith("</svg>\n")
