"""A test run that is killed leaves no server behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support import keeper
from support.processes import descendants, is_running

ROOT = Path(__file__).parents[2]
_STARTS = """
import json, os, subprocess, sys, time
from pathlib import Path
from support.forum import settings_for
from support.postgres import running_postgres
from support.processes import environment, free_port, running, wait_for
from support.valkey import running_valkey


def test_starts_one_of_each(tmp_path):
    port = free_port()
    with (
        running_valkey(settings_for(tmp_path / "valkey")),
        running_postgres(),
        running("up", env=environment(tmp_path / "data", port), log=tmp_path / "log"),
    ):
        wait_for(f"http://127.0.0.1:{port}/health")
        daemon = "import os, time; os.fork() and os._exit(0); os.setsid(); os.fork() and os._exit(0); time.sleep(600)"
        subprocess.run([sys.executable, "-c", daemon], check=True)
        chromium = os.environ["CHROMIUM"]
        if chromium:
            from playwright.sync_api import sync_playwright

            playwright = sync_playwright().start()
            playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        Path(os.environ["READY"]).write_text(f"{os.getpid()} {os.environ['FORUM_TEST_RUN']}")
        time.sleep(600)
"""


@pytest.mark.parametrize(
    ("workers", "killed"),
    [([], "it"), (["-n", "1"], "the worker"), (["-n", "1"], "the one above it")],
    ids=["alone", "a worker", "what started the workers"],
)
def test_l4_a_killed_test_run_leaves_nothing_behind(tmp_path: Path, workers: list[str], killed: str) -> None:
    started = tmp_path / "test_started.py"
    started.write_text(_STARTS)
    ready = tmp_path / "ready"
    chromium = "/usr/bin/chromium"
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"), *workers,
         "-p", "support.keeper", "--rootdir", str(tmp_path), f"--basetemp={tmp_path / 'base'}", str(started)],
        cwd=tmp_path, stdout=(tmp_path / "out").open("w"), stderr=subprocess.STDOUT,
        env={**os.environ, "READY": str(ready), "PYTHONPATH": f"{ROOT / 'tests'}:{ROOT / 'src'}",
             "CHROMIUM": chromium if Path(chromium).exists() else ""},
    )  # fmt: skip
    try:
        _wait(lambda: ready.exists() or run.poll() is not None, 90)
        assert ready.exists(), (tmp_path / "out").read_text()
        inner, *marks = ready.read_text().split()
        servers = {*keeper.bearing(marks[-1]), *descendants(int(inner))}
        names = {Path(f"/proc/{pid}/comm").read_text().strip() for pid in servers}
        assert {"valkey-server", "postgres"} <= names, names
        assert len(servers) > 12, names
        os.kill(run.pid if killed == "the one above it" else int(inner), signal.SIGKILL)
        _wait(lambda: not any(map(is_running, servers)), 5)
        assert [pid for pid in servers if is_running(pid)] == []
    finally:
        run.kill()
        run.wait()


def _wait(until: object, seconds: float) -> None:
    assert callable(until)
    end = time.monotonic() + seconds
    while time.monotonic() < end and not until():
        time.sleep(0.1)
