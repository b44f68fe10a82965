"""The clock of the whole machine is set: every process of the tree, Valkey among them, sees it jump by two hours."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import time_machine

from fedconnect.foundation import clock
from support.machine_clock import MachineClock
from support.processes import environment, free_port, running, wait_for
from support.remote import RemotePerson, RemoteServer


def send(base: str, person: RemotePerson, activity: object, machine: MachineClock) -> None:
    """Send an activity from a server whose clock is set as the forum's is."""
    body = json.dumps(activity).encode()
    with time_machine.travel(clock.now() + timedelta(hours=machine.hours)):
        headers = person.sign(base + "/inbox", body)
    answer = requests.post(base + "/inbox", data=body, headers=headers, timeout=20)
    assert answer.status_code == 202, answer.text


def wait_until_announced(server: RemoteServer, uri: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if any(one["object"] == uri for one in server.delivered("Announce")):
            return
        time.sleep(0.2)
    raise AssertionError(f"{uri} was not announced within {seconds} s")


def wait_until_noticed(data: Path, machine: MachineClock) -> None:
    """Wait for the sweep, every 15 s, to look at the clock as it is now: what is back sooner leaves no trace to find."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with closing(sqlite3.connect(f"file:{data}/fedconnect.db?mode=ro", uri=True)) as opened:
            marked = opened.execute("SELECT at FROM clock_mark").fetchone()
        now = clock.now() + timedelta(hours=machine.hours)
        if marked and abs(datetime.fromisoformat(marked[0]).replace(tzinfo=UTC) - now) < timedelta(
            minutes=10
        ):
            return
        time.sleep(0.5)
    raise AssertionError("no sweep looked at the clock within a minute")


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_l2_the_clock_of_the_machine_jumps_by_two_hours_and_nothing_waits_for_it(
    tmp_path: Path, remote: RemoteServer
) -> None:
    machine = MachineClock(tmp_path)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    board = f"{base}/boards/lobby"
    env = environment(
        tmp_path / "data", port, FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES="127.0.0.0/8", **machine.environment()
    )
    people = {name: remote.person(name) for name in ("ana", "ben", "cem", "dan", "eve")}
    with running("up", env=env, log=tmp_path / "log"):
        wait_for(base + "/boards/lobby")
        send(base, people["ana"], people["ana"].follow(board), machine)
        for name, hours, words in (
            ("ben", 2, "Who knows a day centre with a garden?"),
            ("cem", 0, "Our respite week begins on Monday"),
            ("dan", -2, "Forms for the bus pass are online now"),
        ):
            machine.set(hours)
            note = people[name].note(words, board)
            send(base, people[name], people[name].create(note), machine)
            wait_until_announced(remote, note["id"], 40)
        machine.set(0)
        wait_until_noticed(tmp_path / "data", machine)
        before = len(remote.deliveries)
        remote.inbox_status = 503
        note = people["eve"].note("Does anybody know a kind dentist?", board)
        send(base, people["eve"], people["eve"].create(note), machine)
        until = time.monotonic() + 40
        while len(remote.deliveries) == before:
            assert time.monotonic() < until, "nothing was delivered"
            time.sleep(0.2)
        machine.set(-2)  # what was answered 503 rests until two hours later than it should now
        remote.inbox_status, remote.received[:] = 202, []
        wait_until_announced(remote, note["id"], 150)
        page = requests.get(base + "/boards/lobby", timeout=20).text
        assert "Forms for the bus pass" in page
        assert requests.get(base + "/health", timeout=20).status_code == 200
