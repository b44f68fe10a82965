"""A reader's report: of what they can see, kept for the team of its board, and as bad as they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Gone, NotFound
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, CaseState, Evidence, Report, Severity
from fedconnect.models.passed_on import PassedOn
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.moderation.cases import cases
from fedconnect.moderation.reporting import read_severity, report_local_post, report_post, report_sentence
from support.forum import BASE
from support.moderation_rows import a_ban, a_visit, count, every
from support.more_moderation_rows import a_local_board, a_local_post, address_of
from support.unit import a_board, a_person, a_thread, add

Door = Callable[[Session, Visit, PostAddress, str, Severity], tuple[Board, Post]]
DOORS: dict[str, Door] = {"report_post": report_post, "report_local_post": report_local_post}


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("danger", Severity.DANGER),
        ("hurt", Severity.HURT),
        ("rules", Severity.RULES),
        ("", Severity.RULES),
        ("DANGER", Severity.RULES),
        ("0", Severity.RULES),
    ],
)
def test_how_bad_it_is_is_one_of_three_words_and_else_against_the_rules(
    word: str, severity: Severity
) -> None:
    assert read_severity(word) is severity


@pytest.mark.parametrize("state", [PostState.HELD, PostState.REMOVED, PostState.DELETED])
def test_what_cannot_be_seen_is_not_reported(session: Session, state: PostState) -> None:
    board, local, ana = a_board(session), a_local_board(session), a_person(session)
    visit = a_visit(session, a_person(session, "eve"))
    _, post = a_thread(session, board, ana, state=state)
    sealed = a_local_post(session, local, ana, state=state)
    with pytest.raises(NotFound if state is PostState.HELD else Gone):
        report_post(session, visit, address_of(board, post), "It mocks.", Severity.HURT)
    with pytest.raises(NotFound):
        report_local_post(session, visit, address_of(local, sealed), "It mocks.", Severity.HURT)
    assert count(session, Case) == 0


def test_each_door_is_for_its_own_boards_and_for_a_post_where_it_stands(session: Session) -> None:
    board, local, ana = a_board(session), a_local_board(session), a_person(session)
    visit = a_visit(session, a_person(session, "eve"))
    here = address_of(board, a_thread(session, board, ana)[1])
    sealed = address_of(local, a_local_post(session, local, ana))
    wrong: list[tuple[str, PostAddress]] = [("report_post", sealed), ("report_local_post", here)]
    for name, place in (("report_post", here), ("report_local_post", sealed)):
        wrong += [
            (name, replace(place, slug="nowhere")),
            (name, replace(place, thread_id=0)),
            (name, replace(place, post_id=0)),
        ]
    for name, place in wrong:
        with pytest.raises(NotFound):
            DOORS[name](session, visit, place, "It mocks.", Severity.HURT)
    assert count(session, Case) == 0


def test_whoever_is_kept_off_reports_nothing_of_what_stays_there(session: Session) -> None:
    local, eve = a_local_board(session), a_person(session, "eve")
    post = a_local_post(session, local, a_person(session))
    a_ban(session, local, eve)
    with pytest.raises(NotFound):
        report_local_post(session, a_visit(session, eve), address_of(local, post), "It mocks.", Severity.HURT)
    assert count(session, Case) == 0


def test_whoever_is_kept_off_a_board_that_all_can_read_still_reports(session: Session) -> None:
    board, eve = a_board(session), a_person(session, "eve")
    _, post = a_thread(session, board, a_person(session))
    a_ban(session, board, eve)
    assert report_post(
        session, a_visit(session, eve), address_of(board, post), "It mocks.", Severity.HURT
    ) == (board, post)


@pytest.mark.parametrize("name", DOORS)
def test_a_report_is_one_case_with_evidence_and_says_on_no_page_whose_it_is(
    session: Session, name: str
) -> None:
    stays = name == "report_local_post"
    board, ana = (a_local_board(session) if stays else a_board(session)), a_person(session)
    post = a_local_post(session, board, ana) if stays else a_thread(session, board, ana)[1]
    visit = a_visit(session, a_person(session, "eve"))
    for _ in range(2):
        assert DOORS[name](session, visit, address_of(board, post), "It mocks.", Severity.HURT) == (
            board,
            post,
        )
    (case,) = every(session, Case)
    assert (case.kind, case.board_id, case.post_id, case.severity) == (
        CaseKind.REPORT,
        board.id,
        post.id,
        Severity.HURT,
    )
    assert (case.words, case.times) == ("It mocks.", 1)
    assert [(one.person_id, one.uri) for one in every(session, Report)] == [(visit.person_id, "")]
    assert count(session, Evidence) == 1


def passed_on(session: Session, post: Post, by: Person, to: Person) -> None:
    add(
        session,
        PassedOn(
            post_id=post.id, by_person_id=by.id, to_person_id=to.id, sentence="You idiot", at=clock.now()
        ),
    )


def test_a_sentence_that_was_passed_on_is_reported_as_its_writers_and_the_post_is_not(
    session: Session,
) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session))
    mallory, eve = a_person(session, "mallory"), a_person(session, "eve")
    visit = a_visit(session, eve)
    passed_on(session, post, mallory, eve)
    report_sentence(session, visit, address_of(board, post), "He mocks me", Severity.HURT)
    (case,) = every(session, Case)
    assert (case.subject_uri, case.post_id, case.severity) == (mallory.uri, None, Severity.HURT)
    where = f"{BASE}/boards/{board.slug}/threads/{post.thread_id}/{post.id}"
    assert case.words == f"“You idiot” (beside {where})\nHe mocks me"
    assert every(session, Evidence) == []


def test_nobody_reports_a_sentence_that_was_meant_for_somebody_else_or_is_hidden(session: Session) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session))
    mallory, eve, lea = (a_person(session, name) for name in ("mallory", "eve", "lea"))
    visits = [a_visit(session, eve), a_visit(session, lea)]
    passed_on(session, post, mallory, lea)
    add(
        session,
        Mute(
            reader_id=visits[1].reader_id, kind=MuteKind.PERSON, subject=mallory.handle[1:], since=clock.now()
        ),
    )
    for visit in visits:
        with pytest.raises(NotFound):
            report_sentence(session, visit, address_of(board, post), "", Severity.RULES)
    assert every(session, Case) == []


def test_nothing_of_a_report_of_a_sentence_is_cut_off(session: Session) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session), url="https://home.example/" + "x" * 1900)
    mallory, eve = a_person(session, "mallory"), a_person(session, "eve")
    visit, words = a_visit(session, eve), "y" * 1000
    passed_on(session, post, mallory, eve)
    report_sentence(session, visit, address_of(board, post), words, Severity.RULES)
    (case,) = every(session, Case)
    assert case.words.endswith("\n" + words)


def test_a_second_sentence_of_the_same_person_is_on_the_list_again_and_the_same_one_is_not(
    session: Session,
) -> None:
    board = a_board(session)
    posts = [a_thread(session, board, a_person(session, name))[1] for name in ("ana", "lea")]
    mallory, eve = a_person(session, "mallory"), a_person(session, "eve")
    visit = a_visit(session, eve)
    for post in posts:
        passed_on(session, post, mallory, eve)
    counted = []
    for post in (posts[0], posts[0], posts[1], posts[1]):
        report_sentence(session, visit, address_of(board, post), "Again", Severity.RULES)
        (case,) = every(session, Case)
        counted.append((case.times, case.state))
        cases.close(session, case)
    assert counted == [
        (1, CaseState.OPEN), (1, CaseState.CLOSED), (2, CaseState.OPEN), (2, CaseState.CLOSED),
    ]  # fmt: skip
    assert all(f"/{post.id})" in case.words for post in posts)


def test_a_sentence_that_speaks_of_danger_is_as_urgent_as_a_report_that_does(session: Session) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session))
    mallory, eve = a_person(session, "mallory"), a_person(session, "eve")
    visit = a_visit(session, eve)
    add(session, PassedOn(post_id=post.id, by_person_id=mallory.id, to_person_id=eve.id, sentence="I will kill myself tonight",
                          at=clock.now()))  # fmt: skip
    report_sentence(session, visit, address_of(board, post), "", Severity.RULES)
    (case,) = every(session, Case)
    assert case.severity == Severity.DANGER
