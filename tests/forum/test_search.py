"""Words in public posts: found without accents and case, only of whoever lets themselves be found."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum import search
from fedconnect.forum.search import Question, enter, enter_missing, fold, leave, list_missing
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread
from support.forum_rows import at
from support.unit import a_board, a_person, a_post, a_thread


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session, indexable=True)


def begin(
    session: Session, board: Board, author: Person | None, words: str = "Respite care", **values: Any
) -> Post:
    thread, post = a_thread(session, board, author, body_html=f"<p>{words}</p>", **values)
    enter(session, post, thread.title)
    return post


def found(session: Session, words: str = "care", page: int = 1, **narrowed: Any) -> list[int]:
    return [one.post_id for one in search.search(session, Question(words, **narrowed), page)[0]]


@pytest.mark.parametrize(
    ("post", "author"),
    [
        ({"state": PostState.HELD}, {}), ({"state": PostState.DELETED}, {}), ({"visibility": Visibility.UNLISTED}, {}),
        ({"visibility": Visibility.LOCAL_ONLY}, {}), ({"is_addressed": False}, {}), ({"is_public": False}, {}),
        ({}, {"indexable": False}), ({}, {"asks_no_bots": True}), ({}, {"gone_at": at(0)}),
    ],
)  # fmt: skip
def test_p08_who_does_not_want_to_be_found_is_not_though_the_words_are_in_the_index(
    session: Session, board: Board, post: dict[str, Any], author: dict[str, Any]
) -> None:
    person = a_person(session, "ben", indexable=True)
    shown = begin(session, board, person)
    assert found(session) == [shown.id]
    for name, value in author.items():
        setattr(person, name, value)
    thread = session.get_one(Thread, shown.thread_id)
    for name, value in post.items():
        setattr(thread if name == "is_public" else shown, name, value)
    session.flush()
    assert found(session) == []
    assert found(session, "", person="@ben@home.example") == []


@pytest.mark.parametrize(
    ("words", "folded"),
    [
        ("Résumé", "resume"), ("STRASSE straße", "strasse strasse"), ("a—b, c!", "a b c"), ("!?", ""), ("", ""), ("ﬁne", "fine"),
        ('"OR" NEAR(x)', "or near x"), ("日本", "日本"), ("É" + "\u0301" * 9000, "e"),
    ],
)  # fmt: skip
def test_words_are_looked_up_without_case_accents_and_signs(words: str, folded: str) -> None:
    assert fold(words) == folded


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("RESPITE café", True), ("cafe respite", True), ("respite tea", False), ("resp", True), ("re", False), ("resp cafe", False),
        ("pite", False), ('café" OR "tea', False), ("respite*", True), ("august", True), ("warned", True), ("tagged", True),
        ("words:respite", False), ("NOT tea", False), ("respite AND café", False),
    ],
)  # fmt: skip
def test_all_words_must_stand_there_and_the_last_may_be_begun(
    session: Session, board: Board, ana: Person, words: str, is_found: bool
) -> None:
    post = begin(
        session, board, ana, "Respite at the café", title="In August", warning="Warned", hashtags="tagged"
    )
    assert found(session, words) == ([post.id] if is_found else [])


@pytest.mark.parametrize(
    ("language", "written", "asked"),
    [
        ("en", "My carers are kind", "carer"), ("en-GB", "I am caring for her", "cared"), ("en", "A wheelchair", "wheelchairs kind"),
        ("de", "Ich pflege meine Mutter", "pflegen"), ("de", "Die Häuser", "haus"), ("de", "Pflegekräfte fehlen", "pflegekraft"),
        ("es", "Cuido a mi madre", "cuidar"), ("es", "Las cuidadoras", "cuidadora"),
    ],
)  # fmt: skip
def test_a_word_is_found_in_its_other_forms_too(
    session: Session, board: Board, ana: Person, language: str, written: str, asked: str
) -> None:
    post = begin(session, board, ana, f"{written} kind", language=language)
    assert found(session, asked) == [post.id]


def test_a_form_in_one_language_is_no_form_in_another_and_a_post_without_one_has_its_boards(
    session: Session, board: Board, ana: Person
) -> None:
    begin(session, board, ana, "Caring", language="fr")
    assert found(session, "cares") == []
    english = begin(session, board, ana, "Caring", language="")
    assert found(session, "cares") == [english.id]


def test_what_marks_a_stem_in_the_index_is_found_by_nobody_who_types_it(
    session: Session, board: Board, ana: Person
) -> None:
    begin(session, board, ana, "carers", language="en")
    for typed in ("qxz", "qxzen", "qxzencarer", "qxzencarer tea"):
        assert found(session, typed) == []


def test_only_the_first_words_of_a_long_question_count(session: Session, board: Board, ana: Person) -> None:
    post = begin(session, board, ana)
    assert found(session, "care " * 8 + "missing") == [post.id]
    assert found(session, "care " * 7 + "missing") == []


@pytest.mark.parametrize(
    ("narrowed", "is_found"),
    [
        ({"board": "respite"}, True), ({"board": "benefits"}, False), ({"language": "de"}, True), ({"language": "de-AT"}, True),
        ({"language": "e"}, False), ({"language": "d_"}, False), ({"language": "%"}, False), ({"person": "@ana@HOME.example"}, True),
        ({"person": "ana@home.example"}, True), ({"person": "@ana@other.example"}, False), ({"person": "@ben@home.example"}, False),
        ({"since": date(2026, 11, 1)}, True), ({"since": date(2026, 11, 2)}, False), ({"until": date(2026, 11, 1)}, True),
        ({"until": date(2026, 10, 31)}, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("hour", [0, 23])
def test_a_question_is_narrowed_and_a_day_is_whole(
    session: Session, board: Board, ana: Person, narrowed: dict[str, Any], is_found: bool, hour: int
) -> None:
    a_board(session, "benefits")
    moment = datetime(2026, 11, 1, hour, 59 if hour else 0, tzinfo=UTC)
    post = begin(session, board, ana, published=moment, language="de-AT")
    assert found(session, **narrowed) == ([post.id] if is_found else [])


@pytest.mark.parametrize(
    ("question", "is_empty"),
    [
        (Question(), True), (Question("!?"), True), (Question(board="respite", language="en", since=date(2026, 1, 1)), True),
        (Question("x"), False), (Question(person="@ana@home.example"), False),
    ],
)  # fmt: skip
def test_whoever_asks_nothing_finds_nothing(
    session: Session, board: Board, ana: Person, question: Question, is_empty: bool
) -> None:
    post = begin(session, board, ana, "x")
    assert question.is_empty is is_empty
    rows, has_more = search.search(session, question)
    assert ([one.post_id for one in rows], has_more) == ([] if is_empty else [post.id], False)


def test_the_newest_stands_first_and_pages_end(
    session: Session, board: Board, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "RESULTS_A_PAGE", 2)
    posts = [
        begin(session, board, ana, published=at(minute), uri=f"https://x/{minute}") for minute in (2, 4, 1, 3)
    ]
    newest = [posts[n].id for n in (1, 3, 0, 2)]
    assert (found(session), found(session, page=2), found(session, page=3)) == (newest[:2], newest[2:], [])
    assert search.search(session, Question("care"))[1]
    assert not search.search(session, Question("care"), 2)[1]


def test_the_boards_own_words_are_found_in_its_name(session: Session, board: Board) -> None:
    begin(session, board, None)
    ((one,), _) = search.search(session, Question("care"))
    assert (one.author.name, one.author_handle, one.board_slug) == ("Respite", "", "respite")


def test_what_is_from_before_the_index_is_found_bit_by_bit(
    session: Session, board: Board, ana: Person
) -> None:
    thread, first = a_thread(session, board, ana, title="Title")
    a_post(session, thread, ana, state=PostState.HELD)
    a_post(session, thread, ana, visibility=Visibility.UNLISTED)
    entered = begin(session, board, ana)
    last = a_post(session, thread, ana, body_html="<p>last</p>")
    assert list_missing(session, 0) == ([first.id, last.id], last.id)
    assert list_missing(session, 0, most=1) == ([first.id], first.id)
    assert list_missing(session, first.id, most=3) == ([], entered.id)
    assert list_missing(session, last.id) == ([], None)
    enter_missing(session, [first.id, last.id])
    assert list_missing(session, 0) == ([], last.id)
    assert found(session, "title") == [first.id]  # an answer is not found by its thread's title
    leave(session, first.id)
    assert list_missing(session, 0) == ([first.id], last.id)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_no_day_of_the_calendar_is_too_much(session: Session, board: Board, ana: Person, day: date) -> None:
    shown = begin(session, board, ana)
    assert found(session, since=day) == ([shown.id] if day == date.min else [])
    assert found(session, until=day) == ([shown.id] if day == date.max else [])
