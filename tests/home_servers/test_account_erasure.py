"""Being forgotten: here in any case, at home by wish and with leave alone, and the token is given back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from fedconnect.accounts import grants
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.foundation import database
from fedconnect.home_servers import account_erasure
from fedconnect.models.home_server import HomeServer
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader import Grant, Reader
from support.account_rows import an_app
from support.home_server_rows import EVERYTHING, HOME, STATUSES, HomeOthers, Place, a_place
from support.unit import Unit

REVOKE = f"{HOME}/oauth/revoke"


def an_account(home: HomeOthers, scopes: str = EVERYTHING) -> Place:
    """Ana with a post of her own; her server deletes it and takes its token back."""
    with database.transaction() as session:
        at = a_place(session, scopes, is_own=True)
        if scopes:
            app = an_app(session, session.get_one(HomeServer, at.visit.home_id))
            session.scalars(select(Grant)).one().app_id = app.id
    home.finds(at.post.uri)
    home.tells(f"{STATUSES}/7", {})
    home.tells(REVOKE, {})
    return at


def is_forgotten(at: Place) -> bool:
    """Whether nothing of Ana is left but her address."""
    with database.read_transaction() as session:
        post = session.get_one(Post, at.post.id)
        left = [session.scalars(select(row)).all() for row in (Reader, Grant)]
        return (
            post.state is PostState.DELETED
            and post.source == ""
            and left == [[], []]
            and session.get_one(Person, at.visit.person_id).name == ""
        )


@pytest.mark.parametrize("scopes", [EVERYTHING, "read write:favourites write:bookmarks", "read:accounts", ""])
def test_without_wish_or_leave_nothing_is_deleted_at_home_and_all_of_it_here(
    unit: Unit, home: HomeOthers, scopes: str
) -> None:
    at = an_account(home, scopes)
    account_erasure.erase_reader(at.visit, at_home=scopes != EVERYTHING)
    assert is_forgotten(at)
    assert home.asked == ([("POST", REVOKE)] if scopes else [])


def test_home_deletes_while_the_token_still_counts_and_has_it_back_afterwards(
    unit: Unit, home: HomeOthers
) -> None:
    at = an_account(home)
    account_erasure.erase_reader(at.visit, at_home=True)
    assert is_forgotten(at)
    deletion, giving_back = home.asked[-2:]
    assert (deletion, giving_back) == (("DELETE", f"{STATUSES}/7"), ("POST", REVOKE))
    assert home.form["token"] == ["token"]
    assert home.waited_in_bounds()


@pytest.mark.parametrize("status", [302, 401, 403, 404, 429, 500])
def test_whatever_home_says_all_is_forgotten_here(unit: Unit, home: HomeOthers, status: int) -> None:
    at = an_account(home)
    home.tells(f"{STATUSES}/7", {}, status)
    home.tells(REVOKE, {}, status)
    account_erasure.erase_reader(at.visit, at_home=True)
    assert is_forgotten(at)


def test_another_reader_keeps_what_is_theirs(unit: Unit, home: HomeOthers) -> None:
    with database.transaction() as session:
        others = a_place(session)  # Ana's visit; the post is Ben's
    account_erasure.erase_reader(others.visit, at_home=True)
    with database.read_transaction() as session:
        assert session.get_one(Post, others.post.id).state is PostState.VISIBLE
        assert session.get_one(Person, others.author.id).name == "Ben"


def test_deleting_at_home_takes_the_permission_to_write_as_long_as_it_stands(
    unit: Unit, home: HomeOthers
) -> None:
    at = an_account(home)
    with database.transaction() as session:
        assert account_erasure.may_delete_at_home(session, at.visit)
        grants.withhold(session, at.visit, Permission.MARK)
        assert account_erasure.may_delete_at_home(session, at.visit)
        grants.withhold(session, at.visit, Permission.WRITE)
        assert not account_erasure.may_delete_at_home(session, at.visit)
