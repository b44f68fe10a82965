"""Take each guard out in turn, and see that its tests turn red. A guard that nothing misses is no guard.

Works on copies of the tracked files, two at a time. Usage: python tests/guards/remove.py [CASE ...]
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).parent / "guards.toml"
AT_ONCE = 2
PATIENCE_S = 300.0


class Verdict(StrEnum):
    """What came of taking a guard out. A test that gives no answer in time has not said that anything is wrong."""

    RED = "red"
    NOT_RED = "not red"
    NO_ANSWER = "no answer"


def guards() -> list[dict[str, str]]:
    """Return the checked-in list."""
    found: list[dict[str, str]] = tomllib.loads(LIST.read_text())["guard"]
    return found


def copy_of_the_tree(folder: Path) -> Path:
    """Return a copy of everything that git knows or would know."""
    named = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True,
        check=True,
    ).stdout.splitlines()  # fmt: skip
    for name in named:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def verdict_on(tree: Path, guard: dict[str, str], patience_s: float = PATIENCE_S) -> tuple[Verdict, str]:
    """Whether the tests of a guard fail without it; and what they said."""
    path = tree / guard["file"]
    whole = path.read_text()
    if whole.count(guard["guard"]) != 1:
        return Verdict.NOT_RED, f"stands {whole.count(guard['guard'])} times in {guard['file']}"
    path.write_text(whole.replace(guard["guard"], guard["without"]))
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider",
             *shlex.split(guard["test"])],
            cwd=tree, capture_output=True, text=True, timeout=patience_s, check=False,
            env={**os.environ, "PYTHONPATH": str(tree / "src"), "FUZZ_SECONDS": "1"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Verdict.NO_ANSWER, f"after {patience_s:.0f} s"
    finally:
        path.write_text(whole)
    said = [line for line in ran.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    last = (said or ran.stdout.strip().splitlines() or [""])[-1]
    return Verdict.RED if ran.returncode == 1 else Verdict.NOT_RED, f"exit {ran.returncode}: {last[:160]}"


def main() -> int:
    wanted = set(sys.argv[1:])
    chosen = [guard for guard in guards() if not wanted or guard["case"] in wanted]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="guards-") as folder:
        trees: Queue[Path] = Queue()
        for number in range(AT_ONCE):
            trees.put(copy_of_the_tree(Path(folder) / str(number)))

        def remove(guard: dict[str, str]) -> tuple[dict[str, str], Verdict, str]:
            tree = trees.get()
            try:
                return guard, *verdict_on(tree, guard)
            finally:
                trees.put(tree)

        found: list[tuple[dict[str, str], Verdict]] = []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for number, (guard, verdict, said) in enumerate(pool.map(remove, chosen), 1):
                sys.stdout.write(f"{number:3}/{len(chosen)} {verdict:9} {guard['case']:6} {said}\n")
                sys.stdout.flush()
                found.append((guard, verdict))
    return conclude(found, time.monotonic() - began)


def conclude(found: list[tuple[dict[str, str], Verdict]], seconds: float) -> int:
    """Say what came of it, and name each guard that no test misses or that told nothing. Return the exit status."""
    missed = [(guard, verdict) for guard, verdict in found if verdict is not Verdict.RED]
    sys.stdout.write(f"{len(found) - len(missed)} of {len(found)} guards are missed when they are gone")
    sys.stdout.write(f" ({seconds:.0f} s).\n")
    for guard, verdict in missed:
        sys.stdout.write(f"{verdict.upper()}: {guard['case']} {guard['file']}: {guard['guard'][:100]!r}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
