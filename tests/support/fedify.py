"""A peer that is not ours: Fedify on Node.js, which tells a story and checks it from its own store."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest

from support import keeper
from support.meeting import Meeting
from support.processes import free_port, kill_tree

PEER = Path(__file__).parents[1] / "interop" / "peer"
CACHE = Path(__file__).parents[2] / ".cache" / "interop"


def install() -> Path:
    """Return the peer's own Node.js and libraries, installed once; skipped where npm cannot be had, never in CI."""
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
    for script in PEER.glob("*.mjs"):
        shutil.copy(script, CACHE)
    return CACHE / "node_modules" / ".bin" / "node"


def run(
    node: Path,
    met: Meeting,
    *,
    trust_anybody: bool = False,
    patience_s: int = 90,
    software: str = "fedify",
    story: str = "",
) -> tuple[int, list[str], str]:
    """Let the peer tell its story; return its exit status, the steps that held, and what failed."""
    done = subprocess.run(
        [str(node), "peer.mjs"],
        cwd=CACHE, capture_output=True, text=True, timeout=patience_s, check=False,
        env={
            **keeper.mark(),
            "PATH": os.environ["PATH"],
            "HANDLE": met.handle,
            "PORT": str(free_port()),
            "CERT": str(met.folder / "tls" / "cert.pem"),
            "KEY": str(met.folder / "tls" / "key.pem"),
            "NODE_EXTRA_CA_CERTS": str(met.folder / "tls" / "ca.pem"),
            "TRUST_ANYBODY": "1" if trust_anybody else "",
            "SOFTWARE": software,
            "STORY": story,
        },
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    steps = [line["step"] for line in lines if "step" in line]
    failed = next((line["failed"] for line in lines if "failed" in line), done.stderr[-800:])
    return done.returncode, steps, failed


class PeoplesServer:
    """A Fedify server on which people live; what reaches them is kept in order."""

    def __init__(self, node: Path, met: Meeting, *names: str) -> None:
        tls = met.folder / "tls"
        self._process = subprocess.Popen(
            [str(node), "people.mjs"],
            cwd=CACHE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
            env={
                **keeper.mark(), **met.clock, "PATH": os.environ["PATH"], "PORT": str(free_port()), "NAMES": " ".join(names),
                "CERT": str(tls / "cert.pem"), "KEY": str(tls / "key.pem"), "NODE_EXTRA_CA_CERTS": str(tls / "ca.pem"),
            },
        )  # fmt: skip
        self.inbox: list[dict[str, Any]] = []
        self._results: Queue[dict[str, Any]] = Queue()
        Thread(target=self._read, daemon=True).start()
        self.base = str(self._results.get(timeout=30)["ready"])

    def do(self, who: str, deed: str, whom: str, **more: Any) -> str:
        """Let somebody do something to a handle; return the id of what they made."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"who": who, "deed": deed, "whom": whom, **more}) + "\n")
        self._process.stdin.flush()
        result = self._results.get(timeout=60)
        assert "done" in result, result["failed"]
        return str(result["done"])

    def wrote_to(self, name: str) -> list[dict[str, Any]]:
        """Return what was written to somebody in private, in order."""
        return [
            one
            for one in self.inbox
            if one["kind"] == "Create" and one["to"] == [f"{self.base}/users/{name}"]
        ]

    def close(self) -> None:
        """End the server."""
        kill_tree(self._process)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                told = json.loads(line)
                if "kind" in told:
                    self.inbox.append(told)
                else:
                    self._results.put(told)
