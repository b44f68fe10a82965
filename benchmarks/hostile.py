"""What strangers can do to everybody else, on the real process tree: hostile posts, slow key servers, slow clients,
slow inboxes. Each figure stands beside the same one in a quiet minute of the same run, and beside its goal.
"""

from __future__ import annotations

import json
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import requests

from support.processes import command, environment, free_port, running, wait_for
from support.remote import RemotePerson, RemoteServer
from support.sending import session_of
from support.sluggish import SluggishServer

GOALS = {
    "honest_post_behind_eight_hostile_s": 5.0,
    "front_page_p95_under_slow_keys_and_clients_s": 1.0,
    "honest_post_under_slow_keys_and_clients_s": 3.0,
    "post_of_a_server_never_met_under_slow_keys_and_clients_s": 60.0,
    "honest_post_under_slow_inboxes_s": 3.0,
    "healthy_server_hears_under_slow_inboxes_s": 3.0,
}
MESSAGES_A_SLOW_HOST = 25


def main() -> int:
    """Run all of it; exit 1 where a goal is missed."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hostile-")))
        port = free_port()
        env = environment(
            folder / "data",
            port,
            FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES="127.0.0.0/8",
            FEDCONNECT_PLUGINS="",
            FEDCONNECT_HOME_SERVER=",".join(f"127.0.0.{n}" for n in range(2, 9)),
        )
        subprocess.run(
            command("board", "create", "respite", "--name", "Respite"),
            env=env,
            check=True,
            capture_output=True,
        )
        stack.enter_context(running("up", env=env, log=folder / "log"))
        base = f"http://127.0.0.1:{port}"
        wait_for(base + "/health")
        forum = Forum(base)
        honest = [RemoteServer(f"127.0.0.{n}").person("ana", key=1) for n in range(2, 8)]
        quiet_post = [forum.time_until_shown(person) for person in honest[:3]]
        quiet_page = forum.page_times(3)
        figures = {
            "honest_post_behind_eight_hostile_s": behind_hostile(forum, honest[3]),
            **under_slow_strangers(forum, honest[0].server.person("new", key=1), honest[4]),
            **under_slow_inboxes(forum, honest[5]),
        }
    report = {
        "figures": {name: round(value, 3) for name, value in figures.items()},
        "goals": GOALS,
        "quiet": {
            "honest_post_s": round(statistics.median(quiet_post), 3),
            "front_page_p95_s": round(p95(quiet_page), 3),
        },
        "missed": [name for name, value in figures.items() if value > GOALS[name]],
    }
    print(json.dumps(report, indent=2))
    return 1 if report["missed"] else 0


class Forum:
    """The running forum, as other servers and visitors meet it."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.board = base + "/boards/respite"
        self.numbers = 0

    def send(self, person: RemotePerson, activity: dict[str, object], within_s: float = 60) -> None:
        """Send an activity as another server does, again until it is accepted."""
        body = json.dumps(activity).encode()
        until = time.monotonic() + within_s
        session = session_of(person.server.base)
        while time.monotonic() < until:
            try:
                headers = person.sign(self.base + "/inbox", body)
                if (
                    session.post(self.base + "/inbox", data=body, headers=headers, timeout=20).status_code
                    == 202
                ):
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)
        raise AssertionError("never accepted")

    def time_until_shown(self, person: RemotePerson) -> float:
        """Return the seconds from sending a post to seeing it on its board."""
        self.numbers += 1
        words = " ".join(
            secrets.token_hex(3) for _ in range(8)
        )  # alike texts of strangers are a wave of spam
        title = f"{self.numbers}: {words}"
        began = time.monotonic()
        self.send(person, person.create(person.note(title, self.board)))
        while title not in requests.get(self.board, timeout=30).text:
            if time.monotonic() - began > 120:
                return 120.0
            time.sleep(0.05)
        return time.monotonic() - began

    def page_times(self, seconds: float) -> list[float]:
        """Ask for the front page again and again; return how long each took."""
        times: list[float] = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            with suppress(requests.RequestException):
                requests.get(self.base + "/", timeout=30)
            times.append(time.monotonic() - began)
            time.sleep(0.05)
        return times


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def behind_hostile(forum: Forum, honest: RemotePerson) -> float:
    """Eight people of one server send what was dear to parse; then somebody else writes."""
    server = RemoteServer("127.0.0.20")
    texts = ["<" + "a" * 63_990, "<script" * 9_000, "&" * 63_990, "<a " * 21_000, "<p><b><i>" * 7_000]
    for number in range(8):
        person = server.person(f"mallory{number}", key=2)
        note = person.note("x", forum.board) | {"content": texts[number % len(texts)]}
        forum.send(person, person.create(note))
    return forum.time_until_shown(honest)


