"""Small changes to a module's source, each of which a test of that module should notice."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_SWAPPED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module's source with one change in it; `line` and `change` say which."""

    line: int
    change: str
    source: str


def mutants_of(source: str) -> list[Mutant]:
    """Return every mutant of a module, in the order of its lines. Docstrings, annotations and logging stay."""
    found = []
    number = 0
    while (one := _mutant(source, number)) is not None:
        found.append(one)
        number += 1
    return sorted(found, key=lambda one: (one.line, one.change))


def _mutant(source: str, number: int) -> Mutant | None:
    tree = ast.parse(source)
    for at, (node, change) in enumerate(_places(tree)):
        if at == number:
            before = ast.unparse(node)
            line = getattr(node, "lineno", 0)
            _apply(node, change)
            ast.fix_missing_locations(tree)
            return Mutant(line, f"{change}: {before[:90]}", ast.unparse(tree))
    return None


def _places(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for statement in function.body:
            for node in _below(statement):
                yield from ((node, change) for change in _changes(node))


def _below(node: ast.AST) -> Iterator[ast.AST]:
    """Walk below a statement, but not into functions of its own, annotations or what is logged."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return
    if isinstance(node, ast.Expr) and (isinstance(node.value, ast.Constant) or _is_log(node.value)):
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _below(child)


def _is_log(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return (
        isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "log"
    )


def _changes(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _TURNED:
        return ["comparison turned"]
    if isinstance(node, ast.BoolOp):
        return ["and for or", "last condition dropped"]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return ["not dropped"]
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        return ["condition always false"]
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return ["one more"]
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        return ["the other truth"]
    if isinstance(node, ast.BinOp) and type(node.op) in _SWAPPED:
        return ["another sum"]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return ["call dropped"]
    if isinstance(node, ast.Return) and node.value is not None and not _is_nothing(node.value):
        return ["nothing returned"]
    return []


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _apply(node: ast.AST, change: str) -> None:
    if isinstance(node, ast.Compare):
        node.ops[0] = _TURNED[type(node.ops[0])]()
    elif isinstance(node, ast.BoolOp) and change == "and for or":
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.BoolOp):
        node.values = node.values[:-1] if len(node.values) > 2 else [node.values[0], deepcopy(node.values[0])]
    elif isinstance(node, ast.UnaryOp):
        node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        node.test = ast.Constant(False)
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        node.value = node.value + 1
    elif isinstance(node, ast.Constant):
        node.value = not node.value
    elif isinstance(node, ast.BinOp):
        node.op = _SWAPPED[type(node.op)]()
    elif isinstance(node, ast.Expr | ast.Return):
        node.value = ast.Constant(None)
