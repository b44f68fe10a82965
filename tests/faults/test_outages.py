"""What the forum stands on goes away and comes back: pages say so, nothing accepted is lost, nobody has to restart it."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from support.postgres import create_database, running_postgres
from support.processes import command, environment, free_port, running, wait_for
from support.remote import RemotePerson, RemoteServer
from support.sending import session_of
from support.small_disk import ext4_disk, fill, small_disk


@contextmanager
def forum(folder: Path, **changes: str) -> Iterator[str]:
    """Run a forum with a board @respite; yield its address."""
    port = free_port()
    env = environment(
        folder / "data",
        port,
        FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES="127.0.0.0/8",
        FEDCONNECT_WORKERS="1",
        **changes,
    )
    made = command("board", "create", "respite", "--name", "Respite")
    subprocess.run(made, env=env, check=False, capture_output=True)  # it may stand already
    with running("up", env=env, log=folder / "log"):
        wait_for(f"http://127.0.0.1:{port}/boards/respite")
        yield f"http://127.0.0.1:{port}"


def send(base: str, person: RemotePerson, text: str) -> int:
    """Send a post; return how it was answered."""
    body = json.dumps(person.create(person.note(text, base + "/boards/respite"))).encode()
    headers = person.sign(base + "/inbox", body)
    return (
        session_of(person.server.base)
        .post(base + "/inbox", data=body, headers=headers, timeout=40)
        .status_code
    )


def wait_until_shown(base: str, text: str, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = requests.get(base + "/boards/respite", timeout=20)
        if answer.status_code == 200 and text in answer.text:
            return
        time.sleep(0.2)
    raise AssertionError(f"{text!r} is not on its board")


def wait_for_health(base: str, word: str, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    found = {}
    while time.monotonic() < until:
        found = requests.get(base + "/health", timeout=20).json()
        if found["database"] == word:
            return
        time.sleep(0.3)
    raise AssertionError(found)


def test_l1_postgresql_stopped_and_back(tmp_path: Path, remote: RemoteServer) -> None:
    ana = remote.person("ana")
    with running_postgres(is_safe=True) as cluster:
        url = create_database(cluster.url, "outage")
        with forum(tmp_path, FEDCONNECT_DATABASE_URL=url) as base:
            assert send(base, ana, "Written before it stopped") == 202
            cluster.stop()
            wait_for_health(base, "away")
            page = requests.get(base + "/boards/respite", timeout=40)
            assert page.status_code == 503
            assert "One moment, please" in page.text
            assert send(base, ana, "Refused, and sent again later") == 503
            assert requests.get(base + "/about", timeout=40).status_code in {200, 503}
            cluster.start()
            wait_for_health(base, "ok")
            assert send(base, ana, "Written after it came back") == 202
            wait_until_shown(base, "Written before it stopped")
            wait_until_shown(base, "Written after it came back")


def test_l1_postgresql_on_a_full_disk_and_room_again(tmp_path: Path, remote: RemoteServer) -> None:
    """Until its log has no room either it refuses single statements; then it ends, and its admin starts it again."""
    ana, ben = remote.person("ana"), remote.person("ben")
    with (
        small_disk(tmp_path / "disk", "200m") as disk,
        running_postgres(is_safe=True, disk=disk) as cluster,
        forum(tmp_path, FEDCONNECT_DATABASE_URL=create_database(cluster.url, "full")) as base,
    ):
        assert send(base, ana, "Written before it was full") == 202
        wait_until_shown(base, "Written before it was full")
        filler = fill(disk)
        answers: Counter[int] = Counter()
        pages: Counter[int] = Counter()
        until = time.monotonic() + 120
        while answers[503] < 3 and time.monotonic() < until:
            answers[send(base, ben, "Much. " * 9_000)] += 1
            pages[requests.get(base + "/boards/respite", timeout=40).status_code] += 1
        assert answers[503] == 3, answers
        assert set(answers) == {202, 503}
        assert set(pages) <= {200, 503}
        filler.unlink()
        if not cluster.is_running():
            cluster.start()
        wait_for_health(base, "ok")
        assert send(base, ana, "Written after there was room") == 202
        wait_until_shown(base, "Written after there was room", 120)


def test_l1_a_file_system_that_its_kernel_made_read_only_and_a_new_start(
    tmp_path: Path, remote: RemoteServer
) -> None:
    """What ext4 does when a disk fails: nothing can be written until it was repaired and mounted anew. What was written and
    not yet asked to be on the disk is gone then, as after a power cut."""
    ana = remote.person("ana")
    with ext4_disk(tmp_path / "disk") as disk:
        with forum(disk.folder) as base:
            assert send(base, ana, "Written before it was read-only") == 202
            wait_until_shown(base, "Written before it was read-only")
            disk.fail()
            wait_for_health(base, "read-only")
            page = requests.get(base + "/boards/respite", timeout=40)
            assert (page.status_code, "Written before" in page.text) == (200, True)
            assert send(base, ana, "Refused, and sent again later") == 503
        disk.repair()
        with forum(disk.folder) as base:
            wait_until_shown(base, "Written before it was read-only")
            assert send(base, ana, "Written after it was repaired") == 202
            wait_until_shown(base, "Written after it was repaired")


def test_secrets_are_rotated_while_the_forum_runs(tmp_path: Path, remote: RemoteServer) -> None:
    """Processes go on with what they read at their start, and with the new secrets after it."""
    ana = remote.person("ana")
    with forum(tmp_path) as base:
        env = environment(tmp_path / "data", free_port())
        assert send(base, ana, "Written before the rotation") == 202
        told = subprocess.run(
            command("secrets", "rotate"), env=env, check=True, capture_output=True, text=True
        )
        assert "estart" in told.stdout
        assert send(base, ana, "Written after the rotation") == 202
        wait_until_shown(base, "Written before the rotation")
        wait_until_shown(base, "Written after the rotation")
    port = base.rpartition(":")[2]
    env = environment(tmp_path / "data", int(port), FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES="127.0.0.0/8")
    with running("up", env=env, log=tmp_path / "log"):
        wait_for(f"{base}/boards/respite")
        assert send(base, ana, "Written after the restart") == 202
        wait_until_shown(base, "Written after the restart")
