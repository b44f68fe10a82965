"""What readers are told: an answer to them, their name in a post, a decision on what they wrote."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.events import CaseReported, PostPublished, PostWithdrawn
from fedconnect.forum import notifications
from fedconnect.forum.moderators import add_admin
from fedconnect.forum.mutes import NONE, Mutes
from fedconnect.forum.notifications import (
    NotificationItem,
    delete_for_post,
    list_notifications,
    mark_read,
    notify_decision,
    notify_mention,
    notify_moderators,
    notify_reply,
)
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.bookmark import LocalFollow
from fedconnect.models.case import Severity
from fedconnect.models.passed_on import PassedOn
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Mute, MuteKind, Notification, NotificationKind
from support.forum_rows import a_case, at, count
from support.unit import a_board, a_moderator, a_person, a_reader, a_thread, add

K = NotificationKind


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session, "ana")


@pytest.fixture
def reader(session: Session, ana: Person) -> Reader:
    return a_reader(session, ana)


@pytest.fixture
def ben(session: Session) -> Person:
    """He writes and does not read here."""
    return a_person(session, "ben")


@pytest.fixture
def question(session: Session, board: Board, ana: Person) -> Post:
    """A thread of Ana's."""
    return a_thread(session, board, ana)[1]


def answer(session: Session, to: Post, author: Person | None, **values: object) -> Post:
    return add(
        session,
        Post(
            thread_id=to.thread_id, board_id=to.board_id, person_id=author.id if author else None, parent_id=to.id,
            uri=f"{to.uri}/{count(session, Post)}", visibility=Visibility.PUBLIC, published=at(1), received=at(1), body_html="",
            source="", sanitiser=1, **values,
        ),
    )  # fmt: skip


def published(post: Post) -> PostPublished:
    return PostPublished(post.id, post.thread_id, post.board_id, post.is_starter)


def told(session: Session) -> list[tuple[int, K, int]]:
    rows = (
        select(Reader.id, Notification.kind, Notification.post_id)
        .join(Reader, Reader.person_id == Notification.person_id)
        .order_by(Notification.id)
    )
    return [tuple(row) for row in session.execute(rows)]


def listed(session: Session, reader: Reader, mutes: Mutes) -> list[NotificationItem]:
    handle = session.get_one(Person, reader.person_id).handle
    return list(list_notifications(session, reader.id, reader.person_id, handle, mutes))


def a_notification(session: Session, reader: Reader, post: Post, kind: K, when: datetime) -> Notification:
    return add(session, Notification(person_id=reader.person_id, kind=kind, post_id=post.id, at=when))


def test_nobody_is_told_of_their_own_answer_nor_of_a_thread(
    session: Session, ana: Person, reader: Reader, question: Post
) -> None:
    notify_reply(session, published(answer(session, question, ana)))
    notify_reply(session, published(question))
    assert told(session) == []
    assert not session.info.get("bells")


def test_an_answer_is_told_to_whom_it_answers_once(
    session: Session, ana: Person, ben: Person, reader: Reader, question: Post
) -> None:
    first = answer(session, question, ben)
    for _ in range(2):
        notify_reply(session, published(first))
    assert told(session) == [(reader.id, K.REPLY, first.id)]
    assert session.info["bells"] == {"push"}
    below = answer(session, first, ana)
    notify_reply(session, published(below))  # Ben does not read here
    notify_reply(session, published(answer(session, below, ben)))
    assert [row[0] for row in told(session)] == [reader.id, reader.id]


def test_a_mention_is_told_to_neither_the_author_nor_to_whom_it_answers(
    session: Session, board: Board, ana: Person, ben: Person, reader: Reader, question: Post
) -> None:
    bens, cleo = a_reader(session, ben), a_person(session, "cleo")
    named = a_reader(session, cleo)
    everybody = [ana.uri, ben.uri, cleo.uri, "https://unknown.example/users/x"]
    post = answer(session, question, ben)
    notify_mention(session, post, everybody)
    assert told(session) == [(named.id, K.MENTION, post.id)]
    notify_mention(session, question, everybody)
    assert {row[0] for row in told(session)[1:]} == {bens.id, named.id}


def test_whoever_names_the_whole_world_reaches_its_first_hundred(
    session: Session, ana: Person, reader: Reader, ben: Person, board: Board
) -> None:
    _, post = a_thread(session, board, ben)
    strangers = [f"https://many.example/users/{number}" for number in range(100)]
    notify_mention(session, post, [*strangers, ana.uri])
    notify_mention(session, post, [])
    assert told(session) == []
    notify_mention(session, post, iter([*strangers[1:], ana.uri]))
    assert told(session) == [(reader.id, K.MENTION, post.id)]


