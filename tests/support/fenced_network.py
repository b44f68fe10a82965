"""A network with nothing in it but us: own DNS, a host that swallows every packet, and a count of connections.

Run as a program inside fresh user, mount and network namespaces; prints what each fetch came to as JSON.
"""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from dnslib import AAAA, CNAME, QTYPE, RR, A, DNSRecord

from fedconnect.foundation import fetch
from fedconnect.foundation.errors import FedConnectError
from fedconnect.foundation.settings import read_settings

PUBLIC = "93.184.216.34"
NAMES: dict[str, list[tuple[str, str]]] = {
    "loopback.example": [("A", "127.0.0.1")],
    "private.example": [("A", "10.0.0.7")],
    "metadata.example": [("A", "169.254.169.254")],
    "mixed.example": [("A", PUBLIC), ("A", "127.0.0.1")],
    "mixed6.example": [("A", PUBLIC), ("AAAA", "::1")],
    "alias.example": [("CNAME", "private.example")],
    "mapped.example": [("AAAA", "::ffff:7f00:1")],
    "nat64.example": [("AAAA", "64:ff9b::7f00:1")],
    "sixtofour.example": [("AAAA", "2002:7f00:1::")],
    "teredo.example": [("AAAA", "2001:0:7f00:1::1")],
    "local6.example": [("AAAA", "fe80::1")],
    "unique.example": [("AAAA", "fc00::1")],
    "zero.example": [("A", "0.0.0.0")],
    "any6.example": [("AAAA", "::")],
    "carrier.example": [("A", "100.64.0.1")],
    "multicast.example": [("A", "224.0.0.1")],
    "broadcast.example": [("A", "255.255.255.255")],
    "swallowed.example": [("A", PUBLIC)],
}
asked: dict[str, int] = {}


def answer_names() -> None:
    """Answer DNS queries; `rebound.example` is public at first and ours from then on, `silent.example` never."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    while True:
        raw, client = server.recvfrom(4096)
        query = DNSRecord.parse(raw)
        name = str(query.q.qname).rstrip(".")
        kind = QTYPE[query.q.qtype]
        if name == "silent.example":
            continue
        if kind == "A":
            asked[name] = asked.get(name, 0) + 1
        reply = query.reply()
        entries = NAMES.get(name, [])
        if name == "rebound.example":
            entries = [("A", PUBLIC if asked.get(name, 0) <= 1 else "127.0.0.1")]
        for entry, value in entries:
            if entry == "CNAME":
                reply.add_answer(RR(name, QTYPE.CNAME, rdata=CNAME(value), ttl=0))
                reply.add_answer(RR(value, QTYPE.A, rdata=A(NAMES[value][0][1]), ttl=0))
            elif entry == kind:
                data = A(value) if kind == "A" else AAAA(value)
                reply.add_answer(RR(name, query.q.qtype, rdata=data, ttl=0))
        server.sendto(reply.pack(), client)


def connections_begun() -> int:
    """Return how many TCP connections this network has begun, by the kernel's own count."""
    lines = [
        line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Tcp:")
    ]
    return int(dict(zip(lines[0], lines[1], strict=True))["ActiveOpens"])


def try_to_fetch(url: str) -> dict[str, object]:
    before, began = connections_begun(), time.monotonic()
    try:
        outcome = f"status {fetch.get(url).status}"
    except FedConnectError as error:
        outcome = type(error).__name__
    return {
        "outcome": outcome,
        "connections": connections_begun() - before,
        "seconds": round(time.monotonic() - began, 2),
    }


def swallow_packets() -> list[socket.socket]:
    """Let the public address take no connection and refuse none: its queue is full, so SYNs are dropped."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((PUBLIC, 443))
    listening.listen(0)
    return [listening, socket.create_connection((PUBLIC, 443))]


def stall_tls() -> None:
    """Take connections at the public address and never say a word."""
    listening = socket.create_server((PUBLIC, 443), backlog=16)
    kept = []
    while True:
        kept.append(listening.accept())


def main() -> None:
    for command in (
        "ip link set lo up", "ip addr add 10.0.0.7/32 dev lo", f"ip addr add {PUBLIC}/32 dev lo",
    ):  # fmt: skip
        subprocess.run(command.split(), check=True)
    resolv = Path(tempfile.mkdtemp()) / "resolv.conf"
    resolv.write_text("nameserver 127.0.0.1\noptions timeout:30 attempts:1\n")
    subprocess.run(["mount", "--bind", str(resolv), "/etc/resolv.conf"], check=True)
    threading.Thread(target=answer_names, daemon=True).start()
    listening = [socket.create_server((host, 443)) for host in ("127.0.0.1", "10.0.0.7")]
    swallowing = swallow_packets()
    fetch.configure(read_settings({"FEDCONNECT_BASE_URL": "https://forum.example"}))
    found = {name: try_to_fetch(f"https://{name}/") for name in NAMES if name != "swallowed.example"}
    found["rebound at first"] = try_to_fetch("https://rebound.example/")
    found["rebound later"] = try_to_fetch("https://rebound.example/")
    found["swallowed.example"] = try_to_fetch("https://swallowed.example/")
    found["silent.example"] = try_to_fetch("https://silent.example/")
    for one in (*swallowing, *listening):
        one.close()
    threading.Thread(target=stall_tls, daemon=True).start()
    time.sleep(0.2)
    found["stalled TLS"] = try_to_fetch("https://swallowed.example/")
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    assert ssl.OPENSSL_VERSION
    main()
    import os

    os._exit(0)
