"""Every id that a test or a guard bears is explained, and every finding of the attack review has its test."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FINDINGS = [
    f"{letter}{number}"
    for letter, last in (("C", 6), ("H", 7), ("M", 6), ("L", 7))
    for number in range(1, last + 1)
]
_ID = re.compile(r"(?<=_)([a-z]\d{1,2})(?=_|$)")
_SPAN = re.compile(r"(?<=_)([a-z])(\d\d)_to_[a-z](\d\d)(?=_|$)")


@cache
def explained() -> frozenset[str]:
    """What CASES.md explains: the bold words at the beginning of its lines."""
    lines = (ROOT / "tests" / "CASES.md").read_text().splitlines()
    return frozenset(
        case
        for line in lines
        if (found := re.match(r"- ((?:\*\*[^*]+\*\*(?:, )?)+)", line))
        for case in re.findall(r"\*\*([^*]+)\*\*", found[1])
    )


@cache
def borne() -> dict[str, list[str]]:
    """Which tests bear which id."""
    tests: dict[str, list[str]] = {}
    for folder in ("tests", "plugins"):
        for path in (ROOT / folder).rglob("test_*.py"):
            for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE):
                ids = {one.upper() for one in _ID.findall(name)}
                for letter, low, high in _SPAN.findall(name):
                    ids |= {f"{letter.upper()}{n:02}" for n in range(int(low), int(high) + 1)}
                for one in ids:
                    tests.setdefault(one, []).append(f"{path.relative_to(ROOT)}::{name}")
    return tests


def test_every_id_in_a_test_name_is_explained() -> None:
    assert {case: tests for case, tests in borne().items() if case not in explained()} == {}


def test_every_case_of_a_guard_is_explained() -> None:
    guards = tomllib.loads((ROOT / "tests" / "guards" / "guards.toml").read_text())["guard"]
    assert {guard["case"] for guard in guards} - explained() == set()


def test_every_id_is_explained_once() -> None:
    text = (ROOT / "tests" / "CASES.md").read_text()
    assert [case for case in explained() if text.count(f"- **{case}** ") > 1] == []


@pytest.mark.parametrize("finding", FINDINGS)
def test_every_finding_of_the_attack_review_has_a_test(finding: str) -> None:
    assert finding in explained()
    assert borne().get(finding), f"no test is named by {finding}"
