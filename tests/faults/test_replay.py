"""A real forum's 2,235 posts, disturbed and with its workers killed, end as the clean story does."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from fedconnect import wiring
from fedconnect.app import create_app
from fedconnect.federation import inbox
from fedconnect.foundation import clock, counts, database
from fedconnect.foundation.settings import read_settings
from fedconnect.jobs import inbox as inbox_job
from fedconnect.models.inbound import InboundActivity, InboundState
from fedconnect.models.instance import Instance
from support.beer import Step, Story
from support.dump import differences, dump_forum
from support.processes import environment, free_port, kill_tree, running, wait_for
from support.remote import RemoteServer

OPEN = (InboundState.RECEIVED, InboundState.WAITING)


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def story(port: int) -> Iterator[Story]:
    servers = [RemoteServer(f"127.0.0.{number}") for number in range(1, 5)]
    yield Story(servers, f"http://127.0.0.1:{port}/boards/beer")
    for server in servers:
        server.close()


@pytest.fixture(scope="module")
def clean(
    port: int, story: Story, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[object]]:
    """How the story ends when nothing goes wrong: told once, since both engines must end like it."""
    return _clean_forum(tmp_path_factory.mktemp("clean"), port, story, valkey_url)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_g1_the_beer_forum_survives_duplicates_disorder_and_three_killings(
    engine: str,
    tmp_path: Path,
    port: int,
    story: Story,
    clean: dict[str, list[object]],
    request: pytest.FixtureRequest,
) -> None:
    counts = story.counts()
    assert counts["Create"] == 2235
    assert sum(counts[kind] for kind in ("Update", "Delete", "Undo")) >= 0.05 * 2235
    url = _database_url(engine, request)
    disturbed = _disturbed_forum(tmp_path / "disturbed", port, story, url)
    assert differences(disturbed, clean) == {}
    assert len(clean["posts"]) == 2235
    assert len(clean["deliveries"]) > 2000


def _database_url(engine: str, request: pytest.FixtureRequest) -> str:
    if engine == "sqlite":
        return ""
    from support.postgres import create_database

    return create_database(request.getfixturevalue("postgres_url"), "replay")


def _settings(folder: Path, port: int, **changes: str) -> dict[str, str]:
    return environment(
        folder, port, FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES="127.0.0.0/8", FEDCONNECT_PLUGINS="",
        FEDCONNECT_HOME_SERVER="127.0.0.1,127.0.0.2,127.0.0.3,127.0.0.4", **changes,
    )  # fmt: skip


def _begin(env: dict[str, str], story: Story) -> None:
    """Make the board, and let no lane send: what stands in the Delivery rows is compared."""
    from fedconnect.cli.base import prepare
    from fedconnect.forum import boards

    settings = read_settings(
        {name: value for name, value in env.items() if name.startswith("FEDCONNECT_")}
        | {"FEDCONNECT_LOG": "critical"}
    )
    prepare(settings)
    with database.transaction() as session:
        board = boards.create_board(session, "beer", "Beer")
        board.threads_a_stranger = board.threads_a_server = 10_000  # what waits would depend on the order
        for server in story.servers:
            later = clock.now().replace(year=clock.now().year + 1)
            session.add(Instance(host=server.host, paused_until=later))


def _disturbed_forum(folder: Path, port: int, story: Story, url: str) -> dict[str, list[object]]:
    env = _settings(folder, port, FEDCONNECT_DATABASE_URL=url)
    base = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        from support.valkey import running_valkey

        settings = read_settings({n: v for n, v in env.items() if n.startswith("FEDCONNECT_")})
        stack.enter_context(running_valkey(settings))
        _begin(env, story)
        database.installed().dispose()
        stack.enter_context(running("web", env=env, log=folder / "web.log"))
        workers = [stack.enter_context(running("worker", env=env, log=folder / "w.log")) for _ in range(2)]
        wait_for(base + "/health")
        wiring.install(settings)
        for step in story.opening:
            _send(base, [step])
        _wait_until_handled()  # whoever follows from the beginning hears of every thread
        killings = _send_and_kill(base, story, workers, stack, env, folder)
        assert killings == 3
        _wait_until_handled()
        dumped = dump_forum()
        database.installed().dispose()
        return dumped


def _send_and_kill(
    base: str,
    story: Story,
    workers: list[subprocess.Popen[bytes]],
    stack: ExitStack,
    env: dict[str, str],
    folder: Path,
) -> int:
    """Four senders at once; meanwhile both workers are killed three times and started again."""
    disturbed = story.disturbed()
    assert len(disturbed) >= 1.19 * len(story.steps)
    lanes = [[step for step in disturbed if step.sender.server is server] for server in story.servers]
    killings = 0
    with ThreadPoolExecutor(len(lanes)) as senders:
        sending = [senders.submit(_send, base, lane) for lane in lanes]
        while not all(one.done() for one in sending) or killings < 3:
            time.sleep(2.5)
            if killings < 3:
                for worker in workers:
                    kill_tree(worker)
                workers[:] = [
                    stack.enter_context(running("worker", env=env, log=folder / "w.log")) for _ in range(2)
                ]
                killings += 1
        for one in sending:
            one.result()
    return killings


def _send(base: str, steps: list[Step]) -> None:
    """Send as another server does: again after a 503, until it is accepted."""
    session = requests.Session()
    for step in steps:
        body = json.dumps(step.activity).encode()
        for _ in range(50):
            answer = session.post(
                base + "/inbox", data=body, headers=step.sender.sign(base + "/inbox", body), timeout=30
            )
            if answer.status_code == 202:
                break
            assert answer.status_code == 503, (answer.status_code, answer.text)
            time.sleep(0.2)
        else:
            raise AssertionError("never accepted")


def _wait_until_handled(seconds: float = 240) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with database.reading() as session:
            left = session.execute(
                select(func.count()).select_from(InboundActivity).where(InboundActivity.state.in_(OPEN))
            ).scalar_one()
        if left == 0:
            return
        time.sleep(0.5)
    raise AssertionError(f"{left} activities are still open")


def _clean_forum(folder: Path, port: int, story: Story, valkey_url: str) -> dict[str, list[object]]:
    """The story in order, each step once, on a fresh forum in this process."""
    env = _settings(folder, port, FEDCONNECT_REDIS_URL=valkey_url)
    _begin(env, story)
    settings = read_settings({name: value for name, value in env.items() if name.startswith("FEDCONNECT_")})
    client = create_app(settings).test_client()
    inbox.forget_keys()
    counts.forget()
    base = f"http://127.0.0.1:{port}"
    for index, step in enumerate([*story.opening, *story.steps]):
        body = json.dumps(step.activity).encode()
        headers = step.sender.sign(base + "/inbox", body)
        answer = client.post("/inbox", data=body, headers=headers, base_url=base)
        assert answer.status_code == 202
        if index % 40 == 0:
            inbox_job.run()
    inbox_job.run()
    dumped = dump_forum()
    database.installed().dispose()
    return dumped
