"""What a post must say to be an opportunity, and what is remembered of it."""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from fedconnect.events import PostEdited, PostPublished, PostWithdrawn
from fedconnect.foundation import database
from fedconnect.foundation.package_files import find_bundled
from fedconnect.hooks.manager import import_plugin
from fedconnect.hooks.views import PostView
from support.surfacing_rows import NOON, stop_the_clock
from support.unit import Unit

funding: Any = import_plugin("funding", find_bundled("plugins") / "funding")
opportunities: Any = importlib.import_module("fedconnect_plugins_funding.opportunities")


def view(text: str = "Deadline: 2026-12-24", **values: Any) -> PostView:
    known = PostView(1, "", "b", "Grants", "", text, ("funding",), "", "", NOON, "/boards/b/threads/1", True)
    return replace(known, **values)


@pytest.mark.parametrize(
    "values", [{"is_starter": False}, {"hashtags": ()}, {"hashtags": ("fundings", "Fund")}]
)
def test_an_answer_or_a_post_without_the_mark_is_no_opportunity(values: dict[str, Any]) -> None:
    assert opportunities.deadline_of(view()) == date(2026, 12, 24)
    assert opportunities.deadline_of(view(**values)) is None


@pytest.mark.parametrize(
    ("text", "closes"),
    [
        ("until 1 jan 2027", date(2027, 1, 1)),
        ("CLOSES ON 31 MAY 2027", date(2027, 5, 31)),
        ("closing date: 2027-02-28", date(2027, 2, 28)),
        ("Deadline: 2027-02-29", None),
        ("Deadline: 31 June 2027", None),
        ("Deadline: 3 Nonsense 2027", None),
        ("Deadline: 0000-01-01", None),
        ("The deadlines: 2027-01-01", None),
        ("It opens 2027-01-01", None),
        ("Deadline: soon, until 2027-01-02, deadline 2027-01-03", date(2027, 1, 2)),
    ],
)
def test_only_a_day_that_exists_counts_and_the_first_that_is_named(text: str, closes: date | None) -> None:
    assert opportunities.deadline_of(view(text)) == closes


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-1, "closed on 23 November 2026"),
        (0, "closes today"),
        (1, "closes tomorrow"),
        (2, "closes in 2 days"),
    ],
)
def test_the_time_that_is_left_is_told_in_days(days: int, said: str) -> None:
    today = NOON.date()
    assert opportunities.time_left(today + timedelta(days=days), today) == said


def test_hashtags_come_from_the_setting_and_a_bad_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUNDING_HASHTAGS", raising=False)
    assert opportunities.wanted_hashtags() == {"funding"}
    monkeypatch.setenv("FUNDING_HASHTAGS", "#Grants,förderung")
    assert opportunities.wanted_hashtags() == {"grants", "förderung"}
    for bad in ("", "grants,", "two words", "a-b", "x" * 101):
        monkeypatch.setenv("FUNDING_HASHTAGS", bad)
        with pytest.raises(ValueError, match="FUNDING_HASHTAGS"):
            opportunities.wanted_hashtags()


@pytest.fixture
def kept(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    opportunities.METADATA.create_all(database.installed().writer)
    stop_the_clock(monkeypatch)


def note(post_id: int, closes: str, title: str = "Grants") -> PostView:
    post = view(f"Deadline: {closes}", id=post_id, title=title, path=f"/{post_id}")
    funding.post_edited(PostEdited(post_id, 1, 1), post)
    return post


def listed(**values: Any) -> list[tuple[str, str, date]]:
    return [(one.title, one.path, one.closes) for one in opportunities.list_open(**values)]


def test_what_is_over_is_not_listed_and_the_next_to_close_comes_first(kept: None) -> None:
    for number, closes in enumerate(("2026-11-23", "2026-11-24", "2027-01-01", "2026-11-24", "2026-12-01")):
        note(9 - number, closes)
    assert [path for _, path, _ in listed()] == ["/6", "/8", "/5", "/7"]
    assert [path for _, path, _ in listed(limit=1)] == ["/6"]


def test_an_edit_changes_it_or_makes_it_none_and_a_withdrawal_takes_it_away(kept: None) -> None:
    for post_id in (1, 2):
        note(post_id, "2026-12-24")
    note(1, "2026-12-25", "Grants again")
    assert listed() == [("Grants", "/2", date(2026, 12, 24)), ("Grants again", "/1", date(2026, 12, 25))]
    note(2, "never")
    assert [path for _, path, _ in listed()] == ["/1"]
    funding.post_withdrawn(PostWithdrawn(2, 1, 1, True))
    assert [path for _, path, _ in listed()] == ["/1"]
    funding.post_withdrawn(PostWithdrawn(1, 1, 1, True))
    assert listed() == []


def test_a_post_that_is_none_costs_no_transaction_and_one_that_is_told_twice_is_listed_once(
    kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = PostPublished(1, 1, 1, True)
    for _ in range(2):
        funding.post_published(event, view())
    assert len(listed()) == 1

    def untouched() -> None:
        raise AssertionError("a transaction was opened")

    monkeypatch.setattr(database, "transaction", untouched)
    funding.post_published(event, view("no date"))


def test_under_a_post_stands_how_long_there_is_time(kept: None) -> None:
    assert funding.render_post_footer(view("no date")) is None
    assert "closes in 30 days</p>" in str(funding.render_post_footer(view()))
