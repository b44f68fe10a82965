"""A real forum's posts, disturbed, while every process is killed again and again, end as the clean story does.

`make faults` runs it at length: FAULTS_ACTIVITIES and FAULTS_KILLINGS say how long.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import exists, func, select, update

from fedconnect import wiring
from fedconnect.app import create_app
from fedconnect.foundation import caches, clock, database, rate_limit
from fedconnect.foundation.errors import Busy
from fedconnect.foundation.settings import Settings, read_settings
from fedconnect.jobs import hearings as hearings_job
from fedconnect.jobs import inbox as inbox_job
from fedconnect.models.hearing import Hearing, HearingState
from fedconnect.models.inbound import InboundActivity, InboundState
from fedconnect.models.instance import Instance
from fedconnect.surfacing.hearing import lifecycle
from support.beer import WINDOW, Step, Story
from support.dump import differences, dump_forum
from support.postgres import create_database, running_postgres
from support.processes import descendants, environment, free_port, running, wait_for
from support.remote import RemoteServer
from support.sending import session_of

ACTIVITIES = int(os.environ.get("FAULTS_ACTIVITIES", "5000"))
KILLINGS = int(os.environ.get("FAULTS_KILLINGS", "20"))
KILLED_EVERY_S = 1.0  # at least; each falls when its share of the activities is sent
POSTS_A_STORY = 2235
STEPS_A_POST = 1.2 * 1.2  # edits, deletions and follows; and what is sent twice
OPEN = (InboundState.RECEIVED, InboundState.WAITING)


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def stories(port: int) -> Iterator[list[Story]]:
    """Stories on a board each, of the same people, that are long enough together."""
    servers = [RemoteServer(f"127.0.0.{number}") for number in range(1, 5)]
    told: list[Story] = []
    left = round(ACTIVITIES / STEPS_A_POST)
    while left > 0:
        people = told[0].people if told else None
        board = f"http://127.0.0.1:{port}/boards/beer{len(told)}"
        told.append(Story(servers, board, posts=min(left, POSTS_A_STORY), copy=len(told), people=people))
        left -= POSTS_A_STORY
    yield told
    for server in servers:
        server.close()


@pytest.fixture(scope="module")
def clean(
    port: int, stories: list[Story], valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[object]]:
    """How the stories end when nothing goes wrong: told once, since both engines must end like it."""
    return _clean_forum(tmp_path_factory.mktemp("clean"), port, stories, valkey_url)


@pytest.fixture
def cluster(engine: str) -> Iterator[str]:
    """A PostgreSQL of its own, since its processes are killed; it is as safe as PostgreSQL is by itself."""
    if engine != "postgresql":
        yield ""
        return
    with running_postgres(is_safe=True) as found:
        yield found.url


@pytest.mark.slow
@pytest.mark.parametrize(
    "engine",
    ["sqlite", "postgresql"],
)
def test_g1_a_forum_survives_duplicates_disorder_and_killings_of_every_process(
    engine: str,
    tmp_path: Path,
    port: int,
    stories: list[Story],
    clean: dict[str, list[object]],
    cluster: str,
) -> None:
    url = create_database(cluster, "replay") if engine == "postgresql" else ""
    disturbed, ended, sent, killed = _disturbed_forum(tmp_path / "disturbed", port, stories, url)
    found = differences(disturbed, clean)
    assert found == {}, json.dumps({"differ": found, "ended": ended}, indent=1)[:20_000]
    assert sent >= 0.95 * ACTIVITIES
    assert killed.total() == KILLINGS
    expected = {"web", "worker", "valkey"} | ({"postgres"} if engine == "postgresql" else set())
    assert expected <= set(killed), killed
    assert len(clean["posts"]) == sum(min(story.posts, POSTS_A_STORY) for story in stories)
    assert len(clean["deliveries"]) > len(clean["posts"]) * 0.8


def _environment(folder: Path, port: int, **changes: str) -> dict[str, str]:
    return environment(
        folder,
        port,
        FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES="127.0.0.0/8",
        FEDCONNECT_PLUGINS="",
        FEDCONNECT_HOME_SERVER=",".join(f"127.0.0.{number}" for number in range(1, 5)),
        **changes,
    )


def _begin(env: dict[str, str], stories: list[Story]) -> Settings:
    """Make the boards, and let no lane send: what stands in the Delivery rows is compared."""
    from fedconnect.cli.base import prepare
    from fedconnect.forum import boards

    settings = read_settings(
        {name: value for name, value in env.items() if name.startswith("FEDCONNECT_")}
        | {"FEDCONNECT_LOG": "critical"}
    )
    prepare(settings)
    with database.transaction() as session:
        for number in range(len(stories)):
            board = boards.create_board(session, f"beer{number}", f"Beer {number}")
            board.threads_a_stranger = board.threads_a_server = 10_000  # nobody is to wait for a moderator
        for server in stories[0].servers:
            later = clock.now().replace(year=clock.now().year + 1)
            session.add(Instance(host=server.host, paused_until=later))
    return settings


def _disturbed_forum(
    folder: Path, port: int, stories: list[Story], url: str
) -> tuple[dict[str, list[object]], list[str], int, Counter[str]]:
    env = _environment(folder, port, FEDCONNECT_DATABASE_URL=url)
    base = f"http://127.0.0.1:{port}"
    settings = _begin(env, stories)
    database.installed().dispose()
    with running("up", env=env, log=folder / "up.log") as up:
        wait_for(base + "/health")
        wiring.install(settings)
        for story in stories:
            for step in story.opening:
                _send(base, [step])
        _wait_until_handled()  # whoever follows from the beginning hears of every thread
        sent, killed = _send_and_kill(base, stories, up.pid, url)
        wait_for(base + "/health", seconds=90)
        _wait_until_handled()
        dumped, ended = dump_forum(), _ended_otherwise()
        database.installed().dispose()
        assert up.poll() is None, "what is killed is started again, however often"
        return dumped, ended, sent, killed


def _send_and_kill(base: str, stories: list[Story], up: int, url: str) -> tuple[int, Counter[str]]:
    """Four senders at once; meanwhile one process after the other is killed, whichever it is."""
    disturbed = [step for story in stories for step in story.disturbed()]
    chance = random.Random(4711)
    killed: Counter[str] = Counter()
    lanes = [
        [(number, step) for number, step in enumerate(disturbed) if step.sender.server is server]
        for server in stories[0].servers
    ]
    pace = _Pace(len(lanes))
    with ThreadPoolExecutor(len(lanes)) as senders:
        sending = [senders.submit(_send_in_pace, base, lane, pace, n) for n, lane in enumerate(lanes)]
        while not all(one.done() for one in sending) or killed.total() < KILLINGS:
            time.sleep(KILLED_EVERY_S)
            due = (killed.total() + 1) * len(disturbed) / (KILLINGS + 1)
            if (
                killed.total() < KILLINGS
                and min(pace.at) >= due
                and (kind := _kill_one(up, url, chance, killed))
            ):
                killed[kind] += 1
        for one in sending:
            one.result()
    return len(disturbed), killed


def _kill_one(up: int, url: str, chance: random.Random, killed: Counter[str]) -> str:
    """kill -9 one process of the kind that was killed least; return the kind, empty where none lives just now."""
    kinds: dict[str, list[int]] = {}
    for pid in descendants(up):
        kinds.setdefault(_kind_of(pid), []).append(pid)
    if url:
        kinds["postgres"] = descendants(_postmaster(url))
    kinds = {kind: pids for kind, pids in kinds.items() if kind and pids}
    if not kinds:
        return ""
    kind = min(kinds, key=lambda one: (killed[one], chance.random()))
    with suppress(ProcessLookupError):
        os.kill(chance.choice(kinds[kind]), signal.SIGKILL)
    return kind


def _kind_of(pid: int) -> str:
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
        if "valkey-server" in words[0]:
            return "valkey"
        if "worker" in words:
            return "worker"
        return "web"  # the arbiter and its processes
    return ""


def _postmaster(url: str) -> int:
    """Return the process above all of PostgreSQL's; one that is killed below it makes it recover from a crash."""
    folder = parse_qs(urlsplit(url).query)["host"][0]
    return int((Path(folder) / "data" / "postmaster.pid").read_text().splitlines()[0])


