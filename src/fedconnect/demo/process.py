"""The demo's own process: its home server, the Polis people, and the month that goes by once."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import FrameType

from fedconnect.demo import quickened_clock
from fedconnect.demo.home.living_home import LivingHome
from fedconnect.demo.home.resident import moment
from fedconnect.demo.moderators import DemoModerators
from fedconnect.demo.month import Month
from fedconnect.demo.peer import Peer, beginning, own_key
from fedconnect.demo.readers import Readers
from fedconnect.demo.spammers import Spammers
from fedconnect.demo.world import TRIED, DemoWorld, moment_of, read_people, read_world
from fedconnect.foundation import fetch, queue
from fedconnect.foundation.errors import FetchFailed
from fedconnect.foundation.settings import Settings
from fedconnect.web.demo.door import DemoDoor, DemoPerson

HOME, POLIS, ELSEWHERE = "127.0.0.1", "127.0.0.2", "127.0.0.3"
_PATIENCE_S = 60.0
_SAVED_EVERY_S = 5.0
_ACCOUNT_DAYS = 400.0  # so long before the month somebody came to their home server
_COMMAND_S = 60.0
_ONWARD = {"mo": "/moderation", "ade": "/servers"}


def settings(ours: Settings) -> dict[str, str]:
    """Return the settings that the forum needs so that it may talk to the demo's servers on loopback, where its people live."""
    allowed = [str(network) for network in ours.allowed_private_addresses]
    allowed += [f"{address}/32" for address in (HOME, POLIS, ELSEWHERE)]
    return {
        "FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES": ",".join(dict.fromkeys(allowed)),
        "FEDCONNECT_HOME_SERVER": ",".join(dict.fromkeys((*ours.home_server, HOME, POLIS))),
    }


def folder_of(ours: Settings) -> Path:
    """Return where the demo keeps what is its own."""
    return ours.data_dir / "demo"


def home_base(ours: Settings) -> str:
    """Return the address of the demo's home server: the port beside the forum's."""
    return f"http://{HOME}:{ours.bind_port + 1}"


def door(ours: Settings) -> DemoDoor:
    """Return what the demo's pages know of it."""
    people = read_people()
    tried = (
        DemoPerson(name, people[name].shown, what, _ONWARD.get(name, "/")) for name, what in TRIED.items()
    )
    return DemoDoor(home_base(ours), tuple(tried))


def run(ours: Settings) -> None:
    """Serve the demo's people for as long as the forum runs, and let their month go by, once."""
    fetch.configure(ours)
    queue.connect(ours.queue_url)
    folder = folder_of(ours)
    time_of_demo = quickened_clock.follow(folder)
    begun, port = beginning(folder / "begun"), ours.bind_port + 1
    world, key = read_world(begun), own_key(folder / "key.pem")
    peer = Peer(ours.base_url, f"http://{POLIS}:{port}", folder)
    _serve_polis(peer, port)
    home = LivingHome(HOME, port, ours.base_url, key, folder, tuple(TRIED))
    _let_live(home, world, moment(moment_of(-_ACCOUNT_DAYS, begun)))
    home.load()
    spammers = Spammers(ELSEWHERE, port, ours.base_url, key)
    readers = Readers(world, ours.base_url, home.host)
    month = Month(world, begun, home, peer, readers, DemoModerators(world, readers), spammers, _command)
    month.serve_past()
    signal.signal(signal.SIGTERM, _end)
    _wait_for(ours.base_url)
    try:
        if not time_of_demo.is_lived:
            _say(f"The demo’s month goes by now, in about two minutes; read along at {ours.base_url}/demo")
            month.live(time_of_demo)
            _say(f"The demo’s month is over: {ours.base_url}/demo says what to try")
        while True:
            time.sleep(_SAVED_EVERY_S)
            home.save()
    finally:
        home.save()


def _let_live(home: LivingHome, world: DemoWorld, since: str) -> None:
    for person in world.people.values():
        home.settle(person.name, person.shown, person.about, since)
    boards = [(f"{home.forum}/boards/{one.slug}", one.name) for one in world.boards]
    home.writes_to = [(f"{home.forum}/services/letter", "The letter"), *boards]


def _serve_polis(peer: Peer, port: int) -> None:
    server = ThreadingHTTPServer((POLIS, port), peer.handler())
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="polis", daemon=True).start()


def _command(*words: str) -> None:
    """Run a command of the forum in the demo's time, as whoever runs it would at a terminal."""
    ourselves = [sys.executable, "-m", "fedconnect.cli", "--demo", *words]
    subprocess.run(  # noqa: S603  our own command
        ourselves, check=False, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=_COMMAND_S
    )


def _wait_for(forum: str) -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        try:
            if fetch.get(f"{forum}/health").status == 200:
                return
        except FetchFailed:
            pass
        time.sleep(0.2)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  somebody waits at this terminal
