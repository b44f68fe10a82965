"""A forum behind TLS at https://localhost:<port>, for peers that are not ours to meet."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from fedconnect.foundation.settings import read_settings
from support.machine_clock import MachineClock
from support.processes import environment, free_port, kill_tree, wait_for
from support.tls import Change, Door, make_certificates
from support.valkey import running_valkey

_WITHOUT_OUR_CHECK = """
import sys
from fedconnect.activitypub import signatures
from fedconnect.federation.inbound import inbox
signatures.read_signature = lambda request: None
import json
inbox.prove = lambda request: json.loads(request.body)["actor"]
from fedconnect.cli import main
main(sys.argv[1:])
"""


@dataclass
class Meeting:
    """Where the forum is, and its environment, so that its admin can give commands."""

    folder: Path
    port: int
    env: dict[str, str]

    @property
    def handle(self) -> str:
        return f"@respite@localhost:{self.port}"

    @property
    def clock(self) -> dict[str, str]:
        """What another process needs to see the forum's clock."""
        return {name: self.env[name] for name in ("LD_PRELOAD", "MACHINE_CLOCK") if name in self.env}

    def command(self, *words: str) -> str:
        """Give a command as the admin, and return what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "fedconnect.cli", *words], env=self.env, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def meeting(
    folder: Path,
    *,
    change: Change | None = None,
    our_check: bool = True,
    plugins: str = "",
    machine: MachineClock | None = None,
) -> Iterator[Meeting]:
    """Run a forum with one board, @respite; `change` spoils what comes in, `our_check` may be off. Its clock is that of
    `machine`."""
    port, inner = free_port(), free_port()
    make_certificates(folder / "tls")
    env = environment(
        folder / "data", inner,
        FEDCONNECT_BASE_URL=f"https://localhost:{port}",
        FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES="127.0.0.0/8,::1/128",
        FEDCONNECT_CA_BUNDLE=str(folder / "tls" / "ca.pem"),
        FEDCONNECT_TRUSTED_PROXIES="127.0.0.1/32",
        FEDCONNECT_PLUGINS=plugins,
        **(machine.environment() if machine else {}),
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
        wait_for(f"http://127.0.0.1:{inner}/health", seconds=60)  # three commands start cold at once
        yield Meeting(folder, port, env)
