"""Change modules at random, and see whether their own unit tests notice: `make mutants`.

A seed chooses the modules and the changes. Each mutant meets the unit file of its module, and one journey where that
did not notice. Survivors are listed: each is a test that is missing, or a change that makes no difference.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from mutation.mutants import Mutant, mutants_of

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "fedconnect"
LONGEST_S = 60
JOURNEY = ["tests/journeys/test_post.py", "-k", "sqlite and announced_once"]
#: Runs pytest with one module's source replaced; nothing is written into the tree.
_CHILD = """
import importlib.abc, importlib.util, sys
name, path, *arguments = sys.argv[1:]
class Mutated(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    def find_spec(self, fullname, target_path, target=None):
        if fullname == name:
            return importlib.util.spec_from_loader(fullname, self, origin=path)
    def get_filename(self, fullname): return REAL
    def get_data(self, wanted): return open(path, 'rb').read()
REAL = arguments.pop(0)
sys.meta_path.insert(0, Mutated())
import pytest
sys.exit(pytest.main(['-q', '-x', '-p', 'no:cacheprovider', '-p', 'no:xdist', '--no-header', '--tb=no', *arguments]))
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one mutant: `killed` by its unit file, `journey`, or `survived`."""

    module: str
    mutant: Mutant
    end: str


def unit_file(path: Path) -> Path | None:
    """Return the test file that mirrors a module."""
    mirrored = ROOT / "tests" / path.relative_to(SRC).with_name(f"test_{path.name}")
    flat = ROOT / "tests" / path.relative_to(SRC).parts[0] / f"test_{path.name}"
    return next((one for one in (mirrored, flat) if one.exists()), None)


def is_noticed(path: Path, mutant: Mutant, tests: list[str]) -> bool:
    """Whether tests turn red with a mutant in the place of its module; no answer in time counts as red."""
    name = ".".join(path.relative_to(SRC.parent).with_suffix("").parts)
    with tempfile.NamedTemporaryFile("w", suffix=".py") as changed:
        changed.write(mutant.source)
        changed.flush()
        command = [sys.executable, "-c", _CHILD, name, changed.name, str(path), *tests]
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=LONGEST_S, check=False)
        except subprocess.TimeoutExpired:
            return True
    return done.returncode != 0


def try_module(path: Path, tests: Path, most: int, dice: random.Random) -> list[Result]:
    """Try some mutants of a module; none where its tests are no unit tests, or are red already."""
    source = path.read_text()
    if is_noticed(path, Mutant(0, "nothing", source), [str(tests), "--fast"]):
        return []
    found = mutants_of(source)
    chosen = sorted(dice.sample(found, min(most, len(found))), key=lambda one: one.line)
    results = []
    for mutant in chosen:
        end = "killed" if is_noticed(path, mutant, [str(tests), "--fast"]) else ""
        end = end or ("journey" if is_noticed(path, mutant, JOURNEY) else "survived")
        results.append(Result(path.relative_to(SRC).as_posix(), mutant, end))
    return results


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--modules", type=int, default=60)
    parser.add_argument("--each", type=int, default=10)
    parser.add_argument("--only", default="", help="modules whose path holds this")
    chosen = parser.parse_args()
    dice = random.Random(chosen.seed)
    pairs = [(path, tests) for path in sorted(SRC.rglob("*.py")) if (tests := unit_file(path)) is not None]
    pairs = [pair for pair in pairs if chosen.only in str(pair[0]) and mutants_of(pair[0].read_text())]
    pairs = dice.sample(pairs, min(chosen.modules, len(pairs)))
    os.environ.setdefault("UNIT_TEMPLATE", tempfile.mkdtemp())
    if is_noticed(
        SRC / "foundation" / "ids.py",
        Mutant(0, "nothing", (SRC / "foundation" / "ids.py").read_text()),
        JOURNEY,
    ):
        sys.exit("The journey is red already.")
    results: list[Result] = []
    for number, (path, tests) in enumerate(sorted(pairs), 1):
        own = try_module(path, tests, chosen.each, dice)
        results += own
        ends = Counter(one.end for one in own)
        print(
            f"[{number}/{len(pairs)}] {own[0].module}: {ends['killed'] + ends['journey']} of {len(own)}",
            flush=True,
        )
        for one in own:
            if one.end == "survived":
                print(f"    survived, line {one.mutant.line}: {one.mutant.change}", flush=True)
    if not results:
        sys.exit("No module of these has unit tests that are green.")
    ends = Counter(one.end for one in results)
    died = ends["killed"] + ends["journey"]
    print(
        f"seed {chosen.seed}: {died} of {len(results)} died ({died / len(results):.0%}); {ends['journey']} by the journey alone"
    )
    return died < 0.75 * len(results)


if __name__ == "__main__":
    sys.exit(main())
