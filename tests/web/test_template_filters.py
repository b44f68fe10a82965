"""Small words of templates, in the language that the browser asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import time_machine

from fedconnect.foundation.translatable_sentences import Sentence, to_row
from fedconnect.models.decision import DecisionKind
from fedconnect.moderation.actions.registry import ACTIONS, TYPES
from fedconnect.web import template_filters as filters
from support.web_rows import a_bare_app

MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
THEN = datetime(2026, 11, 21, 14, 5, 59, 999_999, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=False):
        yield


def in_german(filter_: object, *values: object) -> str:
    with a_bare_app().test_request_context("/", headers={"Accept-Language": "de"}):
        return filter_(*values)  # type: ignore[operator,no-any-return]


@pytest.mark.parametrize(
    ("before", "words", "german"),
    [
        (timedelta(hours=-30), "today", "heute"), (timedelta(0), "today", "heute"),
        (timedelta(minutes=30), "today", "heute"),
        (timedelta(minutes=31), "yesterday", "gestern"), (timedelta(days=1), "yesterday", "gestern"),
        (timedelta(days=2), "21 November 2026", "21. November 2026"),
        (timedelta(days=6, minutes=31), "16 November 2026", "16. November 2026"),
    ],
)  # fmt: skip
def test_a_day_is_one_of_the_calendar_and_not_of_hours(before: timedelta, words: str, german: str) -> None:
    assert filters.day(MORNING - before) == words
    assert in_german(filters.day, MORNING - before) == german


def test_dates_and_moments_as_each_language_writes_them() -> None:
    assert filters.moment(THEN) == "21 November 2026, 14:05 UTC"
    assert in_german(filters.moment, THEN) == "21. November 2026, 14:05 UTC"
    assert in_german(filters.date, date(2026, 3, 1)) == "1. März 2026"
    assert filters.date(date(2026, 3, 1)) == "1 March 2026"


def test_a_month_comes_from_a_moment_or_from_an_address() -> None:
    assert filters.month(THEN) == filters.month("2026-11") == "November 2026"
    assert in_german(filters.month, "2026-03") == "März 2026"


@pytest.mark.parametrize(
    ("count", "words"), [(0, "no replies yet"), (1, "1 reply"), (2, "2 replies"), (1000, "1000 replies")]
)
def test_replies_are_counted_in_words(count: int, words: str) -> None:
    assert filters.answers(count) == words
    assert filters.answers(count, True) == (words if count else "answered")


def test_a_moment_for_programs_has_seconds_and_says_utc_in_one_letter() -> None:
    assert filters.iso(THEN) == "2026-11-21T14:05:59Z"
    assert filters.iso(THEN.astimezone(timezone(timedelta(hours=2)))) == "2026-11-21T16:05:59+02:00"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://home.example/users/ana", "home.example"),
        ("https://HOME.example:8443/x", "home.example:8443"),
        ("https://xn--mnchen-3ya.example/", "münchen.example"),
        ("https://xn--80ak6aa92e.com/", "xn--80ak6aa92e.com"),
        ("javascript:alert(1)", "javascript:alert(1)"), ("", ""), ("no address", "no address"),
    ],
)  # fmt: skip
def test_a_host_is_shown_as_it_may_be_read_and_what_has_none_as_it_is(url: str, shown: str) -> None:
    assert filters.host(url) == shown


def test_a_country_is_named_and_an_unknown_code_stays() -> None:
    assert (filters.country("DE"), in_german(filters.country, "DE")) == ("Germany", "Deutschland")
    assert (filters.country("XX"), filters.country("de"), filters.country("")) == ("XX", "de", "")


def test_a_kept_sentence_is_told_in_the_readers_language_and_other_text_as_it_is() -> None:
    kept = to_row(Sentence("%(host)s did not take this.", {"host": "home.example"}))
    assert filters.told(kept) == "home.example did not take this."
    assert in_german(filters.told, kept) != filters.told(kept)
    assert "home.example" in in_german(filters.told, kept)
    assert filters.told("Words of somebody") == "Words of somebody"


def test_every_decision_has_a_heading_and_every_action_a_button_in_each_language() -> None:
    for kind in DecisionKind:
        assert filters.decision_heading(kind) == str(TYPES[kind].done)
        assert in_german(filters.decision_heading, kind)
    for name, action in ACTIONS.items():
        label = filters.action_label(name)
        assert label == str(action.label)
        assert not label or in_german(filters.action_label, name) != label


def test_templates_know_each_filter_by_its_name() -> None:
    app = a_bare_app()
    filters.add_template_filters(app)
    names = [
        "day",
        "moment",
        "month",
        "answers",
        "iso",
        "host",
        "date",
        "country",
        "told",
        "decision_heading",
        "action_label",
    ]
    assert {name: app.jinja_env.filters[name] for name in names} == {
        name: getattr(filters, name) for name in names
    }
