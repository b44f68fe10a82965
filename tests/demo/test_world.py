"""The demo's world holds together: whoever is named lives there, replies follow what they answer, deadlines lie ahead."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from fedconnect.demo.moderators import TEAMS
from fedconnect.demo.readers import LISTENERS
from fedconnect.demo.world import (
    LEFT_FROM,
    MODERATORS,
    TRIED,
    moment_of,
    read_boards,
    read_people,
    read_world,
)
from fedconnect.moderation.actions import registry

BEGUN = datetime(2026, 11, 30, 12, tzinfo=UTC)
WORLD = read_world(BEGUN)


def test_whoever_is_named_lives_there() -> None:
    named = {one.by for one in (*WORLD.posts, *WORLD.reports, *WORLD.messages, *WORLD.questions)}
    assert named | set(TRIED) | set(MODERATORS) | set(TEAMS) | set(LISTENERS) <= set(WORLD.people)
    assert len(WORLD.people) >= 40 + len(TRIED)


def test_whatever_is_written_has_a_board_and_fits_into_a_post() -> None:
    slugs = {one.slug for one in read_boards()}
    assert {one.board for one in (*WORLD.posts, *WORLD.messages, *WORLD.questions)} <= slugs
    assert [one.name for one in WORLD.posts if not 0 < len(one.text) <= 500] == []
    assert (
        len({one.number for one in WORLD.posts}) == len({one.name for one in WORLD.posts}) == len(WORLD.posts)
    )


def test_a_reply_comes_after_what_it_answers_and_on_its_board() -> None:
    by_name = {one.name: one for one in WORLD.posts}
    replies = [one for one in WORLD.posts if one.answers]
    assert len(replies) > 20
    for one in replies:
        assert by_name[one.answers].at < one.at < 30
        assert by_name[one.answers].board == one.board


def test_the_deadlines_of_funding_lie_in_the_weeks_after_the_month() -> None:
    funding = [one for one in WORLD.posts if "funding" in one.tags]
    assert len(funding) >= 4
    for one in funding:
        found = re.search(r"(\d{1,2} [A-Z][a-z]+ \d{4})", one.text)
        assert found is not None, one.text
        closes = datetime.strptime(found[1], "%d %B %Y").replace(tzinfo=UTC)
        assert BEGUN < closes < BEGUN + timedelta(weeks=6)
        assert "#funding" in one.text


def test_what_is_decided_is_decided_before_the_rest_is_left_and_by_an_action_that_there_is() -> None:
    decided = [one for one in WORLD.posts if one.verdict is not None]
    assert len(decided) >= 15
    assert {one.verdict.action for one in decided if one.verdict} <= set(registry.ACTIONS)
    assert all(one.at < LEFT_FROM for one in decided)


def test_what_is_left_for_mo_is_of_every_kind() -> None:
    left = [one for one in WORLD.reports if one.at >= LEFT_FROM]
    assert len({one.post for one in left}) >= 5
    assert len([one for one in WORLD.messages if one.at >= LEFT_FROM]) >= 2
    assert [one for one in WORLD.questions if one.at >= LEFT_FROM]
    assert [one for one in WORLD.posts if one.verdict and one.verdict.appeal]


def test_a_day_of_the_month_is_counted_from_its_beginning() -> None:
    assert moment_of(30, BEGUN) == BEGUN
    assert moment_of(0, BEGUN) == BEGUN - timedelta(days=30)
    assert list(read_people())[: len(TRIED)] == list(TRIED)
