"""The CPU of a board page of 20 threads with 100,000 posts stored, beside an empty Flask page as the ceiling.

Goal: at most 5 ms of CPU.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from fedconnect.app import create_app
from fedconnect.cli.base import prepare
from fedconnect.forum import boards
from fedconnect.foundation import clock, database
from fedconnect.foundation.ids import new_id
from fedconnect.foundation.logs import configure_log
from fedconnect.foundation.settings import read_settings
from fedconnect.models.base import table_of
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from support.processes import environment

THREADS = 20_000
REPLIES = 4
BOARDS = 10
ROUNDS = 300


def main() -> None:
    """Fill a forum, then ask for pages in this process and count CPU time alone."""
    folder = Path(tempfile.mkdtemp(prefix="fc-bench-"))
    env = environment(folder, 8000)
    settings = read_settings({n: v for n, v in env.items() if n.startswith("FEDCONNECT_")})
    prepare(settings)
    _fill()
    client = create_app(settings).test_client()
    configure_log("critical")
    empty = Flask("empty")
    empty.add_url_rule("/", view_func=lambda: "")
    with database.read_transaction() as session:
        thread = session.execute(select(Thread.id).where(Thread.month == "2026-10").limit(1)).scalar_one()
        month = session.execute(select(Thread.month).limit(1)).scalar_one().replace("-", "/")
    paths = [
        "/boards/board0",
        "/boards/board0?page=40",
        "/",
        "/quiet",
        f"/boards/board{0}/{month}",
        "/boards/board0/feed.atom",
    ]
    ceiling = _cpu_ms(empty.test_client(), "/")
    figures = {path: _cpu_ms(client, path) for path in paths}
    print(
        json.dumps(
            {
                "benchmark": "pages",
                "figure_cpu_ms": round(figures["/boards/board0"], 3),
                "goal_cpu_ms": 5,
                "ceiling_cpu_ms": round(ceiling, 3),
                "ceiling_is": "an empty page of a bare Flask app, through the same test client",
                "ratio": round(ceiling / figures["/boards/board0"], 3),
                "others_cpu_ms": {path: round(value, 3) for path, value in figures.items()},
                "posts_stored": THREADS * (REPLIES + 1),
                "thread": thread,
            }
        )
    )
    sys.stdout.flush()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _cpu_ms(client: FlaskClient, path: str) -> float:
    for _ in range(20):
        assert client.get(path).status_code == 200, path
    before = time.process_time()
    for _ in range(ROUNDS):
        client.get(path)
    return (time.process_time() - before) / ROUNDS * 1000


def _fill() -> None:
    now = clock.now()
    text = "<p>" + "We asked at the council and waited for an answer. " * 6 + "</p>"
    with database.transaction() as session:
        made = [boards.create_board(session, f"board{n}", f"Board {n}") for n in range(BOARDS)]
        people = [{"id": new_id(), "uri": f"https://h{n % 50}.example/u{n}", "host": f"h{n % 50}.example",
                   "username": f"u{n}", "name": f"Person {n}", "inbox": f"https://h{n % 50}.example/inbox",
                   "kind": "Person", "url": "", "indexable": True, "asks_no_bots": False, "fetched_at": now}
                  for n in range(2000)]  # fmt: skip
        session.execute(insert(table_of(Person)), people)
        for start in range(0, THREADS, 2000):
            _fill_threads(session, range(start, start + 2000), made, people, now, text)


def _fill_threads(session, numbers, made, people, now, text):  # type: ignore[no-untyped-def]
    threads, posts = [], []
    for number in numbers:
        published = now - timedelta(minutes=number * 20)
        board = made[number % BOARDS]
        thread = new_id()
        uri = f"https://h{number % 50}.example/s/{number}"
        threads.append({"id": thread, "board_id": board.id, "starter_uri": uri, "title": f"Question number {number}",
                        "state": "open", "pinned": False, "is_listed": True, "is_public": True, "published": published,
                        "month": f"{published:%Y-%m}", "last_post_at": published, "reply_count": REPLIES,
                        "answered": number % 3 != 0})  # fmt: skip
        for reply in range(REPLIES + 1):
            posts.append({"id": new_id(), "thread_id": thread, "board_id": board.id,
                          "person_id": people[(number + reply) % 2000]["id"], "uri": uri if reply == 0 else f"{uri}/r{reply}",
                          "url": uri, "state": "visible", "visibility": "public", "is_starter": reply == 0,
                          "is_addressed": True, "published": published, "received": now, "language": "en", "warning": "",
                          "body_html": text, "excerpt": text[3:250], "source": text, "sanitiser": 1, "hashtags": "",
                          "attachments": "[]"})  # fmt: skip
    session.execute(insert(table_of(Thread)), threads)
    session.execute(insert(table_of(Post)), posts)


if __name__ == "__main__":
    main()
