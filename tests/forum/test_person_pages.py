"""Somebody's page: only of who has written here in public, and open only where they let themselves be found."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum.person_pages import get_person
from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.post import PostState
from support.forum_rows import at
from support.unit import a_board, a_person, a_thread


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.mark.parametrize(
    "post",
    [
        None, {"state": PostState.HELD}, {"state": PostState.REMOVED}, {"state": PostState.DELETED},
        {"visibility": Visibility.FOLLOWERS}, {"visibility": Visibility.DIRECT}, {"visibility": Visibility.LOCAL_ONLY},
    ],
)  # fmt: skip
def test_who_has_written_nothing_that_can_be_seen_has_no_page(
    session: Session, board: Board, post: dict[str, Any] | None
) -> None:
    ana = a_person(session)
    a_thread(session, board, a_person(session, "ben"))
    if post is not None:
        a_thread(session, board, ana, **post)
    with pytest.raises(NotFound):
        get_person(session, ana.handle)


@pytest.mark.parametrize("values", [{"gone_at": at(0)}, {"kind": "Group"}])
def test_neither_who_is_gone_nor_a_group_has_a_page(
    session: Session, board: Board, values: dict[str, Any]
) -> None:
    a_thread(session, board, a_person(session, **values))
    with pytest.raises(NotFound):
        get_person(session, "@ana@home.example")


@pytest.mark.parametrize(
    ("handle", "is_found"),
    [
        ("@ana@home.example", True), ("ana@HOME.example", True), ("@ben@home.example", False), ("@ana@server.example", False),
        ("@ana", False), ("", False), ("@", False), ("@ana@", False), ("@ana@home.example@x", False), ("@%@home.example", False),
    ],
)  # fmt: skip
def test_somebody_is_found_by_user_and_domain_of_their_handle(
    session: Session, board: Board, handle: str, is_found: bool
) -> None:
    ana = a_person(session, host="server.example", handle_host="home.example")
    a_thread(session, board, ana, visibility=Visibility.UNLISTED)
    if is_found:
        assert get_person(session, handle).uri == ana.uri
    else:
        with pytest.raises(NotFound):
            get_person(session, handle)


@pytest.mark.parametrize(
    ("indexable", "asks_no_bots", "is_open"),
    [(False, False, False), (True, True, False), (False, True, False), (True, False, True)],
)
def test_a_page_is_open_where_its_owner_lets_themselves_be_found(
    session: Session, board: Board, indexable: bool, asks_no_bots: bool, is_open: bool
) -> None:
    a_thread(session, board, a_person(session, indexable=indexable, asks_no_bots=asks_no_bots))
    page = get_person(session, "@ana@home.example")
    assert page.is_open is is_open
    assert (page.author.name, page.handle, page.author.url) == ("Ana", "@ana@home.example", page.uri)
