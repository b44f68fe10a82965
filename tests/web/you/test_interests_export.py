"""What was learnt of a reader as a file: all of it, theirs alone, and in words that another program can read."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database
from fedconnect.models.board import Board
from fedconnect.models.profile import Order
from fedconnect.surfacing.hearing import opt_outs
from fedconnect.surfacing.profile import profiles
from fedconnect.surfacing.profile.interests import InterestProfile
from fedconnect.surfacing.profile.profiles import Choices
from fedconnect.web.you import interests_export as view
from support.surfacing_rows import a_topic
from support.unit import a_board, a_person, a_reader
from support.views_unit import Desk

EXPORT = "/you/interests/export"


class Learnt:
    """Dora, who named a topic; a board that federates and one that does not."""

    def __init__(self, desk: Desk) -> None:
        with database.transaction() as session:
            dora, ana = (a_reader(session, a_person(session, name)) for name in ("dora", "ana"))
            a_topic(session, dora, "care")
            a_topic(session, ana, "bread")
            opt_outs.opt_out(session, ana.person_id)
            self.board: Board = a_board(session)
            self.local: Board = a_board(session, "shelter", is_local_only=True)
            desk.signed_in(reader_id=dora.id, person_id=dora.person_id)


@pytest.fixture
def opened(desk: Desk) -> Desk:
    return desk.open(view.blueprint)


@pytest.fixture
def learnt(opened: Desk) -> Learnt:
    return Learnt(opened)


def test_nobody_takes_anything_along_without_signing_in(opened: Desk) -> None:
    opened.sign_out()
    assert opened.get(EXPORT).status_code == 401


def test_everything_goes_along_in_its_place_but_boards_that_are_gone_or_stay_here(
    opened: Desk, learnt: Learnt
) -> None:
    boards = {learnt.board.id: 2.0, learnt.local.id: 4.0, 1: 3.0}
    opened.watch(
        profiles, "read_interests", InterestProfile(liked={"care": 1.5}, disliked={"war": 0.5}, boards=boards)
    )
    opened.watch(profiles, "choices_of", Choices(None, False, True, Order.NEWEST))
    answer = opened.get(EXPORT)
    told = dict(answer.json or {})
    assert told.pop("written").endswith("+00:00")
    assert told == {
        "handle": "@dora@home.example", "learning": None, "personal": False, "counts_views": True, "order": "newest",
        "topics": ["care"], "words": {"care": 1.5}, "words_against": {"war": 0.5}, "boards": {"respite": 2.0},
        "own_posts_surfaced": True,
    }  # fmt: skip
    assert answer.headers["Content-Disposition"] == 'attachment; filename="interests.json"'
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_of_whoever_was_never_asked_nothing_was_learnt(opened: Desk, learnt: Learnt) -> None:
    told = opened.get(EXPORT).json
    assert told is not None
    assert (told["learning"], told["words"], told["words_against"], told["boards"]) == (None, {}, {}, {})


def test_a_no_to_being_brought_to_others_is_told(opened: Desk, learnt: Learnt) -> None:
    assert opened.visit is not None
    with database.transaction() as session:
        opt_outs.opt_out(session, opened.visit.person_id)
    assert (opened.get(EXPORT).json or {})["own_posts_surfaced"] is False
