"""Asking without one's name: who may, what leads back and how long, and that settled nothing is left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.events import PostPublished, PostWithdrawn
from fedconnect.foundation import clock, database, sealing
from fedconnect.foundation.errors import FedConnectError, Malformed, NotFound, NotPermitted
from fedconnect.models.anonymous_question import AnonymousQuestion
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, CaseState, Severity
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread
from fedconnect.moderation import anonymous_questions
from fedconnect.moderation.anonymous_questions import (
    LINK_LIFE,
    can_ask,
    consent_to,
    forget_overdue,
    is_offered,
    list_asked,
    publish,
    reply_privately,
    take_all_back,
    take_back,
)
from fedconnect.moderation.cases import cases, sealed_messages
from support.moderation_rows import (
    a_ban,
    a_case,
    a_context,
    a_decision,
    a_visit,
    count,
    emitted,
    every,
    somebody_of_the_team,
    stop_the_clock,
)
from support.more_moderation_rows import a_local_board, a_question
from support.unit import Unit, a_board, a_moderator, a_person, a_post, add

WORDS = "Who helps relatives?"


def a_board_with_team(session: Session, slug: str = "respite") -> Board:
    board = a_board(session, slug)
    somebody_of_the_team(session, board, f"mo_{slug}")
    return board


def published(session: Session, board: Board, case: Case, text: str = "How is it?\nWho helps?") -> Post:
    return publish(session, a_context(board), case, text, Visibility.PUBLIC, board.language)


def test_a_board_that_takes_none_has_moved_stays_here_or_has_no_team_is_not_asked(session: Session) -> None:
    moved = a_board(session, "moved", moved_to="https://x.example")
    none, teamless = a_board(session, "none", takes_anonymous=False), a_board(session, "teamless")
    boards = [none, moved, a_local_board(session), teamless]
    visit = a_visit(session, a_person(session))
    for board in boards:
        if board is not teamless:
            somebody_of_the_team(session, board, f"mo_{board.slug}")
        assert not can_ask(session, board), board.slug
        with pytest.raises(NotFound):
            a_question(session, board, visit)
    a_moderator(session, teamless, a_person(session, "gone", gone_at=clock.now()))
    assert not can_ask(session, teamless), "nobody who is still there"
    assert count(session, Case) == 0


def test_whoever_is_kept_off_does_not_come_back_without_a_name(session: Session) -> None:
    board, ana = a_board_with_team(session), a_person(session)
    ban, visit = a_ban(session, board, ana), a_visit(session, ana)
    with pytest.raises(NotFound):
        a_question(session, board, visit)
    ban.is_hold = True
    session.flush()
    assert a_question(session, board, visit)


def test_it_is_offered_where_somebody_was_here_lately(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = stop_the_clock(monkeypatch)
    hours = timedelta(hours=72)
    for slug, at, offered in (
        ("a", None, False),
        ("b", now - hours, True),
        ("c", now - hours - timedelta(seconds=1), False),
    ):
        board = a_board_with_team(session, slug)
        board.attended_at = at
        assert is_offered(session, board) is offered


def test_it_is_offered_nowhere_where_asking_is_refused(session: Session) -> None:
    seen = {"attended_at": clock.now()}
    none = a_board(session, "none", takes_anonymous=False, **seen)
    moved = a_board(session, "moved", moved_to="https://x.example", **seen)
    for board in (none, moved, a_local_board(session, takes_anonymous=True, **seen)):
        somebody_of_the_team(session, board, f"mo_{board.slug}")
        assert not is_offered(session, board), board.slug
    left = a_board(session, "left", **seen)
    assert not is_offered(session, left), "whoever was here lately stepped back"
    for values in ({"gone_at": clock.now()}, {"quarantined_at": clock.now()}):
        a_moderator(session, left, a_person(session, next(iter(values)), **values))
        assert not is_offered(session, left), values
    somebody_of_the_team(session, left)
    assert is_offered(session, left)


@pytest.mark.parametrize("text", ["", " \n\u200b", "x" * 5001])
def test_nothing_and_too_much_are_no_question(session: Session, text: str) -> None:
    board = a_board_with_team(session)
    with pytest.raises(Malformed):
        a_question(session, board, a_visit(session, a_person(session)), text)
    assert count(session, Case) == 0


def test_five_thousand_letters_are_kept_sealed_and_name_nobody(session: Session) -> None:
    board, ana = a_board_with_team(session), a_person(session)
    visit = a_visit(session, ana)
    asked, case = a_question(session, board, visit, "x" * 5000)
    assert sealed_messages.read_message(case) == sealed_messages.SealedMessage("", "x" * 5000)
    kept = f"{case.sealed}{case.words}{case.subject_uri}{asked.asker}"
    for telling in ("xxxx", ana.uri, str(visit.reader_id), str(ana.id)):
        assert telling not in kept
    assert (case.kind, case.claimed_by, case.post_id) == (CaseKind.ANONYMOUS, None, None)


def test_whoever_is_in_danger_is_seen_first(session: Session) -> None:
    board = a_board_with_team(session)
    visit = a_visit(session, a_person(session))
    assert a_question(session, board, visit, "I want to die")[1].severity == Severity.DANGER
    assert a_question(session, board, visit)[1].severity == Severity.ROUTINE


def test_three_wait_at_once_wherever_they_were_asked_and_a_settled_one_makes_room(session: Session) -> None:
    board, other = a_board_with_team(session), a_board_with_team(session, "other")
    ana, bea = (a_visit(session, a_person(session, name)) for name in ("ana", "bea"))
    first = [a_question(session, one, ana)[1] for one in (board, board, other)]
    for one in (board, other):
        with pytest.raises(Malformed):
            a_question(session, one, ana)
    assert a_question(session, board, bea), "another's do not count"
    reply_privately(session, a_context(board), first[0], "The carers’ line.")
    assert a_question(session, board, ana)


def test_how_somebody_agreed_is_sealed_and_read_with_the_case_alone(session: Session) -> None:
    board = a_board_with_team(session)
    visit = a_visit(session, a_person(session))
    asked, case = a_question(session, board, visit, WORDS, "She read\nit. " + "y" * 600)
    assert consent_to(session, case) == ("She read it. " + "y" * 600)[:500]
    assert "She read" not in asked.consent
    assert consent_to(session, a_question(session, board, visit)[1]) == ""
    assert consent_to(session, a_case(session, board)) == ""
    other = a_question(session, board, visit, WORDS, "Another")[0]
    other.consent = asked.consent
    session.flush()
    with pytest.raises((FedConnectError, ValueError)):
        consent_to(session, session.get_one(Case, other.case_id))


def test_another_boards_team_settles_nothing(session: Session) -> None:
    board, other = a_board_with_team(session), a_board_with_team(session, "other")
    otto = somebody_of_the_team(session, other, "otto")
    asked, case = a_question(session, board, a_visit(session, a_person(session)))
    for context in (a_context(other, otto), a_context(board, otto), a_context(other)):
        with pytest.raises(NotPermitted):
            publish(session, context, case, WORDS, Visibility.PUBLIC, "en")
        with pytest.raises(NotPermitted):
            reply_privately(session, context, case, WORDS)
    assert (case.state, asked.settled_at, count(session, Post)) == (CaseState.OPEN, None, 0)


@pytest.mark.parametrize("words", ["", " \n ", "\u200b"])
def test_nothing_is_neither_asked_nor_answered_and_the_question_waits_on(
    session: Session, words: str
) -> None:
    board = a_board_with_team(session)
    asked, case = a_question(session, board, a_visit(session, a_person(session)))
    with pytest.raises(Malformed):
        published(session, board, case, words)
    with pytest.raises(Malformed):
        reply_privately(session, a_context(board), case, words)
    assert (case.state, asked.settled_at, sealed_messages.read_message(case).text) == (
        CaseState.OPEN,
        None,
        WORDS,
    )


def test_a_case_of_another_kind_is_no_question(session: Session) -> None:
    board = a_board_with_team(session)
    for kind in (CaseKind.REPORT, CaseKind.MESSAGE, CaseKind.HELD):
        case = a_case(session, board, f"x{kind}", kind=kind)
        with pytest.raises(NotFound):
            published(session, board, case)
    assert count(session, Post) == 0


def test_the_board_asks_in_its_own_name_and_keeps_none_of_the_first_words(session: Session) -> None:
    board = a_board_with_team(session)
    asked, case = a_question(session, board, a_visit(session, a_person(session)), "My sister Rosalind drinks")
    post = published(session, board, case, "How is it?\n<b>Who</b> helps? https://help.example")
    thread = session.get_one(Thread, post.thread_id)
    assert (post.person_id, post.state, thread.is_anonymous, thread.answered) == (
        None,
        PostState.VISIBLE,
        True,
        False,
    )
    assert post.uri.startswith("https://forum.example/boards/respite/posts/")
    assert "<b>" not in post.body_html
    assert 'href="https://help.example' in post.body_html
    assert (case.state, case.sealed, asked.post_id) == (CaseState.CLOSED, "", post.id)
    assert asked.settled_at is not None
    (decision,) = every(session, Decision)
    assert (decision.kind, decision.post_id) == (DecisionKind.ASK, post.id)
    assert [one.post_id for one in emitted(session) if isinstance(one, PostPublished)] == [post.id]


def test_what_is_settled_is_settled_once_in_either_way(session: Session) -> None:
    board = a_board_with_team(session)
    visit = a_visit(session, a_person(session))
    asked_case, answered_case = a_question(session, board, visit)[1], a_question(session, board, visit)[1]
    published(session, board, asked_case)
    reply_privately(session, a_context(board), answered_case, "Words")
    session.flush()
    for case in (asked_case, answered_case):
        with pytest.raises(NotFound):
            published(session, board, case)
        with pytest.raises(NotFound):
            reply_privately(session, a_context(board), case, "Words")
    assert (count(session, Post), count(session, Decision)) == (1, 2)


def test_a_case_that_was_closed_otherwise_is_asked_no_more(session: Session) -> None:
    board = a_board_with_team(session)
    case = a_question(session, board, a_visit(session, a_person(session)))[1]
    cases.close(session, case)
    with pytest.raises(NotFound):
        published(session, board, case)


def test_ones_own_list_is_ones_own_the_latest_first(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, board = stop_the_clock(monkeypatch), a_board_with_team(session)
    ana, bea = (a_visit(session, a_person(session, name)) for name in ("ana", "bea"))
    old, _ = a_question(session, board, ana, "Old")
    old.at = now - timedelta(days=1)
    a_question(session, board, ana, "New")
    assert [(one.text, one.state, one.path) for one in list_asked(session, ana.reader_id)] == [
        ("New", "waiting", ""),
        ("Old", "waiting", ""),
    ]
    assert [one.forgotten_at for one in list_asked(session, ana.reader_id)] == [
        now + LINK_LIFE,
        old.at + LINK_LIFE,
    ]
    assert list_asked(session, bea.reader_id) == []


def test_what_the_board_asked_is_listed_with_how_many_answered_in_sight(session: Session) -> None:
    board, ana = a_board_with_team(session), a_person(session)
    visit = a_visit(session, ana)
    case = a_question(session, board, visit)[1]
    post = published(session, board, case)
    thread = session.get_one(Thread, post.thread_id)
    for values in ({}, {}, {"state": PostState.HELD}, {"visibility": Visibility.FOLLOWERS}):
        a_post(session, thread, ana, **values)
    (line,) = list_asked(session, visit.reader_id)
    assert (line.state, line.answers, line.answer, line.reason) == ("published", 2, "", "")
    assert line.path == f"/boards/respite/threads/{thread.id}"
    assert line.text.startswith("How is it?\n")


@pytest.mark.parametrize("state", [PostState.HELD, PostState.REMOVED, PostState.DELETED])
def test_what_was_taken_down_leads_nowhere_and_says_why(session: Session, state: PostState) -> None:
    board = a_board_with_team(session)
    visit = a_visit(session, a_person(session))
    post = published(session, board, a_question(session, board, visit)[1])
    post.state = state
    a_decision(session, board, post_id=post.id, rule="2. Protect people.", reason="It tells who.")
    a_decision(session, board, post_id=post.id, kind=DecisionKind.LOCK, rule="9.", reason="Closed")
    (line,) = list_asked(session, visit.reader_id)
    assert (line.state, line.path, line.reason) == ("taken down", "", "2. Protect people. It tells who.")


def test_an_answer_in_private_is_sealed_and_read_by_who_asked(session: Session) -> None:
    board = a_board_with_team(session)
    ana, bea = (a_visit(session, a_person(session, name)) for name in ("ana", "bea"))
    asked, case = a_question(session, board, ana)
    a_question(session, board, bea)
    reply_privately(session, a_context(board), case, " The carers’ line.\n" + "x" * 3000)
    (line,) = list_asked(session, ana.reader_id)
    assert (line.state, line.text, len(line.answer)) == ("answered", "", 2000)
    assert "carers" not in asked.answer
    assert [one.answer for one in list_asked(session, bea.reader_id)] == [""]
    assert [one.kind for one in every(session, Decision)] == [DecisionKind.LEAVE]


def test_a_question_that_was_left_without_an_answer_is_not_said_to_wait(session: Session) -> None:
    board = a_board_with_team(session)
    visit = a_visit(session, a_person(session))
    cases.close(session, a_question(session, board, visit)[1])
    assert [one.state for one in list_asked(session, visit.reader_id)] == ["taken down"]


def test_nobody_takes_back_what_somebody_else_asked(session: Session) -> None:
    board = a_board_with_team(session)
    ana, bea = (a_visit(session, a_person(session, name)) for name in ("ana", "bea"))
    asked, case = a_question(session, board, ana)
    for reader_id, number in ((bea.reader_id, asked.id), (ana.reader_id, 0), (ana.person_id, asked.id)):
        with pytest.raises(NotFound):
            take_back(session, reader_id, number)
    assert (case.state, count(session, AnonymousQuestion)) == (CaseState.OPEN, 1)


def test_taken_back_its_words_and_what_the_board_asked_are_gone(session: Session) -> None:
    board = a_board_with_team(session)
    visit = a_visit(session, a_person(session))
    (waiting, waiting_case), (asked, asked_case) = (a_question(session, board, visit) for _ in range(2))
    stays = a_question(session, board, visit)[1]
    post = published(session, board, asked_case)
    for one in (waiting, asked):
        take_back(session, visit.reader_id, one.id)
    session.flush()
    assert (post.state, post.body_html, post.source) == (PostState.DELETED, "", "")
    assert [(one.state, one.sealed) for one in (waiting_case, asked_case)] == [(CaseState.CLOSED, "")] * 2
    assert (stays.state, count(session, AnonymousQuestion)) == (CaseState.OPEN, 1)
    assert [one.post_id for one in emitted(session) if isinstance(one, PostWithdrawn)] == [post.id]


def test_everything_of_somebody_is_taken_back_and_nothing_of_others(session: Session) -> None:
    board = a_board_with_team(session)
    ana, bea = (a_visit(session, a_person(session, name)) for name in ("ana", "bea"))
    post = published(session, board, a_question(session, board, ana)[1])
    a_question(session, board, ana)
    a_question(session, board, bea)
    take_all_back(session, ana.reader_id)
    session.flush()
    assert (list_asked(session, ana.reader_id), len(list_asked(session, bea.reader_id))) == ([], 1)
    assert post.state is PostState.DELETED


def aged(settled: timedelta | None, asked: timedelta) -> int:
    """A question that was asked, and settled, so long ago; returns its case."""
    now = clock.now()
    with database.transaction() as session:
        board = a_board_with_team(session, f"b{session.query(Board).count()}")
        found, case = a_question(session, board, a_visit(session, a_person(session, f"p{board.slug}")))
        found.at = now - asked
        if settled is not None:
            published(session, board, case)
            found.settled_at = now - settled
        return case.id


def left() -> list[int]:
    with database.read_transaction() as session:
        return [one.case_id for one in every(session, AnonymousQuestion)]


def test_the_link_goes_thirty_days_after_it_was_settled_and_not_at_them(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_the_clock(monkeypatch)
    second = timedelta(seconds=1)
    young, kept = aged(LINK_LIFE, 3 * LINK_LIFE), aged(None, LINK_LIFE)
    assert forget_overdue() is False
    assert left() == [young, kept]
    aged(LINK_LIFE + second, 3 * LINK_LIFE)
    assert forget_overdue() is False, "there are no more"
    assert left() == [young, kept]
    with database.read_transaction() as session:
        assert {post.state for post in every(session, Post)} == {PostState.VISIBLE}, "what was asked stands"


def test_what_nobody_settled_in_thirty_days_goes_with_its_words(unit: Unit) -> None:
    number = aged(None, LINK_LIFE + timedelta(seconds=1))
    forget_overdue()
    with database.read_transaction() as session:
        case = session.get_one(Case, number)
        assert (case.state, case.sealed) == (CaseState.CLOSED, "")
    assert left() == []


@pytest.mark.parametrize(("overdue", "is_more"), [(2, False), (3, True), (4, True)])
def test_few_are_forgotten_at_once_and_more_are_said_to_be_left(
    unit: Unit, monkeypatch: pytest.MonkeyPatch, overdue: int, is_more: bool
) -> None:
    monkeypatch.setattr(anonymous_questions, "_AT_ONCE", 3)
    with database.transaction() as session:
        board = a_board_with_team(session)
        for number in range(overdue):
            case = a_case(session, board, f"unnamed:{number}", kind=CaseKind.ANONYMOUS)
            known = {
                "board_id": board.id,
                "case_id": case.id,
                "asker": sealing.digest(str(number), "unnamed"),
            }
            add(session, AnonymousQuestion(at=clock.now() - timedelta(days=31), **known))
    assert forget_overdue() is is_more
    assert len(left()) == max(0, overdue - 3)
