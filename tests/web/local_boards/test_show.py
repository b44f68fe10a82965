"""Boards that stay here: seen by whoever is signed in and not kept off, and by nobody else."""

from __future__ import annotations

import pytest

from fedconnect.foundation import clock, database
from fedconnect.models.post import PostState
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.web.local_boards import show as view
from support.moderation_rows import a_ban, a_visit
from support.more_moderation_rows import a_local_board, a_local_post
from support.unit import a_board, a_moderator, a_person, add
from support.views_unit import Desk


class Shelter:
    """A board that stays here, with a conversation of Ana's; Mo looks after it, Eve is kept off."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with database.transaction() as session:
            board = a_local_board(session)
            a_board(session)
            people = {name: a_person(session, name) for name in ("ana", "dora", "mo", "eve")}
            a_moderator(session, board, people["mo"])
            a_ban(session, board, people["eve"])
            self.visits = {name: a_visit(session, person) for name, person in people.items()}
            post = a_local_post(session, board, people["ana"], "A title\nA word of mine")
            self.thread = post.thread_id
            held = a_local_post(session, board, people["ana"], "Waits\nwords", PostState.HELD)
            self.held = held.thread_id

    def as_(self, name: str) -> Desk:
        self.desk.visit = self.visits[name]
        return self.desk


@pytest.fixture
def shelter(desk: Desk) -> Shelter:
    return Shelter(desk.open(view.blueprint))


def test_whoever_is_not_signed_in_learns_not_even_whether_it_is_there(shelter: Shelter) -> None:
    shelter.desk.sign_out()
    for path in ("/here/shelter", "/here/nowhere", f"/here/shelter/{shelter.thread}", "/here/shelter/1"):
        assert shelter.desk.get(path).status_code == 401


def test_whoever_is_kept_off_finds_nothing(shelter: Shelter) -> None:
    desk = shelter.as_("eve")
    for path in ("/here/shelter", f"/here/shelter/{shelter.thread}"):
        assert desk.get(path).status_code == 404
    assert desk.pages == []


@pytest.mark.parametrize("where", ["respite", "nowhere"])
def test_a_board_that_federates_is_not_shown_here(shelter: Shelter, where: str) -> None:
    assert shelter.as_("dora").get(f"/here/{where}").status_code == 404
    assert shelter.desk.get(f"/here/{where}/{shelter.thread}").status_code == 404


def test_what_waits_or_is_none_is_no_conversation(shelter: Shelter) -> None:
    desk = shelter.as_("dora")
    for number in (str(shelter.held), "1", "0", "x", "-1", "9" * 25):
        assert desk.get(f"/here/shelter/{number}").status_code == 404
    assert desk.get("/here/shelter?page=x").status_code == 400


@pytest.mark.parametrize(("who", "looks_after"), [("dora", False), ("mo", True)])
def test_only_its_team_is_offered_to_decide(shelter: Shelter, who: str, looks_after: bool) -> None:
    desk = shelter.as_(who)
    for path in ("/here/shelter", f"/here/shelter/{shelter.thread}"):
        answer = desk.get(path)
        assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (200, "noindex")
        assert desk.shown["looks_after"] is looks_after


def test_a_board_lists_its_conversations_and_a_conversation_its_posts(shelter: Shelter) -> None:
    desk = shelter.as_("dora")
    desk.get("/here/shelter")
    assert ([one.title for one in desk.shown["threads"]], desk.shown["page"]) == (["A title"], 1)
    assert (desk.shown["waits"], desk.shown["has_more"]) == (False, False)
    desk.get(f"/here/shelter/{shelter.thread}?waits=1")
    assert (desk.shown["title"], desk.shown["thread_id"]) == ("A title", shelter.thread)
    assert (len(desk.shown["posts"]), desk.shown["is_open"], desk.shown["waits"]) == (1, True, True)
    desk.get("/here/shelter?waits=1")
    assert desk.shown["waits"] is True


def test_whom_a_reader_hides_is_hidden_here_too(shelter: Shelter) -> None:
    desk = shelter.as_("dora")
    with database.transaction() as session:
        subject = shelter.visits["ana"].handle.removeprefix("@")
        known = {"reader_id": shelter.visits["dora"].reader_id, "since": clock.now()}
        add(session, Mute(kind=MuteKind.PERSON, subject=subject, **known))
    desk.get("/here/shelter")
    assert desk.shown["threads"] == []
