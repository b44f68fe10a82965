"""Behind nginx and Caddy, configured as docs/operating.md says, everything works and nothing gets around us."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from support.front import Front, read_all, running_front
from support.processes import command, environment, free_port, running, wait_for
from support.proxies import running_proxy
from support.remote import RemoteServer

KINDS = ("nginx", "caddy")


@dataclass
class Site:
    """A forum behind a proxy: its address, the proxy's port, and our own."""

    base: str
    port: int
    ours: int


@pytest.fixture(params=KINDS, scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    port, ours = free_port(), free_port()
    base = f"http://127.0.0.1:{port}"
    env = environment(
        folder / "data", ours,
        FEDCONNECT_BASE_URL=base, FEDCONNECT_REDIS_URL="redis://127.0.0.1:1/0",
        FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES="127.0.0.0/8",
    )  # fmt: skip
    with running_proxy(request.param, folder / "proxy", port, ours):
        subprocess.run(command("migrate"), env=env, check=True, capture_output=True)
        made = command("board", "create", "respite", "--name", "Respite")
        subprocess.run(made, env=env, check=True, capture_output=True)
        with running("web", env=env, log=folder / "log"):
            wait_for(base + "/health")
            yield Site(base, port, ours)


def test_c2_a_signed_post_passes_with_its_digest_host_and_target(site: Site, remote: RemoteServer) -> None:
    ana = remote.person("ana", key=1)
    body = json.dumps(ana.follow(site.base + "/boards/respite")).encode()
    for path in ("/inbox", "/boards/respite/inbox?a=%2Fb"):
        answer = requests.post(
            site.base + path, data=body, headers=ana.sign(site.base + path, body), timeout=10
        )
        assert answer.status_code == 202, answer.text
    changed = requests.post(
        site.base + "/inbox", data=body + b" ", headers=ana.sign(site.base + "/inbox", body), timeout=10
    )
    assert changed.status_code == 401


def test_c2_health_and_webfinger_are_let_through(site: Site) -> None:
    assert requests.get(site.base + "/health", timeout=10).json()["database"] == "ok"
    answer = requests.get(
        site.base + "/.well-known/webfinger",
        params={"resource": f"acct:respite@127.0.0.1:{site.port}"}, timeout=10,
    )  # fmt: skip
    assert answer.json()["subject"].startswith("acct:respite@")


@pytest.mark.parametrize("size", [(1 << 20) + 1, 18 << 20])
def test_c2_a_body_that_is_too_large_is_413(site: Site, size: int) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as connection:
        head = f"POST /inbox HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nContent-Length: {size}\r\n\r\n"
        with suppress(OSError):  # it answers and closes before all is sent
            connection.sendall(head.encode() + b"x" * size)
        assert b" 413 " in read_all(connection, 5)[:20]


@pytest.mark.parametrize(
    "begin", [b"GET / HTTP/1.1\r\nX-A: ", b"POST /inbox HTTP/1.1\r\nHost: x\r\nContent-Le"]
)
def test_c2_a_slow_client_is_cut(site: Site, begin: bytes) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=1) as connection:
        connection.sendall(begin)
        since = time.monotonic()
        while time.monotonic() - since < 25:
            try:
                connection.sendall(b"a")
                if connection.recv(1000) == b"":
                    return
            except TimeoutError:
                continue
            except OSError:
                return
        raise AssertionError("still open after 25 s")


@pytest.mark.parametrize("kind", KINDS)
def test_c2_h7_nobody_forges_an_address_and_nothing_is_smuggled(kind: str, tmp_path: Path) -> None:
    port = free_port()
    host = f"Host: 127.0.0.1:{port}\r\n".encode()
    with running_front() as front, running_proxy(kind, tmp_path / "proxy", port, front.address[1]):
        forged = (
            "X-Forwarded-For: 203.0.113.9",
            "x-forwarded-for: 203.0.113.9, 10.0.0.1",
            "X_Forwarded_For: 203.0.113.9",
        )
        for line in forged:
            told, _ = _told(
                front, port, b"GET /a%2Fb?q=%C3%A9 HTTP/1.1\r\n" + host + line.encode() + b"\r\n\r\n"
            )
            for one in told:
                assert one["HTTP_X_FORWARDED_FOR"] == "127.0.0.1", line
                assert one["REQUEST_URI"] == "/a%2Fb?q=%C3%A9"
                assert one["HTTP_HOST"] == f"127.0.0.1:{port}"
        inside = b"GET /smuggled HTTP/1.1\r\n" + host + b"\r\n"
        post = b"POST /inbox HTTP/1.1\r\n" + host
        chunked = b"0\r\n\r\n" + inside
        for framing in (
            b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % len(chunked),
            b"Transfer-Encoding: xchunked\r\nContent-Length: %d\r\n\r\n" % len(chunked),
            b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
            b"Transfer-Encoding : chunked\r\nContent-Length: %d\r\n\r\n" % len(chunked),
            b"Transfer-Encoding:\x0bchunked\r\nContent-Length: %d\r\n\r\n" % len(chunked),
            b"Content-Length: 5\r\nContent-Length: %d\r\n\r\n" % len(chunked),
            b"X: y\nTransfer-Encoding: chunked\r\nContent-Length: %d\r\n\r\n" % len(chunked),
        ):
            told, answered = _told(front, port, post + framing + chunked)
            assert len(told) == answered, framing  # the proxy and we counted the same requests


def _told(front: Front, port: int, sent: bytes) -> tuple[list[dict[str, object]], int]:
    """Return what reached the application, and how many answers with 200 the client got."""
    front.told.clear()
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(sent)
        got = read_all(connection, 1)
    return list(front.told), got.count(b"HTTP/1.1 200")
