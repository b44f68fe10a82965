"""Gathering by hashtag, by hand: nobody else's board, no token without leave, and what was not done is not written down."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.federation.outbound import hashtag_curation, hashtag_decisions
from fedconnect.federation.outbound.hashtag_decisions import HashtagAction
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.board import Board, Moderator
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.hashtag import FollowedHashtag, HashtagPost, HashtagPostState
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.person import Person
from support.account_rows import a_grant, a_home_reader, a_visit
from support.federation_rows import OtherServers, actor_document, note_document, with_keys
from support.moderation_rows import every
from support.unit import Unit, a_board, a_moderator, add

EVE, POST = "https://far.example/users/eve", "https://far.example/posts/1"


class World:
    """A board that gathers #care with a moderator's token, and found a post; `mo` looks after it, `ana` after another."""

    def __init__(self, session: Session) -> None:
        self.board, self.other = a_board(session), a_board(session, "benefits")
        self.mo, self.ana = (
            self._visit(session, name, board) for name, board in (("mo", self.board), ("ana", self.other))
        )
        self.stranger = self._visit(session, "ben", None)
        hashtag_curation.follow_tag(session, self.board, self.mo.reader_id, "care")
        self.tag = session.scalars(select(FollowedHashtag.id)).one()
        self.found = self.a_find(session, self.board).id

    def _visit(self, session: Session, name: str, board: Board | None) -> Visit:
        reader = a_home_reader(session, name)
        a_grant(session, reader, "read write follow")
        if board is not None:
            a_moderator(session, board, session.get_one(Person, reader.person_id))
        return a_visit(session, reader)

    def a_find(self, session: Session, board: Board, uri: str = POST) -> HashtagPost:
        return add(
            session, HashtagPost(board_id=board.id, uri=uri, url=uri, tag="care", found_at=clock.now())
        )


@pytest.fixture
def world(unit: Unit) -> World:
    with database.transaction() as session:
        return World(session)


def written() -> list[str]:
    """What stands in the log, as its details."""
    with database.read_transaction() as session:
        return [one.detail for one in every(session, Decision)]


def state(number: int) -> HashtagPostState:
    with database.read_transaction() as session:
        return session.get_one(HashtagPost, number).state


def tags() -> list[tuple[str, int]]:
    with database.read_transaction() as session:
        return [(one.tag, one.reader_id) for one in every(session, FollowedHashtag)]


def lets_boost(others: OtherServers, *, indexable: bool = True) -> None:
    with_keys()
    others.say(POST, note_document(POST, EVE))
    others.say(EVE, actor_document(EVE, 1, indexable=indexable))


def test_nobody_else_sees_or_decides_what_a_board_gathers(world: World, others: OtherServers) -> None:
    lets_boost(others)
    for visit in (world.stranger, world.ana):
        with database.transaction() as session:
            with pytest.raises(NotFound):
                hashtag_decisions.read_page(session, visit, "respite")
            with pytest.raises(NotFound):
                hashtag_decisions.follow_tag(session, visit, "respite", "rest")
        for action in HashtagAction:
            with pytest.raises(NotFound):
                hashtag_decisions.carry_out(visit, "respite", world.found, action)
    assert (written(), state(world.found), tags()) == (
        [],
        HashtagPostState.FOUND,
        [("care", world.mo.reader_id)],
    )
    assert others.asked == []


def test_a_board_that_stays_here_or_is_not_there_gathers_nothing(world: World) -> None:
    with database.transaction() as session:
        session.get_one(Board, world.board.id).is_local_only = True
    for slug in ("respite", "nowhere"):
        with database.transaction() as session, pytest.raises(NotFound):
            hashtag_decisions.follow_tag(session, world.mo, slug, "rest")
        with pytest.raises(NotFound):
            hashtag_decisions.carry_out(world.mo, slug, world.found, HashtagAction.LEAVE)
    assert written() == []


def test_a_moderators_token_reads_only_with_their_leave(unit: Unit) -> None:
    with database.transaction() as session:
        board, reader = a_board(session), a_home_reader(session)
        a_grant(session, reader, "read:accounts write:statuses")
        a_moderator(session, board, session.get_one(Person, reader.person_id))
        with pytest.raises(PermissionNeeded) as caught:
            hashtag_decisions.follow_tag(session, a_visit(session, reader), "respite", "care")
    assert caught.value.permission is Permission.HASHTAGS
    assert (tags(), written()) == ([], [])


