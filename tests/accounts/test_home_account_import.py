"""What a reader takes over from home, from servers that answer with anything."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.accounts.home_account_import import fetch_hashtags, fetch_mutes
from fedconnect.accounts.mastodon_api import HomeAway, HomeClient, HomeRefused, PermissionGone
from fedconnect.models.reader_state import MuteKind
from support.account_rows import World

BASE = "https://home.example"
CLIENT = HomeClient(BASE, "token")
MUTES, BLOCKS, DOMAINS, FILTERS, TAGS = (
    f"GET {BASE}/api/{path}"
    for path in ("v1/mutes", "v1/blocks", "v1/domain_blocks", "v2/filters", "v1/followed_tags")
)


@pytest.fixture(autouse=True)
def nothing_muted(world: World) -> None:
    for what in (MUTES, BLOCKS, DOMAINS, FILTERS):
        world.says(what, [])


def test_whom_somebody_mutes_and_whom_they_block_are_hidden_alike(world: World) -> None:
    world.says(MUTES, [{"acct": "ben"}, {"acct": "cleo@far.example"}])
    world.says(BLOCKS, [{"acct": "dan@far.example"}])
    world.says(DOMAINS, ["bad.example"])
    world.says(FILTERS, [{"keywords": [{"keyword": "spoiler"}, {"keyword": "quiz"}]}, {"keywords": []}])
    assert fetch_mutes(CLIENT, "home.example").mutes == (
        (MuteKind.PERSON, "ben@home.example"),
        (MuteKind.PERSON, "cleo@far.example"),
        (MuteKind.PERSON, "dan@far.example"),
        (MuteKind.SERVER, "bad.example"),
        (MuteKind.WORDS, "spoiler"),
        (MuteKind.WORDS, "quiz"),
    )


@pytest.mark.parametrize(
    "junk", [{}, None, "ben", 7, [7], [None], [["ben"]], [{"acct": None}], [{"acct": "x" * 301}]]
)
def test_junk_mutes_nobody(world: World, junk: Any) -> None:
    for what in (MUTES, BLOCKS):
        world.says(what, junk)
    world.says(DOMAINS, [7, None, {"domain": "x"}])
    assert fetch_mutes(CLIENT, "home.example").mutes == ()


@pytest.mark.parametrize(
    "junk",
    [
        {},
        "x",
        [7],
        [{"keywords": "spoiler"}],
        [{"keywords": [7, None, {"keyword": ""}, {"keyword": "x" * 201}]}],
    ],
)
def test_junk_filters_no_words(world: World, junk: Any) -> None:
    world.says(FILTERS, junk)
    assert fetch_mutes(CLIENT, "home.example").mutes == ()


def test_of_one_filter_two_hundred_words_are_taken(world: World) -> None:
    world.says(FILTERS, [{"keywords": [{"keyword": f"w{number}"} for number in range(201)]}])
    words = [one for _, one in fetch_mutes(CLIENT, "home.example").mutes]
    assert words == [f"w{number}" for number in range(200)]


@pytest.mark.parametrize(
    ("what", "name"), [(MUTES, "mutes"), (BLOCKS, "blocks"), (DOMAINS, "servers"), (FILTERS, "filters")]
)
@pytest.mark.parametrize("status", [404, 400, 410, 422])
def test_a_server_without_one_list_gives_all_the_others(
    world: World, what: str, name: str, status: int
) -> None:
    world.says(MUTES, [{"acct": "ben"}])
    world.says(DOMAINS, ["bad.example"])
    world.says(what, {"error": "Not found"}, status)
    found = fetch_mutes(CLIENT, "home.example")
    assert found.missing == (name,)
    assert name not in found.taken
    assert set(found.taken) | {name} == {"mutes", "blocks", "servers", "filters"}
    assert ((MuteKind.PERSON, "ben@home.example") in found.mutes) == (what != MUTES)
    assert ((MuteKind.SERVER, "bad.example") in found.mutes) == (what != DOMAINS)


def test_a_server_without_any_list_says_no(world: World) -> None:
    for what in (MUTES, BLOCKS, DOMAINS, FILTERS):
        world.says(what, {"error": "Not found"}, 404)
    with pytest.raises(HomeRefused):
        fetch_mutes(CLIENT, "home.example")


@pytest.mark.parametrize("what", [MUTES, BLOCKS, DOMAINS])
def test_half_of_what_somebody_hides_is_not_taken_for_all_of_it(world: World, what: str) -> None:
    world.says(what, {"error": "later"}, 503)
    with pytest.raises(HomeAway):
        fetch_mutes(CLIENT, "home.example")


@pytest.mark.parametrize(("status", "error"), [(403, PermissionGone), (503, HomeAway)])
def test_filters_that_may_not_be_read_or_do_not_come_are_no_empty_filters(
    world: World, status: int, error: type[Exception]
) -> None:
    world.says(FILTERS, {}, status)
    with pytest.raises(error):
        fetch_mutes(CLIENT, "home.example")


def test_hashtags_are_names_of_a_bounded_length(world: World) -> None:
    with pytest.raises(HomeRefused):
        fetch_hashtags(CLIENT)
    world.says(TAGS, [{"name": "care"}, {"name": "x" * 101}, {}, 7, {"name": "x" * 100}])
    assert fetch_hashtags(CLIENT) == ["care", "x" * 100]
