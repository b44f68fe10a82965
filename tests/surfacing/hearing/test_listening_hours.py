"""Hours of somebody's day, over midnight too, and time zones as people name them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fedconnect.foundation.errors import Malformed
from fedconnect.surfacing.hearing.listening_hours import Hours, find_zone, read_hours


@pytest.mark.parametrize(
    ("first", "last", "zone"),
    [("24", "6", "UTC"), ("8", "24", "UTC"), ("", "6", "UTC"), ("8", "", "UTC"), ("-1", "6", "UTC"), ("²", "6", "UTC"),
     ("8.5", "9", "UTC"), ("008", "9", "UTC"), ("8", "9", "Europe/Atlantis"), ("8", "9", ""), ("8", "9", "../etc/passwd")],
)  # fmt: skip
def test_hours_that_are_none_are_refused(first: str, last: str, zone: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_hours(first, last, zone)
    assert "0 to 23" in refused.value.safe


def test_hours_are_read_as_they_were_typed() -> None:
    assert read_hours("0", "23", "Europe/Berlin") == Hours(0, 23, "Europe/Berlin")
    assert read_hours("22", "06", "UTC") == Hours(22, 6, "UTC")


@pytest.mark.parametrize(
    ("hours", "minute", "holds"),
    [
        (Hours(9, 17, "UTC"), "08:59", False), (Hours(9, 17, "UTC"), "09:00", True),
        (Hours(9, 17, "UTC"), "17:59", True), (Hours(9, 17, "UTC"), "18:00", False),
        (Hours(22, 6, "UTC"), "21:59", False), (Hours(22, 6, "UTC"), "22:00", True),
        (Hours(22, 6, "UTC"), "06:59", True), (Hours(22, 6, "UTC"), "07:00", False),
        (Hours(12, 12, "UTC"), "12:30", True), (Hours(12, 12, "UTC"), "11:59", False),
        (Hours(9, 9, "Europe/Berlin"), "08:00", True), (Hours(9, 9, "Europe/Berlin"), "09:00", False),
        (Hours(18, 22, ""), "19:00", False), (Hours(0, 23, ""), "03:00", True), (Hours(8, 7, ""), "03:00", True),
    ],
)  # fmt: skip
def test_both_hours_are_included_and_without_a_zone_only_any_hour_holds(
    hours: Hours, minute: str, holds: bool
) -> None:
    assert hours.hold(datetime.fromisoformat(f"2026-11-24T{minute}").replace(tzinfo=UTC)) is holds


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"), ("berlin", "Europe/Berlin"), (" New  York. ", "America/New_York"),
        ("UTC", "UTC"), ("utc+0", "UTC"), ("UTC+2", "Etc/GMT-2"), ("GMT -5", "Etc/GMT+5"), ("utc+99", None),
        ("Atlantis", None), ("", None), ("Berlin evenings", None), ("../etc/passwd", None), ("berlin" * 20, None),
    ],
)  # fmt: skip
def test_a_time_zone_is_found_by_its_name_its_city_or_its_distance(text: str, zone: str | None) -> None:
    assert find_zone(text) == zone


@pytest.mark.parametrize("city", ["Istanbul", "Nicosia", "Louisville", "Indianapolis"])
def test_a_city_that_two_zones_share_names_neither(city: str) -> None:
    assert find_zone(city) is None


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("UTC+14", "Etc/GMT-14"), ("UTC+15", None), ("UTC-12", "Etc/GMT+12"), ("UTC-13", None), ("UTC−5", "Etc/GMT+5"),
        ("utc+02", "Etc/GMT-2"), ("utc-0", "UTC"), ("gmt", "UTC"), ("utc 3", None), ("UTC+5:30", None), ("utc++2", None),
    ],
)  # fmt: skip
def test_an_offset_is_east_with_a_plus_and_only_as_far_as_the_world_goes(text: str, zone: str | None) -> None:
    assert find_zone(text) == zone


@pytest.mark.parametrize(
    "text", ["a" * 64, "a" * 65, "berlin " * 1000, " . ! ", "\x00", "Europe/", "/Berlin"]
)
def test_junk_and_long_text_name_no_zone(text: str) -> None:
    assert find_zone(text) is None
