"""The form for a post: what may be sent of it, and that a draft gives back what was typed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from fedconnect.accounts.outgoing_status import MediaUpload, NotReady
from fedconnect.accounts.post_form import PostForm, compose, empty_form, from_json, to_json
from fedconnect.drafts import Visibility
from fedconnect.models.board import Board
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader

WHOLE = PostForm(
    "Words", "Care", "de", "unlisted", True, (MediaUpload("7", "A cat"),), "Yes\n\n No ", 259_200, True, True
)


@pytest.mark.parametrize(
    ("form", "why"),
    [
        (replace(WHOLE, visibility=""), "visibility"),
        (replace(WHOLE, media=(MediaUpload("7", "A cat"), MediaUpload("8", " "))), "alt"),
    ],
)
def test_nobody_is_taken_at_less_than_their_word(form: PostForm, why: str) -> None:
    with pytest.raises(NotReady) as error:
        compose(form, accepts_no_alt=False)
    assert error.value.detail == why


def test_a_picture_without_a_description_goes_where_somebody_says_so() -> None:
    composed = compose(replace(WHOLE, media=(MediaUpload("8", ""),)), accepts_no_alt=True)
    assert composed.media == (MediaUpload("8", ""),)


def test_what_is_sent_is_what_was_typed() -> None:
    composed = compose(WHOLE, accepts_no_alt=False)
    assert (composed.text, composed.warning, composed.language) == ("Words", "Care", "de")
    assert (composed.visibility, composed.is_sensitive) == (Visibility.UNLISTED, True)
    assert composed.poll is not None
    assert (composed.poll.options, composed.poll.lasts_s, composed.poll.is_multiple) == (
        ("Yes", "No"),
        259_200,
        True,
    )
    assert compose(replace(WHOLE, options=" \n"), accepts_no_alt=False).poll is None
    many = replace(WHOLE, options="\n".join(map(str, range(99))))
    assert len(compose(many, accepts_no_alt=False).poll.options) == 20  # type: ignore[union-attr]


def test_a_draft_gives_back_what_was_typed() -> None:
    assert from_json(to_json(WHOLE)) == WHOLE
    assert from_json(to_json(PostForm())) == PostForm()


def test_a_draft_is_kept_as_it_always_was() -> None:
    assert json.loads(to_json(WHOLE)) == {
        "text": "Words", "warning": "Care", "language": "de", "visibility": "unlisted", "sensitive": True,
        "media": [["7", "A cat"]], "options": "Yes\n\n No ", "lasts": "259200", "multiple": True, "loose": True,
    }  # fmt: skip
    assert from_json('{"text": "From before"}') == PostForm(text="From before")


@pytest.mark.parametrize(
    ("own", "answered", "shown"),
    [
        ("", None, "public"), ("unlisted", None, "unlisted"), ("private", None, ""), ("direct", None, ""),
        ("public", Visibility.UNLISTED, "unlisted"), ("private", Visibility.UNLISTED, "unlisted"),
        ("unlisted", Visibility.PUBLIC, "unlisted"),
    ],
)  # fmt: skip
def test_nothing_is_louder_than_somebody_writes_as_a_rule_or_than_what_they_answer(
    own: str, answered: Visibility | None, shown: str
) -> None:
    reader, board = Reader(default_visibility=own, default_language=""), Board(language="de")
    post = Post(visibility=answered, warning="Care") if answered is not None else None
    form = empty_form(reader, board, post)
    assert (form.visibility, form.language, form.warning) == (shown, "de", "Care" if post else "")
