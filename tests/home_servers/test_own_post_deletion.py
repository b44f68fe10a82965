"""A reader's own posts: nobody deletes what somebody else wrote, and home deletes first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.mastodon_api import HomeAway, HomeRefused
from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import Gone, NotFound
from fedconnect.home_servers import own_post_deletion
from fedconnect.home_servers.own_post_deletion import AT_HOME_AT_ONCE
from fedconnect.models.post import Post, PostState
from support.home_server_rows import STATUSES, HomeOthers, Place, a_place
from support.unit import Unit, a_person, a_post


@pytest.fixture
def at(unit: Unit, home: HomeOthers) -> Place:
    with database.transaction() as session:
        found = a_place(session, is_own=True)
    home.finds(found.post.uri)
    home.tells(f"{STATUSES}/7", {})
    return found


def visible() -> set[int]:
    with database.read_transaction() as session:
        return set(session.scalars(select(Post.id).where(Post.state == PostState.VISIBLE)))


def more(at: Place, home: HomeOthers, how_many: int, **values: object) -> list[Post]:
    """More posts of Ana's, the latest first; her server knows each by its number, counted from 100."""
    with database.transaction() as session:
        author = at.author if values.pop("is_own", True) else a_person(session, "cyd")
        posts = [
            a_post(
                session, at.thread, author, published=clock.now() + timedelta(hours=how_many - n), **values
            )
            for n in range(how_many)
        ]
    for number, post in enumerate(posts, 100):
        home.finds(post.uri, str(number))
        home.tells(f"{STATUSES}/{number}", {})
    return posts


def test_nobody_deletes_what_somebody_else_or_the_board_wrote(unit: Unit, home: HomeOthers) -> None:
    with database.transaction() as session:
        at = a_place(session)
        boards_own = a_post(session, at.thread, None)
    home.finds(at.post.uri)
    for post in (at.post, boards_own):
        with pytest.raises(NotFound):
            own_post_deletion.delete_own_post(at.visit, PostAddress("respite", at.thread.id, post.id))
    assert (home.asked, visible()) == ([], {at.post.id, boards_own.id})


def test_what_is_not_there_any_more_is_not_asked_for(at: Place, home: HomeOthers) -> None:
    with pytest.raises(NotFound):
        own_post_deletion.delete_own_post(at.visit, PostAddress("respite", at.thread.id + 1, at.post.id))
    with database.transaction() as session:
        session.get_one(Post, at.post.id).state = PostState.REMOVED
    with pytest.raises(Gone):
        own_post_deletion.delete_own_post(at.visit, at.address)
    assert home.asked == []


@pytest.mark.parametrize(
    ("status", "error"), [(302, HomeAway), (500, HomeAway), (422, HomeRefused), (403, PermissionNeeded)]
)
def test_what_home_did_not_delete_is_still_there(
    at: Place, home: HomeOthers, status: int, error: type[Exception]
) -> None:
    home.tells(f"{STATUSES}/7", {}, status)
    with pytest.raises(error):
        own_post_deletion.delete_own_post(at.visit, at.address)
    assert visible() == {at.post.id}


def test_a_deleted_post_is_returned_as_it_was(at: Place, home: HomeOthers) -> None:
    was = own_post_deletion.delete_own_post(at.visit, at.address)
    assert (was.id, was.body_html, was.state) == (at.post.id, at.post.body_html, PostState.VISIBLE)
    assert (home.deeds, visible()) == (["DELETE /statuses/7"], set())
    assert home.waited_in_bounds()


def test_of_many_posts_the_latest_are_deleted_as_many_as_home_lets_go_at_once(
    at: Place, home: HomeOthers
) -> None:
    posts = more(at, home, AT_HOME_AT_ONCE)
    own_post_deletion.delete_latest_at_home(at.visit)
    assert home.deeds == [f"DELETE /statuses/{number}" for number in range(100, 100 + AT_HOME_AT_ONCE)]
    assert visible() == {at.post.id}  # the oldest
    assert len(posts) == 30
    assert home.waited_in_bounds()


def test_others_posts_and_deleted_ones_are_not_asked_for_but_held_and_removed_ones_are(
    at: Place, home: HomeOthers
) -> None:
    with database.transaction() as session:
        session.get_one(Post, at.post.id).state = PostState.DELETED
    more(at, home, 2, is_own=False)
    own_post_deletion.delete_latest_at_home(at.visit)
    assert home.asked == []
    for state in (PostState.REMOVED, PostState.HELD):
        more(at, home, 1, state=state)
        own_post_deletion.delete_latest_at_home(at.visit)
        assert home.deeds.pop() == "DELETE /statuses/100"
        with database.transaction() as session:
            assert session.scalars(select(Post).where(Post.state == state)).all() == []


@pytest.mark.parametrize(("status", "is_left"), [(422, True), (404, False), (410, False)])
def test_one_that_home_refuses_keeps_none_of_the_others_and_one_that_it_has_not_is_gone(
    at: Place, home: HomeOthers, status: int, is_left: bool
) -> None:
    posts = more(at, home, 3)
    home.tells(f"{STATUSES}/101", {"error": "Record not found"}, status)
    own_post_deletion.delete_latest_at_home(at.visit)
    assert visible() == ({posts[1].id} if is_left else set())


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_a_server_that_does_not_answer_ends_it_and_nobody_hears_of_an_error(
    at: Place, home: HomeOthers, status: int
) -> None:
    posts = more(at, home, 2)
    home.tells(f"{STATUSES}/101", {}, status)
    own_post_deletion.delete_latest_at_home(at.visit)
    assert visible() == {posts[1].id, at.post.id}
    once_more = ["DELETE /statuses/101"] if status == 500 else []  # it may have done it
    assert home.deeds == ["DELETE /statuses/100", "DELETE /statuses/101", *once_more]


def test_without_the_permission_home_is_not_asked(unit: Unit, home: HomeOthers) -> None:
    with database.transaction() as session:
        at = a_place(session, "read:accounts", is_own=True)
    own_post_deletion.delete_latest_at_home(at.visit)
    with pytest.raises(PermissionNeeded):
        own_post_deletion.delete_own_post(at.visit, at.address)
    assert (home.asked, visible()) == ([], {at.post.id})
