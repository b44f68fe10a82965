"""Create: where somebody's post belongs, and what it has to wait for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.events import PostRefused, PrivateMessageTaken
from fedconnect.federation.activities import create
from fedconnect.federation.activities.post import PreparedPost
from fedconnect.federation.activities.result import NOTHING_THAT_COMES, Deferred, Handled, Ignored, Result
from fedconnect.federation.backfill import fetch_queue
from fedconnect.hooks.views import Verdict
from fedconnect.models.board import Board
from fedconnect.models.fetch_task import FetchKind
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post
from fedconnect.models.thread import Thread
from support.activity_rows import BOARD, a_loose_submission, a_prepared, coming, meant
from support.forum import BASE
from support.forum_rows import count, said
from support.unit import a_board, a_person, a_reader, a_thread

FAR = "https://far.example/posts/1"
PUBLISHED = "published"


@pytest.fixture
def parent(session: Session, board: Board) -> Post:
    return a_thread(session, board, a_person(session, "ben"))[1]


def publish(session: Session, who: Person, prepared: PreparedPost, **values: Any) -> Result:
    activity = coming(who, "Create", prepared.draft.uri, **{"inbound_id": 5, **values})
    return create.publish(session, activity, prepared)


def of(session: Session, prepared: PreparedPost) -> Post:
    """The post that it became."""
    return session.execute(select(Post).where(Post.uri == prepared.draft.uri)).scalar_one()


def thread_of(session: Session, prepared: PreparedPost) -> Thread:
    return session.get_one(Thread, of(session, prepared).thread_id)


def test_nobody_publishes_what_is_somebody_elses_or_ours(session: Session, board: Board, ana: Person) -> None:
    theirs = a_prepared(a_person(session, "ben"))
    ours = a_prepared(ana, uri=f"{BOARD}/notes/1")
    for prepared in (theirs, ours, a_prepared(ana, author_uri=f"{ana.uri}/2")):
        assert publish(session, ana, prepared) == Ignored("not the signer's own post")
    assert create.apply(session, coming(ana, "Create", FAR), None) == Ignored("no post that we can take")
    assert count(session, Post) == 0


@pytest.mark.parametrize(
    "boards", [(), (f"{BASE}/boards/nowhere",), ("https://evil.example/boards/respite",)]
)
def test_a_post_that_names_no_board_of_ours_is_not_kept(
    session: Session, board: Board, ana: Person, boards: tuple[str, ...]
) -> None:
    prepared = a_prepared(ana, boards=boards)
    assert publish(session, ana, prepared) == Ignored("names no board of ours")
    assert publish(session, ana, prepared, for_board="nowhere") == Ignored("names no board of ours")
    assert count(session, Thread) == 0


def test_a_board_that_stays_here_is_not_written_on_from_outside(session: Session, ana: Person) -> None:
    a_board(session, "here", is_local_only=True)
    prepared = a_prepared(ana, boards=(f"{BASE}/boards/here",))
    assert publish(session, ana, prepared) == Ignored("names no board of ours")
    assert publish(session, ana, prepared, for_board="here") == Ignored("names no board of ours")


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
def test_what_is_not_for_everybody_becomes_no_post(
    session: Session, board: Board, ana: Person, parent: Post, visibility: Visibility
) -> None:
    for answered in (None, parent.uri):
        prepared = a_prepared(ana, visibility=visibility, in_reply_to=answered)
        assert isinstance(publish(session, ana, prepared), Ignored)
    assert count(session, Post) == 1
    assert [one.board_id for one in said(session, PrivateMessageTaken)] == [board.id]


def test_what_screening_refuses_is_told_to_its_author_where_it_names_a_board_and_to_nobody_else(
    session: Session, board: Board, ana: Person, parent: Post
) -> None:
    refused = Ignored("refused by screening")
    nameless = a_prepared(ana, boards=(), verdict=Verdict.REFUSE, in_reply_to=parent.uri)
    assert publish(session, ana, nameless) == refused
    assert said(session, PostRefused) == []
    for answered in (None, parent.uri, FAR):
        prepared = a_prepared(ana, verdict=Verdict.REFUSE, in_reply_to=answered)
        assert publish(session, ana, prepared) == refused
    assert [(one.board_id, one.why) for one in said(session, PostRefused)] == [(board.id, "screening")] * 3
    assert count(session, Post) == 1
    assert meant(session) == []


def test_a_post_begins_a_thread_on_the_first_board_that_it_names(
    session: Session, board: Board, ana: Person
) -> None:
    other = a_board(session, "benefits")
    named = (f"{BASE}/boards/nowhere", f"{BASE}/boards/benefits", BOARD)
    prepared = a_prepared(ana, boards=named)
    assert publish(session, ana, prepared) == Handled(PUBLISHED, other)
    assert [thread.board_id for thread in session.scalars(select(Thread))] == [other.id]


def test_an_answer_joins_the_thread_of_what_it_answers_whatever_board_it_names(
    session: Session, board: Board, ana: Person, parent: Post
) -> None:
    a_board(session, "benefits")
    for boards, is_addressed in (
        ((BOARD,), True),
        ((f"{BASE}/boards/benefits", BOARD), True),
        ((f"{BASE}/boards/benefits",), False),
        ((), False),
    ):
        prepared = a_prepared(ana, boards=boards, in_reply_to=parent.uri)
        assert publish(session, ana, prepared) == Handled(PUBLISHED, board if is_addressed else None)
        post = of(session, prepared)
        assert (post.thread_id, post.parent_id, post.is_addressed) == (
            parent.thread_id,
            parent.id,
            is_addressed,
        )
    assert count(session, Thread) == 1


@pytest.mark.parametrize(
    ("approval", "result", "kept"),
    [
        ("", Ignored("the author of what it answers takes no such answers"), None),
        ("https://home.example/approvals/1", None, "https://home.example/approvals/1"),
    ],
)
def test_an_answer_to_who_chose_who_may_answer_needs_their_leave(
    session: Session,
    board: Board,
    ana: Person,
    parent: Post,
    approval: str,
    result: Result | None,
    kept: str | None,
) -> None:
    parent.may_reply = "https://home.example/users/ben"
    prepared = a_prepared(ana, in_reply_to=parent.uri, approval=approval)
    assert publish(session, ana, prepared) == (result or Handled(PUBLISHED, board))
    found = session.scalars(select(Post.approval_uri).where(Post.uri == prepared.draft.uri)).all()
    assert found == ([] if kept is None else [kept])


def test_who_needs_no_leave_rests_on_none(session: Session, board: Board, ana: Person, parent: Post) -> None:
    parent.may_reply = f"https://home.example/users/ben\n{ana.uri}"
    prepared = a_prepared(ana, in_reply_to=parent.uri, approval="https://home.example/approvals/1")
    assert publish(session, ana, prepared) == Handled(PUBLISHED, board)
    assert of(session, prepared).approval_uri == ""
    assert meant(session, FetchKind.REVISIT) == []


def test_an_answer_to_what_is_not_here_waits_and_what_it_answers_is_looked_for(
    session: Session, board: Board, ana: Person
) -> None:
    prepared = a_prepared(ana, in_reply_to=FAR)
    for _ in range(2):
        assert publish(session, ana, prepared) == Deferred(FAR)
    (task,) = meant(session)
    assert (task.kind, task.uri, task.inbound_id, task.asker) == (FetchKind.ANCESTORS, FAR, 5, "home.example")
    assert count(session, Post) == 0


def test_an_answer_that_names_no_board_waits_and_makes_us_look_for_nothing(
    session: Session, board: Board, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_queue, "MOST_DUE_A_DOMAIN", 0)
    assert publish(session, ana, a_prepared(ana, boards=(), in_reply_to=FAR)) == Deferred(FAR)
    assert meant(session) == []


def test_where_nobody_will_look_for_what_it_answers_it_begins_a_thread_at_once(
    session: Session, board: Board, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_queue, "MOST_DUE_A_DOMAIN", 0)
    prepared = a_prepared(ana, in_reply_to=FAR)
    assert publish(session, ana, prepared) == Handled(PUBLISHED, board)
    assert of(session, prepared).is_starter


def test_what_stands_alone_begins_a_thread_unless_what_it_answers_is_here_after_all(
    session: Session, board: Board, ana: Person, parent: Post
) -> None:
    alone, found = a_prepared(ana, in_reply_to=FAR), a_prepared(ana, in_reply_to=parent.uri)
    for prepared in (alone, found):
        assert publish(session, ana, prepared, stands_alone=True) == Handled(PUBLISHED, board)
    assert of(session, alone).is_starter
    assert of(session, found).parent_id == parent.id
    assert meant(session, FetchKind.ANCESTORS) == []
    nameless = a_prepared(ana, boards=(), in_reply_to=FAR)
    assert publish(session, ana, nameless, stands_alone=True) == Ignored("names no board of ours")


def test_while_a_home_server_has_not_told_which_post_it_made_any_new_post_of_its_reader_waits(
    session: Session, board: Board, ana: Person, parent: Post
) -> None:
    a_loose_submission(session, a_reader(session, ana), board, parent.uri)
    assert publish(session, ana, a_prepared(ana)) == Deferred(NOTHING_THAT_COMES)
    assert publish(session, ana, a_prepared(ana, in_reply_to=parent.uri)) == Handled(PUBLISHED, board)
    fay = a_person(session, "fay")
    assert publish(session, fay, a_prepared(fay)) == Handled(PUBLISHED, board)


def test_a_loose_reply_joins_the_thread_that_its_author_answered_here(
    session: Session, board: Board, ana: Person, parent: Post
) -> None:
    prepared = a_prepared(ana)
    a_loose_submission(session, a_reader(session, ana), board, parent.uri, uri=prepared.draft.uri)
    assert publish(session, ana, prepared) == Handled(PUBLISHED, board)
    assert of(session, prepared).parent_id == parent.id


def test_a_post_that_says_itself_what_it_answers_is_no_loose_reply(
    session: Session, board: Board, ana: Person, parent: Post
) -> None:
    _, other = a_thread(session, board)
    prepared = a_prepared(ana, in_reply_to=parent.uri)
    a_loose_submission(session, a_reader(session, ana), board, other.uri, uri=prepared.draft.uri)
    publish(session, ana, prepared)
    assert of(session, prepared).parent_id == parent.id


def test_what_a_sister_board_brings_stands_on_the_board_it_was_brought_to(
    session: Session, board: Board, ana: Person
) -> None:
    sister = "https://group.example/users/crafts"
    brought = {"for_board": "respite", "linked_group_uri": sister, "arrival": Arrival.LINKED_GROUP}
    prepared = a_prepared(ana, boards=())
    assert publish(session, ana, prepared, **brought) == Handled(PUBLISHED, board=None)
    assert thread_of(session, prepared).linked_group_uri == sister
    assert not of(session, prepared).is_addressed


def test_what_names_a_board_of_ours_was_written_to_it_whoever_brought_it(
    session: Session, board: Board, ana: Person
) -> None:
    other = a_board(session, "benefits")
    brought = {"for_board": "respite", "linked_group_uri": "https://group.example/users/crafts"}
    prepared = a_prepared(ana, boards=(f"{BASE}/boards/benefits",))
    publish(session, ana, prepared, **brought)
    thread = thread_of(session, prepared)
    assert (thread.board_id, thread.linked_group_uri) == (other.id, None)


def test_a_post_that_comes_twice_stands_here_once(session: Session, board: Board, ana: Person) -> None:
    prepared = a_prepared(ana)
    assert create.apply(session, coming(ana, "Create", FAR), prepared) == Handled(PUBLISHED, board)
    again = replace(prepared, draft=replace(prepared.draft, html="<p>Changed</p>"))
    assert publish(session, ana, again) == Handled("known already", board=None)
    assert count(session, Post) == 1
    assert "Changed" not in of(session, prepared).body_html
