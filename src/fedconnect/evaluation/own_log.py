"""This installation's own log as a data set: who turned to which thread, without a name or a text that stays."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, html
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board
from fedconnect.models.bookmark import Bookmark
from fedconnect.models.post import Post, Reaction
from fedconnect.models.reader import Reader
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import visible_in_thread

PERIOD = timedelta(days=90)
LEAST_POSTS = 20
_MOST_POSTS = 20_000


def write_own_log(session: Session, folder: Path) -> None:
    """Write `items.tsv` and `votes.tsv` in the columns of Polis: threads of the last ninety days, and one vote
    for each person who answered, saved, favourited or boosted. The folder is for the evaluator, which drops it.

    Raises:
        Malformed: there are too few threads to learn anything from.
    """
    since = clock.now() - PERIOD
    threads = session.execute(
        select(
            Board.slug, Post.id, Post.received, Post.person_id, Thread.title, Post.body_html, Post.language
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Post.board_id)
        .where(
            Post.is_starter.is_(True), Post.person_id.is_not(None), Post.received > since, visible_in_thread()
        )
        .order_by(Post.received, Post.id)
        .limit(_MOST_POSTS)
    ).all()
    if len(threads) < LEAST_POSTS:
        raise Malformed(
            "own log",
            safe=f"There are {len(threads)} threads of the last 90 days here; it takes {LEAST_POSTS}.",
        )
    _write(
        folder / "items.tsv",
        ("conv", "item", "ts", "author", "moderated", "language", "text"),
        (
            (
                slug,
                item,
                int(at.timestamp() * 1000),
                author,
                1,
                language,
                _flat(f"{title} {html.text_of(body)}"),
            )
            for slug, item, at, author, title, body, language in threads
        ),
    )
    _write(folder / "votes.tsv", ("conv", "item", "voter", "ts", "vote"), _turnings(session, threads))


def _turnings(session: Session, threads: Iterable[Any]) -> Iterable[tuple[object, ...]]:
    board_of = {row[1]: row[0] for row in threads}
    answer, starter = Post.__table__.alias("answer"), Post.__table__.alias("starter")
    turned = union(
        select(starter.c.id, answer.c.person_id).where(
            answer.c.thread_id == starter.c.thread_id, starter.c.is_starter.is_(True),
            answer.c.is_starter.is_(False), answer.c.person_id != starter.c.person_id,
        ),
        select(Reaction.post_id, Reaction.person_id),
        select(Bookmark.post_id, Reader.person_id).join(Reader, Reader.id == Bookmark.reader_id),
    )  # fmt: skip
    for post_id, person_id in session.execute(turned):
        if post_id in board_of and person_id is not None:
            yield board_of[post_id], post_id, person_id, "", 1


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
        table.writerow(columns)
        table.writerows(rows)


def _flat(text: str) -> str:
    return " ".join(text.split())
