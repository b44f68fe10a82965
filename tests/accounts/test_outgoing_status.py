"""What a reader composes: counted as their home server counts, and stopped before it would say no."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fedconnect.accounts.home_limits import Limits
from fedconnect.accounts.outgoing_status import (
    Composed,
    MediaUpload,
    NotReady,
    PollForm,
    check,
    document_of,
    fields_of,
    length,
    status_text,
    without_handles,
)
from fedconnect.drafts import Visibility

BOARD = "@respite@forum.example"
BEN = "@ben@social.example"
PLAIN = Composed("Words", Visibility.PUBLIC)
POLL = PollForm(("Yes", "No"), 86_400, False)
PICTURES = tuple(MediaUpload(str(number), "A cat") for number in range(5))
LIMITS = Limits()


def said(composed: Composed, limits: Limits = LIMITS, answered: str = "") -> str | None:
    """What keeps a text from being sent; None where nothing does."""
    try:
        check(composed, BOARD, answered, limits)
    except NotReady as error:
        return error.detail
    return None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"visibility": Visibility.FOLLOWERS}, "visibility"),
        ({"text": ""}, "empty"),
        ({"text": " \n\t"}, "empty"),
        ({"media": PICTURES}, "media"),
        ({"media": PICTURES[:1], "poll": POLL}, "both"),
        ({"poll": replace(POLL, options=("Yes",))}, "options"),
        ({"poll": replace(POLL, options=())}, "options"),
        ({"poll": replace(POLL, options=("1", "2", "3", "4", "5"))}, "options"),
        ({"poll": replace(POLL, options=("Yes", "No", "Yes"))}, "options twice"),
        ({"poll": replace(POLL, options=("Yes", "N" * 51))}, "options long"),
        ({"text": "", "visibility": Visibility.FOLLOWERS}, "visibility"),
        ({"text": "x" * 500, "media": PICTURES}, "too long"),
        ({"media": PICTURES, "poll": POLL}, "media"),
    ],
)
def test_what_a_home_would_not_take_is_said_before_it_is_sent(changes: dict[str, Any], why: str) -> None:
    assert said(replace(PLAIN, **changes)) == why


@pytest.mark.parametrize(
    "changes",
    [
        {"visibility": Visibility.UNLISTED},
        {"media": PICTURES[:4]},
        {"poll": replace(POLL, options=("1", "2", "3", "4"))},
        {"poll": replace(POLL, options=("Yes", "N" * 50))},
    ],
)
def test_what_is_just_within_the_limits_is_taken(changes: dict[str, Any]) -> None:
    assert said(replace(PLAIN, **changes)) is None


def test_the_name_of_the_board_and_whom_it_answers_count_too() -> None:
    """@respite and @ben are counted without their servers: 2 + 8 and 4 + 1 more letters."""
    room = 500 - len("\n\n@respite")
    assert said(replace(PLAIN, text="x" * room)) is None
    assert said(replace(PLAIN, text="x" * (room + 1))) == "too long"
    room -= len("@ben ")
    assert said(replace(PLAIN, text="x" * room), answered=BEN) is None
    assert said(replace(PLAIN, text="x" * (room + 1)), answered=BEN) == "too long"


def test_a_warning_counts_as_well() -> None:
    room = 500 - len("\n\n@respite") - len("Care")
    assert said(replace(PLAIN, text="x" * room, warning="Care")) is None
    assert said(replace(PLAIN, text="x" * (room + 1), warning="Care")) == "too long"


def test_somebody_hears_by_how_much_it_is_too_long() -> None:
    with pytest.raises(NotReady) as error:
        check(replace(PLAIN, text="x" * 7), BOARD, "", Limits(max_characters=10))
    assert error.value.sentence.blanks == {"most": 10, "over": 7}


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", 0),
        ("abc", 3),
        ("👩‍👧", 1),
        ("e\u0301", 1),
        ("https://a.example/" + "x" * 100, 23),
        ("see http://a.example and https://b.example", 4 + 23 + 5 + 23),
        ("ftp://a.example", 15),
        ("@ben@social.example", 4),
        ("@ben@social.example.", 5),
        ("ana@social.example", 18),
        ("@ben", 4),
    ],
)
def test_characters_are_counted_as_mastodon_counts_them(text: str, counted: int) -> None:
    assert length(text, "", LIMITS) == counted


def test_a_warning_is_counted_as_it_stands() -> None:
    assert length("Words", "https://a.example/ @ben@social.example 👩‍👧", LIMITS) == 5 + 18 + 1 + 19 + 1 + 1


def test_a_server_says_itself_what_an_address_counts() -> None:
    assert length("https://a.example/", "", Limits(characters_per_url=99)) == 99


@pytest.mark.parametrize(
    ("text", "answered", "sent"),
    [
        ("Hello", "", f"Hello\n\n{BOARD}"),
        ("Hello", BEN, f"{BEN} Hello\n\n{BOARD}"),
        (f"Hello {BOARD}", "", f"Hello {BOARD}"),
        (f"Hello {BOARD.upper()}", "", f"Hello {BOARD.upper()}"),
        (f"{BEN.title()} hello", BEN, f"{BEN.title()} hello\n\n{BOARD}"),
        (f"Hello {BOARD}x", "", f"Hello {BOARD}x\n\n{BOARD}"),
        ("  Hello \n", "", f"Hello\n\n{BOARD}"),
    ],
)
def test_a_post_names_its_board_once_and_whom_it_answers_first(text: str, answered: str, sent: str) -> None:
    assert status_text(text, BOARD, answered) == sent


@pytest.mark.parametrize("answered", ["", BEN])
@pytest.mark.parametrize("text", ["Hello", "Hello\n\nyou", "@cleo@far.example, hello"])
def test_somebody_gets_their_own_words_back(text: str, answered: str) -> None:
    assert without_handles(status_text(text, BOARD, answered), [answered, BOARD]) == text


@pytest.mark.parametrize("text", ["@respite@forum.example.org says", f"{BOARD}s are fine", "Hello"])
def test_words_that_only_look_like_a_handle_stay(text: str) -> None:
    assert without_handles(text, [BOARD, ""]) == text


def test_what_was_not_chosen_is_not_sent() -> None:
    assert fields_of(PLAIN, BOARD, "") == {"status": f"Words\n\n{BOARD}", "visibility": "public"}


def test_all_that_was_chosen_is_sent_by_the_names_of_mastodon() -> None:
    whole = Composed(
        "Words", Visibility.UNLISTED, "Care", "de", True, PICTURES[:2], replace(POLL, is_multiple=True)
    )
    assert fields_of(whole, BOARD, BEN) == {
        "status": f"{BEN} Words\n\n{BOARD}", "visibility": "unlisted", "spoiler_text": "Care", "sensitive": "true",
        "language": "de", "media_ids": ["0", "1"], "poll[options]": ["Yes", "No"], "poll[expires_in]": "86400",
        "poll[multiple]": "true",
    }  # fmt: skip
    assert fields_of(replace(PLAIN, poll=POLL), BOARD, "")["poll[multiple]"] == "false"


def test_a_home_server_takes_them_as_json() -> None:
    whole = Composed("Words", Visibility.UNLISTED, "Care", "de", True, PICTURES[:2], POLL)
    assert document_of(fields_of(whole, BOARD, "")) == {
        "status": f"Words\n\n{BOARD}", "visibility": "unlisted", "spoiler_text": "Care", "sensitive": True,
        "language": "de", "media_ids": ["0", "1"],
        "poll": {"options": ["Yes", "No"], "expires_in": 86_400, "multiple": False},
    }  # fmt: skip
    assert document_of(fields_of(PLAIN, BOARD, "")) == fields_of(PLAIN, BOARD, "")


def test_a_server_that_counts_in_full_counts_links_and_handles_in_full() -> None:
    text = "See https://x.example/a/very/long/address @ben@social.example \U0001f468\u200d\U0001f469"
    assert length(text, "Care", replace(LIMITS, counts_in_full=True)) == len(text) + 4
    assert length(text, "Care", LIMITS) < len(text)
