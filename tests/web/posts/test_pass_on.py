"""A quiet post passed on: only one that may travel, to a whole handle or to a board that is here; and "not for me"."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.models.post import PostState
from fedconnect.surfacing.hearing import passed_on_places, passing_on
from fedconnect.web.posts import not_for_me
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
            self.no = self.path.replace("/pass-on", "/not-for-me")


@pytest.fixture
def quiet(desk: Desk) -> Quiet:
    return Quiet()


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        dora = a_person(session, "dora")
    desk.signed_in(reader_id=12, person_id=dora.id)
    return desk.open(view.blueprint, not_for_me.blueprint)


@pytest.fixture
def dismissed(opened: Desk) -> list[Call]:
    return opened.watch(passed_on_places, "dismiss")


@pytest.fixture
def passed(opened: Desk) -> tuple[list[Call], list[Call]]:
    opened.watch(passing_on, "may_pass_on", True)
    return opened.watch(passing_on, "pass_on_to_person"), opened.watch(passing_on, "pass_on_to_board")


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
    person, board = (
        opened.watch(passing_on, "pass_on_to_person"),
        opened.watch(passing_on, "pass_on_to_board"),
    )
    for form in (PERSON, {"to": "board", "board": "bread"}):
        assert opened.post(quiet.path, form).status_code == 200
        assert (opened.template, opened.shown["may"]) == ("posts/pass_on.html", False)
    assert (person, board) == ([], [])


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
    person, board = passed
    opened.post(quiet.path, {**PERSON, "board": "bread"})
    assert opened.template == "posts/passed_on.html"
    assert (len(person), board) == (1, [])
    assert (person[0]["by"].username, person[0]["handle"], person[0]["sentence"]) == (
        "dora",
        "@ana@b.example",
        "For you",
    )
    opened.post(quiet.path, {**PERSON, "to": "board", "board": "bread"})
    assert (len(person), len(board)) == (1, 1)
    assert (board[0]["board"].slug, board[0]["by"].username, board[0]["sentence"]) == (
        "bread",
        "dora",
        "For you",
    )
    assert {one["post"].id for one in (*person, *board)} == {quiet.post_id}


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
    opened.watch(passing_on, "pass_on_to_person", Malformed("no sentence"))
    opened.use_up("posts that a reader passes on", "12", 29)
    assert opened.get(quiet.path).status_code == 200
    assert [opened.post(quiet.path, PERSON).status_code for _ in range(2)] == [400, 429]


def test_whoever_passes_on_is_asked_about_themselves(
    opened: Desk, quiet: Quiet, passed: tuple[list[Call], list[Call]]
) -> None:
    asked = opened.watch(passing_on, "may_pass_on", True)
    opened.get(quiet.path)
    opened.post(quiet.path, PERSON)
    assert [(one["by"].username, one["post"].id) for one in asked] == [("dora", quiet.post_id)] * 2
    assert passed[0][0]["by"].id == asked[0]["by"].id


def test_not_for_me_is_said_of_one_post_by_one_reader_and_leads_to_the_front_page(
    opened: Desk, quiet: Quiet, dismissed: list[Call]
) -> None:
    assert opened.visit is not None
    answer = opened.post(quiet.no, {"reader_id": "13", "post_id": "5"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    known = {"reader_id": 12, "person_id": opened.visit.person_id, "post_id": quiet.post_id}
    assert dismissed == [known], "of whoever is signed in, and of the post in the address"
    assert opened.pages == []


def test_nobody_says_not_for_me_without_signing_in_nor_to_what_cannot_be_seen(
    opened: Desk, quiet: Quiet, dismissed: list[Call]
) -> None:
    held = quiet.held.replace("/pass-on", "/not-for-me")
    elsewhere = quiet.no.replace("/boards/respite", "/boards/bread")
    for where in (held, elsewhere, quiet.no.replace("/not-for-me", "x/not-for-me")):
        assert opened.post(where).status_code == 404
    opened.sign_out()
    assert opened.post(quiet.no).status_code == 401
    assert dismissed == []


def test_following_a_link_says_not_for_me_to_nothing(
    opened: Desk, quiet: Quiet, dismissed: list[Call]
) -> None:
    assert opened.get(quiet.no).status_code == 405
    assert dismissed == []


def test_the_answer_to_not_for_me_does_not_tell_whether_anything_was_passed_on(
    opened: Desk, quiet: Quiet
) -> None:
    answer = opened.post(quiet.no)  # the real one: nobody passed this on
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.usefixtures("time_stands_still")
def test_not_for_me_counts_among_the_deeds_of_a_reader(
    opened: Desk, quiet: Quiet, dismissed: list[Call]
) -> None:
    opened.use_up("deeds of a reader", "12", 59)
    assert [opened.post(quiet.no).status_code for _ in range(2)] == [303, 429]
    assert len(dismissed) == 1
