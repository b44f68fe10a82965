"""A process tree that stays up, whatever ends, fills up or hangs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from fedconnect import up
from support.processes import command, descendants, environment, free_port, kill_tree, running, wait_for
from support.small_disk import fill, small_disk


def health(port: int) -> dict[str, str]:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            found: dict[str, str] = json.load(answer)
    except HTTPError as error:
        found = json.load(error)
    return found


def wait_until(port: int, name: str, word: str, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while (found := health(port))[name] != word:
        assert time.monotonic() < until, found
        time.sleep(0.3)


def named(pid: int, words: str) -> list[int]:
    """Return the processes below one whose command line holds some words."""
    found = []
    for one in descendants(pid):
        line = Path(f"/proc/{one}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        if words in line:
            found.append(one)
    return found


def test_c3_ends_are_counted_in_a_window_and_each_wait_has_a_bound() -> None:
    child = up._Child("worker 1", [], None)  # type: ignore[arg-type]
    waits = []
    for number in range(12):
        child.begun = float(number)
        child.note_end(float(number))
        waits.append(child.wait_s(float(number)))
    assert waits[:4] == [0.5, 1, 2, 4]
    assert max(waits) == 60
    assert child.keeps_ending(12.0)
    assert not child.keeps_ending(12 + up._WINDOW_S)
    child.begun = 1000.0
    child.note_end(1000.0)
    assert child.wait_s(1000.0) == 0.5


def test_c3_what_ran_for_a_while_and_is_killed_is_wanted_back_at_once_however_often() -> None:
    child = up._Child("web", [], None)  # type: ignore[arg-type]
    for number in range(12):
        child.begun = number * 10.0
        child.note_end(child.begun + up._STAYED_S)
        assert child.wait_s(child.begun + up._STAYED_S) == up._FIRST_WAIT_S
    assert child.keeps_ending(120.0), "it is said all the same"


def test_l1_workers_outlive_a_valkey_that_is_killed_again_and_again(tmp_path: Path) -> None:
    port = free_port()
    with running("up", env=environment(tmp_path / "data", port), log=tmp_path / "log") as parent:
        wait_for(f"http://127.0.0.1:{port}/health")
        wait_until(port, "workers", "ok")
        before = named(parent.pid, "worker --queue")
        for _ in range(3):
            (valkey,) = named(parent.pid, "valkey-server")
            os.kill(valkey, signal.SIGKILL)
            time.sleep(2)
            wait_until(port, "workers", "ok")
        assert named(parent.pid, "worker --queue") == before


BROKEN = """
import sys
from fedconnect import up
from fedconnect.cli import running
from fedconnect.foundation.settings import read_settings
real = up.run
up._FIRST_WAIT_S = 0.05
up.run = lambda settings, serve, extra=None: real(settings, serve, extra={"broken": ["no-such-command"]})
sys.argv = ["fedconnect", "up"]
from fedconnect.cli import main
main()
"""


def test_c3_a_child_that_keeps_failing_never_stops_the_others(tmp_path: Path) -> None:
    port = free_port()
    with (tmp_path / "log").open("ab") as log:
        tree = subprocess.Popen(
            [sys.executable, "-c", BROKEN], env=environment(tmp_path / "data", port),
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/boards/lobby")
        wait_until(port, "processes", "keep ending: broken")
        time.sleep(3)
        assert tree.poll() is None
        wait_for(f"http://127.0.0.1:{port}/boards/lobby")
        assert "broken keeps ending" in (tmp_path / "log").read_text()
    finally:
        kill_tree(tree)


def test_c3_the_sixth_kill_of_a_child_does_not_end_the_forum(tmp_path: Path) -> None:
    port = free_port()
    with running("up", env=environment(tmp_path / "data", port), log=tmp_path / "log") as tree:
        wait_for(f"http://127.0.0.1:{port}/boards/lobby")
        for _ in range(4):
            for words in ("fedconnect.cli worker", "valkey-server"):
                for pid in named(tree.pid, words):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(1.2)
            assert tree.poll() is None
            wait_for(f"http://127.0.0.1:{port}/boards/lobby")
        wait_until(port, "status", "degraded")
        tree.send_signal(signal.SIGTERM)
        assert tree.wait(timeout=10) == 0


def test_c3_the_tree_outlives_whoever_reads_its_words(tmp_path: Path) -> None:
    port = free_port()
    reader, writer = os.pipe()
    tree = subprocess.Popen(
        command("up"), env=environment(tmp_path / "data", port), stdout=writer, stderr=writer,
        start_new_session=True,
    )  # fmt: skip
    os.close(writer)
    try:
        wait_for(f"http://127.0.0.1:{port}/boards/lobby")
        os.close(reader)
        for pid in named(tree.pid, "fedconnect.cli worker"):
            os.kill(pid, signal.SIGKILL)
        time.sleep(3)
        assert tree.poll() is None
        assert len(named(tree.pid, "fedconnect.cli worker")) == 3
    finally:
        kill_tree(tree)


def test_l1_a_full_disk_is_said_pages_stay_and_it_comes_back_by_itself(tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "log"
    with small_disk(tmp_path / "disk", "24m") as disk:
        folder = disk / "data"
        with running("up", env=environment(folder, port), log=log):
            wait_for(f"http://127.0.0.1:{port}/boards/lobby")
            filler = fill(disk)
            wait_until(port, "database", "full")
            wait_for(f"http://127.0.0.1:{port}/boards/lobby")
            done = subprocess.run(
                command("board", "create", "other", "--name", "Other"),
                env=environment(folder, port), capture_output=True, text=True, check=False, timeout=60,
            )  # fmt: skip
            assert (done.returncode, f"no space left in {folder}" in done.stderr) == (2, True), done.stderr
            assert f"no space left in {folder}" in log.read_text()
            filler.unlink()
            wait_until(port, "database", "ok")


@pytest.mark.parametrize("what", ["folder", "database"])
def test_m4_data_that_others_may_read_stop_the_start(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "data"
    env = environment(folder, free_port())
    subprocess.run(command("migrate"), env=env, check=True, capture_output=True, umask=0o022)
    for path in [folder, *folder.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path
    (folder if what == "folder" else folder / "fedconnect.db").chmod(0o755)
    for words in ("up", "web", "worker", "migrate"):
        done = subprocess.run(
            command(words), env=env, capture_output=True, text=True, timeout=30, check=False
        )
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert f"run `chmod -R go= {folder}`" in done.stderr
    subprocess.run(["chmod", "-R", "go=", str(folder)], check=True)
    subprocess.run(command("migrate"), env=env, check=True, capture_output=True)
