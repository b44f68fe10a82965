"""Each module stands on its own: it is imported first in an interpreter that has none of ours.

Circles among ours are found by a contract in pyproject.toml; those of a plugin, whose folder is no package of ours, here.
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


def modules() -> list[str]:
    """Return the name of every module of ours and of the plugins."""
    files = dict.fromkeys((ROOT / "src" / "fedconnect").rglob("*.py"), ROOT / "src")
    files |= {file: ROOT for plugin in PLUGINS for file in plugin.glob("*.py")}
    names = {".".join(file.relative_to(base).with_suffix("").parts) for file, base in files.items()}
    return sorted(name.removesuffix(".__init__") for name in names if not name.endswith("__main__"))


def test_every_module_is_imported_alone() -> None:
    assert len(modules()) > 300
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT_EACH_ALONE, *modules()],
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