def under_slow_strangers(forum: Forum, honest: RemotePerson, unmet: RemotePerson) -> dict[str, float]:
    """24 key servers drip their headers and 40 clients their requests, all at once; then somebody new writes on a server
    that was met before, and somebody on one that was not."""
    with ExitStack() as stack:
        for number in range(24):
            dripping = stack.enter_context(dripping_server(f"127.0.1.{number + 1}"))
            stack.enter_context(again_and_again(lambda base=dripping: ask_for_key(forum.base, base)))  # type: ignore[misc]
        for number in range(40):
            stack.enter_context(again_and_again(lambda n=number: slow_client(forum.base, in_body=n % 2 == 0)))  # type: ignore[misc]
        time.sleep(2)
        pages = forum.page_times(10)
        shown = forum.time_until_shown(honest)
        shown_of_unmet = forum.time_until_shown(unmet)
    return {
        "post_of_a_server_never_met_under_slow_keys_and_clients_s": shown_of_unmet,
        "front_page_p95_under_slow_keys_and_clients_s": p95(pages),
        "honest_post_under_slow_keys_and_clients_s": shown,
    }


def under_slow_inboxes(forum: Forum, honest: RemotePerson) -> dict[str, float]:
    """Two servers that follow the board answer after 8 s and have 25 messages each to take; a healthy one follows."""
    slow = [SluggishServer(f"127.0.0.{n}", inbox_s=8.0) for n in (30, 31)]
    healthy = RemoteServer("127.0.0.32")
    follower = healthy.person("fay", key=1)
    forum.send(follower, follower.follow(forum.board))
    for server in slow:
        for number in range(MESSAGES_A_SLOW_HOST):
            person = server.person(f"p{number}", key=3)
            forum.send(person, person.follow(forum.board))  # each is owed an Accept
    time.sleep(3)
    before = len(healthy.delivered("Announce"))
    began = time.monotonic()
    shown = forum.time_until_shown(honest)
    while len(healthy.delivered("Announce")) == before and time.monotonic() - began < 120:
        time.sleep(0.05)
    return {
        "honest_post_under_slow_inboxes_s": shown,
        "healthy_server_hears_under_slow_inboxes_s": time.monotonic() - began,
    }


@contextmanager
def dripping_server(address: str) -> Iterator[str]:
    """A server that answers every request with a header that never ends, a byte each 0.3 s."""
    listener = socket.create_server((address, 0))
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: ")
                while not stop.wait(0.3):
                    connection.sendall(b"a")
            except OSError:
                return

    def accept() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://{address}:{listener.getsockname()[1]}"
    finally:
        stop.set()
        listener.close()


@contextmanager
def again_and_again(what: Callable[[], None]) -> Iterator[None]:
    """Do something in a thread until the block ends."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            try:
                what()
            except OSError:
                stop.wait(0.2)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()


def ask_for_key(base: str, dripping: str) -> None:
    """Send something that only a key on a dripping server could prove."""
    actor = f"{dripping}/users/{time.monotonic_ns()}"
    server = RemoteServer.__new__(RemoteServer)
    server.base = dripping
    person = RemotePerson(server, actor.rpartition("/")[2], _KEY)
    body = json.dumps(person.create(person.note("x", base + "/boards/respite"))).encode()
    try:
        session = session_of(dripping)
        session.post(base + "/inbox", data=body, headers=person.sign(base + "/inbox", body), timeout=30)
    except requests.RequestException as error:
        raise OSError from error


def slow_client(base: str, *, in_body: bool) -> None:
    """Send a request a byte every two seconds, its head or its body."""
    host, _, port = base.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        head = b"POST /inbox HTTP/1.1\r\nHost: forum\r\nContent-Type: application/activity+json\r\n"
        connection.sendall(head + (b"Content-Length: 500\r\n\r\n" if in_body else b""))
        for _ in range(60):
            connection.sendall(b"x")
            time.sleep(2)


def _make_key() -> object:
    from support.remote import key_number

    return key_number(9)


_KEY = _make_key()

if __name__ == "__main__":
    sys.exit(main())
