"""Boards: what a slug may be, what has a key of its own, and who may be asked for by which address."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.forum import boards
from fedconnect.forum.boards import boards_named, create_board, find_board, get_any_board, get_board, slug_of
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.board import Board
from support.forum import BASE
from support.forum_rows import a_group, count
from support.unit import a_board, a_person


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The keys that are made, which takes a while in earnest."""
    made: list[tuple[str, str]] = []
    monkeypatch.setattr(own_keys, "make_key", lambda session, name, path: made.append((name, path)))
    return made


@pytest.mark.parametrize(
    "slug",
    ["", "x" * 25, "Respite", "re-spite", "re spite", "réspite", "respite\n", "../etc", "١", "admin", "servers", "x_quiet", "_quiet"],
)  # fmt: skip
def test_what_cannot_be_a_slug_makes_no_board_and_no_key(
    session: Session, keys: list[tuple[str, str]], slug: str
) -> None:
    with pytest.raises(Malformed):
        create_board(session, slug, "A board")
    assert (count(session, Board), keys) == (0, [])


def test_a_slug_is_taken_also_by_a_board_that_stays_here(
    session: Session, keys: list[tuple[str, str]]
) -> None:
    a_board(session, is_local_only=True)
    with pytest.raises(Malformed, match="already"):
        create_board(session, "respite", "Another")
    assert (count(session, Board), keys) == (1, [])


@pytest.mark.parametrize(
    ("name", "summary", "is_taken"),
    [("", "", False), (" \n ", "", False), ("x" * 101, "", False), ("A board", "x" * 2001, False), ("x" * 100, "x" * 2000, True),
     (f"  {'x' * 100}  ", "", True)],
)  # fmt: skip
def test_a_name_and_a_summary_have_a_length(
    session: Session, keys: list[tuple[str, str]], name: str, summary: str, is_taken: bool
) -> None:
    if is_taken:
        assert create_board(session, "x" * 24, name, summary).name == name.strip()
    else:
        with pytest.raises(Malformed):
            create_board(session, "respite", name, summary)


def test_a_board_and_its_companion_have_keys_of_their_own(
    session: Session, keys: list[tuple[str, str]]
) -> None:
    board = create_board(session, "respite", " Respite ", " For carers ", "de")
    assert keys == [("board:respite", "/boards/respite"), ("quiet:respite", "/boards/respite/companion")]
    assert (board.name, board.summary, board.language) == ("Respite", "For carers", "de")
    assert (board.is_local_only, board.is_discreet, board.takes_anonymous) == (False, False, True)


def test_a_board_that_stays_here_can_speak_to_nobody(session: Session, keys: list[tuple[str, str]]) -> None:
    board = create_board(session, "shelter", "Shelter", is_local_only=True)
    assert keys == []
    assert (board.is_local_only, board.is_discreet, board.takes_anonymous) == (True, True, False)
    assert board.companion_boosts == 0


def test_a_board_that_stays_here_is_found_by_no_address_of_the_others(session: Session) -> None:
    hidden, shown = a_board(session, "shelter", is_local_only=True), a_board(session)
    assert find_board(session, "shelter") is None
    with pytest.raises(NotFound):
        get_board(session, "shelter")
    with pytest.raises(NotFound):
        get_any_board(session, "none")
    assert boards_named(session, ("shelter", "respite")) == [shown]
    assert boards.list_boards(session) == [shown]
    assert get_any_board(session, "shelter") is hidden
    assert get_board(session, "respite") is shown
    assert boards.list_every_board(session) == [shown, hidden]


def test_boards_stand_by_name(session: Session) -> None:
    for slug, name in (("b", "Zebras"), ("c", "Ants"), ("a", "Moths")):
        a_board(session, slug, name=name)
    assert [board.name for board in boards.list_boards(session)] == ["Ants", "Moths", "Zebras"]


def test_boards_come_in_the_order_in_which_they_are_named(session: Session) -> None:
    one, two = a_board(session, "one"), a_board(session, "two")
    assert boards_named(session, ("two", "none", "one")) == [two, one]
    three = a_board(session, "three")
    assert boards_named(session, ("one", "three")) == [one, three]  # one is remembered, three is looked up
    assert boards_named(session, ()) == []


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        (f"{BASE}/boards/respite", "respite"), (f"{BASE}/boards/respite/followers", "respite"), (f"{BASE}/boards/", None),
        (f"{BASE}/boards/respite/outbox", None), (f"{BASE}/boards/respite/", None), (f"{BASE}/boards/Respite", None),
        (f"{BASE}.evil.example/boards/respite", None), ("https://evil.example/boards/respite", None), ("respite", None),
        (f"{BASE}/here/respite", None), (f"{BASE}/boards/{'x' * 25}", None), ("", None), (f"{BASE}/boards/respite?x", None),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("unit")
def test_only_an_address_of_ours_names_a_board(address: str, slug: str | None) -> None:
    assert slug_of(address) == slug


def test_a_board_moves_to_a_group_elsewhere_and_to_nothing_else(session: Session) -> None:
    board = a_board(session)
    itself = a_group(session, "itself", uri=boards.board_uri("respite"))
    for target in (a_person(session), itself):
        with pytest.raises(Malformed):
            boards.move_away(session, board, target)
        assert board.moved_to is None
    group = a_group(session)
    boards.move_away(session, board, group)
    assert board.moved_to == group.uri
