"""What a reader does with a post: nothing where it is not there, and what they keep for themselves needs nobody's leave."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.mastodon_api import HomeAway, HomeRefused
from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation import database, outbound_slots
from fedconnect.foundation.errors import Busy, Gone, NotFound
from fedconnect.home_servers import reactions
from fedconnect.models.bookmark import Bookmark
from fedconnect.models.post import Post, PostState, Reaction, ReactionKind
from fedconnect.models.reader import Grant
from fedconnect.surfacing.profile import learning
from fedconnect.surfacing.profile.learning import Engagement
from support.home_server_rows import STATUSES, HomeOthers, Place, a_place
from support.unit import Unit

Learnt = list[tuple[int, int, Engagement]]


@pytest.fixture
def at(unit: Unit, home: HomeOthers) -> Place:
    with database.transaction() as session:
        found = a_place(session)
    home.finds(found.post.uri)
    for word in ("favourite", "unfavourite", "reblog", "unreblog", "bookmark", "unbookmark"):
        home.tells(f"{STATUSES}/7/{word}", {"id": "7"})
    return found


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch) -> Learnt:
    """What is learnt of readers in this test."""
    found: Learnt = []
    monkeypatch.setattr(
        learning,
        "learn_engagement",
        lambda session, reader_id, post_id, engagement: found.append((reader_id, post_id, engagement)),
    )
    return found


def kept(at: Place) -> tuple[list[ReactionKind], list[int]]:
    """What stands here: marks, and the posts that Ana keeps."""
    with database.read_transaction() as session:
        marks = list(session.scalars(select(Reaction.kind)))
        return marks, list(
            session.scalars(select(Bookmark.post_id).where(Bookmark.reader_id == at.visit.reader_id))
        )


def test_nothing_is_done_with_a_post_that_is_not_there(at: Place, home: HomeOthers, learnt: Learnt) -> None:
    elsewhere = [
        PostAddress("nowhere", at.thread.id, at.post.id), PostAddress("respite", 0, at.post.id),
        PostAddress("respite", at.thread.id, at.post.id + 1),
    ]  # fmt: skip
    for address in elsewhere:
        with pytest.raises(NotFound):
            reactions.react(at.visit, address, ReactionKind.BOOST, on=True)
        with pytest.raises(NotFound):
            reactions.bookmark(at.visit, address, on=True)
    for state, error in ((PostState.HELD, NotFound), (PostState.REMOVED, Gone)):
        with database.transaction() as session:
            session.get_one(Post, at.post.id).state = state
        with pytest.raises(error):
            reactions.react(at.visit, at.address, ReactionKind.BOOST, on=True)
        with pytest.raises(error):
            reactions.bookmark(at.visit, at.address, on=True)
    assert (home.asked, learnt, kept(at)) == ([], [], ([], []))


@pytest.mark.parametrize(("status", "error"), [(500, HomeAway), (422, HomeRefused), (403, PermissionNeeded)])
def test_a_boost_that_was_not_made_teaches_nothing(
    at: Place, home: HomeOthers, learnt: Learnt, status: int, error: type[Exception]
) -> None:
    home.tells(f"{STATUSES}/7/reblog", {}, status)
    with pytest.raises(error):
        reactions.react(at.visit, at.address, ReactionKind.BOOST, on=True)
    assert (learnt, kept(at)) == ([], ([], []))


def test_of_marks_a_boost_alone_says_what_somebody_cares_for(
    at: Place, home: HomeOthers, learnt: Learnt
) -> None:
    for kind in (ReactionKind.LIKE, ReactionKind.BOOST):
        for on in (True, False):
            reactions.react(at.visit, at.address, kind, on=on)
    assert learnt == [(at.visit.reader_id, at.post.id, Engagement.BOOST)]
    assert home.deeds == [
        "POST /statuses/7/favourite", "POST /statuses/7/unfavourite",
        "POST /statuses/7/reblog", "POST /statuses/7/unreblog",
    ]  # fmt: skip
    assert home.waited_in_bounds()


def test_a_mark_stands_here_once_the_home_server_has_it(at: Place, learnt: Learnt) -> None:
    reactions.react(at.visit, at.address, ReactionKind.LIKE, on=True)
    assert kept(at) == ([ReactionKind.LIKE], [])


def test_where_too_many_wait_a_mark_is_not_made_and_a_post_is_kept_all_the_same(
    at: Place, home: HomeOthers, learnt: Learnt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound_slots, "_wait_for", lambda slot: False)
    for _ in range(outbound_slots.SLOTS):
        outbound_slots._slots.acquire()
    try:
        with pytest.raises(Busy):
            reactions.react(at.visit, at.address, ReactionKind.BOOST, on=True)
        reactions.bookmark(at.visit, at.address, on=True)
    finally:
        for _ in range(outbound_slots.SLOTS):
            outbound_slots._slots.release()
    assert (home.asked, kept(at)) == ([], ([], [at.post.id]))


def test_a_post_is_kept_once_and_kept_no_longer_and_home_hears_of_both(
    at: Place, home: HomeOthers, learnt: Learnt
) -> None:
    for _ in range(2):
        reactions.bookmark(at.visit, at.address, on=True)
    assert kept(at) == ([], [at.post.id])
    reactions.bookmark(at.visit, at.address, on=False)
    assert kept(at) == ([], [])
    assert home.deeds == [
        "POST /statuses/7/bookmark", "POST /statuses/7/bookmark", "POST /statuses/7/unbookmark",
    ]  # fmt: skip
    assert learnt == [(at.visit.reader_id, at.post.id, Engagement.SAVE)] * 2
    assert home.waited_in_bounds()


@pytest.mark.parametrize("status", [302, 401, 403, 404, 422, 429, 500])
def test_a_post_is_kept_whatever_the_home_server_says(at: Place, home: HomeOthers, status: int) -> None:
    for word in ("bookmark", "unbookmark"):
        home.tells(f"{STATUSES}/7/{word}", {}, status)
    reactions.bookmark(at.visit, at.address, on=True)
    assert kept(at) == ([], [at.post.id])
    with database.read_transaction() as session:
        assert (session.scalars(select(Grant)).one().ended_at is not None) is (status == 401)
    reactions.bookmark(at.visit, at.address, on=False)
    assert kept(at) == ([], [])


@pytest.mark.parametrize("scopes", ["", "read:accounts", "read write:statuses write:media write:reports"])
def test_who_did_not_permit_marks_keeps_posts_and_their_server_does_not_hear_of_it(
    unit: Unit, home: HomeOthers, scopes: str
) -> None:
    with database.transaction() as session:
        at = a_place(session, scopes)
    reactions.bookmark(at.visit, at.address, on=True)
    assert kept(at) == ([], [at.post.id])
    with pytest.raises(PermissionNeeded):
        reactions.react(at.visit, at.address, ReactionKind.LIKE, on=True)
    assert home.asked == []
