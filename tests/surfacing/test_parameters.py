"""The parameter file is taken whole or not at all; curves are drawn with what strangers may have named them."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from fedconnect.surfacing import parameters
from fedconnect.surfacing.inequality import gini, lorenz
from fedconnect.surfacing.lorenz_chart import Curve, lorenz_svg


@pytest.mark.parametrize(
    ("line", "instead"),
    [("floor =", "flor ="), ("hours = 48.0\n", ""), ("share = 0.10", "share = 0.10\nextra = 1")],
)
def test_a_name_that_is_missing_or_unknown_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, instead: str
) -> None:
    text = parameters.FILE.read_text(encoding="utf-8")
    assert line in text
    (tmp_path / "parameters.toml").write_text(text.replace(line, instead, 1), encoding="utf-8")
    monkeypatch.setattr(parameters, "FILE", tmp_path / "parameters.toml")
    with pytest.raises(ValueError, match="wants exactly"):
        parameters.in_force.__wrapped__()


def test_without_any_attention_nothing_is_unequal() -> None:
    assert math.isnan(gini([]))
    assert math.isnan(gini([0, 0]))
    assert lorenz([], 2) == lorenz([0, 0], 2) == [0.0, 0.0, 1.0]


def test_inequality_does_not_depend_on_order() -> None:
    assert gini([8, 0, 0, 0]) == pytest.approx(0.75)
    assert lorenz([4, 1, 2, 1], 4) == pytest.approx([0, 0.125, 0.25, 0.5, 1.0])


def test_a_name_on_a_chart_is_text_and_ours_is_the_line_drawn_through() -> None:
    drawn = lorenz_svg('"<b>', [Curve("<script>", (0.0, 1.0)), Curve("ours", (0.0, 0.25, 1.0))])
    assert "<script>" not in drawn
    assert "<b>" not in drawn
    assert 'aria-label="&quot;&lt;b&gt;"' in drawn
    assert drawn.count('stroke-dasharray=""') == 2, "the last curve and its sign"
    assert "M36.0 396.0L216.0 306.0L396.0 36.0" in drawn
