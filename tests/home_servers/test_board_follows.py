"""Following a board: from home with its server's word, or on these pages alone, and never both."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.mastodon_api import HomeAway, HomeRefused
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.home_servers import board_follows
from fedconnect.home_servers.board_follows import FollowChange
from fedconnect.models.bookmark import LocalFollow
from support.home_server_rows import ACCOUNTS, BOARD_ACCOUNT, HomeOthers, Place, a_place, search_for
from support.unit import Unit, a_board

ASKS_HOME = [FollowChange.HOME, FollowChange.END_HOME]


@pytest.fixture
def at(unit: Unit, home: HomeOthers) -> Place:
    home.tells(search_for("@respite@forum.example", "accounts"), {"accounts": [BOARD_ACCOUNT]})
    home.tells(f"{ACCOUNTS}/9/follow", {})
    home.tells(f"{ACCOUNTS}/9/unfollow", {})
    with database.transaction() as session:
        return a_place(session)


def followed() -> list[int]:
    with database.read_transaction() as session:
        return list(session.scalars(select(LocalFollow.board_id)))


@pytest.mark.parametrize("change", list(FollowChange))
def test_a_board_that_is_not_there_or_stays_here_is_followed_by_nobody(
    at: Place, home: HomeOthers, change: FollowChange
) -> None:
    with database.transaction() as session:
        a_board(session, "quiet", is_local_only=True)
    for slug in ("nowhere", "quiet"):
        with pytest.raises(NotFound):
            board_follows.follow(at.visit, slug, change)
    assert (home.asked, followed()) == ([], [])


@pytest.mark.parametrize("change", ASKS_HOME)
@pytest.mark.parametrize(("status", "error"), [(500, HomeAway), (422, HomeRefused), (401, PermissionNeeded)])
def test_where_home_does_not_do_it_nothing_changes_here(
    at: Place, home: HomeOthers, change: FollowChange, status: int, error: type[Exception]
) -> None:
    board_follows.follow(at.visit, "respite", FollowChange.LOCAL_ONLY)
    for word in ("follow", "unfollow"):
        home.tells(f"{ACCOUNTS}/9/{word}", {}, status)
    with pytest.raises(error):
        board_follows.follow(at.visit, "respite", change)
    assert followed() == [at.board.id]


@pytest.mark.parametrize("change", ASKS_HOME)
def test_without_the_permission_home_is_not_asked_and_a_follow_here_stays(
    unit: Unit, home: HomeOthers, change: FollowChange
) -> None:
    with database.transaction() as session:
        at = a_place(session, "read write:statuses")
    board_follows.follow(at.visit, "respite", FollowChange.LOCAL_ONLY)
    with pytest.raises(PermissionNeeded):
        board_follows.follow(at.visit, "respite", change)
    assert (home.asked, followed()) == ([], [at.board.id])


@pytest.mark.parametrize(
    ("change", "word"), [(FollowChange.HOME, "follow"), (FollowChange.END_HOME, "unfollow")]
)
def test_who_follows_from_home_or_ends_that_follows_here_no_longer(
    at: Place, home: HomeOthers, change: FollowChange, word: str
) -> None:
    board_follows.follow(at.visit, "respite", FollowChange.LOCAL_ONLY)
    board_follows.follow(at.visit, "respite", change)
    assert (home.deeds, followed()) == ([f"POST /accounts/9/{word}"], [])
    assert home.waited_in_bounds()


def test_following_here_asks_nobody_is_said_once_and_ends_for_this_board_alone(
    at: Place, home: HomeOthers
) -> None:
    with database.transaction() as session:
        other = a_board(session, "benefits")
    for slug in ("benefits", "respite", "respite"):
        board_follows.follow(at.visit, slug, FollowChange.LOCAL_ONLY)
    assert sorted(followed()) == sorted([at.board.id, other.id])
    board_follows.follow(at.visit, "respite", FollowChange.END_HERE)
    assert (home.asked, followed()) == ([], [other.id])
