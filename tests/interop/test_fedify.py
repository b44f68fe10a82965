"""A peer that is not ours follows, posts, replies, edits and deletes, and checks it from its own store.

The run is worth something only if it turns red when it should: so it is run again with one byte of each
body changed, with our signature check off, and with the peer's.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from fedconnect.foundation.settings import read_settings
from support.processes import environment, free_port, kill_tree, wait_for
from support.tls import Change, Door, make_certificates
from support.valkey import running_valkey

PEER = Path(__file__).parent / "peer"
CACHE = Path(__file__).parents[2] / ".cache" / "interop"
_WITHOUT_OUR_CHECK = """
import sys
from fedconnect.activitypub import signatures
from fedconnect.federation import inbox
signatures.read_signature = lambda request: None
inbox._prove = lambda signature, activity: activity.actor
from fedconnect.cli import main
main(sys.argv[1:])
"""


@pytest.fixture(scope="session")
def node() -> Path:
    """The peer's own Node.js and libraries, installed once; skipped where npm cannot be had, never in CI."""
    marker = CACHE / "installed"
    wanted = (PEER / "package.json").read_text()
    if not marker.exists() or marker.read_text() != wanted:
        CACHE.mkdir(parents=True, exist_ok=True)
        shutil.copy(PEER / "package.json", CACHE)
        try:
            subprocess.run(
                ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"],
                cwd=CACHE, check=True, capture_output=True, timeout=300,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"the peer needs npm and a registry: {error}")
        marker.write_text(wanted)
    shutil.copy(PEER / "peer.mjs", CACHE)
    return CACHE / "node_modules" / ".bin" / "node"


@dataclass
class Meeting:
    """A forum behind TLS at https://localhost:<port>, and the story that the peer tells it."""

    node: Path
    folder: Path
    port: int

    def run(self, *, trust_anybody: bool = False, patience_s: int = 90) -> tuple[int, list[str], str]:
        """Return the peer's exit status, the steps that held, and what failed."""
        done = subprocess.run(
            [str(self.node), "peer.mjs"],
            cwd=CACHE, capture_output=True, text=True, timeout=patience_s, check=False,
            env={
                "PATH": os.environ["PATH"],
                "HANDLE": f"@respite@localhost:{self.port}",
                "PORT": str(free_port()),
                "CERT": str(self.folder / "tls" / "cert.pem"),
                "KEY": str(self.folder / "tls" / "key.pem"),
                "NODE_EXTRA_CA_CERTS": str(self.folder / "tls" / "ca.pem"),
                "TRUST_ANYBODY": "1" if trust_anybody else "",
            },
        )  # fmt: skip
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        steps = [line["step"] for line in lines if "step" in line]
        failed = next((line["failed"] for line in lines if "failed" in line), done.stderr[-800:])
        return done.returncode, steps, failed


@contextmanager
def meeting(
    node: Path, folder: Path, *, change: Change | None = None, our_check: bool = True
) -> Iterator[Meeting]:
    port, inner = free_port(), free_port()
    make_certificates(folder / "tls")
    env = environment(
        folder / "data", inner,
        FEDCONNECT_BASE_URL=f"https://localhost:{port}",
        FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES="127.0.0.0/8,::1/128",
        FEDCONNECT_CA_BUNDLE=str(folder / "tls" / "ca.pem"),
        FEDCONNECT_TRUSTED_PROXIES="127.0.0.1/32",
        FEDCONNECT_PLUGINS="",
    )  # fmt: skip
    create = [sys.executable, "-m", "fedconnect.cli", "board", "create", "respite", "--name", "Respite"]
    subprocess.run(create, env=env, check=True, capture_output=True)
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("ab"))

        def start(*command: str) -> None:
            process = subprocess.Popen(
                [sys.executable, *command], env=env, stdout=log, stderr=log, start_new_session=True
            )
            stack.callback(kill_tree, process)

        if our_check:
            start("-m", "fedconnect.cli", "up")
        else:  # the same processes one by one, the web without its check
            named = {name: value for name, value in env.items() if name.startswith("FEDCONNECT_")}
            stack.enter_context(running_valkey(read_settings(named)))
            start("-c", _WITHOUT_OUR_CHECK, "web")
            start("-m", "fedconnect.cli", "worker")
        door = Door(folder / "tls", port, inner, change or (lambda data: data))
        stack.callback(door.close)
        wait_for(f"http://127.0.0.1:{inner}/health")
        yield Meeting(node, folder, port)


@pytest.mark.interop
def test_a_peer_that_is_not_ours_follows_posts_replies_edits_and_deletes(node: Path, tmp_path: Path) -> None:
    with meeting(node, tmp_path) as met:
        status, steps, failed = met.run()
    assert status == 0, failed
    assert steps[-1] == "all held"
    assert len(steps) == 18


@pytest.mark.interop
def test_the_run_turns_red_when_one_byte_of_a_body_changes(node: Path, tmp_path: Path) -> None:
    def spoil(data: bytes) -> bytes:
        return data.replace(b"activities/follow", b"activities/fallow")

    with meeting(node, tmp_path, change=spoil) as met:
        status, steps, failed = met.run()
    assert status == 1
    assert "the follow is accepted" not in steps
    assert "401" in failed


@pytest.mark.interop
def test_the_run_turns_red_when_the_peers_signature_check_is_off(node: Path, tmp_path: Path) -> None:
    with meeting(node, tmp_path) as met:
        status, _, failed = met.run(trust_anybody=True)
    assert status == 1
    assert "this peer refuses what is unsigned" in failed


@pytest.mark.interop
def test_the_run_turns_red_when_our_signature_check_is_off(node: Path, tmp_path: Path) -> None:
    with meeting(node, tmp_path, our_check=False) as met:
        status, _, failed = met.run()
    assert status == 1
    assert "the board refuses what is unsigned" in failed
