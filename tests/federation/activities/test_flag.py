"""Flag: a report reaches the moderators of what it names, once for each thing, and tells nobody whether it did."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.events import CaseReported
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, Evidence, Report
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from support.activity_rows import BOARD, does
from support.forum import BASE
from support.forum_rows import count, said
from support.moderation_rows import every
from support.unit import a_board, a_person, a_thread

NOTHING = Ignored("about nothing of ours")


@pytest.fixture
def eve(session: Session) -> Person:
    return a_person(session, "eve", "evil.example")


@pytest.fixture
def post(session: Session, board: Board, eve: Person) -> Post:
    return a_thread(session, board, eve)[1]


def reports(session: Session, who: Person, about: object, **fields: object) -> Result:
    return does(session, who, "Flag", about, **fields)


def test_a_report_of_what_is_not_here_opens_nothing(
    session: Session, board: Board, ana: Person, eve: Person
) -> None:
    stranger = "https://far.example/users/unknown"
    for about, to in (
        ("https://far.example/posts/1", BOARD),
        (stranger, BOARD),
        ([stranger, "https://far.example/posts/1"], BOARD),
        ([], BOARD),
        (eve.uri, []),  # which board it is for, nobody knows
        (eve.uri, "https://evil.example/boards/respite"),
        (eve.uri, f"{BASE}/boards/nowhere"),
    ):
        assert reports(session, ana, about, to=to) == NOTHING
    assert count(session, Case) == count(session, Report) == 0
    assert said(session, CaseReported) == []


def test_what_stands_on_a_board_that_stays_here_cannot_be_reported_from_outside(
    session: Session, ana: Person
) -> None:
    here = a_board(session, "here", is_local_only=True)
    _, post = a_thread(session, here, visibility="here")
    assert reports(session, ana, post.uri) == NOTHING
    assert reports(session, ana, f"{BASE}/boards/here") == NOTHING


def test_a_reported_post_is_a_case_on_its_own_board_whatever_board_is_named(
    session: Session, board: Board, ana: Person, post: Post
) -> None:
    a_board(session, "benefits")
    result = reports(
        session, ana, post.uri, content="It is spam.", to=f"{BASE}/boards/benefits", id=f"{ana.uri}#f"
    )
    assert result == Handled("reported")
    (case,) = every(session, Case)
    assert (case.board_id, case.post_id, case.kind, case.words) == (
        board.id,
        post.id,
        CaseKind.REPORT,
        "It is spam.",
    )
    (report,) = every(session, Report)
    assert (report.person_id, report.uri) == (ana.id, f"{ana.uri}#f")
    assert count(session, Evidence) == 1


def test_each_post_of_a_list_is_a_case_and_the_person_beside_them_is_none(
    session: Session, board: Board, ana: Person, eve: Person, post: Post
) -> None:
    _, other = a_thread(session, a_board(session, "benefits"), eve)
    about = [eve.uri, post.uri, "https://far.example/unknown", other.uri]
    assert reports(session, ana, about, to=BOARD) == Handled("reported")
    found = [(case.subject_uri, case.board_id) for case in every(session, Case)]
    assert found == [(post.uri, board.id), (other.uri, other.board_id)]


def test_a_second_report_of_somebody_changes_nothing_and_one_of_somebody_else_is_counted(
    session: Session, ana: Person, post: Post
) -> None:
    for who, times in ((ana, 1), (ana, 1), (a_person(session, "ben"), 2)):
        assert reports(session, who, post.uri) == Handled("reported")
        assert [case.times for case in every(session, Case)] == [times]
    assert len(said(session, CaseReported)) == 1


@pytest.mark.parametrize("field", ["to", "cc", "audience"])
def test_somebody_without_a_post_is_a_case_of_the_board_that_is_named(
    session: Session, board: Board, ana: Person, eve: Person, field: str
) -> None:
    assert reports(session, ana, ["https://far.example/1", eve.uri], **{field: [BOARD]}) == Handled(
        "reported"
    )
    (case,) = every(session, Case)
    assert (case.board_id, case.subject_uri, case.post_id) == (board.id, eve.uri, None)


def test_of_two_boards_the_one_that_the_report_is_about_goes_before_who_it_is_sent_to(
    session: Session, board: Board, ana: Person, eve: Person
) -> None:
    a_board(session, "benefits")
    reports(session, ana, [BOARD, eve.uri], to=f"{BASE}/boards/benefits")
    (case,) = every(session, Case)
    assert (case.board_id, case.subject_uri) == (board.id, eve.uri)


def test_a_board_itself_can_be_reported(session: Session, board: Board, ana: Person) -> None:
    assert reports(session, ana, BOARD, content="Nobody looks after it") == Handled("reported")
    (case,) = every(session, Case)
    assert (case.board_id, case.subject_uri, case.words) == (board.id, BOARD, "Nobody looks after it")


def test_a_post_whose_address_stands_in_the_words_is_what_is_reported(
    session: Session, board: Board, ana: Person, eve: Person, post: Post
) -> None:
    """B11: some software names the person alone."""
    here = f"{BASE}/boards/respite/threads/{post.thread_id}"
    for number, words in enumerate((f"See {post.uri}.", f"Spam ({here})!", f"<{here}/{post.id}>")):
        reporter = a_person(session, f"ben{number}")
        assert reports(session, reporter, eve.uri, to=BOARD, content=words) == Handled("reported")
    assert [one.post_id for one in every(session, Case)] == [post.id]
    assert count(session, Report) == 3
    reports(session, ana, eve.uri, to=BOARD, content="See https://far.example/posts/7 or https://")
    assert {one.post_id for one in every(session, Case)} == {post.id, None}


def test_a_private_post_is_not_reached_by_its_address_in_words(
    session: Session, board: Board, ana: Person, eve: Person
) -> None:
    _, post = a_thread(session, board, eve, visibility=Visibility.DIRECT)
    reports(session, ana, eve.uri, to=BOARD, content=post.uri)
    assert [one.post_id for one in every(session, Case)] == [None]
