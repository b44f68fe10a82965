"""What federation does about a post once its place is decided: who is told, and what is looked at again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import PostRefused
from fedconnect.federation.activities import placement
from fedconnect.federation.activities.post import PreparedPost
from fedconnect.federation.activities.result import Deferred, Handled, Ignored, Result
from fedconnect.hooks.views import Verdict
from fedconnect.models.board import Board
from fedconnect.models.decision import Ban
from fedconnect.models.fetch_task import FetchKind
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.models.thread import Thread, ThreadState
from support.activity_rows import a_prepared, coming, meant
from support.forum_rows import count, said
from support.moderation_rows import a_ban
from support.unit import a_board, a_person, a_thread

SISTER, LEAVE = "https://group.example/users/crafts", "https://home.example/approvals/1"
REPLIES = ("https://home.example/posts/1/replies", "https://home.example/contexts/1")
HOLD = {"verdict": Verdict.HOLD, "screened": "plugin"}


@pytest.fixture
def parent(session: Session, board: Board) -> Post:
    return a_thread(session, board, a_person(session, "ben"))[1]


def start(
    session: Session,
    board: Board,
    prepared: PreparedPost,
    who: Person,
    sister: str | None = None,
    **values: Any,
) -> Result:
    activity = coming(who, "Create", prepared.draft.uri, **values)
    return placement.start_thread(session, activity, prepared, board, sister)


def answer(
    session: Session,
    parent: Post,
    prepared: PreparedPost,
    who: Person,
    *,
    addressed: bool = True,
    approval: str | None = None,
    **values: Any,
) -> Result:
    activity = coming(who, "Create", prepared.draft.uri, **values)
    return placement.reply(session, activity, prepared, parent, is_addressed=addressed, approval=approval)


def found(session: Session, prepared: PreparedPost) -> Post:
    return session.execute(select(Post).where(Post.uri == prepared.draft.uri)).scalar_one()


def test_a_refused_post_leaves_no_row_and_nothing_to_look_at(
    session: Session, board: Board, ana: Person, parent: Post
) -> None:
    a_ban(session, board, ana)
    prepared = a_prepared(ana, collections=REPLIES)
    banned = Ignored("banned from the board")
    assert start(session, board, prepared, ana, arrival=Arrival.FETCHED) == banned
    assert answer(session, parent, prepared, ana, approval=LEAVE, arrival=Arrival.FETCHED) == banned
    session.query(Ban).delete()
    refused = replace(prepared, verdict=Verdict.REFUSE)
    screening = Ignored("refused by screening")
    assert start(session, board, refused, ana) == answer(session, parent, refused, ana) == screening
    assert [one.why for one in said(session, PostRefused)] == ["screening", "screening"]
    assert count(session, Post) == 1
    assert meant(session) == []


def test_what_was_sent_to_a_board_is_passed_on_and_its_own_server_tells_of_its_end(
    session: Session, board: Board, ana: Person, parent: Post
) -> None:
    assert start(session, board, a_prepared(ana), ana) == Handled("published", board)
    assert answer(session, parent, a_prepared(ana), ana) == Handled("published", board)
    assert meant(session, FetchKind.REVISIT) == []


def test_what_waits_for_a_look_is_not_passed_on_and_nothing_is_fetched_for_it(
    session: Session, board: Board, ana: Person, parent: Post
) -> None:
    for arrival in (Arrival.SENT, Arrival.FETCHED):
        thread, reply = a_prepared(ana, collections=REPLIES, **HOLD), a_prepared(ana, **HOLD)
        assert start(session, board, thread, ana, arrival=arrival) == Handled("held", board=None)
        assert answer(session, parent, reply, ana, arrival=arrival) == Handled("held", board=None)
        assert found(session, thread).state is found(session, reply).state is PostState.HELD
    assert meant(session) == []


@pytest.mark.parametrize("arrival", [Arrival.FETCHED, Arrival.LINKED_GROUP, Arrival.HOME_API])
def test_a_copy_is_looked_at_again_and_not_passed_on(
    session: Session, board: Board, ana: Person, parent: Post, arrival: Arrival
) -> None:
    thread, reply = a_prepared(ana), a_prepared(ana)
    came = {"arrival": arrival, "linked_group_uri": SISTER}
    assert start(session, board, thread, ana, **came) == Handled("published", board=None)
    assert answer(session, parent, reply, ana, **came) == Handled("published", board=None)
    again = [(task.uri, task.linked_group_uri) for task in meant(session, FetchKind.REVISIT)]
    assert again == [(thread.draft.uri, SISTER), (reply.draft.uri, SISTER)]
    assert found(session, thread).arrival is found(session, reply).arrival is arrival


def test_the_rest_of_a_new_threads_conversation_is_looked_for_where_its_board_takes_it(
    session: Session, board: Board, ana: Person
) -> None:
    start(session, board, a_prepared(ana, collections=REPLIES), ana)
    assert [(task.uri, task.asker) for task in meant(session, FetchKind.REPLIES)] == [
        (uri, "home.example") for uri in REPLIES
    ]
    strict = a_board(session, "strict", takes_unaddressed=False)
    start(session, strict, a_prepared(ana, collections=("https://home.example/more",)), ana)
    assert len(meant(session, FetchKind.REPLIES)) == 2


def test_what_a_sister_brought_was_not_meant_for_this_board(
    session: Session, board: Board, ana: Person
) -> None:
    prepared = a_prepared(ana)
    came = {"arrival": Arrival.LINKED_GROUP, "linked_group_uri": SISTER}
    assert start(session, board, prepared, ana, SISTER, **came) == Handled("published", board=None)
    post = found(session, prepared)
    assert (post.is_addressed, session.get_one(Thread, post.thread_id).linked_group_uri) == (False, SISTER)


def test_whoever_asks_not_to_be_passed_on_is_taken_only_where_they_wrote_here(
    session: Session, board: Board, ana: Person, parent: Post
) -> None:
    ana.asks_no_bots = True
    refused = Ignored("its author asks not to be passed on")
    assert start(session, board, a_prepared(ana), ana, SISTER, arrival=Arrival.LINKED_GROUP) == refused
    fetched = {"addressed": False, "arrival": Arrival.FETCHED}
    assert answer(session, parent, a_prepared(ana), ana, **fetched) == refused
    assert answer(session, parent, a_prepared(ana), ana, addressed=True, arrival=Arrival.FETCHED) == Handled(
        "published"
    )
    assert answer(session, parent, a_prepared(ana), ana, addressed=False) == Handled("published", board=None)
    assert start(session, board, a_prepared(ana), ana) == Handled("published", board)


def test_an_answer_waits_while_what_its_conversation_began_with_is_out_of_sight(
    session: Session, board: Board, ana: Person, parent: Post
) -> None:
    parent.state = PostState.HELD
    session.flush()
    assert answer(session, parent, a_prepared(ana), ana, approval=LEAVE) == Deferred(parent.uri)
    assert count(session, Post) == 1
    assert meant(session) == []


def test_an_answer_to_a_locked_thread_has_no_place_and_its_author_is_told(
    session: Session, board: Board, ana: Person, parent: Post
) -> None:
    session.get_one(Thread, parent.thread_id).state = ThreadState.LOCKED
    session.flush()
    assert answer(session, parent, a_prepared(ana), ana, approval=LEAVE) == Handled(
        "the thread is locked", board=None
    )
    assert [one.why for one in said(session, PostRefused)] == ["locked"]
    assert meant(session) == []


@pytest.mark.parametrize("beside", [{}, HOLD])
def test_a_leave_that_an_answer_rests_on_is_looked_at_again(
    session: Session, ana: Person, parent: Post, beside: dict[str, Any]
) -> None:
    prepared = a_prepared(ana, **beside)
    answer(session, parent, prepared, ana, approval=LEAVE)
    assert found(session, prepared).approval_uri == LEAVE
    assert [(task.uri, task.linked_group_uri) for task in meant(session, FetchKind.REVISIT)] == [(LEAVE, "")]


@pytest.mark.parametrize("approval", [None, ""])
def test_where_there_is_no_leave_none_is_looked_at(
    session: Session, ana: Person, parent: Post, approval: str | None
) -> None:
    result = answer(session, parent, a_prepared(ana), ana, approval=approval)
    assert isinstance(result, Handled if approval is None else Ignored)
    assert meant(session) == []


def adopted(session: Session, board: Board, ana: Person, **values: Any) -> Post:
    """A post that was written here through its author's own server, which has not sent it yet."""
    return a_thread(session, board, ana, **{"arrival": Arrival.HOME_API, **values})[1]


