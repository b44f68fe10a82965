"""No value from outside that is stored makes a page fail, whatever let it in: for everybody, in every format.

Each kind of value is written into the rows themselves, past every check, and every address is visited.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, select, update

from fedconnect.foundation import database, queue
from fedconnect.models.all import Row
from fedconnect.models.base import table_of
from fedconnect.models.case import Case
from fedconnect.models.decision import Decision
from fedconnect.models.hearing import Hearing
from fedconnect.models.instance import Instance
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.models.thread import Thread
from support.team import Team, addresses
from support.visitor import Visitor

Where = tuple[tuple[type[Row], str], ...]
DATES: Where = (
    (Post, "published"), (Post, "updated"), (Post, "received"), (Thread, "published"), (Thread, "last_post_at"),
    (Person, "born_at"), (Reader, "joined_at"), (Decision, "at"), (Case, "first_at"), (Case, "last_at"),
)  # fmt: skip
TEXTS: Where = (
    (Post, "body_html"), (Post, "excerpt"), (Post, "source"), (Post, "hashtags"), (Post, "warning"), (Thread, "title"),
    (Person, "name"), (Person, "username"), (Decision, "reason"), (Decision, "rule"), (Decision, "detail"), (Case, "words"),
    (Instance, "software"),
)  # fmt: skip
ADDRESSES: Where = (
    (Post, "url"), (Post, "quote_uri"), (Post, "may_reply"), (Person, "url"), (Person, "inbox"), (Person, "shared_inbox"),
    (Thread, "linked_group_uri"), (Person, "moved_to"),
)  # fmt: skip
HOSTS: Where = ((Person, "handle_host"), (Person, "host"))
JSON: Where = ((Post, "emojis"), (Post, "attachments"), (Post, "poll"), (Person, "emojis"))
NUMBERS: Where = (
    (Thread, "reply_count"), (Thread, "boosts_undone"), (Case, "times"), (Hearing, "seen"), (Hearing, "qualified"),
    (Hearing, "answerers"),
)  # fmt: skip
KINDS: list[tuple[str, Where, Any]] = [
    ("the year 1", DATES, datetime(1, 1, 1, tzinfo=UTC)),
    ("the year 999", DATES, datetime(999, 2, 3, tzinfo=UTC)),
    ("the year 9999", DATES, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("a month that is none", ((Thread, "month"),), "1-01"),
    ("no month", ((Thread, "month"),), ""),
    ("nothing", (*TEXTS, *ADDRESSES, *HOSTS), ""),
    ("without a break", (*TEXTS, *HOSTS), "x" * 500),
    ("turned and hidden", (*TEXTS, *HOSTS), "\u202e\u200b\u2066\ufeff<b>\"'&amp;]]>\x7f :\u202ea: {{ 1 }} %(num)d %s"),
    ("a language of its own", ((Post, "language"),), "x-none"),
    ("a long language", ((Post, "language"),), "de-" * 11 + "de"),
    ("no language at all", ((Post, "language"),), "\u202e-\"><"),
    ("a script", ADDRESSES, "javascript:alert(1)"),
    ("half an address", ADDRESSES, "https://[::1"),
    ("a wrong port", ADDRESSES, "https://xn--a.xn--zz\u200b..example:99999/\\@x y"),
    ("a host in another script", HOSTS, "xn--zckzah-\u0430.example"),
    ("no JSON", JSON, "{"),
    ("other JSON", JSON, '[null, 5, {"url": 5, "shortcode": []}, {"url": "javascript:x", "media_type": "image/png", "alt": ""}]'),
    ("deep JSON", JSON, "[" * 5000),
    ("a poll of its own", ((Post, "poll"),),
     '{"options": [{"name": "", "votes": -3}, {"name": "b", "votes": 1' + "0" * 40 + '}, 7], "is_multiple": true,'
     ' "is_closed": false, "ends": "0001-01-01T00:00:00"}'),
    ("less than none", NUMBERS, -7),
    ("more than there are", NUMBERS, 2**62),
]  # fmt: skip


@contextmanager
def planted(where: Where, value: Any) -> Iterator[None]:
    """Write a value into columns of all rows, as far as it fits, and put back what was there."""
    kept: list[tuple[Any, str, list[dict[str, Any]]]] = []
    for row, name in where:
        table = table_of(row)
        column = table.c[name]
        fits = value[: column.type.length] if getattr(column.type, "length", None) else value
        with database.transaction() as session:
            found = session.connection().execute(select(table.c.id, column)).all()
            kept.append((table, name, [{"which": one[0], "what": one[1]} for one in found]))
            session.connection().execute(update(table).values({name: fits}))
    try:
        yield
    finally:
        for table, name, rows in kept:
            with database.transaction() as session:
                put_back = (
                    update(table).where(table.c.id == bindparam("which")).values({name: bindparam("what")})
                )
                session.connection().execute(put_back, rows)


def one_of_each(team: Team, app: Flask) -> list[str]:
    """Return the first address of each rule, the whole archive, and some questions."""
    found: dict[str, list[str]] = {}
    for rule, path in addresses(team, app):
        found.setdefault(rule, []).append(path)
    months = ["/boards/respite/0001/01", "/boards/respite/0999/02", "/boards/respite/9999/12"]
    return [
        *months,
        "/search?q=open",
        "/log?q=x",
        "/boards/respite?page=2",
        *(one for paths in found.values() for one in paths[:1]),
    ]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_c6_no_stored_value_makes_a_page_or_a_job_fail(
    team: Team, app: Flask, crawled: dict[str, Visitor]
) -> None:
    paths = one_of_each(team, app)
    failed, seen = [], 0
    with database.transaction() as session:  # custom emoji are looked for in names that have a place for one
        session.execute(update(Person).values(name=":blob: Somebody"))
    for kind, where, value in KINDS:
        with planted(where, value):
            for path in paths:
                for role, accept in (
                    ("admin", "text/html"), ("visitor", "text/html"), ("visitor", "application/activity+json"),
                ):  # fmt: skip
                    status = crawled[role].get(path, Accept=accept).status_code
                    seen += status == 200
                    if status >= 500:
                        failed.append(f"{kind}: {path} as {role} ({accept}): {status}")
            for name, job in queue.FUNCTIONS.items():
                try:
                    import_module(name.rpartition(".")[0]).run()
                except Exception as error:
                    failed.append(f"{kind}: job {job}: {error!r}")
    assert not failed, f"{len(failed)}:\n" + "\n".join(failed[:60])
    assert seen > 100 * len(KINDS)
