"""No value from outside that is stored makes a page fail, whatever let it in: for everybody, in every format.

Each kind of value is written into the rows themselves, past every check, and every address is visited.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import (
    BigInteger,
    Column,
    Enum,
    Integer,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    select,
    update,
)
from werkzeug.test import TestResponse

from fedconnect.foundation import database, queue
from fedconnect.foundation.database_engine import Instant
from fedconnect.models.all import Row
from fedconnect.models.person import Person
from support.team import Team, addresses
from support.visitor import Visitor

Where = tuple[Column[Any], ...]
#: What we alone write: whole tables, and columns of every table that has them. All else is taken for what somebody said
#: outside, a new column too.
OUR_TABLES = frozenset({
    "clock_mark", "delivery", "fetch_budget", "fetch_task", "home_server_app", "impression", "learnt_thesaurus", "link_token",
    "outbound_activity", "own_actor", "plugin_event", "post_vector", "push_key", "reader_grant", "reader_matches", "reader_session",
    "rematch", "sign_in", "submission", "word_counts",
})  # fmt: skip
OUR_COLUMNS = frozenset({
    # how a durable row is worked on
    "attempts", "body", "claims", "due_at", "lease_until", "outcome", "token",
    # sealed, or proven when it was stored
    "pem", "sealed", "sanitiser",
    # settings, each from a few that a page offers
    "board.companion_boosts", "board.hearing_floor", "board.hearing_hours", "board.holds_after_hours", "board.language",
    "board.open_from", "board.open_to", "board.slow_minutes", "board.slug", "board.threads_a_server", "board.threads_a_stranger",
    "board.welcome_post_id", "board.zone", "board_rules.version", "listener.zone", "profile.epoch", "report_case.claimed_by", "report_case.severity",
    "report_case.wave", "hearing.thresholds", "hearing.domains", "profile.liked", "profile.disliked", "profile.boards",
})  # fmt: skip


def outside(*kinds: type[Any]) -> Where:
    """The columns of some types in which something said outside may stand; never one that must stay unique."""
    found = []
    for table in Row.metadata.sorted_tables:
        unique = {
            one.name for key in table.constraints if isinstance(key, UniqueConstraint) for one in key.columns
        }
        for column in table.columns:
            names = {table.name, column.name, f"{table.name}.{column.name}"}
            is_bound = column.primary_key or column.foreign_keys or column.unique or column.name in unique
            if isinstance(column.type, kinds) and not is_bound and names.isdisjoint(OUR_TABLES | OUR_COLUMNS):
                found.append(column)
    return tuple(one for one in found if not isinstance(one.type, Enum))


DATES, TEXTS, NUMBERS = outside(Instant), outside(String, Text), outside(BigInteger, Integer)
KINDS: list[tuple[str, Where, Any]] = [
    ("the year 1", DATES, datetime(1, 1, 1, tzinfo=UTC)),
    ("the year 999", DATES, datetime(999, 2, 3, tzinfo=UTC)),
    ("the year 9999", DATES, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("a month that is none", TEXTS, "1-01"),
    ("nothing", TEXTS, ""),
    ("without a break", TEXTS, "x" * 500),
    ("64 kB", TEXTS, "wörter und ähnliches " * 3_200),
    ("turned and hidden", TEXTS, "\u202e\u200b\u2066\ufeff<b>\"'&amp;]]>\x7f\x01\ufffe\uffff :\u202ea: {{ 1 }} %(num)d %s"),
    ("what cannot be shown", TEXTS, "\ufffd\ufffd"),
    ("from right to left", TEXTS, "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 12:30"),
    ("a long language", TEXTS, "de-" * 11 + "de"),
    ("a script", TEXTS, "javascript:alert(1)"),
    ("half an address", TEXTS, "https://[::1"),
    ("a wrong port", TEXTS, "https://xn--a.xn--zz\u200b..example:99999/\\@x y"),
    ("a host in another script", TEXTS, "xn--zckzah-\u0430.example"),
    ("no JSON", TEXTS, "{"),
    ("other JSON", TEXTS, '[null, 5, {"url": 5, "shortcode": []}, {"url": "javascript:x", "media_type": "image/png", "alt": ""}]'),
    ("deep JSON", TEXTS, "[" * 5000),
    ("a poll of its own", TEXTS,
     '{"options": [{"name": "", "votes": -3}, {"name": "b", "votes": 1' + "0" * 40 + '}, 7], "is_multiple": true,'
     ' "is_closed": false, "ends": "0001-01-01T00:00:00"}'),
    ("less than none", NUMBERS, -7),
    ("a million", NUMBERS, 10**6),
    ("more than there are", NUMBERS, 2**62),
]  # fmt: skip


@contextmanager
def planted(where: Where, value: Any) -> Iterator[None]:
    """Write a value into columns of all rows, as far as it fits, and put back what was there."""
    kept: list[tuple[Any, str, list[dict[str, Any]]]] = []
    for column in where:
        table, name = column.table, column.name
        fits = value[: column.type.length] if getattr(column.type, "length", None) else value
        with database.transaction() as session:
            found = session.connection().execute(select(table.c.id, column)).all()
            kept.append((table, name, [{"which": one[0], "what": one[1]} for one in found]))
            session.connection().execute(update(table).values({name: fits}))
    try:
        yield
    finally:
        for table, name, rows in kept:
            if not rows:
                continue
            with database.transaction() as session:
                put_back = (
                    update(table).where(table.c.id == bindparam("which")).values({name: bindparam("what")})
                )
                session.connection().execute(put_back, rows)


def can_be_read(answer: TestResponse) -> bool:
    """Whether what a program reads is what its type says."""
    try:
        if answer.mimetype.endswith("xml") and answer.status_code == 200:
            ElementTree.fromstring(answer.data)
        elif answer.mimetype.endswith("json"):
            json.loads(answer.data)
    except (ElementTree.ParseError, ValueError):
        return False
    return True


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
        "/boards/respite/feed.atom",
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
                    answer = crawled[role].get(path, Accept=accept)
                    seen += answer.status_code == 200
                    if answer.status_code >= 500 or not can_be_read(answer):
                        failed.append(
                            f"{kind}: {path} as {role} ({accept}): {answer.status_code} {answer.mimetype}"
                        )
            for name, job in queue.FUNCTIONS.items():
                try:
                    import_module(name.rpartition(".")[0]).run()
                except Exception as error:
                    failed.append(f"{kind}: job {job}: {error!r}")
    assert not failed, f"{len(failed)}:\n" + "\n".join(failed[:400])
    assert seen > 100 * len(KINDS)
