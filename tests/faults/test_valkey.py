"""Valkey may be killed, wiped or fed with strange jobs: rows are the truth, and only our jobs are run."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from redis import Redis
from rq import Queue

from support.processes import command, descendants, environment, free_port, running, wait_for
from support.remote import RemoteServer


@dataclass
class Running:
    """A forum that runs, and the process id of its `up`."""

    base: str
    folder: Path
    pid: int

    @property
    def valkey(self) -> Redis:
        return Redis(unix_socket_path=str(self.folder / "valkey.sock"))

    def valkey_pid(self) -> int:
        for pid in descendants(self.pid):
            if "valkey-server" in Path(f"/proc/{pid}/cmdline").read_text():
                return pid
        raise AssertionError("no Valkey runs")


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Running]:
    port = free_port()
    env = environment(
        tmp_path / "d", port, FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES="127.0.0.0/8", FEDCONNECT_WORKERS="1"
    )
    subprocess.run(
        command("board", "create", "respite", "--name", "Respite"), env=env, check=True, capture_output=True
    )
    with running("up", env=env, log=tmp_path / "log") as process:
        wait_for(f"http://127.0.0.1:{port}/health")
        yield Running(f"http://127.0.0.1:{port}", tmp_path / "d", process.pid)


def follow(up: Running, remote: RemoteServer, name: str) -> None:
    person = remote.person(name, key=1)
    body = json.dumps(person.follow(up.base + "/boards/respite")).encode()
    headers = person.sign(up.base + "/inbox", body)
    assert requests.post(up.base + "/inbox", data=body, headers=headers, timeout=20).status_code == 202


def accepted(remote: RemoteServer, count: int, within_s: float) -> bool:
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if len(remote.delivered("Accept")) >= count:
            return True
        time.sleep(0.1)
    return False


def test_g2_a_wiped_and_killed_valkey_loses_nothing(up: Running, remote: RemoteServer) -> None:
    follow(up, remote, "first")
    assert accepted(remote, 1, 10)
    up.valkey.flushall()
    os.kill(up.valkey_pid(), signal.SIGKILL)
    follow(up, remote, "second")
    assert accepted(remote, 2, 60)
    follow(up, remote, "third")
    assert accepted(remote, 3, 30)


def test_r10_and_r11_only_our_own_jobs_are_run(up: Running, remote: RemoteServer) -> None:
    marks = [up.folder / name for name in ("system", "arguments", "pickle")]
    queue = Queue("fedconnect", connection=up.valkey, serializer="json")
    queue.enqueue_call("os.system", args=(f"touch {marks[0]}",))
    queue.enqueue_call("fedconnect.jobs.inbox.run", args=("unexpected",))
    bad = Queue("fedconnect", connection=up.valkey)
    bad.enqueue_call("pathlib.Path.touch", args=(marks[2],))
    assert pickle.loads(pickle.dumps(marks[2])) == marks[2]
    follow(up, remote, "first")
    assert accepted(remote, 1, 30)
    time.sleep(1)
    assert not any(mark.exists() for mark in marks)


def test_l1_the_embedded_valkey_keeps_nothing_that_a_power_cut_could_leave_half_written(
    up: Running, remote: RemoteServer
) -> None:
    follow(up, remote, "first")
    assert accepted(remote, 1, 10)
    time.sleep(1.5)  # a second is how long it would wait to write
    assert [one.name for one in (up.folder / "valkey").rglob("*") if one.is_file()] == []