def test_what_was_written_here_is_passed_on_when_its_own_server_sends_it_and_never_again(
    session: Session, board: Board, ana: Person
) -> None:
    post = adopted(session, board, ana)
    prepared = a_prepared(ana, uri=post.uri)
    assert start(session, board, prepared, ana, arrival=Arrival.FETCHED) == Handled(
        "known already", board=None
    )
    assert post.arrival is Arrival.HOME_API
    assert start(session, board, prepared, ana) == Handled("known already", board)
    assert post.arrival is Arrival.SENT
    assert start(session, board, prepared, ana) == Handled("known already", board=None)


@pytest.mark.parametrize("state", [PostState.HELD, PostState.REMOVED, PostState.DELETED])
def test_what_was_written_here_and_is_out_of_sight_is_not_passed_on(
    session: Session, board: Board, ana: Person, state: PostState
) -> None:
    post = adopted(session, board, ana, state=state)
    assert start(session, board, a_prepared(ana, uri=post.uri), ana) == Handled("known already", board=None)
    assert post.arrival is Arrival.SENT


def test_a_post_that_we_fetched_is_no_news_when_it_is_sent(
    session: Session, board: Board, ana: Person
) -> None:
    for arrival in (Arrival.FETCHED, Arrival.LINKED_GROUP, Arrival.SENT):
        post = adopted(session, board, ana, arrival=arrival)
        assert start(session, board, a_prepared(ana, uri=post.uri), ana) == Handled(
            "known already", board=None
        )
        assert post.arrival is arrival
