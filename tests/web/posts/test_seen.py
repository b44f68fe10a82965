"""What a page saw: taken only from whoever lets it count, and nothing is told in return."""

from __future__ import annotations

import pytest

from fedconnect.surfacing.hearing import impressions
from fedconnect.web import view_tracking
from fedconnect.web.posts import seen as view
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.signed_in(reader_id=12)
    return desk.open(view.blueprint)


def test_whoever_does_not_count_is_neither_read_nor_counted(opened: Desk) -> None:
    read, noted = opened.watch(impressions, "read_tokens", []), opened.watch(view_tracking, "note_showings")
    opened.signed_in(counts_views=False)
    assert opened.post("/seen", {"tokens": "a b"}).status_code == 204
    opened.sign_out()
    assert opened.post("/seen", {"tokens": "a b"}).status_code == 401
    assert (read, noted) == ([], [])


def test_what_was_seen_is_noted_as_this_readers(opened: Desk) -> None:
    read, noted = (
        opened.watch(impressions, "read_tokens", ["one"]),
        opened.watch(view_tracking, "note_showings"),
    )
    answer = opened.post("/seen", {"tokens": " a\nb  c "})
    assert (answer.status_code, answer.data) == (204, b"")
    assert read == [{"reader_id": 12, "tokens": ["a", "b", "c"]}]
    assert noted == [{"showings": ["one"]}]


@pytest.mark.parametrize(
    ("sent", "read"), [("x" * 20_000, ["x" * 20_000]), ("x" * 20_001, ["x" * 20_000]), ("", [])]
)
def test_what_a_page_sends_has_an_end(opened: Desk, sent: str, read: list[str]) -> None:
    asked = opened.watch(impressions, "read_tokens", [])
    opened.watch(view_tracking, "note_showings")
    opened.post("/seen", {"tokens": sent})
    assert [one["tokens"] for one in asked] == [read]


@pytest.mark.usefixtures("time_stands_still")
def test_three_hundred_in_five_minutes_are_enough(opened: Desk) -> None:
    noted = opened.watch(view_tracking, "note_showings")
    opened.use_up("beacons of a reader", "12", 299)
    assert [opened.post("/seen").status_code for _ in range(2)] == [204, 429]
    assert len(noted) == 1


def test_whoever_is_not_signed_in_is_heard_of_what_a_link_brought_them_to_alone(opened: Desk) -> None:
    noted = opened.watch(view_tracking, "note_links")
    link, signed = f"77.{'x' * 32}", "77.0.list.1764000000.seal"
    opened.sign_out()
    assert opened.post("/seen", {"tokens": signed}).status_code == 401
    assert opened.post("/seen", {"tokens": f"{signed} {link}"}).status_code == 204
    assert noted == [{"tokens": [link]}]
    opened.post("/seen", {"tokens": " ".join(f"{n}.{'x' * 32}" for n in range(1, 9))})
    assert len(noted[1]["tokens"]) == 5


def test_of_a_reader_no_link_is_spent(opened: Desk) -> None:
    noted, read = opened.watch(view_tracking, "note_links"), opened.watch(impressions, "read_tokens", [])
    opened.watch(view_tracking, "note_showings")
    link = f"77.{'x' * 32}"
    assert opened.post("/seen", {"tokens": link}).status_code == 204
    assert (noted, read) == ([], [{"reader_id": 12, "tokens": [link]}])
    assert impressions.read_token(12, link) is None


@pytest.mark.usefixtures("time_stands_still")
def test_sixty_links_in_five_minutes_are_enough_for_an_address(opened: Desk) -> None:
    noted = opened.watch(view_tracking, "note_links")
    opened.sign_out()
    opened.use_up("links in messages opened from an address", "127.0.0.1", 59)
    form = {"tokens": f"77.{'x' * 32}"}
    assert [opened.post("/seen", form).status_code for _ in range(2)] == [204, 429]
    assert len(noted) == 1
