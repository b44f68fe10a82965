"""Signed activities made beforehand, sent by threads over kept-alive connections."""

from __future__ import annotations

import html
import http.client
import json
import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.beer import told
from support.processes import descendants
from support.remote import RemotePerson, RemoteServer

_TICKS = os.sysconf("SC_CLK_TCK")
_LENGTH = 450


@dataclass(frozen=True)
class Shot:
    """One request, ready to be sent."""

    body: bytes
    headers: dict[str, str]


def crowd(servers: int = 16) -> list[RemotePerson]:
    """Return people on many servers with one key, so that no server exceeds its share of the inbox."""
    return [RemoteServer(f"127.0.0.{number}").person("ana", key=1) for number in range(1, servers + 1)]


def prepare(people: list[RemotePerson], base: str, board: str, count: int) -> list[Shot]:
    """Return Creates of about 3 kB, as large as Mastodon's, each signed, with what people really wrote: one text over
    and over would be held as a wave."""
    shots = []
    texts = [html.escape(text[:_LENGTH]) for text in told()]
    for number in range(count):
        person = people[number % len(people)]
        note = person.note(f"Question {number}<br>{texts[number % len(texts)]}", board, padding="x" * 900)
        body = json.dumps(person.create(note)).encode()
        shots.append(Shot(body, person.sign(base + "/inbox", body)))
    return shots


def fire(port: int, shots: list[Shot], threads: int = 8) -> float:
    """Send all; return the seconds it took. Anything but 202 ends the run."""
    queue = list(reversed(shots))
    failures: list[int] = []

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            try:
                shot = queue.pop()
            except IndexError:
                return
            for attempt in (1, 2):
                try:
                    connection.request("POST", "/inbox", shot.body, shot.headers)
                    answer = connection.getresponse()
                    break
                except (http.client.HTTPException, OSError):
                    connection.close()
                    if attempt == 2:
                        raise
            answer.read()
            if answer.status != 202:
                failures.append(answer.status)

    crew = [threading.Thread(target=send) for _ in range(threads)]
    begun = time.perf_counter()
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    took = time.perf_counter() - begun
    if failures:
        raise SystemExit(f"not accepted: {failures[:3]}")
    return took


def cpu_s(pid: int) -> float:
    """Return the CPU seconds (user and system) that a process and its children have used."""
    total = 0.0
    for one in [pid, *descendants(pid)]:
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / _TICKS
    return total
