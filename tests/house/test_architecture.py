"""docs/architecture.md says what stands where and what holds each rule; both are looked up here."""

from __future__ import annotations

import io
import re
import tokenize
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
SRC = ROOT / "src" / "fedconnect"
RULES = re.findall(r"^\| (?!rule |---)(.+?) \| (.+?) \|$", PAGE.partition("## The rules")[2], re.M)
BY_REVIEW = "by review only"


def test_at_least_four_rules_of_five_are_held_by_a_test() -> None:
    held = [rule for rule, by in RULES if "`" in by or "contract" in by]
    assert len(RULES) >= 25
    assert len(held) >= 0.8 * len(RULES)
    assert [rule for rule, by in RULES if rule not in held and BY_REVIEW not in by] == []


@pytest.mark.parametrize("named", sorted({one for _, by in RULES for one in re.findall(r"`([^`]+)`", by)}))
def test_every_test_that_holds_a_rule_is_there(named: str) -> None:
    if named.startswith("make "):
        assert f"\n{named.removeprefix('make ')}:" in (ROOT / "Makefile").read_text()
        return
    path, _, name = named.partition("::")
    assert (ROOT / path).exists()
    assert not name or f"def {name}(" in (ROOT / path).read_text()


@pytest.mark.parametrize(
    "contract", sorted({one for _, by in RULES for one in re.findall(r"contract \"([^\"]+)\"", by)})
)
def test_every_contract_that_holds_a_rule_is_there(contract: str) -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert contract in {one["name"] for one in config["tool"]["importlinter"]["contracts"]}


def test_every_room_has_its_line() -> None:
    rooms = {path.parent.relative_to(SRC).as_posix() for path in SRC.rglob("__init__.py")} - {"."}
    unnamed = {
        room for room in rooms if f"{room.rpartition('/')[2]}/" not in PAGE and not room.startswith("web/")
    }
    assert unnamed == set(), "say in docs/architecture.md what is in it"


def test_every_file_of_the_middle_floors_is_named_where_its_room_is() -> None:
    words = set(re.findall(r"[a-z_]+", PAGE))
    rooms = (
        "foundation",
        "activitypub",
        "accounts",
        "forum",
        "surfacing",
        "moderation",
        "blocklists",
        "federation",
        "home_servers",
        "serving",
    )
    files = {path for room in rooms for path in (SRC / room).rglob("*.py") if path.name != "__init__.py"}
    listed_elsewhere = {
        "activities",
        "actions",
        "render",
        "evaluation",
        "vocabulary",
    }  # each has a registry or is one thing
    missing = {
        path.relative_to(SRC).as_posix()
        for path in files
        if path.parent.name not in listed_elsewhere and path.stem not in words
    }
    assert missing == set(), "name it in docs/architecture.md"


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([a-z_]+(?:/[a-z_]+)*/(?:[a-z_]+\.py)?)`", PAGE))))
def test_every_path_on_the_page_is_there(path: str) -> None:
    assert any((base / path).exists() for base in (SRC, ROOT, ROOT / "tests"))


NAMED_FILES = re.compile(r"`((?:[a-z_]+/)*[a-z_]+\.py)`")
DRAWN_FILES = re.compile(
    r"\b((?:activities|posts|forum|moderation|web|surfacing|accounts|federation)/[a-z_]+)\b"
)


@pytest.mark.parametrize(
    "page", sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))
)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    text = (ROOT / page).read_text()
    drawn = "".join(re.findall(r"```mermaid.*?```", text, re.S))
    tree = [
        path.relative_to(ROOT).as_posix()
        for path in (
            *SRC.rglob("*"),
            *(ROOT / "tests").rglob("*.py"),
            *(ROOT / "plugins").rglob("*.py"),
            *(ROOT / "benchmarks").glob("*.py"),
        )
    ]
    named = {
        *NAMED_FILES.findall(text),
        *(f"{one}.py" for one in DRAWN_FILES.findall(drawn) if not (SRC / one).is_dir()),
    }
    assert {
        one for one in named if not any(path == one or path.endswith(f"/{one}") for path in tree)
    } == set()


@pytest.mark.parametrize("folder", ["benchmarks", "plugins", "src", "tests"])
def test_every_file_that_a_comment_names_is_there(folder: str) -> None:
    tree = [
        path.relative_to(ROOT).as_posix()
        for top in ("benchmarks", "migrations", "plugins", "src", "tests")
        for path in (ROOT / top).rglob("*.py")
    ]
    gone = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        tokens = tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        prose = [
            one.string
            for one in tokens
            if one.type == tokenize.COMMENT or (one.type == tokenize.STRING and one.string.startswith('"""'))
        ]
        named = re.findall(r"(?<![\w./])((?:[a-z_]+/)*[a-z_]+\.py)\b", "\n".join(prose))
        missing = {
            one for one in named if not any(f"/{file}".endswith(f"/{one}") for file in (*tree, "conftest.py"))
        }
        if missing:
            gone[path.relative_to(ROOT).as_posix()] = missing
    assert gone == {}
