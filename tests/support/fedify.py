"""A peer that is not ours: Fedify on Node.js, which tells a story and checks it from its own store."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support import keeper
from support.meeting import Meeting
from support.processes import free_port

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
    shutil.copy(PEER / "peer.mjs", CACHE)
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
