"""`make guards` cannot lie: a test that fails is red, one that holds is not, and one that never ends says nothing."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def remove() -> ModuleType:
    spec = importlib.util.spec_from_file_location("remove", Path(__file__).parent / "remove.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("without", "expected"),
    [("open = True", "red"), ("open = False  # still", "not red"), ("while True: pass", "no answer")],
)
def test_l5_a_guard_that_is_gone_has_one_of_three_verdicts(
    remove: ModuleType, tmp_path: Path, without: str, expected: str
) -> None:
    (tmp_path / "door.py").write_text("open = False\n")
    (tmp_path / "test_door.py").write_text(
        "def test_it_is_shut():\n    import sys; sys.path.insert(0, '.'); import door\n    assert not door.open\n"
    )
    guard = {
        "case": "S01",
        "file": "door.py",
        "guard": "open = False",
        "without": without,
        "test": "test_door.py",
    }
    verdict, _ = remove.verdict_on(tmp_path, guard, patience_s=60 if expected != "no answer" else 5)
    assert verdict == expected
    assert (tmp_path / "door.py").read_text() == "open = False\n", "and it is put back"


def test_l5_whatever_is_not_red_fails_and_is_named(
    remove: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    guard = {"case": "S01", "file": "door.py", "guard": "open = False"}
    for verdict in remove.Verdict:
        assert remove.conclude([(guard, verdict)], 1.0) == (0 if verdict == "red" else 1)
        assert (f"{verdict.upper()}: S01 door.py" in capsys.readouterr().out) is (verdict != "red")
