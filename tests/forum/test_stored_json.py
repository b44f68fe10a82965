"""What is stored of a post as JSON is read as far as it can be, whatever wrote it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fedconnect.drafts import Attachment, PollOption
from fedconnect.forum.proxied_images import picture_path
from fedconnect.forum.stored_json import attachments_in, picture_urls_in, pictures_in, poll_in
from support.forum_rows import at

JUNK = ["", "{", "null", "1", '"x"', "{}", '{"url": "https://x"}', '[1, null, [], "x"]', "[" * 100_000, "NaN"]
POLL: dict[str, Any] = {
    "options": [{"name": "Yes", "votes": 3}], "is_multiple": False, "is_closed": True, "ends": "2026-11-01T12:00:00+00:00",
}  # fmt: skip


@pytest.mark.parametrize("stored", JUNK)
def test_what_cannot_be_read_is_nothing(stored: str) -> None:
    assert (pictures_in(stored), picture_urls_in(stored), attachments_in(stored)) == ({}, [], ())
    assert poll_in(stored) is None


def test_an_entry_of_the_wrong_kind_is_left_out_and_the_others_stay() -> None:
    good = {"shortcode": ":cat:", "url": "https://x/cat.png"}
    stored = json.dumps(
        [
            good,
            {**good, "shortcode": 1},
            {**good, "url": None},
            {"shortcode": ":dog:"},
            [],
            {"url": "https://x/1"},
        ]
    )
    assert pictures_in(stored) == {":cat:": picture_path("https://x/cat.png")}
    assert picture_urls_in(stored) == ["https://x/cat.png", "https://x/cat.png", "https://x/1"]


def test_an_attachment_needs_all_its_parts_and_takes_no_others() -> None:
    good = {"url": "https://x/1.png", "media_type": "image/png", "alt": "A view"}
    partial = [{name: value for name, value in good.items() if name != missing} for missing in good]
    wrong = [{**good, name: 1} for name in good]
    stored = json.dumps([*partial, *wrong, {**good, "onload": "x"}])
    assert attachments_in(stored) == (Attachment("https://x/1.png", "image/png", "A view"),)


@pytest.mark.parametrize(
    "change", [{"options": {}}, {"options": None}, {"is_multiple": 1}, {"is_closed": "yes"}]
)
def test_a_poll_of_which_a_part_is_wrong_is_none(change: dict[str, Any]) -> None:
    assert poll_in(json.dumps({**POLL, **change})) is None
    assert poll_in(json.dumps({name: value for name, value in POLL.items() if name not in change})) is None


@pytest.mark.parametrize(
    ("ends", "moment"), [(POLL["ends"], at(0)), (None, None), ("soon", None), (7, None), ("0001-01-01", None)]
)
def test_a_poll_is_read_and_an_end_that_is_no_moment_is_none(ends: Any, moment: object) -> None:
    options = [
        {"name": "Yes", "votes": 3},
        {"name": "No", "votes": None},
        {"name": "x", "votes": "3"},
        {"name": 1, "votes": 3},
        "x",
    ]
    poll = poll_in(json.dumps({**POLL, "options": options, "ends": ends}))
    assert poll is not None
    assert poll.options == (PollOption("Yes", 3), PollOption("No", None))
    assert (poll.ends, poll.is_multiple, poll.is_closed) == (moment, False, True)


def test_a_poll_without_an_end_has_none() -> None:
    poll = poll_in(json.dumps({name: value for name, value in POLL.items() if name != "ends"}))
    assert poll is not None
    assert poll.ends is None
