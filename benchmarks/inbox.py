"""How many activities a second the inbox accepts (202 after commit), beside the bare ceiling of the same run.

Goal: at least 0.6 of bare Flask + verify + one Core insert with the same fsync settings.
"""

from __future__ import annotations

import atexit
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from load import cpu_s, crowd, fire, prepare

from fedconnect.foundation.settings import read_settings
from support.processes import command, environment, free_port, kill_tree, running, wait_for
from support.remote import public_pem
from support.valkey import running_valkey

ROUNDS = 5
SHOTS = 600


def main() -> None:
    """Measure both in turn, round by round, on the same machine under the same load."""
    folder = Path(tempfile.mkdtemp(prefix="fc-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    port, bare_port = free_port(), free_port()
    base, bare_base = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{bare_port}"
    env = environment(folder / "data", port, FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES="127.0.0.0/8")
    people = crowd()
    subprocess.run(
        command("board", "create", "bench", "--name", "Bench"), env=env, check=True, capture_output=True
    )
    with ExitStack() as stack:
        stack.enter_context(
            running_valkey(read_settings({n: v for n, v in env.items() if n.startswith("FEDCONNECT_")}))
        )
        ours = stack.enter_context(running("web", env=env, log=folder / "web.log"))
        bare = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("bare.py")), f"127.0.0.1:{bare_port}",
             str(folder / "bare.db"), bare_base, public_pem(people[0].key)],
            start_new_session=True,
        )  # fmt: skip
        stack.callback(kill_tree, bare)
        wait_for(base + "/health")
        wait_for(bare_base + "/health")
        fire(port, prepare(people, base, f"{base}/boards/bench", 30))
        fire(bare_port, prepare(people, bare_base, f"{base}/boards/bench", 30))
        rates: dict[str, list[float]] = {"ours": [], "bare": []}
        cpu: dict[str, list[float]] = {"ours": [], "bare": []}
        for _ in range(ROUNDS):
            for name, where, process, address in (
                ("ours", port, ours, base),
                ("bare", bare_port, bare, bare_base),
            ):
                shots = prepare(people, address, f"{base}/boards/bench", SHOTS)
                before = cpu_s(process.pid)
                rates[name].append(SHOTS / fire(where, shots))
                cpu[name].append((cpu_s(process.pid) - before) / SHOTS * 1000)
    ratios = [ours / bare for ours, bare in zip(rates["ours"], rates["bare"], strict=True)]
    print(
        json.dumps(
            {
                "benchmark": "inbox",
                "figure_per_s": round(statistics.median(rates["ours"]), 1),
                "ceiling_per_s": round(statistics.median(rates["bare"]), 1),
                "ratio": round(statistics.median(ratios), 3),
                "goal_ratio": 0.6,
                "cpu_ms": round(statistics.median(cpu["ours"]), 3),
                "ceiling_cpu_ms": round(statistics.median(cpu["bare"]), 3),
                "cpu_ratio": round(statistics.median(cpu["bare"]) / statistics.median(cpu["ours"]), 3),
                "rounds": ROUNDS,
                "requests_a_round": SHOTS,
            }
        )
    )


if __name__ == "__main__":
    main()
