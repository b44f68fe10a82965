"""What importing us does before anything else."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "name", ["fedconnect.app", "fedconnect.wiring", "fedconnect.worker", "fedconnect.jobs.inbox"]
)
def test_no_process_loads_numpy_at_its_start(name: str) -> None:
    asked = f"import {name}, sys; print([one for one in ('numpy', 'scipy') if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("told", "threads"), [({}, "1"), ({"OMP_NUM_THREADS": "2"}, "2")])
def test_numpy_has_one_thread_unless_somebody_says_otherwise(told: dict[str, str], threads: str) -> None:
    asked = (
        "import fedconnect, os, sys; assert 'numpy' not in sys.modules; print(os.environ['OMP_NUM_THREADS'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], env={"PYTHONPATH": ":".join(sys.path), **told}, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.strip() == threads
