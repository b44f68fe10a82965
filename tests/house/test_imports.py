"""Each module stands on its own: whatever of ours is imported first, in an interpreter that has none of it, can be.

What nobody of ours imports is tried: a job, a command, a plugin. For everything below it, this follows: contracts in
pyproject.toml allow no circle, and mypy no name of a module that a file does not itself import, so a file finds the same
modules whether it is imported first or last. Circles in a plugin, whose folder is no package of ours, are found here.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/__init__.py"))

# Libraries are imported once; a fork for each module costs only what is ours.
_IMPORT_EACH_ALONE = """
import os, sys, traceback
import alembic, bleach, cryptography, flask, jinja2, psycopg, redis, requests, rq, sqlalchemy.orm, structlog, authlib
import numpy, scipy.sparse.linalg, snowballstemmer
ours = [name for name in sys.modules if name.partition(".")[0] in ("fedconnect", "plugins")]
assert ours == [], ours
failed = 0
for name in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        try:
            __import__(name)
        except BaseException:
            print(f"{name}: {traceback.format_exc().splitlines()[-1]}", flush=True)
            os._exit(1)
        os._exit(0)
    failed += os.waitpid(child, 0)[1] != 0
sys.exit(failed > 0)
"""


def modules() -> dict[str, Path]:
    """Return the file of every module of ours and of the plugins."""
    files = dict.fromkeys((ROOT / "src" / "fedconnect").rglob("*.py"), ROOT / "src")
    files |= {file: ROOT for plugin in PLUGINS for file in plugin.glob("*.py")}
    named = {".".join(file.relative_to(base).with_suffix("").parts): file for file, base in files.items()}
    return {name.removesuffix(".__init__"): file for name, file in named.items()}


def imported_by_nobody() -> list[str]:
    """Return the modules that no other one imports at its top."""
    known = modules()
    imported = {"fedconnect"}
    for file in known.values():
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                imported |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
            elif isinstance(node, ast.Import):
                imported |= {name.name for name in node.names}
    return sorted(
        name
        for name in known
        if name not in imported
        and not name.endswith("__main__")  # it runs
        and not any(one.startswith(f"{name}.") for one in known if one in imported)
    )


def test_what_nobody_imports_is_imported_alone() -> None:
    first = imported_by_nobody()
    assert {"fedconnect.jobs.inbox", "fedconnect.jobs.delivery", "plugins.letter"} <= set(first)
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT_EACH_ALONE, *first],
        capture_output=True, text=True, check=False, timeout=300, cwd=ROOT,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_no_plugin_has_a_circle_deferred_imports_counted(plugin: Path) -> None:
    imports = {file.stem: _siblings(file) for file in plugin.glob("*.py")}
    assert any(imports.values())
    TopologicalSorter(imports).prepare()


def _siblings(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            found |= {node.module} if node.module else {name.name for name in node.names}
    return found