def test_a_later_decision_on_the_same_post_is_new_again(
    session: Session, reader: Reader, ana: Person, board: Board, question: Post
) -> None:
    other = answer(session, question, ana)
    for post in (question, other):
        notify_decision(session, post.id)
    a_notification(session, reader, question, K.MENTION, at(0))
    mark_read(session, reader.person_id)
    notify_decision(session, question.id)
    lines = listed(session, reader, NONE)
    assert [(line.kind, line.post_id, line.is_new) for line in lines] == [
        (K.DECISION, question.id, True),
        (K.DECISION, other.id, False),
        (K.MENTION, question.id, False),
    ]


@pytest.mark.parametrize(
    ("severity", "climbed", "called"),
    [
        (Severity.DANGER, 0, {"mona"}), (Severity.HURT, 0, {"mona"}), (Severity.HURT, 1, {"mona"}),
        (Severity.HURT, 2, {"mona", "root"}), (Severity.RULES, 2, set()), (Severity.ROUTINE, 0, set()),
    ],
)  # fmt: skip
def test_what_is_urgent_calls_the_team_and_admins_where_nobody_looked(
    session: Session, board: Board, question: Post, severity: Severity, climbed: int, called: set[str]
) -> None:
    people = {name: a_person(session, name) for name in ("mona", "root", "elsewhere", "reader")}
    readers = {name: a_reader(session, person) for name, person in people.items()}
    a_moderator(session, board, people["mona"])
    a_moderator(session, board, a_person(session, "does_not_read"))
    a_moderator(session, a_board(session, "benefits"), people["elsewhere"])
    add_admin(session, people["root"])
    case = a_case(session, board, question, severity=severity, climbed=climbed)
    notify_moderators(session, CaseReported(case.id))
    assert set(told(session)) == {(readers[name].id, K.CALL, question.id) for name in called}


def test_a_case_about_no_post_calls_nobody_here(session: Session, board: Board, ana: Person) -> None:
    a_reader(session, ana)
    a_moderator(session, board, ana)
    notify_moderators(session, CaseReported(a_case(session, board, None, severity=Severity.DANGER).id))
    assert told(session) == []


def test_of_a_withdrawn_post_only_decisions_and_calls_are_still_told(
    session: Session, reader: Reader, question: Post, ben: Person
) -> None:
    post, other = answer(session, question, ben), answer(session, question, ben)
    for number, kind in enumerate(K):
        a_notification(session, reader, post, kind, at(number))
    a_notification(session, reader, other, K.REPLY, at(9))
    delete_for_post(session, PostWithdrawn(post.id, post.thread_id, post.board_id, is_starter=False))
    left = {(kind, about) for _, kind, about in told(session)}
    assert left == {(K.DECISION, post.id), (K.CALL, post.id), (K.REPLY, other.id)}


def test_a_reader_sees_what_is_theirs_the_latest_first_and_only_so_much(
    session: Session, reader: Reader, ben: Person, question: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "MOST", 2)
    other = a_reader(session, a_person(session, "cleo"))
    posts = [answer(session, question, ben, excerpt=f"No. {n}") for n in range(3)]
    for minute, post in zip((2, 3, 1), posts, strict=True):
        a_notification(session, reader, post, K.REPLY, at(minute))
    a_notification(session, other, posts[0], K.MENTION, at(9))
    assert [line.excerpt for line in listed(session, reader, NONE)] == ["No. 1", "No. 0"]


def test_what_cannot_be_seen_or_is_muted_is_not_told(
    session: Session, reader: Reader, ben: Person, question: Post
) -> None:
    hidden = [
        answer(session, question, ben, state=PostState.HELD),
        answer(session, question, a_person(session, "eve", "evil.example")),
        answer(session, question, a_person(session, "mal", "muted.example")),
        answer(session, question, ben, excerpt="spoiler!"),
    ]
    narrowed = answer(session, question, ben)
    narrowed.visibility = Visibility.FOLLOWERS
    for post in (*hidden, narrowed, answer(session, question, ben, excerpt="Kept")):
        a_notification(session, reader, post, K.REPLY, at(1))
    mutes = Mutes(
        people=frozenset({"mal@muted.example"}),
        servers=frozenset({"evil.example"}),
        words=re.compile("spoiler"),
    )
    assert [line.excerpt for line in listed(session, reader, mutes)] == ["Kept"]


