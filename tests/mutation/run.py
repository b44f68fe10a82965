"""Change modules at random, and see whether their own unit tests notice: `make mutants`.

A seed chooses the modules and the changes. Each mutant meets the unit file of its module, and one journey where that
did not notice. Survivors are listed: each is a test that is missing, or a change that makes no difference.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from importlib.abc import SourceLoader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from itertools import islice
from pathlib import Path
from typing import NoReturn

import pytest

from mutation.mutants import Mutant, mutants_of

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "fedconnect"
LONGEST_S = 60
JOURNEY = ["tests/journeys/test_post.py", "-k", "sqlite and announced_once"]
_LOADED_ONCE = (
    "alembic.command",
    "bleach",
    "cryptography.x509",
    "flask",
    "pytest",
    "requests",
    "sqlalchemy.orm",
)


class _Mutated(SourceLoader):
    """Loads one module from other source than its file's; nothing is written into the tree."""

    def __init__(self, path: Path, source: str) -> None:
        self.path, self.source = path, source
        self.name = ".".join(path.relative_to(SRC.parent).with_suffix("").parts)

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return spec_from_loader(fullname, self, origin=str(self.path)) if fullname == self.name else None

    def get_filename(self, fullname: str) -> str:
        return str(self.path)

    def get_data(self, path: str) -> bytes:
        return self.source.encode()


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
    """Whether tests turn red with a mutant in the place of its module; no answer in time counts as red.

    They run in a child that is forked from this process, which has loaded what never changes and nothing of ours.
    """
    child = os.fork()
    if child == 0:
        _run_tests(path, mutant, tests)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def _run_tests(path: Path, mutant: Mutant, tests: list[str]) -> NoReturn:
    end = 1
    try:
        signal.alarm(LONGEST_S)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.chdir(ROOT)
        sys.meta_path.insert(0, _Mutated(path, mutant.source))  # type: ignore[arg-type]
        end = pytest.main(["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no", *tests])
    finally:
        os._exit(end)


def try_module(path: Path, tests: Path, most: int, seed: int) -> list[Result]:
    """Try some mutants of a module; none where its tests are no unit tests, or are red already."""
    dice = random.Random(f"{seed} {path.relative_to(SRC)}")
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
    pairs = [pair for pair in pairs if chosen.only in str(pair[0])]
    dice.shuffle(pairs)
    pairs = list(islice((pair for pair in pairs if mutants_of(pair[0].read_text())), chosen.modules))
    for name in _LOADED_ONCE:
        import_module(name)
    os.environ.setdefault("UNIT_TEMPLATE", tempfile.mkdtemp())
    if is_noticed(
        SRC / "foundation" / "ids.py",
        Mutant(0, "nothing", (SRC / "foundation" / "ids.py").read_text()),
        JOURNEY,
    ):
        sys.exit("The journey is red already.")
    results: list[Result] = []
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        tried = pool.map(
            try_module, *zip(*[(*pair, chosen.each, chosen.seed) for pair in sorted(pairs)], strict=True)
        )
        for (path, _), own in zip(sorted(pairs), tried, strict=True):
            results += own
            if not own:
                print(
                    f"{path.relative_to(SRC)}: skipped, its unit file is red or has no quick test", flush=True
                )
                continue
            died = sum(one.end != "survived" for one in own)
            print(f"{path.relative_to(SRC)}: {died} of {len(own)}", flush=True)
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
