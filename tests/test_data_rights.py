"""What somebody may ask of us: an export of all that is theirs and nobody else's, and to be forgotten."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect import data_rights
from fedconnect.data_rights import OF_PERSON, OF_READER, as_json, erase, export
from fedconnect.events import Cause, PostWithdrawn
from fedconnect.forum import tombstones
from fedconnect.foundation import clock
from fedconnect.foundation.database_engine import Instant
from fedconnect.models.base import Row, table_of
from fedconnect.models.board import Board
from fedconnect.models.case import CaseKind, CaseState, Evidence
from fedconnect.models.decision import Ban, Decision, DecisionKind
from fedconnect.models.hashtag import HashtagPost
from fedconnect.models.person import Person
from fedconnect.models.post import PostState
from fedconnect.models.reader import Grant, Reader
from fedconnect.moderation.cases import cases, reports, sealed_messages
from support.moderation_rows import (
    a_ban,
    a_case,
    a_decision,
    a_visit,
    an_appeal,
    count,
    emitted,
    somebody_of_the_team,
)
from support.more_moderation_rows import a_local_board, a_local_post, a_question
from support.unit import a_board, a_person, a_post, a_reader, a_thread, add

#: Each table that is about somebody, and whether it names their reader or their account.
LISTED = [(row, of_reader) for of_reader, rows in ((True, OF_READER), (False, OF_PERSON)) for row in rows]
NAMES = [row.__tablename__ for row, _ in LISTED]


def a_row_about(session: Session, row: type[Row], owner: int, board: Board) -> Row:
    """Any row of a table that is about somebody; what else it must name is Bea's."""
    (column, _) = {**OF_READER, **OF_PERSON}[row]
    values: dict[str, Any] = {column: owner}
    for one in table_of(row).columns:
        is_given = one.nullable or one.default is not None or one.primary_key or one.name in values
        if not is_given:
            values[one.name] = _something(session, one, board)
    return add(session, row(**values))


def _something(session: Session, column: Any, board: Board) -> Any:
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return _named(session, key.column.table.name, board)
    if isinstance(column.type, Instant):
        return clock.now()
    kind = column.type.python_type
    if issubclass(kind, StrEnum):
        return next(iter(kind))
    return {str: "mine", int: 7, bool: False}[kind]


def _named(session: Session, table: str, board: Board) -> int:
    if table == "board":
        return board.id
    if table == "decision":
        return a_decision(session, board).id
    if table == "report_case":
        return a_case(session, board, f"x{count(session, Evidence)}").id
    thread, post = a_thread(session, board)
    return thread.id if table == "thread" else post.id


@pytest.mark.parametrize(("row", "of_reader"), LISTED, ids=NAMES)
def test_what_is_kept_of_somebody_is_exported_to_them_alone_and_goes_with_them_alone(
    session: Session, row: type[Row], of_reader: bool
) -> None:
    board, ana, bea = a_board(session), a_person(session), a_person(session, "bea")
    readers = {person.id: a_reader(session, person).id for person in (ana, bea)}
    owners = {person.id: readers[person.id] if of_reader else person.id for person in (ana, bea)}
    a_row_about(session, row, owners[ana.id], board)
    assert export(session, bea)[row.__tablename__] == []
    (found,) = export(session, ana)[row.__tablename__]
    assert tuple(found) == {**OF_READER, **OF_PERSON}[row][1]
    erase(session, bea)
    assert count(session, row) == 1
    erase(session, ana)
    session.expire_all()
    assert count(session, row) == (1 if row is Ban else 0)


