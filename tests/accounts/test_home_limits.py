"""What a home server's composer allows: asked once a day, believed within bounds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from fedconnect.accounts import home_limits
from fedconnect.accounts.home_limits import Limits
from fedconnect.foundation import database
from fedconnect.models.home_server import HomeServer
from support.account_rows import World, a_home
from support.unit import Unit

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
BASE = "https://home.example"
V2, V1 = f"GET {BASE}/api/v2/instance", f"GET {BASE}/api/v1/instance"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def a_home_asked(before: timedelta = timedelta(0), host: str = "home.example", **values: Any) -> HomeServer:
    with database.transaction() as session:
        return a_home(session, host, asked_at=NOW - before, **values)


def homes() -> list[HomeServer]:
    with database.read_transaction() as session:
        return list(session.execute(select(HomeServer).order_by(HomeServer.host)).scalars())


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({}, Limits()),
        ([], Limits()),
        ({"configuration": "x", "languages": "de"}, Limits()),
        ({"configuration": {"statuses": [], "polls": 7}}, Limits()),
        ({"configuration": {"statuses": {"max_characters": 100_000}}}, Limits(max_characters=100_000)),
        ({"configuration": {"statuses": {"max_characters": 100_001}}}, Limits()),
        ({"configuration": {"statuses": {"max_characters": 0, "max_media_attachments": -1}}}, Limits()),
        ({"configuration": {"statuses": {"max_characters": "900"}}}, Limits()),
        ({"configuration": {"statuses": {"max_media_attachments": True}}}, Limits()),
        (
            {
                "configuration": {
                    "statuses": {"max_media_attachments": 16, "characters_reserved_per_url": 500}
                }
            },
            Limits(max_media=16, characters_per_url=500),
        ),
        (
            {"configuration": {"polls": {"max_options": 20, "max_characters_per_option": 501}}},
            Limits(max_options=20),
        ),
        ({"max_toot_chars": 5000}, Limits(max_characters=5000)),
        ({"max_toot_chars": True}, Limits()),
        (
            {"max_toot_chars": 5000, "configuration": {"statuses": {"max_characters": 900}}},
            Limits(max_characters=900),
        ),
        ({"languages": ["de", 7, "x" * 13, "es"]}, Limits(languages=("de", "es"))),
    ],
)
def test_limits_that_are_none_are_mastodons_own(
    unit: Unit, world: World, document: Any, found: Limits
) -> None:
    world.says(V2, document)
    assert home_limits.limits_of(a_home_asked(timedelta(0))) == found


@pytest.mark.parametrize("failure", [404, 401, 500])
def test_an_older_server_says_its_limits_at_the_older_address(unit: Unit, world: World, failure: int) -> None:
    world.says(V2, {}, failure)
    world.says(V1, {"max_toot_chars": 5000})
    assert home_limits.limits_of(a_home_asked(timedelta(0))).max_characters == 5000


@pytest.mark.parametrize(
    ("before", "characters"), [(timedelta(days=1), 700), (timedelta(days=1) + A_SECOND, 5000)]
)
def test_limits_are_asked_once_a_day_and_kept(
    unit: Unit, world: World, before: timedelta, characters: int
) -> None:
    world.says(V2, {"max_toot_chars": 5000, "languages": ["de"]})
    kept = json.dumps({"max_characters": 700})
    home = a_home_asked(timedelta(0), limits=kept, limits_at=NOW - before)
    assert home_limits.limits_of(home).max_characters == characters
    (row,) = homes()
    assert home_limits.limits_of(row).max_characters == characters
    assert len(world.asked) == (characters == 5000)


def test_a_server_that_says_its_limits_is_not_asked_for_its_older_ones(unit: Unit, world: World) -> None:
    world.says(V2, {"configuration": {"statuses": {"max_characters": 900}}})
    world.says(V1, {"max_toot_chars": 5000})
    assert home_limits.limits_of(a_home_asked()).max_characters == 900
    assert world.of("GET") == [f"{BASE}/api/v2/instance"]


def test_what_is_no_document_is_asked_for_at_the_older_address(unit: Unit, world: World) -> None:
    world.says(V2, ["x"])
    world.says(V1, {"max_toot_chars": 100_000})
    assert home_limits.limits_of(a_home_asked()).max_characters == 100_000


@pytest.mark.parametrize("old", [0, -1, 100_001, "5000", 5000.5, None, [5000]])
def test_an_older_limit_that_is_none_is_mastodons_own(unit: Unit, world: World, old: Any) -> None:
    world.says(V2, {"max_toot_chars": old, "languages": None})
    assert home_limits.limits_of(a_home_asked()) == Limits()


def test_each_limit_is_read_from_its_own_place(unit: Unit, world: World) -> None:
    statuses = {"max_characters": 1, "characters_reserved_per_url": 2, "max_media_attachments": 3}
    polls = {"max_options": 4, "max_characters_per_option": 5, "max_characters": 9}
    document = {"configuration": {"statuses": statuses, "polls": polls}, "languages": ["de"] * 60}
    world.says(V2, document)
    assert home_limits.limits_of(a_home_asked()) == Limits(1, 2, 3, 4, 5, ("de",) * 50)


@pytest.mark.parametrize(
    ("statuses", "polls"),
    [
        ({"characters_reserved_per_url": 501}, {}), ({"max_media_attachments": 17}, {}),
        ({}, {"max_options": 21}),
        ({}, {"max_characters_per_option": 501}), ({"max_characters": 1.5}, {"max_options": [4]}),
    ],
)  # fmt: skip
def test_a_limit_beyond_all_reason_is_not_believed(
    unit: Unit, world: World, statuses: dict[str, Any], polls: dict[str, Any]
) -> None:
    world.says(V2, {"configuration": {"statuses": statuses, "polls": polls}})
    assert home_limits.limits_of(a_home_asked()) == Limits()


def test_what_one_server_says_is_kept_for_it_alone(unit: Unit, world: World) -> None:
    world.says(V2, {"max_toot_chars": 5000})
    other = a_home_asked(host="other.example")
    home_limits.limits_of(a_home_asked())
    asked, untouched = homes()
    assert (json.loads(asked.limits), asked.limits_at) == ({"max_characters": 5000}, NOW)
    assert (untouched.limits, untouched.limits_at) == (other.limits, None)


def test_where_nothing_was_kept_of_an_answer_the_limits_are_mastodons(unit: Unit, world: World) -> None:
    assert home_limits.limits_of(a_home_asked(limits="", limits_at=NOW)) == Limits()
    assert world.asked == []


def test_languages_come_back_from_the_row_as_they_were_said(unit: Unit, world: World) -> None:
    world.says(V2, {"languages": ["de", "x" * 12]})
    first = home_limits.limits_of(a_home_asked())
    (kept,) = homes()
    assert home_limits.limits_of(kept) == first == Limits(languages=("de", "x" * 12))


def test_a_server_that_is_away_is_gone_by_as_it_said_last(unit: Unit, world: World) -> None:
    home = a_home_asked(
        timedelta(days=2), limits='{"max_characters": 5000}', limits_at=NOW - timedelta(days=2)
    )
    assert home_limits.limits_of(home).max_characters == 5000
    (kept,) = homes()
    assert (kept.limits, kept.limits_at) == ('{"max_characters": 5000}', NOW)


def test_what_another_release_kept_does_no_harm(unit: Unit, world: World) -> None:
    home = a_home_asked(limits='{"max_chars": 5000, "max_media": 2}', limits_at=NOW)
    assert home_limits.limits_of(home) == Limits(max_media=2)


@pytest.mark.parametrize(
    ("software", "in_full"), [("gotosocial", True), ("hollo", True), ("mastodon", False), ("", False)]
)
def test_what_its_software_counts_in_full_is_counted_so_whatever_the_api_says(
    unit: Unit, world: World, software: str, in_full: bool
) -> None:
    world.says(V2, {"configuration": {"statuses": {"characters_reserved_per_url": 25}}})
    home = a_home_asked(software=software)
    for _ in range(2):  # asked, and remembered
        limits = home_limits.limits_of(home)
        assert (limits.counts_in_full, limits.characters_per_url) == (in_full, 25)
        home = homes()[0]