class _Pace:
    """How far each sender is, so that none is minutes ahead: nobody answers what is not written yet."""

    def __init__(self, lanes: int) -> None:
        self.at = [0] * lanes

    def keep(self, lane: int, number: int) -> None:
        """Wait until the others have come near."""
        self.at[lane] = number
        while number - min(self.at) > WINDOW:
            time.sleep(0.02)


def _send_in_pace(base: str, steps: list[tuple[int, Step]], pace: _Pace, lane: int) -> None:
    try:
        for number, step in steps:
            pace.keep(lane, number)
            _send(base, [step])
    finally:
        pace.at[lane] = 1 << 60


def _send(base: str, steps: list[Step]) -> None:
    """Send as another server does: again after no answer or a later one, until it is accepted."""
    session = session_of(steps[0].sender.server.base)
    for step in steps:
        body = json.dumps(step.activity).encode()
        for _ in range(600):
            try:
                headers = step.sender.sign(base + "/inbox", body)
                answer = session.post(base + "/inbox", data=body, headers=headers, timeout=30)
            except requests.RequestException:
                time.sleep(0.2)
                continue
            if answer.status_code == 202:
                if step.activity["type"] == "Delete":
                    step.sender.server.forget(step.activity["object"]["id"])
                break
            assert answer.status_code in {429, 502, 503}, (answer.status_code, answer.text)
            time.sleep(0.3)
        else:
            raise AssertionError("never accepted")


