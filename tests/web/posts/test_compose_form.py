"""The form for a post as it was sent: whatever comes, each value is bounded and of its kind."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from fedconnect.accounts.outgoing_status import MAX_TEXT, MediaUpload
from fedconnect.accounts.post_form import A_DAY_S, PostForm
from fedconnect.web.posts import compose_form
from fedconnect.web.posts.compose_form import form_key, read_form, read_pictures
from support.web_rows import a_bare_app


def sent(*pairs: tuple[str, Any], **fields: Any) -> Any:
    """A request with these fields; pairs may repeat a name."""
    return a_bare_app().test_request_context("/", method="POST", data=MultiDict([*pairs, *fields.items()]))


def form_of(*pairs: tuple[str, Any], **fields: Any) -> PostForm:
    with sent(*pairs, **fields):
        return read_form()


def test_an_empty_form_is_an_empty_post() -> None:
    assert form_of() == PostForm()


@pytest.mark.parametrize("visibility", ["private", "direct", "local", "PUBLIC", "public ", ""])
def test_nobody_chooses_who_may_see_it_but_by_the_two_that_a_board_has(visibility: str) -> None:
    assert form_of(visibility=visibility).visibility == ""
    assert [form_of(visibility=one).visibility for one in ("public", "unlisted")] == ["public", "unlisted"]


@pytest.mark.parametrize(
    ("language", "kept"),
    [("de", "de"), ("cy", "cy"), ("DE", ""), ("de-AT", ""), ("xx", ""), ("", ""), ("en\n", "")],
)
def test_a_language_is_one_of_those_that_can_be_chosen(language: str, kept: str) -> None:
    assert form_of(language=language).language == kept


def test_a_text_is_kept_up_to_its_bound_with_its_lines() -> None:
    assert form_of(text="one\r\n\r\ntwo\nthree").text == "one\n\ntwo\nthree"
    assert form_of(text="x" * (MAX_TEXT + 1)).text == "x" * MAX_TEXT
    assert form_of(text="  indented ").text == "  indented "


def test_a_warning_is_one_line_of_plain_text() -> None:
    assert form_of(warning=" two\r\nlines\u202e ").warning == "two lines"
    assert form_of(warning="x" * 501).warning == "x" * 500


def test_the_answers_of_a_poll_are_kept_a_line_each() -> None:
    assert form_of(options="yes\r\nno").options == "yes\nno"
    assert form_of(options="x" * 4001).options == "x" * 4000


@pytest.mark.parametrize(
    ("lasts", "seconds"),
    [("86400", A_DAY_S), ("259200", 3 * A_DAY_S), ("604800", 7 * A_DAY_S), ("604801", A_DAY_S),
     ("1", A_DAY_S),
     ("-1", A_DAY_S), ("", A_DAY_S), ("x", A_DAY_S), ("0604800", A_DAY_S), (" 604800", A_DAY_S)],
)  # fmt: skip
def test_a_poll_lasts_as_long_as_can_be_chosen_and_a_day_otherwise(lasts: str, seconds: int) -> None:
    assert form_of(lasts=lasts).lasts_s == seconds


@pytest.mark.parametrize("name", ["sensitive", "multiple", "loose"])
def test_a_box_is_ticked_by_being_there(name: str) -> None:
    ticked, empty = form_of((name, "on")), form_of((name, ""))
    facts = {"sensitive": "is_sensitive", "multiple": "is_multiple", "loose": "is_loose"}
    assert ticked == empty == PostForm(**{facts[name]: True})


def test_a_picture_that_is_left_out_is_not_sent_nor_one_of_no_number() -> None:
    ids = [("media_id", one) for one in ("1", "../2", "3", "", "4a", "5?x=1")]
    alts = [("media_alt", one) for one in ("cat", "dog", "bird", "fish", "y" * 1501, "cow")]
    assert form_of(*ids, *alts, ("drop", "3"), ("drop", "9")).media == (
        MediaUpload("1", "cat"), MediaUpload("4a", "y" * 1500),
    )  # fmt: skip


def test_of_pictures_sixteen_are_read_and_each_with_its_own_description() -> None:
    ids = [("media_id", str(number)) for number in range(20)]
    alts = [("media_alt", f"alt {number}") for number in range(20)]
    media = form_of(*ids, *alts).media
    assert media == tuple(MediaUpload(str(number), f"alt {number}") for number in range(16))
    assert form_of(("media_id", "7" * 100), ("media_alt", "")).media == (MediaUpload("7" * 100, ""),)


@pytest.mark.parametrize("number", ["7" * 101, "", "..", "../2", "5?x=1", "5#x", "５", "ä", "5\n", "a%2fb"])
def test_what_is_no_id_of_a_picture_never_stands_in_an_address(number: str) -> None:
    assert form_of(("media_id", number), ("media_alt", "")).media == ()


def test_the_end_of_a_line_counts_once_however_a_browser_sends_it() -> None:
    lines = "a\r\n" * (MAX_TEXT // 2)
    assert form_of(("text", lines)).text == "a\n" * (MAX_TEXT // 2)
    assert len(form_of(("text", lines + "b")).text) == MAX_TEXT


def test_files_are_read_as_many_as_may_come_and_as_far_as_they_may_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compose_form, "MOST_BYTES", 5)
    files = [("pictures", (io.BytesIO(f"picture{n}".encode()), f"{n}.png")) for n in range(6)]
    empty = ("pictures", (io.BytesIO(b""), ""))
    with sent(empty, *files, ("other", (io.BytesIO(b"x"), "x.png"))):
        assert read_pictures() == [b"pictu"] * 4
    with sent(text="x"):
        assert read_pictures() == []


def test_a_form_counts_once_by_the_key_that_it_was_given() -> None:
    key = str(uuid.uuid4())
    for typed in (key, key.upper(), "{" + key + "}"):
        with sent(key=typed):
            assert form_key() == key


@pytest.mark.parametrize("key", ["", "x", "1" * 31, "g" * 32])
def test_a_form_without_a_key_of_ours_gets_one_of_its_own(key: str) -> None:
    with sent(key=key):
        one, other = form_key(), form_key()
    assert uuid.UUID(one).version == 4
    assert one != other


def test_a_form_with_fewer_descriptions_than_pictures_is_read_all_the_same() -> None:
    ids = [("media_id", "1"), ("media_id", "2")]
    assert form_of(*ids, ("media_alt", "cat")).media[0] == MediaUpload("1", "cat")
    assert form_of(("media_alt", "cat")).media == ()
