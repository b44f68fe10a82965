"""A forum with 100,000 posts, filled in seconds, spread as a real one's are: for plans and for the write lock."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from fedconnect.foundation import database
from fedconnect.foundation.ids import new_id
from fedconnect.models.all import Row
from fedconnect.models.base import table_of
from fedconnect.models.board import Board, Follow
from fedconnect.models.bookmark import Bookmark, LocalFollow
from fedconnect.models.case import Case, Report
from fedconnect.models.decision import Decision
from fedconnect.models.direct_message import DirectMessage
from fedconnect.models.fetch_task import FetchBudget, FetchTask
from fedconnect.models.hearing import Hearing, Impression, PostVector
from fedconnect.models.home_server import HomeServer
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.instance import Instance
from fedconnect.models.outbound import Delivery, OutboundActivity
from fedconnect.models.person import Person, PersonKey
from fedconnect.models.post import Post, Reaction, Tombstone
from fedconnect.models.profile import Profile
from fedconnect.models.proxied_image import ProxiedImage
from fedconnect.models.reader import Reader, ReaderSession
from fedconnect.models.reader_state import Notification, ReadMarker
from fedconnect.models.submission import Submission
from fedconnect.models.thread import Thread
from fedconnect.surfacing.encoder import Encoding, encode_words
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.tokenizer import tokenize
from fedconnect.surfacing.word_frequencies import frequencies

THREADS = 20_000
REPLIES = 5
PEOPLE = 6_000
READERS = 500
HOSTS = 200
BOARDS = 10
_EVERY = timedelta(minutes=20)  # a thread
_WORDS = [
    "respite",
    "care",
    "council",
    "break",
    "benefit",
    "form",
    "letter",
    "night",
    "sleep",
    "doctor",
    "school",
    "transport",
    "waiting",
    "list",
    "hours",
    "week",
    "mother",
    "father",
    "child",
    "money",
    "appeal",
    "nurse",
    "hospital",
    "weekend",
    "holiday",
    "support",
    "group",
    "worker",
    "answer",
    "question",
    "tired",
    "help",
    "advice",
    "anybody",
    "know",
    "found",
    "asked",
    "told",
    "waited",
    "months",
    "years",
    "ago",
    "still",
    "today",
    "morning",
    "evening",
    "home",
    "carer",
    "allowance",
    "rent",
    "bus",
]


def fill(path: Path) -> None:
    """Fill a migrated SQLite file that is installed as this process's database; its first boards stand already."""
    with database.transaction() as session:
        encoding = encode_words(
            tokenize("respite care council"), "en", frequencies(session), in_force().encoder
        )
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous=OFF", "cache_size=-200000", "temp_store=MEMORY", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN IMMEDIATE")
    Crowd(connection, datetime.now(UTC).replace(tzinfo=None), encoding).fill()
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


