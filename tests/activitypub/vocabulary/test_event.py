"""When and where an event is: in the zone that its author means, and nothing that is no time or place."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.activitypub.vocabulary import EventFacts
from fedconnect.activitypub.vocabulary.event import event_of


def event(**fields: Any) -> EventFacts:
    return event_of({"type": "Event", **fields})


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        5,
        "soon",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
        "x" * 65,
        ["2027-03-04", "2027-03-05"],
    ],
)
def test_what_is_no_time_is_none(value: object) -> None:
    assert event(startTime=value, timezone="Europe/Berlin").starts is None


@pytest.mark.parametrize(
    ("value", "zone", "shown"),
    [
        ("2027-03-04T18:00:00+01:00", "", "2027-03-04T18:00:00+01:00"),
        ("2027-03-04T17:00:00Z", "Europe/Berlin", "2027-03-04T18:00:00+01:00"),
        ("2027-03-04T18:00:00", "Europe/Berlin", "2027-03-04T18:00:00"),
        ("2027-03-04T17:00:00Z", "Nowhere/Town", "2027-03-04T17:00:00+00:00"),
        ("2027-03-04T17:00:00Z", "../../etc/passwd", "2027-03-04T17:00:00+00:00"),
        ("2027-03-04T17:00:00Z", "Europe", "2027-03-04T17:00:00+00:00"),
    ],
)
def test_a_time_is_told_in_the_zone_of_its_event(value: str, zone: str, shown: str) -> None:
    starts = event(startTime=value, timezone=zone).starts
    assert starts is not None
    assert (starts.at.isoformat(), starts.is_day) == (shown, False)


def test_a_day_is_a_day() -> None:
    starts = event(startTime="2027-03-04").starts
    assert starts is not None
    assert starts.is_day


@pytest.mark.parametrize(
    ("location", "places"),
    [
        ({"type": "Place", "name": "Old library", "address": {"streetAddress": "12 Mill Lane", "addressLocality": "Anytown"}},
         [(("Old library", "12 Mill Lane", "Anytown"), "")]),
        ({"name": "Hall", "address": "Hall, Mill Lane"}, [(("Hall", "Hall, Mill Lane"), "")]),
        ({"name": "12 Mill Lane", "address": {"streetAddress": "12 Mill Lane"}}, [(("12 Mill Lane",), "")]),
        ("Old library", [(("Old library",), "")]),
        ("https://meet.example/1", [((), "https://meet.example/1")]),
        ([{"type": "VirtualLocation", "url": "https://meet.example/1"}, "Old library"], [((), "https://meet.example/1"), (("Old library",), "")]),
        ({"latitude": 52.5, "longitude": 13.4}, [(("52.50000, 13.40000",), "")]),
        ({"latitude": 1e308, "longitude": 0}, []),
        ({"name": ["x"], "url": "javascript:alert(1)"}, [(("x",), "")]),
        ([None, 5, {}, ""], []),
    ],
)  # fmt: skip
def test_a_place_is_said_once_and_in_words(
    location: object, places: list[tuple[tuple[str, ...], str]]
) -> None:
    assert [(one.words, one.url) for one in event(location=location).places] == places


def test_an_event_has_five_places_at_most() -> None:
    assert len(event(location=[f"Hall {number}" for number in range(9)]).places) == 5


@pytest.mark.parametrize("field", ["eventStatus", "ical:status", "status"])
def test_that_it_is_off_is_told(field: str) -> None:
    assert event(**{field: "CANCELLED"}).status == "CANCELLED"
    assert event(**{field: "EventCancelled"}).status == "CANCELLED"
    assert event(**{field: "CONFIRMED"}).status == ""