@pytest.mark.parametrize("tag", ["", "two words", "12345"])
def test_what_is_no_hashtag_is_not_written_down(world: World, tag: str) -> None:
    with database.transaction() as session, pytest.raises(Malformed):
        hashtag_decisions.follow_tag(session, world.mo, "respite", tag)
    assert (len(tags()), written()) == (1, [])


def test_a_hashtag_is_gathered_with_the_token_of_who_tied_it_and_the_log_says_so(world: World) -> None:
    with database.transaction() as session:
        hashtag_decisions.follow_tag(session, world.mo, "respite", "rest")
    assert tags() == [("care", world.mo.reader_id), ("rest", world.mo.reader_id)]
    with database.read_transaction() as session:
        (decision,) = every(session, Decision)
    assert (decision.kind, decision.person_id, decision.board_id, decision.detail) == (
        DecisionKind.SETTINGS, world.mo.person_id, world.board.id, "gathers rest",
    )  # fmt: skip


def test_the_page_shows_what_waits_on_this_board_and_whose_token_reads_it(world: World) -> None:
    with database.transaction() as session:
        world.a_find(session, world.other)
        left = world.a_find(session, world.board, POST + "2")
        left.state = HashtagPostState.LEFT
        page = hashtag_decisions.read_page(session, world.mo, "respite")
    assert [one.id for one in page.found] == [world.found]
    assert [(tag.tag, handle) for tag, handle in page.tags] == [("care", "@mo@home.example")]
    assert page.board.id == world.board.id


def test_another_boards_find_is_neither_boosted_nor_left(world: World, others: OtherServers) -> None:
    lets_boost(others)
    with database.transaction() as session:
        elsewhere = world.a_find(session, world.other).id
    for action in (HashtagAction.BOOST, HashtagAction.LEAVE):
        for number in (elsewhere, elsewhere + 1):
            with pytest.raises(NotFound):
                hashtag_decisions.carry_out(world.mo, "respite", number, action)
    assert (written(), state(elsewhere), others.asked) == ([], HashtagPostState.FOUND, [])


@pytest.mark.parametrize("reason", ["its author lets nobody", "it is gone", "its server is away"])
def test_a_boost_that_was_not_made_is_not_written_down(
    world: World, others: OtherServers, reason: str
) -> None:
    lets_boost(others, indexable=reason != "its author lets nobody")
    if reason == "it is gone":
        others.say(POST, {}, 410)
    if reason == "its server is away":
        others.say(EVE, {}, 500)
    with pytest.raises(Malformed):
        hashtag_decisions.carry_out(world.mo, "respite", world.found, HashtagAction.BOOST)
    assert (written(), state(world.found)) == ([], HashtagPostState.FOUND)


Check = Callable[[World], bool]
DONE: list[tuple[HashtagAction, str, Check]] = [
    (HashtagAction.BOOST, "a gathered post was boosted", lambda at: state(at.found) is HashtagPostState.BOOSTED and len(tags()) == 1),
    (HashtagAction.LEAVE, "a gathered post was left", lambda at: state(at.found) is HashtagPostState.LEFT and len(tags()) == 1),
    (HashtagAction.UNTIE, "gathers a hashtag no more", lambda at: tags() == []),
]  # fmt: skip


@pytest.mark.parametrize(("action", "words", "is_done"), DONE)
def test_what_was_done_stands_in_the_log_once_and_a_boost_alone_asks_anybody(
    world: World, others: OtherServers, action: HashtagAction, words: str, is_done: Check
) -> None:
    lets_boost(others)
    number = world.tag if action is HashtagAction.UNTIE else world.found
    hashtag_decisions.carry_out(world.mo, "respite", number, action)
    assert (written(), is_done(world)) == ([words], True)
    assert (others.asked != []) is (action is HashtagAction.BOOST)
    with database.read_transaction() as session:
        assert len(every(session, OutboundActivity)) == (action is HashtagAction.BOOST)
    if action is not HashtagAction.UNTIE:
        with pytest.raises(NotFound):
            hashtag_decisions.carry_out(world.mo, "respite", number, action)
        assert written() == [words]


def test_who_looks_after_the_board_no_longer_decides_nothing_more(world: World) -> None:
    with database.transaction() as session:
        for one in every(session, Moderator):
            session.delete(one)
    with pytest.raises(NotFound):
        hashtag_decisions.carry_out(world.mo, "respite", world.tag, HashtagAction.UNTIE)
    assert len(tags()) == 1