class Crowd:
    """Everybody and everything, oldest first, so that ids sort by time as they do in life."""

    def __init__(self, connection: sqlite3.Connection, now: datetime, encoding: Encoding) -> None:
        self.connection, self.now, self.encoding = connection, now, encoding
        self.chance = random.Random(12)
        self.boards: list[int] = []
        self.people: list[int] = []
        self.readers: list[int] = []
        self.next_id = new_id() - (
            1 << 32
        )  # a second earlier: new rows come after these, whatever the clock did
        self.texts = [" ".join(self.chance.choices(_WORDS, k=20)) for _ in range(2_000)]

    def fill(self) -> None:
        indexes = self.connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indexes:
            self.connection.execute(f"DROP INDEX {name}")  # made once at the end, in order
        self._people()
        self._conversations()
        self._federation()
        self._reading()
        self._moderation()
        for _, made in indexes:
            self.connection.execute(made)

    def _id(self) -> int:
        self.next_id += 1
        return self.next_id

    def _insert(self, row: type[Row], rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert with each column's own default, past SQLAlchemy, which would take a minute."""
        table = table_of(row)
        blank = {
            column.name: _plain(column.default.arg)
            if column.default is not None and column.default.is_scalar
            else (None if column.nullable else 0)
            for column in table.columns
        }
        marks = ", ".join(f":{name}" for name in blank)
        self.connection.executemany(
            f"INSERT INTO {table.name} ({', '.join(blank)}) VALUES ({marks})",
            ({**blank, "id": self._id(), **one} for one in rows),
        )

    def _at(self, **ago: float) -> str:
        return _stamp(self.now - timedelta(**ago))

    def _people(self) -> None:
        now = self._at()
        known = [row[0] for row in self.connection.execute("SELECT id FROM board ORDER BY id")]
        blank = self.connection.execute("SELECT * FROM board WHERE id = ?", known[:1])
        names = [column[0] for column in blank.description]
        pattern = dict(zip(names, blank.fetchone(), strict=True))
        more = [self._id() for _ in range(BOARDS - len(known))]
        self._insert(
            Board,
            ({**pattern, "id": one, "slug": f"board{n}", "name": f"Board {n}"} for n, one in enumerate(more)),
        )
        self.boards = [*known, *more]
        self._insert(
            Instance,
            ({"host": f"h{n}.example", "software": "mastodon", "asked_at": now} for n in range(HOSTS)),
        )
        self.people = [self._id() for _ in range(PEOPLE)]
        self._insert(
            Person,
            ({"id": one, "uri": _person(n), "host": f"h{n % HOSTS}.example", "handle_host": f"h{n % HOSTS}.example",
              "username": f"u{n}", "name": f"Person {n}", "inbox": f"{_person(n)}/inbox",
              "shared_inbox": f"https://h{n % HOSTS}.example/inbox", "url": _person(n), "indexable": n % 3 > 0,
              "fetched_at": now} for n, one in enumerate(self.people)),
        )  # fmt: skip
        self._insert(
            PersonKey,
            ({"person_id": one, "key_uri": f"{_person(n)}#main-key", "pem": "none", "checked_at": now}
             for n, one in enumerate(self.people)),
        )  # fmt: skip
        home = self._id()
        self._insert(HomeServer, [{"id": home, "host": "h0.example", "software": "mastodon"}])
        self.readers = [self._id() for _ in range(READERS)]
        self._insert(
            Reader,
            ({"id": one, "person_id": self.people[n], "home_id": home, "joined_at": self._at(days=200)}
             for n, one in enumerate(self.readers)),
        )  # fmt: skip
        self._insert(
            ReaderSession,
            ({"token_hash": f"{n:064}", "reader_id": self.readers[n % READERS], "begun_at": self._at(days=n % 60),
              "seen_at": self._at(days=n % 20)} for n in range(2_000)),
        )  # fmt: skip
        self._insert(
            Profile,
            (
                {"reader_id": one, "learns": True, "liked": '{"respite": 1.0}', "updated_at": now}
                for one in self.readers
            ),
        )
        self._insert(
            LocalFollow,
            ({"reader_id": reader, "board_id": board, "since": now}
             for n, reader in enumerate(self.readers) for board in (self.boards[n % BOARDS], self.boards[(n + 3) % BOARDS])),
        )  # fmt: skip
        self._insert(
            Follow,
            ({"board_id": self.boards[n % BOARDS], "person_id": self.people[n], "uri": f"{_person(n)}#follows/1"}
             for n in range(PEOPLE // 2)),
        )  # fmt: skip

    def _conversations(self) -> None:
        threads: list[dict[str, Any]] = []
        posts: list[dict[str, Any]] = []
        hearings: list[dict[str, Any]] = []
        vectors: list[dict[str, Any]] = []
        words: list[tuple[int, str]] = []
        for number in range(THREADS):
            began = self.now - _EVERY * (THREADS - number)
            board, thread, host = self.boards[number % BOARDS], self._id(), f"h{number % HOSTS}.example"
            uri = f"https://{host}/s/{number}"
            listed = number % 50 != 0
            replies = 0 if number % 4 == 0 else REPLIES + (number % 5 < 2)
            last = began
            starter = parent = 0
            for place in range(replies + 1):
                last = began + timedelta(hours=place * 3) if place else began
                if last > self.now:
                    replies = place - 1
                    break
                post, at = self._id(), _stamp(last)
                author = self.people[(number * 7 + place * 13) % PEOPLE]
                text = self.texts[(number * 31 + place) % 2_000]
                state = "visible" if listed or place else self.chance.choice(["held", "removed", "deleted"])
                public = self.chance.random() < 0.9
                posts.append(
                    {"id": post, "thread_id": thread, "board_id": board, "person_id": author,
                     "parent_id": parent or None, "uri": f"{uri}/r{place}" if place else uri, "url": uri,
                     "state": state, "visibility": "public" if public else "unlisted", "is_starter": place == 0,
                     "published": at, "received": at, "language": "en", "body_html": f"<p>{text}</p>",
                     "excerpt": text[:200], "source": text, "sanitiser": 1, "hashtags": "", "attachments": "[]"}
                )  # fmt: skip
                starter = starter or post
                parent = post if self.chance.random() < 0.3 else starter
                if state == "visible" and public:
                    words.append((post, f"{text} {number % 5000}"))
                if place == 0 or (place == replies and number % 5 == 0):
                    hearings.append(
                        self._hearing(post, thread, board, author, last, replies, starts=place == 0)
                    )
                    if self.now - last < timedelta(days=14):
                        vectors.append(
                            {"post_id": post, "board_id": board, "language": "en", "since": at,
                             "packed": self.encoding.pack(), "words": " ".join(self.encoding.words),
                             "simhash": self.chance.getrandbits(62)}
                        )  # fmt: skip
            threads.append(
                {"id": thread, "board_id": board, "starter_uri": uri, "title": f"Question number {number}",
                 "state": "open", "is_listed": listed, "is_public": number % 10 > 0, "published": _stamp(began),
                 "month": f"{began:%Y-%m}", "last_post_at": _stamp(last), "reply_count": max(0, replies),
                 "answered": replies > 0}
            )  # fmt: skip
        self._insert(Thread, threads)
        self._insert(Post, posts)
        self._insert(Hearing, hearings)
        self._insert(PostVector, vectors)
        self.connection.executemany("INSERT INTO search_words (rowid, words) VALUES (?, ?)", words)
        self.posts = [(one["id"], one["uri"], one["received"]) for one in posts]
        self.threads = [one["id"] for one in threads]
        self._insert(
            Reaction,
            ({"post_id": self.posts[n * 2][0], "person_id": self.people[n % PEOPLE], "kind": "like",
              "uri": f"{_person(n % PEOPLE)}#likes/{n}"} for n in range(40_000)),
        )  # fmt: skip
        self._insert(
            Tombstone,
            ({"uri": f"https://h{n % HOSTS}.example/gone/{n}", "actor_uri": _person(n % PEOPLE),
              "at": self._at(days=n % 100)} for n in range(6_000)),
        )  # fmt: skip

    def _hearing(
        self, post: int, thread: int, board: int, author: int, at: datetime, replies: int, *, starts: bool
    ) -> dict[str, Any]:
        runs = self.now - at < timedelta(hours=48)
        state = (
            "open"
            if runs
            else self.chance.choices(["heard", "answered", "missed", "closed"], [60, 20, 10, 10])[0]
        )
        return {
            "post_id": post, "thread_id": thread, "board_id": board, "person_id": author, "state": state,
            "exclusion": "author" if state == "closed" else "", "is_starter": starts,
            "is_first": starts and self.chance.random() < 0.2, "begun_at": _stamp(at),
            "ends_at": _stamp(at + timedelta(hours=48)), "ended_at": None if runs else _stamp(at + timedelta(hours=30)),
            "floor": 10, "seen": 12, "qualified": 8, "answerers": replies if starts else 0,
            "first_answer_at": _stamp(at + timedelta(hours=3)) if replies else None, "thresholds": "[0.3, 0.2]",
        }  # fmt: skip

    def _federation(self) -> None:
        self._insert(
            InboundActivity,
            ({"actor_uri": _person(n % PEOPLE), "activity_uri": f"https://h{n % HOSTS}.example/a/{n}", "kind": "Create",
              "object_uri": uri, "body": "{}" if n > 46_000 else "", "received_at": self._at(minutes=(60_000 - n) * 0.7),
              "state": "handled" if n % 20 else "ignored", "due_at": self._at(minutes=(60_000 - n) * 0.7),
              "attempts": 1}
             for n, (_, uri, _at) in enumerate(self.posts[-60_000:])),
        )  # fmt: skip
        sent = [self._id() for _ in range(20_000)]
        self._insert(
            OutboundActivity,
            ({"id": one, "uri": f"https://forum.example/activities/{one}", "actor": "board0", "board_id": self.boards[n % BOARDS],
              "kind": "Announce" if n % 5 else "Accept", "object_uri": self.posts[n * 4][1], "body": "{}",
              "created_at": self._at(minutes=(20_000 - n) * 20)} for n, one in enumerate(sent)),
        )  # fmt: skip
        self._insert(
            Delivery,
            ({"activity_id": sent[n % 20_000], "inbox": f"https://h{(n + n // 20_000) % HOSTS}.example/inbox",
              "host": f"h{(n + n // 20_000) % HOSTS}.example", "object_uri": self.posts[n % 20_000 * 4][1],
              "state": "delivered" if n % 40 else "abandoned", "due_at": self._at(minutes=(20_000 - n % 20_000) * 20),
              "created_at": self._at(minutes=(20_000 - n % 20_000) * 20), "attempts": 1} for n in range(80_000)),
        )  # fmt: skip
        self._insert(
            FetchTask,
            ({"kind": "replies", "state": "done" if n > 200 else "queued", "asker": f"h{n % HOSTS}.example", "uri": f"https://h{n % HOSTS}.example/s/{n}/replies", "cause": str(n),
              "due_at": self._at(hours=n / 60) if n > 200 else self._at(days=-20)}
             for n in range(8_000, 0, -1)),
        )  # fmt: skip
        self._insert(
            FetchBudget,
            ({"purse": f"activity {n}", "fetches": 3, "since": self._at(minutes=n)} for n in range(12_000)),
        )
        self._insert(
            ProxiedImage,
            ({"digest": f"{n:064}", "url": f"https://h0.example/{n}.png"} for n in range(10_000)),
        )

    def _reading(self) -> None:
        self._insert(
            Impression,
            ({"mark": f"{n:064}", "post_id": self.posts[-1 - n % 9_000][0], "slot": n % 5, "channel": "slot",
              "is_qualified": n % 3 > 0, "at": self._at(minutes=(100_000 - n) * 0.45)} for n in range(100_000)),
        )  # fmt: skip
        self._insert(
            ReadMarker,
            ({"reader_id": self.readers[n % READERS], "thread_id": self.threads[-1 - n // 10], "at": self._at(hours=n % 400)}
             for n in range(30_000)),
        )  # fmt: skip
        self._insert(
            Notification,
            ({"person_id": self.people[n % READERS], "kind": "reply", "post_id": self.posts[-1 - n][0],
              "at": self._at(hours=n / 40), "seen_at": self._at(hours=n / 50), "pushed_at": self._at(hours=n / 50)}
             for n in range(30_000)),
        )  # fmt: skip
        self._insert(
            Bookmark,
            ({"reader_id": self.readers[n % READERS], "post_id": self.posts[-1 - n][0], "at": self._at(hours=n)}
             for n in range(3_000)),
        )  # fmt: skip
        self._insert(
            Submission,
            ({"reader_id": self.readers[n % READERS], "board_id": self.boards[n % BOARDS], "kind": "reply", "state": "seen",
              "key": f"key{n}", "fields": "{}", "uri": self.posts[-1 - n * 3][1], "asked_at": self._at(hours=n),
              "due_at": self._at(hours=n)} for n in range(5_000)),
        )  # fmt: skip

    def _moderation(self) -> None:
        self._insert(
            DirectMessage,
            ({"board_id": self.boards[n % BOARDS], "person_id": one, "kind": "first_post", "about": "",
              "in_reply_to": self.posts[n][1], "html": "<p>Welcome</p>", "at": self._at(days=n / 20)}
             for n, one in enumerate(self.people)),
        )  # fmt: skip
        cases = [self._id() for _ in range(3_000)]
        self._insert(
            Case,
            ({"id": one, "board_id": self.boards[n % BOARDS], "kind": "report", "severity": n % 4,
              "subject_uri": self.posts[n * 30][1], "post_id": self.posts[n * 30][0],
              "state": "open" if n > 2_900 else "closed", "words": "rude", "first_at": self._at(hours=3_000 - n),
              "last_at": self._at(hours=3_000 - n), "due_at": self._at(hours=3_000 - n), "climbed": 2 if n % 2 else 0}
             for n, one in enumerate(cases)),
        )  # fmt: skip
        self._insert(
            Report,
            ({"case_id": one, "person_id": self.people[n], "uri": f"{_person(n)}#flags/1", "at": self._at(hours=3_000 - n)}
             for n, one in enumerate(cases)),
        )  # fmt: skip
        self._insert(
            Decision,
            ({"board_id": self.boards[n % BOARDS], "kind": "remove", "subject_uri": self.posts[n * 30][1],
              "post_id": self.posts[n * 30][0], "case_id": one, "person_id": self.people[n % 7], "rule": "Be kind",
              "reason": "rude", "at": self._at(hours=3_000 - n)} for n, one in enumerate(cases)),
        )  # fmt: skip


def _person(number: int) -> str:
    return f"https://h{number % HOSTS}.example/users/u{number}"


def _stamp(moment: datetime) -> str:
    return moment.isoformat(" ", "microseconds")


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def large_tables(path: Path, least: int = 5_000) -> Iterator[str]:
    """Yield the tables that have at least so many rows."""
    with sqlite3.connect(path) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '%\\_words\\_%' ESCAPE '\\'"
        ).fetchall():
            if connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] >= least:
                yield name
