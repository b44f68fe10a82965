"""A quiet post passed on: only one that may travel, to a whole handle or to a board that is here."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.models.post import PostState
from fedconnect.surfacing.hearing import passing_on
from fedconnect.web.posts import pass_on as view
from support.unit import a_board, a_person, a_post, a_thread
from support.views_unit import Call, Desk

PERSON = {"to": "person", "handle": "@ana@b.example", "sentence": "For you"}


class Quiet:
    """A quiet post of Ana's, and one under it that waits."""

    def __init__(self) -> None:
        with database.transaction() as session:
            board = a_board(session)
            a_board(session, "bread")
            a_board(session, "shelter", is_local_only=True)
            thread, post = a_thread(session, board, a_person(session), title="August")
            held = a_post(session, thread, None, state=PostState.HELD)
            self.post_id = post.id
            self.path, self.held = (
                f"/boards/respite/threads/{thread.id}/{one.id}/pass-on" for one in (post, held)
            )


@pytest.fixture
def quiet(desk: Desk) -> Quiet:
    return Quiet()


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.signed_in(reader_id=12)
    return desk.open(view.blueprint)


@pytest.fixture
def passed(opened: Desk) -> tuple[list[Call], list[Call]]:
    opened.watch(passing_on, "may_pass_on", True)
    return opened.watch(passing_on, "pass_on_to_reader"), opened.watch(passing_on, "pass_on_to_board")


def test_nobody_passes_on_without_signing_in_nor_what_cannot_be_seen(
    opened: Desk, quiet: Quiet, passed: tuple[list[Call], list[Call]]
) -> None:
    elsewhere = quiet.path.replace("/boards/respite", "/boards/bread")
    for where in (quiet.held, elsewhere, quiet.path.replace("/pass-on", "x/pass-on")):
        assert (opened.get(where).status_code, opened.post(where, PERSON).status_code) == (404, 404)
    opened.sign_out()
    assert (opened.get(quiet.path).status_code, opened.post(quiet.path, PERSON).status_code) == (401, 401)
    assert passed == ([], [])


def test_what_may_not_travel_is_not_passed_on_whatever_is_sent(opened: Desk, quiet: Quiet) -> None:
    opened.watch(passing_on, "may_pass_on", False)
    reader, board = (
        opened.watch(passing_on, "pass_on_to_reader"),
        opened.watch(passing_on, "pass_on_to_board"),
    )
    for form in (PERSON, {"to": "board", "board": "bread"}):
        assert opened.post(quiet.path, form).status_code == 200
        assert (opened.template, opened.shown["may"]) == ("posts/pass_on.html", False)
    assert (reader, board) == ([], [])


@pytest.mark.parametrize("handle", ["", "ana", "@ana", "  @ana  ", "@" + "a" * 292 + "@b.exam", "@"])
def test_half_a_handle_or_a_long_one_is_nobody(
    opened: Desk, quiet: Quiet, passed: tuple[list[Call], list[Call]], handle: str
) -> None:
    sent = {**PERSON, "handle": handle + ("x" * (301 - len(handle)) if len(handle) > 100 else "")}
    assert opened.post(quiet.path, sent).status_code == 400
    assert passed == ([], [])


def test_a_handle_of_three_hundred_letters_is_taken(
    opened: Desk, quiet: Quiet, passed: tuple[list[Call], list[Call]]
) -> None:
    handle = "@a@" + "b" * 297
    assert opened.post(quiet.path, {**PERSON, "handle": f" {handle} "}).status_code == 200
    assert passed[0][0]["handle"] == handle


@pytest.mark.parametrize("slug", ["nowhere", "shelter", ""])
def test_to_a_board_that_is_not_here_or_stays_here_nothing_goes(
    opened: Desk, quiet: Quiet, passed: tuple[list[Call], list[Call]], slug: str
) -> None:
    assert opened.post(quiet.path, {"to": "board", "board": slug}).status_code == 404
    assert opened.post(quiet.path, {}).status_code == 404
    assert passed == ([], [])


def test_a_post_goes_to_a_person_or_a_board_and_never_to_both(
    opened: Desk, quiet: Quiet, passed: tuple[list[Call], list[Call]]
) -> None:
    reader, board = passed
    opened.post(quiet.path, {**PERSON, "board": "bread"})
    assert opened.template == "posts/passed_on.html"
    assert (len(reader), board) == (1, [])
    assert (reader[0]["reader_id"], reader[0]["handle"], reader[0]["sentence"]) == (
        12,
        "@ana@b.example",
        "For you",
    )
    opened.post(quiet.path, {**PERSON, "to": "board", "board": "bread"})
    assert (len(reader), len(board)) == (1, 1)
    assert (board[0]["board"].slug, board[0]["reader_id"], board[0]["sentence"]) == ("bread", 12, "For you")
    assert {one["post"].id for one in (*reader, *board)} == {quiet.post_id}


def test_the_form_offers_the_other_boards_and_passes_nothing_on(
    opened: Desk, quiet: Quiet, passed: tuple[list[Call], list[Call]]
) -> None:
    assert opened.get(quiet.path).status_code == 200
    assert [one.slug for one in opened.shown["others"]] == ["bread"]
    assert (opened.shown["may"], opened.shown["title"], opened.shown["board"].slug) == (
        True,
        "August",
        "respite",
    )
    assert passed == ([], [])


@pytest.mark.usefixtures("time_stands_still")
def test_thirty_an_hour_are_enough_and_looking_is_free(
    opened: Desk, quiet: Quiet, passed: tuple[list[Call], list[Call]]
) -> None:
    opened.watch(passing_on, "pass_on_to_reader", Malformed("no sentence"))
    opened.use_up("posts that a reader passes on", "12", 29)
    assert opened.get(quiet.path).status_code == 200
    assert [opened.post(quiet.path, PERSON).status_code for _ in range(2)] == [400, 429]
