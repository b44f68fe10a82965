"""A post as its author typed it: asked for with their leave, whole or not at all, without the handles that we added."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.mastodon_api import HomeAway, HomeRefused, PermissionGone
from fedconnect.accounts.outgoing_status import MAX_TEXT, MediaUpload
from fedconnect.accounts.post_form import PostForm
from fedconnect.drafts import Visibility
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotPermitted
from fedconnect.home_servers import original_text
from support.home_server_rows import STATUSES, HomeOthers, Place, a_place
from support.unit import Unit, a_person, a_post, a_thread

BOARD = "@respite@forum.example"
SOURCE, WHOLE = f"{STATUSES}/7/source", f"{STATUSES}/7"


def keeps(home: HomeOthers, at: Place, text: object = "Who knows?", media: object = (), **whole: Any) -> None:
    """Let Ana's server have her post, with a source and its parts."""
    home.finds(at.post.uri)
    home.tells(SOURCE, {"text": text, "spoiler_text": "Care"})
    home.tells(WHOLE, {"media_attachments": media, **whole})


@pytest.fixture
def at(unit: Unit) -> Place:
    with database.transaction() as session:
        return a_place(session, is_own=True, language="es", visibility=Visibility.UNLISTED)


def test_without_the_permission_to_write_nobody_is_asked(unit: Unit, home: HomeOthers) -> None:
    with database.transaction() as session:
        at = a_place(session, "read write:favourites write:bookmarks", is_own=True)
    with pytest.raises(PermissionNeeded):
        original_text.fetch_original(at.visit, at.post, BOARD)
    assert home.asked == []


@pytest.mark.parametrize("media", [None, {}, "x", 7])
def test_a_post_without_its_pictures_is_not_edited_for_an_edit_would_lose_them(
    at: Place, home: HomeOthers, media: object
) -> None:
    keeps(home, at, media=media)
    with pytest.raises(HomeAway):
        original_text.fetch_original(at.visit, at.post, BOARD)


def test_a_post_without_its_words_is_not_edited_either(at: Place, home: HomeOthers) -> None:
    for text in (None, "", ["x"], "x" * (MAX_TEXT + 1)):
        keeps(home, at, text)
        with pytest.raises(HomeAway):
            original_text.fetch_original(at.visit, at.post, BOARD)
    for source in (None, [], "x"):
        home.tells(SOURCE, source)
        with pytest.raises(HomeAway):
            original_text.fetch_original(at.visit, at.post, BOARD)
    keeps(home, at)
    home.tells(WHOLE, [])
    with pytest.raises(HomeAway):
        original_text.fetch_original(at.visit, at.post, BOARD)


def test_what_the_home_server_will_not_say_is_raised_as_it_is(at: Place, home: HomeOthers) -> None:
    answers: list[tuple[int, type[Exception]]] = [
        (404, HomeRefused), (401, PermissionGone), (403, PermissionGone), (500, HomeAway), (302, HomeAway),
    ]  # fmt: skip
    for url in (SOURCE, WHOLE):
        for status, error in answers:
            keeps(home, at)
            home.tells(url, {}, status)
            with pytest.raises(error):
                original_text.fetch_original(at.visit, at.post, BOARD)


def test_a_post_with_a_poll_is_edited_at_home_for_an_edit_would_lose_its_votes(
    unit: Unit, home: HomeOthers
) -> None:
    with database.transaction() as session:
        at = a_place(session, is_own=True, poll='{"options": []}')
    keeps(home, at)
    with pytest.raises(NotPermitted):
        original_text.fetch_original(at.visit, at.post, BOARD)


def test_the_form_has_the_words_and_all_that_hangs_on_them(at: Place, home: HomeOthers) -> None:
    media = [{"id": "5", "description": "A bench"}, None, "x", {"id": 6, "description": None}]
    keeps(home, at, f"Who knows?\n\n{BOARD}", media, sensitive=True)
    assert original_text.fetch_original(at.visit, at.post, BOARD) == PostForm(
        text="Who knows?", warning="Care", language="es", visibility="unlisted", is_sensitive=True,
        media=(MediaUpload("5", "A bench"), MediaUpload("6", "")),
    )  # fmt: skip
    assert home.waited_in_bounds()


@pytest.mark.parametrize(("length", "kept"), [(2000, 2000), (2001, 0)])
def test_a_description_that_is_longer_than_any_server_takes_is_left_out(
    at: Place, home: HomeOthers, length: int, kept: int
) -> None:
    keeps(home, at, "x" * MAX_TEXT, [{"id": "5", "description": "d" * length}])
    form = original_text.fetch_original(at.visit, at.post, BOARD)
    assert (len(form.text), form.media, form.is_sensitive) == (
        MAX_TEXT,
        (MediaUpload("5", "d" * kept),),
        False,
    )


def test_an_answer_is_given_without_the_name_of_whom_it_answers_and_without_nobodys(
    unit: Unit, home: HomeOthers
) -> None:
    with database.transaction() as session:
        at = a_place(session, is_own=True)
        _, asked = a_thread(session, at.board, a_person(session, "cyd"))
        boards_own = a_post(session, at.thread, None)
        post = at.post
        post.parent_id = asked.id
    keeps(home, at, f"@cyd@home.example I do, @eve@home.example too\n\n{BOARD}")
    assert original_text.fetch_original(at.visit, post, BOARD).text == "I do, @eve@home.example too"
    post.parent_id = boards_own.id
    assert original_text.fetch_original(at.visit, post, BOARD).text.startswith("@cyd@home.example I do")
