"""Two conversations become one: on one board, named by an address, and nothing into itself."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.events import Cause, PostWithdrawn
from fedconnect.forum import thread_moves
from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.decision import Decision
from fedconnect.models.post import PostState
from fedconnect.moderation.actions import merge
from fedconnect.moderation.actions.merge import MERGE
from support.moderation_rows import count, emitted, somebody_of_the_team
from support.more_moderation_rows import act
from support.unit import a_board, a_person, a_post, a_thread


@pytest.mark.parametrize(
    "address", ["", "x", "/", "https://forum.example/boards/respite", "-1", "9" * 40, "٣"]
)
def test_an_address_that_names_no_conversation_is_refused(session: Session, address: str) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session))
    with pytest.raises(Malformed):
        act(session, merge, board, post, thread=address)


def test_a_conversation_goes_on_in_another_of_the_same_board_alone(session: Session) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    thread, post = a_thread(session, board, ana)
    elsewhere, _ = a_thread(session, other, ana)
    into, root = a_thread(session, board, ana)
    with pytest.raises(NotPermitted):
        act(session, merge, board, post, thread=str(elsewhere.id))
    assert act(session, merge, board, post, thread=str(thread.id)) is None, "into itself"
    made = act(
        session,
        merge,
        board,
        post,
        thread=f"https://forum.example/boards/respite/threads/{into.id}?page=2#post-1",
    )
    assert made is not None
    assert (post.thread_id, post.parent_id, post.is_starter, made.detail) == (
        into.id,
        root.id,
        False,
        str(into.id),
    )
    assert thread.merged_into_id == into.id


def test_an_answer_and_the_boards_own_words_go_on_nowhere_else(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    thread, _ = a_thread(session, board, ana)
    _, own = a_thread(session, board)
    into, _ = a_thread(session, board, ana)
    for one in (a_post(session, thread, ana), own):
        assert act(session, merge, board, one, thread=str(into.id)) is None
    assert count(session, Decision) == 0


def test_another_boards_team_merges_nothing_not_even_into_their_own(session: Session) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    (thread, post), (into, _) = a_thread(session, board, ana), a_thread(session, board, ana)
    theirs, _ = a_thread(session, other, ana)
    otto = somebody_of_the_team(session, other, "otto")
    for on, target in ((board, into), (other, into), (other, theirs), (board, theirs)):
        with pytest.raises(NotPermitted):
            act(session, merge, on, post, otto, thread=str(target.id))
    assert (post.thread_id, thread.merged_into_id, emitted(session)) == (thread.id, None, [])


@pytest.mark.parametrize(
    "address", ["{}", "/boards/respite/threads/{}/", "https://forum.example/here/x/{}?page=2", "{}#post-7"]
)
def test_a_conversation_is_named_by_its_number_or_by_any_address_of_it(
    session: Session, address: str
) -> None:
    board, ana = a_board(session), a_person(session)
    (_, post), (into, _) = a_thread(session, board, ana), a_thread(session, board, ana)
    assert act(session, merge, board, post, thread=address.format(into.id)) is not None
    assert post.thread_id == into.id


def test_what_hangs_on_it_goes_along_and_its_boost_is_taken_back_once(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    (thread, post), (into, _) = (
        a_thread(session, board, ana, thread_pinned=True),
        a_thread(session, board, ana),
    )
    answer = a_post(session, thread, a_person(session, "bea"), parent_id=post.id)
    act(session, merge, board, post, thread=str(into.id))
    session.expire_all()
    assert (answer.thread_id, answer.parent_id) == (into.id, post.id)
    assert (thread.is_listed, thread.pinned, into.is_listed, into.reply_count) == (False, False, True, 2)
    withdrawn = [one for one in emitted(session) if isinstance(one, PostWithdrawn)]
    assert withdrawn == [PostWithdrawn(post.id, thread.id, board.id, is_starter=True, cause=Cause.MERGED)]


def test_one_that_was_merged_away_stands_for_where_it_went_on_and_for_no_other_board(
    session: Session,
) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    (away, first), (into, root) = a_thread(session, board, ana), a_thread(session, board, ana)
    act(session, merge, board, first, thread=str(into.id))
    thread, post = a_thread(session, board, ana)
    made = act(session, merge, board, post, thread=f"/boards/respite/threads/{away.id}")
    assert made is not None
    assert (post.thread_id, post.parent_id, made.detail) == (into.id, root.id, str(into.id))
    assert {thread.merged_into_id, away.merged_into_id} == {into.id}
    _, late = a_thread(session, board, ana)
    into.board_id = other.id
    session.flush()
    with pytest.raises(NotPermitted):
        act(session, merge, board, late, thread=str(away.id))


def test_nothing_goes_on_in_itself_by_the_address_of_one_that_was_merged_into_it(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    (away, first), (thread, post) = a_thread(session, board, ana), a_thread(session, board, ana)
    act(session, merge, board, first, thread=str(thread.id))
    assert act(session, merge, board, post, thread=str(away.id)) is None
    assert (post.is_starter, thread.merged_into_id, count(session, Decision)) == (True, None, 1)


@pytest.mark.parametrize(
    ("state", "visibility"),
    [(state, Visibility.PUBLIC) for state in PostState if state is not PostState.VISIBLE]
    + [(PostState.VISIBLE, Visibility.FOLLOWERS)],
)
def test_what_can_be_seen_does_not_go_on_where_nobody_sees_it(
    session: Session, state: PostState, visibility: Visibility
) -> None:
    board, ana = a_board(session), a_person(session)
    thread, post = a_thread(session, board, ana)
    (into, _), (away, first) = (
        a_thread(session, board, ana, state=state, visibility=visibility),
        a_thread(session, board, ana),
    )
    thread_moves.merge(session, first, into)
    before = len(emitted(session))
    for address in (into.id, away.id):
        with pytest.raises(Malformed, match="out of sight"):
            act(session, merge, board, post, thread=str(address))
    assert (post.thread_id, post.is_starter, thread.merged_into_id) == (thread.id, True, None)
    assert (len(emitted(session)), count(session, Decision)) == (before, 0)


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.UNLISTED])
def test_it_goes_on_in_what_anybody_may_read(session: Session, visibility: Visibility) -> None:
    board, ana = a_board(session), a_person(session)
    (_, post), (into, _) = a_thread(session, board, ana), a_thread(session, board, ana, visibility=visibility)
    assert act(session, merge, board, post, thread=str(into.id)) is not None


@pytest.mark.parametrize("state", list(PostState))
def test_it_is_offered_on_what_somebody_began_and_can_be_seen(session: Session, state: PostState) -> None:
    board, ana = a_board(session), a_person(session)
    thread, starter = a_thread(session, board, ana, state=state)
    assert MERGE.is_offered(starter, board) is (state is PostState.VISIBLE)
    assert not MERGE.is_offered(a_post(session, thread, ana), board)
    assert not MERGE.is_offered(a_thread(session, board)[1], board), "the board's own words"
