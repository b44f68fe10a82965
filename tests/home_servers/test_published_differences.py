"""What a home server published, compared with what was asked."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.home_servers.published_differences import find_difference, is_difference, sentences
from fedconnect.models.submission import SubmissionKind

ASKED = {
    "status": "Words", "visibility": "public", "spoiler_text": "Care", "media_ids": ["a", "b"], "in_reply_to_id": "7",
}  # fmt: skip
MADE: dict[str, Any] = {
    "id": "9", "visibility": "public", "spoiler_text": "Care", "in_reply_to_id": "7", "media_attachments": [{}, {}],
}  # fmt: skip
START, EDIT = SubmissionKind.START, SubmissionKind.EDIT


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"visibility": "unlisted"}, "audience"),
        ({"visibility": "private"}, "audience"),
        ({"media_attachments": [{}]}, "pictures"),
        ({"media_attachments": None}, "pictures"),
        ({"spoiler_text": ""}, "warning"),
        ({"spoiler_text": None}, "warning"),
        ({"in_reply_to_id": None}, "place"),
        ({"in_reply_to_id": "8"}, "place"),
    ],
)
def test_what_came_out_otherwise_is_told(change: dict[str, Any], told: Sentence) -> None:
    found = find_difference("home.example", START, ASKED, {**MADE, **change})
    assert found == sentences("home.example")[told]
    assert is_difference(sentences("another.example")[told])


def test_pictures_that_are_not_mentioned_are_lost() -> None:
    assert find_difference("h", START, {"media_ids": ["a"]}, {"id": "9"}) is not None


@pytest.mark.parametrize(
    "poll", [None, {}, [], {"options": None}, {"options": ["Yes", "No"]}, {"options": [{"title": "Yes"}]}]
)
def test_a_poll_that_is_not_the_one_asked_for_is_told(poll: object) -> None:
    found = find_difference("h", START, {"poll[options]": ["Yes", "No"]}, {"id": "9", "poll": poll})
    assert found == sentences("h")["poll"]


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        (ASKED, MADE),
        (ASKED, {"media_attachments": [{}, {}]}),
        (ASKED, {**MADE, "spoiler_text": "Care!", "in_reply_to_id": 7}),
        ({"status": "Words", "visibility": "public"}, {**MADE, "poll": {"options": [{"title": "x"}]}}),
        ({"poll[options]": ["Yes", "No"]}, {"poll": {"options": [{"title": "Yes"}, {"title": "No"}]}}),
    ],
)
def test_what_is_as_asked_or_not_said_is_no_difference(asked: Any, made: Any) -> None:
    assert find_difference("h", START, asked, made) is None


def test_an_edit_asks_for_no_other_audience_place_or_poll() -> None:
    other = {**MADE, "visibility": "unlisted", "in_reply_to_id": None}
    assert find_difference("h", EDIT, ASKED, other) is None
    assert find_difference("h", EDIT, ASKED, {**other, "media_attachments": []}) is not None


def test_another_sentence_is_no_difference() -> None:
    assert not is_difference(Sentence(""))
    assert not is_difference(Sentence("%(host)s did not take this.", {"host": "h"}))
