"""What counts as a mutant."""

from __future__ import annotations

import ast

import pytest

from mutation.mutants import mutants_of

FUNCTION = "def f(a, b):\n    {}\n"


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("return a < b", {"comparison turned", "nothing returned"}),
        ("return a and b", {"and for or", "last condition dropped", "nothing returned"}),
        ("return not a", {"not dropped", "nothing returned"}),
        ("a.send(b)", {"call dropped"}),
        ("return None", set()),
        ("log.info('x', count=1)", set()),
        ('"""It says 1."""', set()),
        ("x: int = 5", {"one more"}),
        ("x = True", {"the other truth"}),
        ("return a if b else 'c'", {"condition always false", "nothing returned"}),
    ],
)
def test_each_kind_of_change_is_made(line: str, changes: set[str]) -> None:
    found = mutants_of(FUNCTION.format(line))
    assert {one.change.partition(":")[0] for one in found} == changes


def test_every_mutant_is_python_and_differs() -> None:
    source = "def f(a, b):\n    if a > 1 and not b:\n        a.go(b + 1)\n    return [a, b][0]\n"
    found = mutants_of(source)
    assert len({one.source for one in found}) == len(found) > 6
    for one in found:
        assert ast.dump(ast.parse(one.source)) != ast.dump(ast.parse(source))


def test_what_stands_outside_of_functions_is_left_alone() -> None:
    assert mutants_of("LIMIT = 5\nclass A:\n    x = 1\n") == []
