"""Case C1: no pattern that a stranger's text can meet costs more than its input is long, and no reader of such text.

Patterns are found, not listed: those that modules hold, and those that stand in a call. Functions that read what
strangers wrote are named in one table.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import regex

import fedconnect
from support.pumping import LARGEST, pattern_verdict

ROOT = Path(__file__).parents[2]
#: Modules whose patterns meet no stranger's text, with the reason.
_NEVER_MEETS_STRANGERS = {
    "fedconnect.cli": "what the person who runs it types",
    "fedconnect.demo": "the demonstration's own text",
    "fedconnect.evaluation": "the evaluator's own samples",
    "fedconnect.foundation.settings": "the environment of the process",
}
#: One class, once or possessively repeated: there is nothing to go back to.
_CANNOT_BE_TAKEN_APART = frozenset({r"\p{M}++", r"\X"})
_CALLS = frozenset({"compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"})


def _is_inside(module: str) -> bool:
    return any(module == name or module.startswith(name + ".") for name in _NEVER_MEETS_STRANGERS)


def _sources() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "src" / "fedconnect").rglob("*.py")):
        parts = path.relative_to(ROOT / "src").with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__"), path
    for path in sorted((ROOT / "plugins").rglob("*.py")):
        if "tests" not in path.parts:
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


def _held() -> dict[str, Any]:
    """Patterns that modules of ours hold, alone or in a tuple, a list or a dict."""
    found: dict[str, Any] = {}
    for info in pkgutil.walk_packages(fedconnect.__path__, "fedconnect."):
        if _is_inside(info.name) or info.name.endswith("__main__") or "_bundled" in info.name:
            continue
        module = importlib.import_module(info.name)
        own = Path(module.__file__ or "").read_text()
        for name, value in vars(module).items():
            if f"\n{name} = " not in own and f"\n{name}: " not in own:
                continue  # it came by an import
            values = list(value.values()) if isinstance(value, dict) else value
            for one in values if isinstance(values, list | tuple) else [values]:
                if isinstance(one, re.Pattern | regex.Pattern):
                    found[f"{info.name}:{name}"] = one
    return found


def _written() -> dict[str, Any]:
    """Patterns that stand in a call of `re` or `regex`; what an f-string puts in is a few letters here."""
    found: dict[str, Any] = {}
    for module, path in _sources():
        if _is_inside(module):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            if not (isinstance(node.func.value, ast.Name) and node.func.value.id in {"re", "regex"}):
                continue
            if node.func.attr in _CALLS and (text := _literal(node.args[0])):
                flags = regex.V0 if node.func.value.id == "regex" else _flags(node)
                engine: Any = regex if node.func.value.id == "regex" else re
                found[f"{module}:{node.lineno}"] = engine.compile(text, flags)
    return found


def _literal(node: ast.expr) -> str | bytes | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "(?:abc|abd)" for part in node.values
        )
    return None


def _flags(call: ast.Call) -> int:
    named = {part.attr for part in ast.walk(call) if isinstance(part, ast.Attribute)}
    return sum(getattr(re, name) for name in ("IGNORECASE", "DOTALL", "ASCII", "MULTILINE") if name in named)


_WHOLE = {"fullmatch": "fullmatch", "match": "match"}  # every other use looks at each place of the text


def _uses(module: str, name: str) -> frozenset[str]:
    """How a module uses a pattern of its own; one that it hands to others may be used in any way."""
    path = next(path for known, path in SOURCES if known == module)
    if name.isdecimal():
        calls = {
            node.func.attr for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.lineno == int(name)
        } & _CALLS  # fmt: skip
        calls -= {"compile"} if len(calls) > 1 else set()
    else:
        calls = {
            node.attr for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
        }  # fmt: skip
    if not calls or "compile" in calls or (not name.startswith("_") and not name.isdecimal()):
        return frozenset({"findall", "fullmatch"})
    return frozenset(_WHOLE.get(call, "findall") for call in calls)


SOURCES = list(_sources())
_FOUND = {**_written(), **_held()}  # what is both held and written is judged as it is held
PATTERNS = dict({(one.pattern, one.flags): (name, one) for name, one in _FOUND.items()}.values())


def test_c1_the_patterns_of_the_house_are_found() -> None:
    assert len(PATTERNS) >= 80
    for known in ("foundation.html:_QUOTE_LINE", "activitypub.signatures:_INPUT", "forum.titles:_EMPTY"):
        assert f"fedconnect.{known}" in PATTERNS
    assert any(name.startswith("plugins.letter.wishes:") for name in PATTERNS)


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_c1_twice_the_input_takes_a_pattern_at_most_two_and_a_half_times_as_long(name: str) -> None:
    pattern = PATTERNS[name]
    if pattern.pattern in _CANNOT_BE_TAKEN_APART:
        return
    assert pattern_verdict(pattern, _uses(*name.split(":"))) == "", pattern.pattern


@pytest.mark.parametrize(
    ("pattern", "flags"),
    [
        (r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>", 0),
        (r'profile="?[^"]*https://www\.w3\.org/ns/activitystreams', re.IGNORECASE),
        (r'<(p|span) class="quote-inline"[^>]*>.*?</\1>', re.DOTALL),
        (r'([a-zA-Z]+)=(?:"([^"\\]*)"|(\d+))', 0),
        (r"([a-z0-9-]+)=:([A-Za-z0-9+/=]*):", 0),
        (r"\S+\.\S+/?\S*…?", 0),
        (r"(?:a+)+b", 0),
        (r"\s+$", 0),
        (r"(\w+)*@", 0),
        (r"<a [^>]*>", 0),
    ],
    ids=["_TAG", "_PROFILE", "quote line", "_PARAMETER", "_DIGEST_9530", "address", "nested", "edge", "words", "tag"],
)  # fmt: skip
def test_c1_the_judge_sees_what_was_wrong_before(pattern: str, flags: int) -> None:
    assert pattern_verdict(re.compile(pattern, flags)) != ""
    assert LARGEST == 64_000