def _wait_until_handled(seconds: float = 300 + ACTIVITIES / 20) -> None:
    """Wait until every activity has ended and every post has its promise. What rests longer than a minute after a failure is made due: rests of up to
    16 minutes are the back-off's promise, which is tried elsewhere.
    """
    begun = time.monotonic()
    hurried = begun
    left = -1
    while time.monotonic() < begun + seconds:
        with suppress(Busy), database.read_transaction() as session:
            left = session.execute(
                select(func.count()).select_from(InboundActivity).where(InboundActivity.state.in_(OPEN))
            ).scalar_one()
            waits = exists().where(
                Hearing.state == HearingState.WAITING
            )  # its author is told when it has its promise
            is_placed = not session.execute(select(waits)).scalar()
        if left == 0 and is_placed:
            return
        if time.monotonic() > hurried + 60:
            hurried = time.monotonic()
            with suppress(Busy), database.transaction() as session:
                session.execute(
                    update(InboundActivity).where(InboundActivity.state.in_(OPEN)).values(due_at=clock.now())
                )
        time.sleep(0.5)
    raise AssertionError(f"{left} activities are still open: {_still_open()}")


def _still_open() -> list[str]:
    with database.read_transaction() as session:
        rows = session.execute(select(InboundActivity).where(InboundActivity.state.in_(OPEN))).scalars()
        return [
            f"{one.kind} {one.object_uri} {one.state} {one.outcome!r}: due {one.due_at}, came {one.received_at}, "
            f"waits for {one.waits_for}, {one.attempts} attempts, {one.claims} claims"
            for one in rows
        ][:20]


def _ended_otherwise() -> list[str]:
    """Return the posts that came and are on no board, and why: where two stories differ, it says how."""
    with database.read_transaction() as session:
        rows = session.execute(
            select(InboundActivity).where(
                InboundActivity.kind == "Create", InboundActivity.state != InboundState.HANDLED
            )
        ).scalars()
        return [
            f"{one.object_uri}: {one.state} {one.outcome} ({one.attempts} attempts, {one.claims} claims)"
            for one in rows
        ]


def _clean_forum(folder: Path, port: int, stories: list[Story], valkey_url: str) -> dict[str, list[object]]:
    """The stories in order, each step once, on a fresh forum in this process."""
    env = _environment(folder, port, FEDCONNECT_REDIS_URL=valkey_url)
    client = create_app(_begin(env, stories)).test_client()
    caches.clear_all()
    base = f"http://127.0.0.1:{port}"
    opening = [step for story in stories for step in story.opening]
    told = opening + [step for story in stories for step in story.steps]
    for index, step in enumerate(told):
        body = json.dumps(step.activity).encode()
        headers = step.sender.sign(base + "/inbox", body)
        address = urlsplit(step.sender.server.base).hostname
        answer = client.post(
            "/inbox", data=body, headers=headers, base_url=base, environ_overrides={"REMOTE_ADDR": address}
        )
        assert answer.status_code == 202
        if (
            index % 40 == 0 or index == len(opening) - 1
        ):  # whoever follows from the beginning hears of every thread
            rate_limit.forget()  # in a minute of the clean story there is more than a server sends in an hour
            inbox_job.run()
    inbox_job.run()
    while lifecycle.is_due():
        hearings_job.run()
    dumped = dump_forum()
    database.installed().dispose()
    return dumped
