"""Results of finished trials in a file, so that an evaluation that was interrupted goes on where it was."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fedconnect.evaluation.assumptions import Assumptions
from fedconnect.evaluation.figures import AttackFigures, Figures
from fedconnect.evaluation.trials import Result, Trial
from fedconnect.foundation.errors import Malformed
from fedconnect.surfacing.parameters import FILE

_CODE = (Path(__file__).parent, FILE.parent)
_LARGEST = 100_000_000  # bytes that are read


class KeptResults:
    """A file of JSON lines: the seeds first, then a result each, with a digest of its trial and one of the parameters in
    force and all code that judges and is judged: what other code or parameters gave is not taken."""

    def __init__(self, file: Path) -> None:
        """Read what is there.

        Raises:
            Malformed: the file is too large, or holds something else.
        """
        self.seeds: list[int] = []
        self._file = file
        self._version = _version()
        self._found: dict[str, Result] = {}
        for line in _lines(file):
            if "seeds" in line:
                self.seeds = [int(one) for one in line["seeds"]]
            elif line["version"] == self._version:
                self._found[line["key"]] = _result(line["result"])

    def begin(self, seeds: Sequence[int]) -> None:
        """Write down the seeds, where others stood or none."""
        if list(seeds) != self.seeds:
            self.seeds = list(seeds)
            self._append({"seeds": self.seeds})

    def find(self, trial: Trial) -> Result | None:
        """Return what this trial came to before."""
        return self._found.get(self._key(trial))

    def add(self, result: Result) -> None:
        """Keep a result."""
        self._append({"version": self._version, "key": self._key(result.trial), "result": asdict(result)})

    def _key(self, trial: Trial) -> str:
        return hashlib.sha256(repr(trial).encode()).hexdigest()

    def _append(self, line: dict[str, Any]) -> None:
        whole = not self._file.exists() or self._file.read_bytes()[-1:] in (b"\n", b"")
        with self._file.open("a", encoding="utf-8") as file:
            file.write(("" if whole else "\n") + json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _version() -> str:
    digest = hashlib.sha256()
    for path in [*(path for folder in _CODE for path in sorted(folder.rglob("*.py"))), FILE]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _lines(file: Path) -> list[dict[str, Any]]:
    """Return what the lines say; one that was not written to its end says nothing."""
    if not file.exists():
        return []
    if file.stat().st_size > _LARGEST:
        raise Malformed("kept results", safe=f"{file} is too large for kept results.")
    found = []
    for text in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if not isinstance(line, dict) or not (
            {"seeds"} <= line.keys() or {"version", "key", "result"} <= line.keys()
        ):
            raise Malformed("kept results", safe=f"{file} holds something other than kept results.")
        found.append(line)
    if not found and file.stat().st_size:
        raise Malformed("kept results", safe=f"{file} holds something other than kept results.")
    return found


def _trial(found: dict[str, Any]) -> Trial:
    lists = {name: tuple(found[name]) for name in ("policies", "attacks")}
    return Trial(**{**found, **lists, "assumptions": Assumptions(**found["assumptions"])})


def _result(found: dict[str, Any]) -> Result:
    return Result(
        **{
            **found,
            "trial": _trial(found["trial"]),
            "figures": {name: Figures(**one) for name, one in found["figures"].items()},
            "twice": {name: Figures(**one) for name, one in found["twice"].items()},
            "attacks": {
                name: (AttackFigures(**with_it), AttackFigures(**without))
                for name, (with_it, without) in found["attacks"].items()
            },
        }
    )
