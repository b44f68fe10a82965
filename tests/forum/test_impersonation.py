"""Whose name a name reads like: whose it is goes free, and which of two comes first."""

from __future__ import annotations

import pytest

from fedconnect.forum.impersonation import Lookalike, lookalike_of
from fedconnect.forum.moderators import add_admin, add_moderator
from fedconnect.foundation import caches, database
from fedconnect.site.settings import change_site
from support.unit import Unit, a_board, a_person

EVE = "@eve@evil.example"


@pytest.fixture
def names(unit: Unit) -> None:
    """A board, two moderators of one name, one without a name, an admin, and somebody with no role."""
    with database.transaction() as session:
        board = a_board(session, "respite", name="Respite care")
        for name, host, shown in (
            ("mona", "home.example", "Mona Lind"), ("mona", "other.example", "mona lind"), ("nameless", "home.example", ""),
            ("care", "home.example", "Respite care"),
        ):  # fmt: skip
            person = a_person(session, name, host)
            person.name = shown
            add_moderator(session, board, person)
        root, nobody = a_person(session, "root"), a_person(session, "nobody")
        root.name, nobody.name = "Rudi Root", "Nora"
        add_admin(session, root)
    caches.clear_all()


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize(
    ("name", "handle", "whose"),
    [
        ("respite", EVE, Lookalike.BOARD),  # a slug is a name too
        ("Respite care", "@care@home.example", Lookalike.BOARD),  # also where a moderator is called so
        ("Mona Lind", EVE, Lookalike.MODERATOR), ("Mona Lind", "@mona@home.example", Lookalike.NOBODY),
        ("MONA LIND", "@Mona@Other.example", Lookalike.NOBODY), ("Mona Lind", "@mona@evil.example", Lookalike.MODERATOR),
        ("nameless", EVE, Lookalike.MODERATOR), ("nameless", "@nameless@home.example", Lookalike.NOBODY),
        ("Rudi Root", EVE, Lookalike.MODERATOR), ("Nora", EVE, Lookalike.NOBODY), ("mona", EVE, Lookalike.NOBODY),
        ("M0na Lind", EVE, Lookalike.NOBODY), ("Mοna Lind", EVE, Lookalike.MODERATOR), ("FORUM.example", EVE, Lookalike.SITE),
        ("Mona Lind" + "!" * 491, EVE, Lookalike.MODERATOR), ("!" * 500 + "Mona Lind", EVE, Lookalike.NOBODY),
        ("Eve ana@home.example", EVE, Lookalike.ADDRESS), ("Eve eve@evil.example", EVE, Lookalike.NOBODY),
        ("Eve (@EVE@evil.example)", EVE, Lookalike.NOBODY), ("see http://x", EVE, Lookalike.ADDRESS), ("ana@home", EVE, Lookalike.NOBODY),
        (" ", EVE, Lookalike.NOBODY), ("🌻🌻", EVE, Lookalike.NOBODY),
    ],
)  # fmt: skip
def test_a_name_that_is_taken_is_free_for_whose_it_is_alone(name: str, handle: str, whose: Lookalike) -> None:
    assert lookalike_of(name, handle) is whose


@pytest.mark.usefixtures("names")
def test_a_name_that_is_taken_now_is_marked_within_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lookalike_of("Benefits", EVE) is Lookalike.NOBODY
    with database.transaction() as session:
        a_board(session, "benefits")
    now = caches.time.monotonic()
    monkeypatch.setattr(caches.time, "monotonic", lambda: now + 61)
    assert lookalike_of("Benefits", EVE) is Lookalike.BOARD


def test_whoever_calls_themselves_like_the_forum_is_marked_as_not_being_it(unit: Unit) -> None:
    with database.transaction() as session:
        change_site(session, {"name": "Carers’ corner"})
    caches.clear_all()
    assert lookalike_of("carers' Corner", EVE) is Lookalike.SITE
    assert lookalike_of("Carers", EVE) is Lookalike.NOBODY
