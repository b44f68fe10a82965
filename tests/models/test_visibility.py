"""What may be seen: every answer by rows, the forbidden first."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.foundation import clock
from fedconnect.models import visibility
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, HearingState
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.profile import OptOut
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.models.thread import Thread
from support.surfacing_rows import a_hearing
from support.unit import a_board, a_person, a_post, a_reader, a_thread, add

OPEN = {Visibility.PUBLIC, Visibility.UNLISTED}


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session, indexable=True)


def seen(session: Session, condition: ColumnElement[bool]) -> set[int]:
    """The posts that fulfil a condition, as every page asks for them."""
    found = (
        select(Post.id)
        .outerjoin(Person, Person.id == Post.person_id)
        .join(Thread, Thread.id == Post.thread_id)
    )
    return set(session.execute(found.where(condition)).scalars())


def allowed(session: Session, condition: ColumnElement[bool], posts: dict[Any, Post]) -> set[Any]:
    found = seen(session, condition)
    return {name for name, post in posts.items() if post.id in found}


def test_anybody_reads_what_is_open_and_stands_and_nothing_else(
    session: Session, board: Board, ana: Person
) -> None:
    by_visibility = {one: a_thread(session, board, ana, visibility=one)[1] for one in Visibility}
    by_state = {one: a_thread(session, board, ana, state=one)[1] for one in PostState}
    assert allowed(session, visibility.visible_in_thread(), by_visibility) == OPEN
    assert allowed(session, visibility.visible_in_thread(), by_state) == {PostState.VISIBLE}


@pytest.mark.parametrize(
    ("takes", "shown"), [(False, {"starter", "addressed"}), (True, {"starter", "addressed", "loose"})]
)
def test_a_board_that_wants_to_be_named_shows_no_answer_that_does_not(
    session: Session, board: Board, ana: Person, takes: bool, shown: set[str]
) -> None:
    board.takes_unaddressed = takes
    thread, starter = a_thread(session, board, ana, is_addressed=False)
    posts = {
        "starter": starter,
        "addressed": a_post(session, thread, ana),
        "loose": a_post(session, thread, ana, is_addressed=False),
    }
    assert allowed(session, visibility.taken_by(board), posts) == shown


def test_an_unlisted_thread_stands_on_its_board_and_nowhere_else(session: Session, board: Board) -> None:
    posts = {
        (listed, public): a_thread(session, board, thread_is_listed=listed, thread_is_public=public)[1]
        for listed in (True, False)
        for public in (True, False)
    }
    assert allowed(session, visibility.listed_on_board(), posts) == {(True, True), (True, False)}
    assert allowed(session, visibility.listed_everywhere(), posts) == {(True, True)}


@pytest.mark.parametrize("travels", [False, True])
def test_nobodys_post_is_surfaced_who_said_no_is_gone_or_is_doubted(
    session: Session, board: Board, travels: bool
) -> None:
    other, now = a_board(session, "sleep"), clock.now()
    condition = visibility.may_travel() if travels else visibility.may_surface()
    authors = {
        "nobot": a_person(session, "nobot", asks_no_bots=True, indexable=True),
        "gone": a_person(session, "gone", gone_at=now, indexable=True),
        "doubted": a_person(session, "doubted", quarantined_at=now, indexable=True),
        "here": a_person(session, "here", indexable=True),
        "nowhere": a_person(session, "nowhere", indexable=True),
        "there": a_person(session, "there", indexable=True),
        "willing": a_person(session, "willing", indexable=True),
    }
    for name, where in (("here", board.id), ("nowhere", None), ("there", other.id)):
        add(session, OptOut(person_id=authors[name].id, board_id=where, at=now))
    posts = {name: a_thread(session, board, author)[1] for name, author in authors.items()}
    assert allowed(session, condition, posts) == {"there", "willing"}


@pytest.mark.parametrize("travels", [False, True])
def test_what_comes_from_a_silenced_server_is_brought_to_nobody_from_that_moment_on(
    session: Session, board: Board, travels: bool
) -> None:
    condition = visibility.may_travel() if travels else visibility.may_surface()
    posts = {}
    for policy in Policy:
        author = a_person(session, policy.value, f"{policy}.example", indexable=True)
        posts[policy] = a_thread(session, board, author)[1]
        assert posts[policy].id in seen(session, condition)
        add(session, Instance(host=f"{policy}.example", policy=policy))
    assert allowed(session, condition, posts) == set(Policy) - {Policy.SILENCED}
    assert allowed(session, visibility.visible_in_thread(), posts) == set(Policy)


@pytest.mark.parametrize("travels", [False, True])
def test_what_does_not_name_the_board_or_cannot_be_seen_is_not_surfaced(
    session: Session, board: Board, ana: Person, travels: bool
) -> None:
    condition = visibility.may_travel() if travels else visibility.may_surface()
    posts: dict[Any, Post] = {one: a_thread(session, board, ana, visibility=one)[1] for one in Visibility}
    posts |= {one: a_thread(session, board, ana, state=one)[1] for one in PostState}
    posts["loose"] = a_thread(session, board, ana, is_addressed=False)[1]
    assert allowed(session, condition, posts) == {
        PostState.VISIBLE, *({Visibility.PUBLIC} if travels else OPEN),
    }  # fmt: skip


@pytest.mark.parametrize("exclusion", list(Exclusion))
def test_a_post_in_safeguarding_is_surfaced_nowhere_and_others_are(
    session: Session, board: Board, ana: Person, exclusion: Exclusion
) -> None:
    _, post = a_thread(session, board, ana)
    _, other = a_thread(session, board, ana)
    a_hearing(session, post, HearingState.CLOSED, exclusion=exclusion)
    is_kept_back = exclusion is Exclusion.SAFEGUARDING
    for condition in (visibility.may_surface(), visibility.may_travel()):
        assert seen(session, condition) == ({other.id} if is_kept_back else {post.id, other.id})


def test_beyond_its_board_goes_only_what_its_author_lets_be_found(
    session: Session, board: Board, ana: Person
) -> None:
    posts = {
        "found": a_thread(session, board, ana)[1],
        "shy": a_thread(session, board, a_person(session, "shy", indexable=False))[1],
        "the board's": a_thread(session, board)[1],
    }
    assert allowed(session, visibility.may_surface(), posts) == {"found", "shy", "the board's"}
    assert allowed(session, visibility.may_travel(), posts) == {"found"}


@pytest.mark.parametrize(
    ("kind", "subject", "handle", "welcome"),
    [
        (MuteKind.PERSON, "eve@b.example", "@eve@b.example", False),
        (MuteKind.PERSON, "eve@b.example", "eve@B.Example", False),
        (MuteKind.PERSON, "eve@b.example", "@eve@c.example", True),
        (MuteKind.PERSON, "eve@b.example", "@steve@b.example", True),
        (MuteKind.SERVER, "b.example", "@Eve@b.example", False),
        (MuteKind.SERVER, "b.example", "@eve@sub.b.example", True),
        (MuteKind.SERVER, "eve@b.example", "@eve@b.example", True),
        (MuteKind.PERSON, "b.example", "@eve@b.example", True),
        (MuteKind.WORDS, "eve@b.example", "@eve@b.example", True),
    ],
)
def test_whom_an_author_hides_from_themselves_is_not_brought_their_posts(
    session: Session, board: Board, ana: Person, kind: MuteKind, subject: str, handle: str, welcome: bool
) -> None:
    add(session, Mute(reader_id=a_reader(session, ana).id, kind=kind, subject=subject, since=clock.now()))
    _, hers = a_thread(session, board, ana)
    _, bens = a_thread(session, board, a_person(session, "ben"))
    _, boards = a_thread(session, board)
    assert seen(session, visibility.welcome_to(handle)) == {bens.id, boards.id} | (
        {hers.id} if welcome else set()
    )


def test_what_another_reader_hides_from_themselves_is_no_authors_word(
    session: Session, board: Board, ana: Person
) -> None:
    dora = a_reader(session, a_person(session, "dora"))
    add(session, Mute(reader_id=dora.id, kind=MuteKind.PERSON, subject="eve@b.example", since=clock.now()))
    _, post = a_thread(session, board, ana)
    assert seen(session, visibility.welcome_to("@eve@b.example")) == {post.id}
