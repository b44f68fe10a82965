"""Delete: people take back what is theirs, a moderator what stands on their board, a server what its account wrote."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import Cause, DecisionMade, PostPublished, PostWithdrawn
from fedconnect.federation.activities.moderator import NO_MODERATOR
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.foundation import clock
from fedconnect.models.board import Board, Follow
from fedconnect.models.bot_actor import BotFollow
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post, PostState, Tombstone
from fedconnect.models.reader import ReaderSession
from support.account_rows import a_session
from support.activity_rows import BOARD, POST, a_sister, does, meant, undoes
from support.federation_rows import a_follow, a_received
from support.forum_rows import count, forget_events, said
from support.moderation_rows import every, somebody_of_the_team
from support.unit import a_board, a_moderator, a_person, a_post, a_reader, a_thread, add


@pytest.fixture
def post(session: Session, board: Board, ana: Person) -> Post:
    return a_thread(session, board, ana, uri=POST)[1]


def deletes(session: Session, who: Person, uri: object, **fields: str) -> Result:
    return does(session, who, "Delete", uri, **fields)


def test_nobody_deletes_what_somebody_else_wrote(session: Session, ana: Person, post: Post) -> None:
    neighbour, stranger = a_person(session, "ben"), a_person(session, "eve", "evil.example")
    elsewhere = a_person(session, "elsa")
    a_moderator(session, a_board(session, "benefits"), elsewhere)
    for who in (neighbour, stranger, elsewhere):
        assert deletes(session, who, POST) == Ignored("somebody else's post")
    assert deletes(session, stranger, "https://home.example/posts/to-come") == Ignored("somebody else's post")
    assert deletes(session, stranger, ana.uri) == Ignored("somebody else's post")
    assert deletes(session, ana, []) == Ignored("a Delete of nothing")
    assert post.state is PostState.VISIBLE
    assert ana.gone_at is None
    assert count(session, Tombstone) == 0
    assert said(session, PostWithdrawn) == []


@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("https://home.example/users/robot", "Application"),
        ("https://home.example/actor/2", "Application"),
        ("https://home.example/actor", "Service"),
        ("https://home.example/actor", "Person"),
        ("https://evil.example/actor", "Application"),
        ("http://home.example/actor", "Application"),
    ],
)
def test_nobody_calls_themselves_the_server_of_a_post(
    session: Session, post: Post, uri: str, kind: str
) -> None:
    who = a_person(session, "robot", "x.example", uri=uri, kind=kind)
    assert deletes(session, who, POST) == Ignored("somebody else's post")
    assert post.state is PostState.VISIBLE


def test_the_server_of_a_post_deletes_it_and_it_is_not_passed_on(session: Session, post: Post) -> None:
    server = a_person(session, "home", uri="https://home.example/actor", kind="Application")
    assert deletes(session, server, POST) == Handled("deleted by its server", board=None)
    assert post.state is PostState.DELETED
    assert [one.cause for one in said(session, PostWithdrawn)] == [Cause.ACCOUNT]


def test_an_author_takes_a_post_back_and_it_is_passed_on_once(
    session: Session, board: Board, ana: Person, post: Post
) -> None:
    assert deletes(session, ana, POST) == Handled("deleted", board)
    assert post.state is PostState.DELETED
    assert post.body_html == ""
    assert [one.cause for one in said(session, PostWithdrawn)] == [Cause.AUTHOR]
    assert deletes(session, ana, {"id": POST, "type": "Tombstone"}) == Handled("deleted", board=None)
    assert len(said(session, PostWithdrawn)) == 1


def test_an_answer_that_does_not_name_the_board_goes_without_being_passed_on(
    session: Session, ana: Person, board: Board
) -> None:
    thread, _ = a_thread(session, board, ana)
    answer = a_post(session, thread, ana, is_addressed=False)
    assert deletes(session, ana, answer.uri) == Handled("deleted", board=None)
    assert answer.state is PostState.DELETED


@pytest.mark.parametrize("state", [PostState.HELD, PostState.REMOVED])
def test_what_was_out_of_sight_goes_for_good_and_nobody_hears_that_it_went(
    session: Session, ana: Person, board: Board, state: PostState
) -> None:
    _, post = a_thread(session, board, ana, state=state)
    assert isinstance(deletes(session, ana, post.uri), Handled)
    assert post.state is PostState.DELETED
    assert said(session, PostWithdrawn) == []


def test_a_post_of_ones_own_server_that_is_still_to_come_stays_away(session: Session, ana: Person) -> None:
    uri = "https://home.example/posts/to-come"
    assert deletes(session, ana, uri) == Handled("deleted", board=None)
    assert session.execute(select(Tombstone.uri, Tombstone.actor_uri)).all() == [(uri, ana.uri)]


def test_s19_a_neighbour_blanks_nothing_that_is_still_to_come(session: Session, ana: Person) -> None:
    uri = "https://home.example/posts/to-come"
    waiting = a_received(session, ana.uri, {"id": uri, "attributedTo": ana.uri, "content": "Words"})
    deletes(session, a_person(session, "eve"), uri)
    session.refresh(waiting)
    assert "Words" in waiting.body
    deletes(session, ana, uri)
    session.refresh(waiting)
    assert "Words" not in waiting.body


def test_a_leave_to_answer_is_taken_back_by_who_gave_it_and_the_answer_goes(
    session: Session, ana: Person, board: Board
) -> None:
    leave = "https://home.example/approvals/1"
    thread, starter = a_thread(session, board, ana)
    answer = a_post(session, thread, a_person(session, "ben"), parent_id=starter.id, approval_uri=leave)
    neighbour = a_person(session, "eve")
    assert deletes(session, neighbour, leave) == Handled("deleted", board=None)
    assert answer.state is PostState.VISIBLE
    assert deletes(session, ana, leave) == Handled("leave to answer taken back", board=None)
    assert answer.state is PostState.DELETED
    assert starter.state is PostState.VISIBLE


def test_an_account_that_is_gone_takes_along_everything_of_its_own(
    session: Session, board: Board, ana: Person, post: Post
) -> None:
    other = a_post(session, a_thread(session, board)[0], a_person(session, "ben"))
    kept = a_follow(session, board, a_person(session, "fay"))
    a_follow(session, board, ana)
    add(session, BotFollow(bot="quiet:respite", person_id=ana.id, uri="x:1", since=clock.now()))
    a_session(session, a_reader(session, ana))
    assert deletes(session, ana, ana.uri) == Handled("account gone")
    assert (ana.name, ana.gone_at is not None) == ("", True)
    assert (post.state, other.state) == (PostState.DELETED, PostState.VISIBLE)
    assert every(session, Follow) == [kept]
    assert count(session, BotFollow) == count(session, ReaderSession) == 0
    assert (POST, ana.uri) in session.execute(select(Tombstone.uri, Tombstone.actor_uri)).all()


def test_a_moderator_takes_a_post_off_their_board_with_a_reason_and_once(
    session: Session, board: Board, post: Post
) -> None:
    mo = somebody_of_the_team(session, board)
    assert deletes(session, mo, POST, summary="Spam") == Handled("removed")
    assert (post.state, post.body_html) == (PostState.REMOVED, "<p>Words</p>")
    (decision,) = every(session, Decision)
    assert (decision.kind, decision.person_id, decision.reason) == (DecisionKind.REMOVE, mo.id, "Spam")
    assert said(session, DecisionMade) == [DecisionMade(decision.id, was_said=True)]
    assert deletes(session, mo, POST) == Handled("removed already")
    assert count(session, Decision) == 1


def test_a_moderators_own_post_is_deleted_and_not_removed(session: Session, board: Board) -> None:
    mo = somebody_of_the_team(session, board)
    _, post = a_thread(session, board, mo)
    assert deletes(session, mo, post.uri) == Handled("deleted", board)
    assert post.state is PostState.DELETED
    assert count(session, Decision) == 0


def test_only_a_moderator_of_its_board_restores_a_post(
    session: Session, board: Board, ana: Person, post: Post
) -> None:
    mo, elsewhere = somebody_of_the_team(session, board), a_person(session, "elsa")
    a_moderator(session, a_board(session, "benefits"), elsewhere)
    deletes(session, mo, POST)
    forget_events(session)
    assert undoes(session, elsewhere, "Delete", POST) is NO_MODERATOR
    assert undoes(session, ana, "Delete", POST) == Ignored("a moderator's decision stands")
    unknown = "https://home.example/posts/unknown"
    assert undoes(session, mo, "Delete", unknown) == Ignored("nothing to restore")
    assert post.state is PostState.REMOVED
    assert undoes(session, mo, "Delete", POST) == Handled("decided")
    assert post.state is PostState.VISIBLE
    assert len(said(session, PostPublished)) == 1
    assert undoes(session, mo, "Delete", POST) == Handled("decided already")


def test_nobody_restores_what_its_author_took_back(
    session: Session, board: Board, ana: Person, post: Post
) -> None:
    mo = somebody_of_the_team(session, board)
    deletes(session, ana, POST)
    assert undoes(session, mo, "Delete", POST) == Handled("decided already")
    assert post.state is PostState.DELETED


@pytest.mark.parametrize(
    ("summary", "arrival", "is_removed"),
    [
        ("Spam", Arrival.LINKED_GROUP, True),
        ("Spam", Arrival.FETCHED, True),
        ("Spam", Arrival.SENT, False),  # its own server speaks to us, and says itself what is gone
        ("", Arrival.LINKED_GROUP, False),  # an author's own deletion
        (None, Arrival.LINKED_GROUP, False),
    ],
)
def test_of_what_a_sister_board_brought_it_takes_off_what_its_moderators_removed(
    session: Session, board: Board, summary: str | None, arrival: Arrival, is_removed: bool
) -> None:
    sister = a_sister(session, board)
    _, post = a_thread(session, board, thread_linked_group_uri=sister.uri, arrival=arrival)
    inner = {"type": "Delete", "object": post.uri, "summary": summary}
    result = does(session, sister, "Announce", inner)
    assert result == Handled("removed by the sister board" if is_removed else "to be fetched")
    assert (post.state is PostState.DELETED) is is_removed
    assert [one.cause for one in said(session, PostWithdrawn)] == ([Cause.LEFT] if is_removed else [])
    assert [task.uri for task in meant(session)] == ([] if is_removed else [post.uri])


def test_a_sister_boards_removal_of_what_stands_on_ours_alone_only_makes_us_look(
    session: Session, board: Board, post: Post
) -> None:
    sister = a_sister(session, board)
    post.arrival = Arrival.FETCHED
    session.flush()
    inner = {"type": "Delete", "object": POST, "summary": "Spam"}
    assert does(session, sister, "Announce", inner) == Handled("to be fetched")
    assert post.state is PostState.VISIBLE
    assert does(session, sister, "Announce", {**inner, "object": BOARD}) == Ignored(
        "an envelope about nothing of theirs"
    )


@pytest.mark.parametrize(
    ("actor", "where", "is_deleted"),
    [
        ("https://group.example/users/gus", "https://group.example/posts/9", True),
        ("https://far.example/users/fay", "https://group.example/posts/9", False),
        ("https://group.example/users/gus", "https://far.example/posts/9", False),
        ("http://group.example/users/gus", "https://group.example/posts/9", False),
        (None, "https://group.example/posts/9", False),
    ],
)
def test_a_sister_who_tells_of_a_deletion_on_her_own_server_is_believed(
    session: Session, board: Board, actor: str | None, where: str, is_deleted: bool
) -> None:
    """B6: the signer, who deletes and what is deleted share one origin."""
    sister = a_sister(session, board)
    _, post = a_thread(
        session,
        board,
        thread_linked_group_uri=sister.uri,
        arrival=Arrival.LINKED_GROUP,
        uri=where,
        thread_starter_uri=where,
    )
    result = does(session, sister, "Announce", {"type": "Delete", "actor": actor, "object": where})
    assert result == Handled("deleted by the server that it is on" if is_deleted else "to be fetched")
    assert (post.state is PostState.DELETED) is is_deleted
