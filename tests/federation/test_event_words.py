"""An event's time and place in the words of its own language, whatever is missing."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.activitypub.vocabulary.event import event_of
from fedconnect.federation.event_words import event_html
from fedconnect.foundation.html import text_of

EVENING = {
    "startTime": "2027-03-04T18:00:00+01:00", "endTime": "2027-03-04T21:00:00+01:00",
    "location": {"type": "Place", "name": "Old library", "address": {"streetAddress": "12 Mill Lane", "addressLocality": "Anytown"}},
}  # fmt: skip


def told(language: str, **fields: Any) -> str:
    return text_of(event_html(event_of(fields), language)).replace("day, ", "day ")  # CLDR has it either way


@pytest.mark.parametrize("place", ["<script>alert(1)</script>", '"><img src=x>'])
def test_a_place_brings_no_markup(place: str) -> None:
    assert "<script" not in event_html(event_of({"location": place}), "en")
    assert "<img" not in event_html(
        event_of({"location": {"name": place, "url": "https://x.example/"}}), "en"
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "📅 Thursday 4 March 2027, 18:00 – 21:00 (UTC+01:00)\n📍 Old library, 12 Mill Lane, Anytown"),
        (
            "de",
            "📅 Donnerstag, 4. März 2027, 18:00 – 21:00 (UTC+01:00)\n📍 Old library, 12 Mill Lane, Anytown",
        ),
        ("xx", "📅 Thursday 4 March 2027, 18:00 – 21:00 (UTC+01:00)\n📍 Old library, 12 Mill Lane, Anytown"),
        (
            "x-y--",
            "📅 Thursday 4 March 2027, 18:00 – 21:00 (UTC+01:00)\n📍 Old library, 12 Mill Lane, Anytown",
        ),
    ],
)
def test_when_and_where_are_told_in_its_own_language(language: str, words: str) -> None:
    assert told(language, **EVENING) == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ""),
        ({"startTime": "2027-03-04"}, "📅 Thursday 4 March 2027"),
        ({"startTime": "2027-03-04", "endTime": "2027-03-06"}, "📅 Thursday 4 March 2027 – Saturday 6 March 2027"),
        ({"startTime": "2027-03-04T18:00:00"}, "📅 Thursday 4 March 2027, 18:00"),
        ({"endTime": "2027-03-04T18:00:00Z"}, "📅 … – Thursday 4 March 2027, 18:00 (UTC+00:00)"),
        ({"startTime": "2027-03-27T18:00:00-05:30", "endTime": "2027-03-28T18:00:00-04:00"},
         "📅 Saturday 27 March 2027, 18:00 (UTC−05:30) – Sunday 28 March 2027, 18:00 (UTC−04:00)"),
        ({"location": "https://meet.example/1", "eventStatus": "CANCELLED"}, "CANCELLED\n📍 meet.example/1"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_not_told(fields: dict[str, Any], words: str) -> None:
    assert told("en", **fields) == words
