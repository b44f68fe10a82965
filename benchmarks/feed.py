"""The CPU of a reader's own page without its template: who they are, 400 candidates of 100,000 posts, and their order; beside
the same rows read by SQLite alone.

Goal: at most 3 ms of CPU.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
os.environ.setdefault("OMP_NUM_THREADS", "1")  # as in the product, where fedconnect is imported before numpy

import numpy as np
from pages import BOARDS, REPLIES, THREADS, _fill
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from fedconnect.cli.base import prepare
from fedconnect.foundation import clock, database
from fedconnect.foundation.ids import new_id
from fedconnect.foundation.settings import read_settings
from fedconnect.models.base import table_of
from fedconnect.models.board import Board
from fedconnect.models.bookmark import LocalFollow
from fedconnect.models.hearing import Exclusion, Hearing, HearingState, PostVector
from fedconnect.models.home_server import HomeServer
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.profile import Profile
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Topic
from fedconnect.surfacing.encoder import Frequencies, encode
from fedconnect.surfacing.feed import feed
from fedconnect.surfacing.feed.candidates import find_candidates
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.feed_request import FeedRequest
from fedconnect.surfacing.profile.viewer import load_viewer, read_preferences
from support.processes import environment

FOLLOWED = 8  # of ten boards: their young threads are 400
ROUNDS = 200
DICE = np.random.default_rng(1)


def main() -> None:
    """Fill a forum, then put one reader's page together again and again, counting CPU time alone."""
    folder = Path(tempfile.mkdtemp(prefix="fc-bench-"))
    env = environment(folder, 8000)
    prepare(read_settings({n: v for n, v in env.items() if n.startswith("FEDCONNECT_")}))
    _fill()
    with database.transaction() as session:
        reader = _fill_young(session)
        request = FeedRequest(reader.id, reader.person_id, "@u0@h0.example")
    database.installed().refresh_statistics()  # as upkeep does
    with database.read_transaction() as session:
        told = read_preferences(session, request)
        viewer = load_viewer(session, request, told)
        count = len(find_candidates(session, request, viewer))
        bare = _bare(session, request)
        figures = {
            "all": _cpu_ms(lambda: feed.list_feed(session, request)),
            "preferences and profile": _cpu_ms(
                lambda: load_viewer(session, request, read_preferences(session, request))
            ),
            "candidates": _cpu_ms(lambda: find_candidates(session, request, viewer)),
        }
    print(json.dumps({
        "benchmark": "feed", "figure_cpu_ms": round(figures["all"], 3), "goal_cpu_ms": 3,
        "ceiling_cpu_ms": round(bare, 3), "ceiling_is": "the query of the candidates by SQLite alone, its rows fetched",
        "ratio": round(bare / figures["all"], 3), "others_cpu_ms": {name: round(ms, 3) for name, ms in figures.items()},
        "candidates": count, "posts_stored": THREADS * (REPLIES + 1),
    }))  # fmt: skip
    sys.stdout.flush()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _cpu_ms(work: Callable[[], object]) -> float:
    for _ in range(10):
        work()
    before = time.process_time()
    for _ in range(ROUNDS):
        work()
    return (time.process_time() - before) / ROUNDS * 1000


def _bare(session: Session, request: FeedRequest) -> float:
    """Return what the candidates' own query costs where nothing but SQLite runs it."""
    said: list[tuple[str, tuple[object, ...]]] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *args: said.append((args[2], args[3])))
    find_candidates(session, request, load_viewer(session, request, read_preferences(session, request)))
    statement, values = said[-1]
    with sqlite3.connect(str(engine.url.database)) as opened:  # type: ignore[union-attr]
        return _cpu_ms(lambda: opened.execute(statement, values).fetchall())


def _fill_young(session: Session) -> Reader:
    """Give what was written in the last week its vector and its hearing, and let somebody read here."""
    now, since = clock.now(), clock.now() - timedelta(days=7)
    vocabulary = [f"word{number}" for number in range(3_000)]
    young = session.execute(
        select(Post).where(Post.is_starter.is_(True), Post.published > since)
    ).scalars().all()  # fmt: skip
    vectors, hearings = [], []
    for post in young:
        text = " ".join(DICE.choice(vocabulary, 80).tolist())
        encoding = encode(text, "en", Frequencies(), in_force().encoder)
        vectors.append({"id": new_id(), "post_id": post.id, "board_id": post.board_id, "packed": encoding.pack(),
                        "words": " ".join(encoding.words), "simhash": encoding.simhash, "since": post.published,
                        "is_outdated": False})  # fmt: skip
        hearings.append({"id": new_id(), "post_id": post.id, "thread_id": post.thread_id, "board_id": post.board_id,
                         "person_id": post.person_id, "state": HearingState.OPEN, "exclusion": Exclusion.NONE,
                         "is_starter": True, "is_first": False, "begun_at": post.published,
                         "ends_at": post.published + timedelta(hours=48), "floor": 8, "seen": int(DICE.integers(0, 20)),
                         "qualified": int(DICE.integers(0, 8)), "answerers": 0, "thresholds": "[0.3, 0.2, 0.1, 0.0]",
                         "with_followers": True, "domain_cap": 3, "domains": "", "tells_outcome": False})  # fmt: skip
    session.execute(insert(table_of(PostVector)), vectors)
    session.execute(insert(table_of(Hearing)), hearings)
    person = session.execute(select(Person).where(Person.username == "u0")).scalar_one()
    home = HomeServer(host=person.host, base=f"https://{person.host}", asked_at=now)
    session.add(home)
    session.flush()
    reader = Reader(person_id=person.id, home_id=home.id, joined_at=now - timedelta(days=90))
    session.add(reader)
    session.flush()
    session.add(Profile(reader_id=reader.id, learns=True, updated_at=now))
    session.add_all(Topic(reader_id=reader.id, topic=f"word{number}", since=now) for number in range(5))
    boards = (
        session.execute(select(Board.id).where(Board.slug.like("board%")).order_by(Board.id)).scalars().all()
    )
    assert len(boards) == BOARDS
    session.add_all(
        LocalFollow(reader_id=reader.id, board_id=number, since=now) for number in boards[:FOLLOWED]
    )
    return reader


if __name__ == "__main__":
    main()
