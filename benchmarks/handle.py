"""How many accepted activities a second two workers turn into posts, beside accepting alone as the ceiling.

Goal: at least 150 a second from accepted to effect.
"""

from __future__ import annotations

import atexit
import json
import shutil
import sqlite3
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from load import cpu_s, crowd, fire, prepare

from fedconnect.foundation.html import clean
from fedconnect.foundation.settings import read_settings
from support.processes import command, environment, free_port, running, wait_for
from support.valkey import running_valkey

SHOTS = 1500


def main() -> None:
    """Accept everything with no worker running, then start two workers and watch the rows."""
    folder = Path(tempfile.mkdtemp(prefix="fc-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    home = ",".join(f"127.0.0.{number}" for number in range(1, 255))
    env = environment(
        folder / "data", port, FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES="127.0.0.0/8", FEDCONNECT_HOME_SERVER=home
    )
    people = crowd()
    subprocess.run(
        command("board", "create", "bench", "--name", "Bench"), env=env, check=True, capture_output=True
    )
    many = ("--threads-a-stranger", "10000", "--threads-a-server", "10000")
    subprocess.run(command("board", "settings", "bench", *many), env=env, check=True, capture_output=True)
    shots = prepare(people, base, f"{base}/boards/bench", SHOTS)
    with ExitStack() as stack:
        settings = read_settings({n: v for n, v in env.items() if n.startswith("FEDCONNECT_")})
        stack.enter_context(running_valkey(settings))
        with running("web", env=env, log=folder / "web.log"):
            wait_for(base + "/health")
            accepted_s = fire(port, shots)
        workers = [stack.enter_context(running("worker", env=env, log=folder / "w.log")) for _ in range(2)]
        database = sqlite3.connect(f"file:{folder / 'data' / 'fedconnect.db'}?mode=ro", uri=True)
        first, begun = _until(database, 1)
        last, ended = _until(database, SHOTS)
        cpu = sum(cpu_s(worker.pid) for worker in workers)
    note = json.loads(shots[0].body)["object"]["content"]
    before = time.process_time()
    for _ in range(100):
        clean(note)
    sanitising_ms = (time.process_time() - before) * 10
    rate = (last - first) / (ended - begun)
    print(
        json.dumps(
            {
                "benchmark": "handle",
                "figure_per_s": round(rate, 1),
                "goal_per_s": 150,
                "ceiling_per_s": round(2000 / sanitising_ms, 1),
                "ceiling_is": "two cores that only sanitise these posts with bleach",
                "ratio": round(rate * sanitising_ms / 2000, 3),
                "accepted_per_s": round(SHOTS / accepted_s, 1),
                "cpu_ms_each_with_start": round(cpu / SHOTS * 1000, 2),
                "activities": SHOTS,
            }
        )
    )


def _until(database: sqlite3.Connection, count: int) -> tuple[int, float]:
    while True:
        done = database.execute("select count(*) from inbound_activity where state = 'handled'").fetchone()[0]
        if done >= count:
            return done, time.perf_counter()
        time.sleep(0.02)


if __name__ == "__main__":
    main()
