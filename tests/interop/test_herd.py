"""A second peer that is not ours, in another language's library: bovine-herd, with its own store.

It moderates as well, and has a group of its own that the board follows. Two counter-proofs: with our check
off, and with the peer's, the run turns red.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from support import keeper
from support.meeting import Meeting, meeting
from support.processes import free_port

LOCAL_ONLY = Path(__file__).parent / "herd"
CACHE = Path(__file__).parents[2] / ".cache" / "interop-herd"


@pytest.fixture(scope="session")
def python() -> Path:
    """The peer's own environment, made once; skipped where its packages cannot be had, never in CI."""
    marker = CACHE / "installed"
    wanted = (LOCAL_ONLY / "requirements.txt").read_text()
    if not marker.exists() or marker.read_text() != wanted:
        try:
            subprocess.run(
                [sys.executable, "-m", "venv", "--clear", str(CACHE)], check=True, capture_output=True
            )
            subprocess.run(
                [str(CACHE / "bin" / "pip"), "install", "--quiet", "-r", str(LOCAL_ONLY / "requirements.txt")],
                check=True, capture_output=True, timeout=300,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"the peer needs a registry: {error}")
        marker.write_text(wanted)
    return CACHE / "bin" / "python"


def run(python: Path, met: Meeting, *, trust_anybody: bool = False) -> tuple[int, list[str], str]:
    """Let the peer tell its story, and do as the forum's admin what it asks for."""
    process = subprocess.Popen(
        [str(python), str(LOCAL_ONLY / "herd.py")],
        cwd=met.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=(met.folder / "herd.log").open("w"), text=True,
        env={
            **keeper.mark(),
            "PATH": os.environ["PATH"],
            "HANDLE": met.handle,
            "PORT": str(free_port()),
            "CERT": str(met.folder / "tls" / "cert.pem"),
            "KEY": str(met.folder / "tls" / "key.pem"),
            "SSL_CERT_FILE": str(met.folder / "tls" / "ca.pem"),
            "TRUST_ANYBODY": "1" if trust_anybody else "",
        },
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    watch = threading.Timer(120, process.kill)
    watch.start()
    steps, failed, linked_group = [], "", ""
    for line in process.stdout:
        said = json.loads(line) if line.startswith("{") else {}
        steps += [said["step"]] if "step" in said else []
        failed = said.get("failed", failed)
        if "appoint" in said:
            linked_group = said["sister"]
            met.command("moderator", "add", "respite", said["appoint"])
            met.command("board", "sister", "add", "respite", linked_group)
        if "leave" in said:
            met.command("board", "sister", "remove", "respite", linked_group)
        if "appoint" in said or "leave" in said:
            process.stdin.write("done\n")
            process.stdin.flush()
    watch.cancel()
    return process.wait(60), steps, failed or (met.folder / "herd.log").read_text()[-2000:]


@pytest.mark.interop
def test_a_second_peer_posts_moderates_and_has_a_group_that_the_board_follows(
    python: Path, tmp_path: Path
) -> None:
    with meeting(tmp_path) as met:
        status, steps, failed = run(python, met)
        assert status == 0, (steps, failed)
        assert steps[-1] == "all held"
        assert len(steps) == 18
        with sqlite3.connect(tmp_path / "data" / "fedconnect.db") as opened:
            assert opened.execute("SELECT words, times FROM report_case").fetchall() == [
                ("Please look at this", 1)
            ]
            assert opened.execute("SELECT count(*) FROM reaction WHERE kind = 'like'").fetchone() == (0,)
            handled = dict(
                opened.execute(
                    "SELECT kind, count(*) FROM inbound_activity WHERE state = 'handled' GROUP BY kind"
                )
            )
    assert {
        "Follow",
        "Create",
        "Update",
        "Delete",
        "Like",
        "Undo",
        "Flag",
        "Lock",
        "Accept",
        "Announce",
    } <= handled.keys()


@pytest.mark.interop
def test_the_second_run_turns_red_when_the_peers_signature_check_is_off(python: Path, tmp_path: Path) -> None:
    with meeting(tmp_path) as met:
        status, _, failed = run(python, met, trust_anybody=True)
    assert status == 1
    assert "this peer refuses what is unsigned" in failed


@pytest.mark.interop
def test_the_second_run_turns_red_when_our_signature_check_is_off(python: Path, tmp_path: Path) -> None:
    with meeting(tmp_path, our_check=False) as met:
        status, _, failed = run(python, met)
    assert status == 1
    assert "the board refuses what is unsigned" in failed
