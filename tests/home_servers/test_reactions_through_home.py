"""Marking a post goes through the reader's own server; keeping it does not depend on that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.sessions import Visit
from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation.errors import NotFound
from fedconnect.home_servers import board_follows, own_post_deletion, reactions
from fedconnect.home_servers.board_follows import FollowChange
from fedconnect.models.bookmark import Bookmark, LocalFollow
from fedconnect.models.post import Post, PostState, Reaction, ReactionKind
from support.forum import Forum
from support.home import FakeHomeServer
from support.rows import signed_in, visit_of, written_by
from support.visitor import Visitor
from support.visitor import home as home  # a server that answers over HTTP, not the table of conftest.py

DEEDS: dict[str, Callable[[Visit, PostAddress], object]] = {
    "favourite": lambda visit, address: reactions.react(visit, address, ReactionKind.LIKE, on=True),
    "boost": lambda visit, address: reactions.react(visit, address, ReactionKind.BOOST, on=True),
    "bookmark": lambda visit, address: reactions.bookmark(visit, address, on=True),
    "delete": own_post_deletion.delete_own_post,
}


def place_of(post: Post) -> PostAddress:
    return PostAddress("respite", post.thread_id, post.id)


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_is_done_to_a_post_that_is_not_there(forum: Forum, deed: str) -> None:
    dora = signed_in("dora")
    post = written_by(dora)
    for elsewhere in (replace(place_of(post), slug="benefits"), replace(place_of(post), thread_id=0)):
        with pytest.raises(NotFound):
            DEEDS[deed](dora, elsewhere)
    assert forum.rows(Reaction) == forum.rows(Bookmark) == []


@pytest.mark.parametrize("deed", ["favourite", "boost", "delete"])
def test_without_the_permission_nothing_is_done_here_either(forum: Forum, deed: str) -> None:
    dora = signed_in("dora")
    post = written_by(dora)
    with pytest.raises(PermissionNeeded):
        DEEDS[deed](dora, place_of(post))
    assert forum.rows(Reaction) == []
    assert forum.rows(Post, Post.id == post.id)[0].state is PostState.VISIBLE


def test_nobody_deletes_what_somebody_else_wrote(forum: Forum) -> None:
    post = written_by(signed_in("dora"))
    with pytest.raises(NotFound):
        own_post_deletion.delete_own_post(signed_in("eve"), place_of(post))


def test_a_post_is_kept_without_any_permission_and_kept_no_longer(forum: Forum) -> None:
    post, eve = written_by(signed_in("dora")), signed_in("eve")
    reactions.bookmark(eve, place_of(post), on=True)
    assert [one.reader_id for one in forum.rows(Bookmark)] == [eve.reader_id]
    reactions.bookmark(eve, place_of(post), on=False)
    assert forum.rows(Bookmark) == []


@pytest.mark.parametrize("change", [FollowChange.HOME, FollowChange.END_HOME])
def test_following_from_home_needs_the_permission(forum: Forum, change: FollowChange) -> None:
    dora = signed_in("dora")
    board_follows.follow(dora, "respite", FollowChange.LOCAL_ONLY)
    with pytest.raises(PermissionNeeded):
        board_follows.follow(dora, "respite", change)
    assert len(forum.rows(LocalFollow)) == 1, "and what was stays"
    with pytest.raises(NotFound):
        board_follows.follow(dora, "nowhere", FollowChange.LOCAL_ONLY)


def test_following_here_asks_nobody_and_ends(forum: Forum) -> None:
    dora = signed_in("dora")
    for change, left in (
        (FollowChange.LOCAL_ONLY, 1),
        (FollowChange.LOCAL_ONLY, 1),
        (FollowChange.END_HERE, 0),
    ):
        board_follows.follow(dora, "respite", change)
        assert len(forum.rows(LocalFollow)) == left


def test_a_boost_stands_here_once_the_home_server_has_it(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    visitor.sign_in(home, "dora", wanted=("mark",))
    post = written_by(signed_in("eve"))
    home.known[post.uri] = "77"
    visit = visit_of(visitor)
    reactions.react(visit, place_of(post), ReactionKind.BOOST, on=True)
    assert [(one.kind, one.person_id) for one in forum.rows(Reaction)] == [
        (ReactionKind.BOOST, visit.person_id)
    ]
    reactions.react(visit, place_of(post), ReactionKind.BOOST, on=False)
    assert forum.rows(Reaction) == []
