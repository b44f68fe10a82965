"""The parameter file is taken whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from fedconnect.surfacing import parameters


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