def test_an_export_names_nobody_else(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    bea, mo = a_person(session, "bea"), somebody_of_the_team(session, board)
    thread, question = a_thread(session, board, bea, body_html="<p>Her worry</p>", source="<p>Her worry</p>")
    answer = a_post(session, thread, ana, parent_id=question.id, source="<p>My answer</p>")
    reports.report_post(session, board, answer, bea, "Bea thinks that it mocks", "")
    a_decision(
        session, board, post_id=answer.id, subject_uri=answer.uri, person_id=mo.id, case_id=424_242_424_242
    )
    a_decision(session, board, subject_uri=bea.uri, kind=DecisionKind.BAN, reason="Bea was unkind")
    text = as_json(export(session, ana))
    assert "My answer" in text
    for others in ("bea", "Bea", "Her worry", mo.uri, str(mo.id), str(bea.id), "424242424242"):
        assert others not in text, others


def test_neither_tokens_nor_sessions_are_handed_out(session: Session) -> None:
    ana = a_person(session)
    known = {
        "reader_id": a_reader(session, ana).id,
        "scopes": "read",
        "given_at": clock.now(),
        "checked_at": clock.now(),
    }
    add(session, Grant(token_sealed="sealed-token", **known))
    text = as_json(export(session, ana))
    assert '"scopes": "read"' in text
    assert "sealed-token" not in text
    assert "token" not in text


def test_posts_are_exported_in_whatever_state_oldest_first_and_sealed_ones_opened(session: Session) -> None:
    board, local, ana, now = a_board(session), a_local_board(session), a_person(session), clock.now()
    for number, state in enumerate(PostState):
        when = now - timedelta(days=9 - number)
        a_thread(session, board, ana, state=state, published=when, source=f"<p>Ü {state}</p>")
    a_local_post(session, local, ana, "A title\nMy words")
    a_thread(session, board, a_person(session, "bea"))
    posts = export(session, ana)["posts"]
    assert [one["state"] for one in posts] == [*PostState, PostState.VISIBLE]
    assert [one["text"] for one in posts] == [*(f"Ü {state}" for state in PostState), "A title\nMy words"]
    assert [one["board"] for one in posts] == ["respite"] * len(PostState) + ["shelter"]


def test_decisions_on_ones_posts_and_on_oneself_are_exported_and_no_others(session: Session) -> None:
    board, ana, now = a_board(session), a_person(session), clock.now()
    _, post = a_thread(session, board, ana)
    a_decision(session, board, subject_uri=ana.uri, kind=DecisionKind.BAN, at=now, until=now)
    a_decision(
        session,
        board,
        post_id=post.id,
        kind=DecisionKind.REMOVE,
        at=now - timedelta(days=1),
        is_automated=True,
    )
    a_decision(session, board)
    found = export(session, ana)["decisions"]
    assert [(one["kind"], one["automated"], one["until"]) for one in found] == [
        ("remove", True, None),
        ("ban", False, now),
    ]


def test_somebody_who_never_signed_in_has_no_part_of_a_reader(session: Session) -> None:
    ana = a_person(session)
    found = export(session, ana)
    assert not {"reader", "asked_without_a_name"} & found.keys()
    assert not {row.__tablename__ for row in OF_READER} & found.keys()
    assert found["account"] == {"handle": ana.handle, "id": ana.uri, "name": "Ana"}


def test_questions_without_a_name_are_exported_to_who_asked(session: Session) -> None:
    board = a_board(session)
    somebody_of_the_team(session, board)
    ana, bea = (a_person(session, name) for name in ("ana", "bea"))
    a_question(session, board, a_visit(session, ana), "My question")
    a_visit(session, bea)
    assert [one["text"] for one in export(session, ana)["asked_without_a_name"]] == ["My question"]
    assert export(session, bea)["asked_without_a_name"] == []


def test_an_export_is_json_with_times_and_letters_as_they_are() -> None:
    text = as_json(
        {"at": datetime(2026, 11, 1, tzinfo=UTC), "words": "Grüße 👋", "state": PostState.HELD, "none": None}
    )
    assert json.loads(text) == {
        "at": "2026-11-01T00:00:00+00:00",
        "words": "Grüße 👋",
        "state": "held",
        "none": None,
    }
    assert "Grüße 👋" in text


def test_no_export_is_endless(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_rights, "_MOST_ROWS", 2)
    board, ana = a_board(session), a_person(session)
    for _ in range(3):
        _, post = a_thread(session, board, ana)
        a_decision(session, board, post_id=post.id)
    found = export(session, ana)
    assert (len(found["posts"]), len(found["decisions"])) == (2, 2)


def test_every_post_is_emptied_and_only_what_was_there_counts(session: Session) -> None:
    board, local, ana = a_board(session), a_local_board(session), a_person(session)
    posts = [a_thread(session, board, ana, state=state)[1] for state in PostState]
    sealed = a_local_post(session, local, ana)
    _, other = a_thread(session, board, a_person(session, "bea"))
    before = len(emitted(session))
    assert erase(session, ana) == len(PostState) - 1 + 1, "one was deleted before, one is sealed"
    session.flush()
    assert {one.state for one in (*posts, sealed)} == {PostState.DELETED}
    assert {(one.body_html, one.source, one.sealed) for one in (*posts[:3], sealed)} == {("", "", "")}
    assert (other.state, other.source != "") == (PostState.VISIBLE, True)
    withdrawn = [one for one in emitted(session)[before:] if isinstance(one, PostWithdrawn)]
    assert [(one.post_id, one.cause) for one in withdrawn] == [(posts[0].id, Cause.ACCOUNT)], (
        "what was in sight"
    )
    assert erase(session, ana) == 0


def test_nothing_of_it_comes_back(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    _, post = a_thread(session, board, ana)
    erase(session, ana)
    assert tombstones.is_taken_back(session, post.uri, ana.uri)
    assert not tombstones.is_taken_back(session, "https://home.example/posts/later", ana.uri), (
        "they may write again"
    )


def test_the_name_goes_and_the_address_stays_with_decisions_and_sealed_evidence(session: Session) -> None:
    board, ana, bea = a_board(session), a_person(session), a_person(session, "bea")
    ana.emojis = '[{"shortcode": "ana"}]'
    _, post = a_thread(session, board, ana)
    reports.report_post(session, board, post, bea, "It mocks.", "")
    a_decision(session, board, post_id=post.id, subject_uri=post.uri)
    a_reader(session, ana)
    erase(session, ana)
    session.expire_all()
    assert (ana.name, ana.emojis, ana.uri) == ("", "[]", "https://home.example/users/ana")
    assert (bea.name, count(session, Reader), count(session, Person)) == ("Bea", 0, 2)
    assert (count(session, Decision), count(session, Evidence)) == (1, 1)


def test_a_ban_outlasts_being_forgotten_and_those_of_others_too(session: Session) -> None:
    board, ana, bea = a_board(session), a_person(session), a_person(session, "bea")
    for person in (ana, bea):
        a_ban(session, board, person)
    erase(session, ana)
    assert {one.person_id for one in session.execute(select(Ban)).scalars()} == {ana.id, bea.id}


def test_messages_and_objections_leave_the_list_and_those_of_others_stay(session: Session) -> None:
    board = a_board(session)
    kept = {}
    for name in ("ana", "bea"):
        person = a_person(session, name)
        message = sealed_messages.take_message(session, board, f"{person.uri}/1", person.uri, "In private")
        decision = a_decision(session, board, kind=DecisionKind.BAN, subject_uri=person.uri)
        appeal = an_appeal(session, decision, person)
        kept[name] = (message, a_case(session, board, f"appeal:{appeal.id}", kind=CaseKind.APPEAL))
    report = a_case(session, board, "https://home.example/users/ana")
    erase(session, session.query(Person).filter_by(username="ana").one())
    states = {name: [one.state for one in found if one is not None] for name, found in kept.items()}
    assert states == {"ana": [CaseState.CLOSED] * 2, "bea": [CaseState.OPEN] * 2}
    assert report.state is CaseState.OPEN, "others asked for that"
    assert [found[0].sealed == "" for found in kept.values() if found[0] is not None] == [True, False]


def test_a_message_that_was_settled_is_emptied_too(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    message = sealed_messages.take_message(session, board, f"{ana.uri}/1", ana.uri, "In private")
    assert message is not None
    cases.close(session, message)
    erase(session, ana)
    assert (message.sealed, message.state) == ("", CaseState.CLOSED)


def test_what_the_board_asked_for_them_is_taken_down(session: Session) -> None:
    board = a_board(session)
    somebody_of_the_team(session, board)
    ana, bea = (a_person(session, name) for name in ("ana", "bea"))
    (_, hers), (_, others) = (a_question(session, board, a_visit(session, one)) for one in (ana, bea))
    erase(session, ana)
    assert [(one.state, one.sealed == "") for one in (hers, others)] == [
        (CaseState.CLOSED, True),
        (CaseState.OPEN, False),
    ]


def test_what_hashtags_found_of_somebody_goes_with_them_and_others_finds_stay(session: Session) -> None:
    ana, bea, board = (
        a_person(session, url="https://home.example/@ana"),
        a_person(session, "bea"),
        a_board(session),
    )
    for number, author in enumerate((ana.uri, ana.url, bea.uri, "")):
        uri = f"https://home.example/{number}"
        add(
            session,
            HashtagPost(
                board_id=board.id, uri=uri, url=uri, tag="care", author_uri=author, found_at=clock.now()
            ),
        )
    erase(session, ana)
    assert sorted(one.author_uri for one in session.scalars(select(HashtagPost))) == ["", bea.uri]