def test_a_decision_is_told_of_a_post_out_of_sight_and_names_nobody(
    session: Session, reader: Reader, question: Post
) -> None:
    question.state, question.excerpt = PostState.REMOVED, "storm"
    for kind in (K.DECISION, K.CALL, K.MENTION):
        a_notification(session, reader, question, kind, at(1))
    mutes = Mutes(people=frozenset({"ana@home.example"}), words=re.compile("storm"))
    lines = listed(session, reader, mutes)
    assert {line.kind: line.author for line in lines} == {K.DECISION: None, K.CALL: None}


def test_the_boards_own_answer_has_no_author_and_is_told(
    session: Session, reader: Reader, question: Post
) -> None:
    a_notification(session, reader, answer(session, question, None), K.REPLY, at(1))
    (line,) = listed(session, reader, NONE)
    assert (line.author, line.title, line.board_name) == (None, "Respite in August", "Respite")


def test_looking_marks_what_is_new_for_this_reader_alone(
    session: Session, reader: Reader, ben: Person, question: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, post = a_reader(session, ben), answer(session, question, a_person(session, "cleo"))
    mine = a_notification(session, reader, post, K.REPLY, at(1))
    theirs = a_notification(session, other, post, K.REPLY, at(1))
    monkeypatch.setattr(notifications.clock, "now", lambda: at(5))
    mark_read(session, reader.person_id)
    monkeypatch.setattr(notifications.clock, "now", lambda: at(9))
    mark_read(session, reader.person_id)
    session.expire_all()
    assert (mine.seen_at, theirs.seen_at) == (at(5), None)


@pytest.fixture
def sent(session: Session) -> Post:
    """A post on another board, of somebody who lets it travel."""
    lea = a_person(session, "lea", indexable=True)
    return a_thread(session, a_board(session, "sleep"), lea)[1]


def passed(session: Session, post: Post, by: Person, **values: Any) -> PassedOn:
    known = {"post_id": post.id, "by_person_id": by.id, "sentence": "For you", "at": clock.now()}
    return add(session, PassedOn(**{**known, **values}))


def test_what_was_passed_on_is_told_with_its_sentence_and_once(
    session: Session, reader: Reader, ben: Person, sent: Post
) -> None:
    passed(session, sent, ben, to_person_id=reader.person_id)
    note = a_notification(session, reader, sent, K.PASSED_ON, clock.now())
    (line,) = listed(session, reader, NONE)
    assert (line.kind, line.sentence, line.passed_by, line.is_new) == (
        K.PASSED_ON,
        "For you",
        "@ben@home.example",
        True,
    )
    note.seen_at = clock.now()
    session.flush()
    assert [line.is_new for line in listed(session, reader, NONE)] == [False]


def test_what_was_passed_on_to_their_board_stands_there_and_is_never_new(
    session: Session, board: Board, reader: Reader, ben: Person, sent: Post
) -> None:
    passed(session, sent, ben, to_board_id=board.id)
    assert listed(session, reader, NONE) == []
    add(session, LocalFollow(reader_id=reader.id, board_id=board.id, since=clock.now()))
    assert [(line.sentence, line.is_new) for line in listed(session, reader, NONE)] == [("For you", False)]


@pytest.mark.parametrize("why", ["stays on its board", "hides from them", "muted author", "muted words"])
def test_what_may_not_reach_a_reader_is_not_told_though_it_was_passed_on(
    session: Session, reader: Reader, ben: Person, sent: Post, why: str
) -> None:
    passed(session, sent, ben, to_person_id=reader.person_id)
    a_notification(session, reader, sent, K.PASSED_ON, clock.now())
    assert len(listed(session, reader, NONE)) == 1
    lea = session.get_one(Person, sent.person_id)
    mutes = NONE
    if why == "stays on its board":
        lea.indexable = False
    elif why == "hides from them":
        add(
            session,
            Mute(
                reader_id=a_reader(session, lea).id,
                kind=MuteKind.SERVER,
                subject="home.example",
                since=clock.now(),
            ),
        )
    elif why == "muted author":
        mutes = Mutes(people=frozenset({"lea@home.example"}))
    else:
        mutes = Mutes(words=re.compile("for you", re.IGNORECASE))
    session.flush()
    assert listed(session, reader, mutes) == []
