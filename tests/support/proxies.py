"""nginx and Caddy on loopback, with exactly the lines of docs/operating.md."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.processes import kill_tree

_DOCS = Path(__file__).parents[2] / "docs" / "operating.md"


def _lines(kind: str) -> str:
    match = re.search(rf"```{kind}\n(.*?)```", _DOCS.read_text(), re.DOTALL)
    assert match is not None
    return match[1]


def _nginx(folder: Path, port: int, upstream: int) -> list[str]:
    text = _lines("nginx").replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    text = re.sub(r"\n\s+ssl_\w+ [^;]+;", "", text).replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # or its workers could not write into our folder
    file.write_text(
        f"{user} daemon off; pid {folder}/pid; error_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{places}{text}}}\n"
    )
    return ["nginx", "-p", str(folder), "-c", str(file), "-e", "stderr"]


def _caddy(folder: Path, port: int, upstream: int) -> list[str]:
    text = _lines("caddy").replace("{\n", "{\n  admin off\n", 1)
    text = text.replace("forum.example {", f"http://127.0.0.1:{port} {{").replace(
        "127.0.0.1:8000", f"127.0.0.1:{upstream}"
    )
    file = folder / "Caddyfile"
    file.write_text(text)
    return ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"]


@contextmanager
def running_proxy(kind: str, folder: Path, port: int, upstream: int) -> Iterator[None]:
    """Run a proxy in front of a port; where it is not installed, skip, unless PROXY_TESTS says `required`."""
    if shutil.which(kind) is None:
        if os.environ.get("PROXY_TESTS") == "required":
            raise AssertionError(f"{kind} is not installed")
        pytest.skip(f"{kind} is not installed")
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    make = _nginx if kind == "nginx" else _caddy
    env = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            make(folder, port, upstream), env=env, stdout=log, stderr=log, start_new_session=True
        )
    try:
        until = time.monotonic() + 15
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise AssertionError((folder / "log").read_text()) from None
                time.sleep(0.1)
        yield
    finally:
        kill_tree(process)
