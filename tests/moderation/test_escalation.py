"""What is urgent while nobody is there: what goes out of sight, who is called, what is shown in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import CaseClimbed, CaseReported, PostPublished
from fedconnect.foundation import clock, database
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, CaseState, Report, Severity
from fedconnect.models.decision import Ban
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.moderation import escalation
from fedconnect.moderation.escalation import climb_overdue, mind_urgent, release_in_time
from support.moderation_rows import a_ban, a_case, emitted, stop_the_clock
from support.unit import Unit, a_board, a_person, a_reader, a_thread, add

NIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PLEA = "<p>I want to die</p>"


def reported(
    session: Session, board: Board, by: Person, source: str = "<p>Words</p>", **values: Any
) -> tuple[Case, Post]:
    _, post = a_thread(session, board, a_person(session, "author"), source=source)
    case = a_case(session, board, post.uri, **{"post_id": post.id, "severity": Severity.DANGER, **values})
    add(session, Report(case_id=case.id, person_id=by.id, uri="", at=clock.now()))
    return case, post


def climbed(session: Session) -> list[int]:
    return [one.case_id for one in emitted(session) if type(one) is CaseClimbed]


def test_while_somebody_is_there_nothing_is_hidden_and_nobody_else_called(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_the_clock(monkeypatch, NOON)
    case, post = reported(session, a_board(session), a_person(session), PLEA)
    mind_urgent(session, CaseReported(case.id))
    assert (post.state, case.climbed, climbed(session)) == (PostState.VISIBLE, 0, [])


@pytest.mark.parametrize("severity", [Severity.HURT, Severity.RULES, Severity.ROUTINE])
def test_what_is_no_danger_waits_for_the_morning(
    session: Session, monkeypatch: pytest.MonkeyPatch, severity: Severity
) -> None:
    stop_the_clock(monkeypatch, NIGHT)
    case, post = reported(session, a_board(session), a_person(session), PLEA, severity=severity)
    mind_urgent(session, CaseReported(case.id))
    assert (post.state, case.climbed) == (PostState.VISIBLE, 0)


def test_a_report_from_elsewhere_alone_calls_people_and_hides_nothing(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = stop_the_clock(monkeypatch, NIGHT)
    case, post = reported(session, a_board(session), a_person(session))
    mind_urgent(session, CaseReported(case.id))
    assert (post.state, case.climbed, climbed(session)) == (PostState.VISIBLE, 1, [case.id])
    assert case.due_at == now + timedelta(hours=1)


def test_what_nobody_reported_stays_in_sight_and_calls_the_deputies(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_the_clock(monkeypatch, NIGHT)
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session, "author"), source=PLEA)
    case = a_case(session, board, post.uri, post_id=post.id, severity=Severity.DANGER, times=0)
    mind_urgent(session, CaseReported(case.id))
    assert (post.state, climbed(session)) == (PostState.VISIBLE, [case.id])


def test_what_sounds_like_it_itself_is_out_of_sight_at_night(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_the_clock(monkeypatch, NIGHT)
    case, post = reported(session, a_board(session), a_person(session), PLEA)
    mind_urgent(session, CaseReported(case.id))
    assert post.state is PostState.HELD
    held = session.query(Case).filter_by(kind=CaseKind.HELD).one()
    assert (held.severity, held.post_id, held.words) == (
        Severity.DANGER,
        post.id,
        "It may be about somebody’s safety.",
    )


def test_a_reader_is_believed_once_they_have_been_here_for_a_day(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = stop_the_clock(monkeypatch, NIGHT)
    board, ana = a_board(session), a_person(session)
    reader = a_reader(session, ana, joined_at=now - timedelta(days=1))
    case, post = reported(session, board, ana)
    mind_urgent(session, CaseReported(case.id))
    assert post.state is PostState.VISIBLE, "a new account costs nothing"
    reader.joined_at = now - timedelta(days=1, seconds=1)
    session.flush()
    mind_urgent(session, CaseReported(case.id))
    assert post.state is PostState.HELD


def test_a_reader_who_reported_something_else_makes_no_report_credible(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = stop_the_clock(monkeypatch, NIGHT)
    board, ana = a_board(session), a_person(session)
    a_reader(session, ana, joined_at=now - timedelta(days=9))
    other = a_case(session, board, "other")
    add(session, Report(case_id=other.id, person_id=ana.id, uri="", at=now))
    case, post = reported(session, board, a_person(session, "eve", "evil.example"))
    mind_urgent(session, CaseReported(case.id))
    assert post.state is PostState.VISIBLE


def test_a_person_or_a_removed_post_can_be_urgent_too(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_the_clock(monkeypatch, NIGHT)
    board = a_board(session)
    of_person = a_case(session, board, "https://x.example/eve", severity=Severity.DANGER)
    case, post = reported(session, board, a_person(session), PLEA)
    post.state = PostState.REMOVED
    for one in (of_person, case):
        mind_urgent(session, CaseReported(one.id))
        assert one.climbed == 1
    assert post.state is PostState.REMOVED


def an_overdue_case(**values: Any) -> int:
    with database.transaction() as session:
        board = session.query(Board).first() or a_board(session)
        known = {"severity": Severity.HURT, "due_at": clock.now() - timedelta(seconds=1)}
        return a_case(session, board, f"case {values}", **{**known, **values}).id


@pytest.mark.parametrize(
    "values",
    [
        {"state": CaseState.CLOSED},
        {"due_at": None},
        {"due_at": clock.now() + timedelta(hours=1)},
        {"climbed": escalation.TOP},
        {"claimed_by": 7, "claimed_until": clock.now() + timedelta(hours=1)},
    ],
)
def test_what_is_settled_not_due_at_the_top_or_in_somebodys_hands_does_not_climb(
    unit: Unit, values: dict[str, Any]
) -> None:
    an_overdue_case(**values)
    assert climb_overdue() == 0
    assert unit.of(CaseClimbed) == []


def test_an_overdue_case_climbs_one_step_at_a_time_and_stops_at_the_top(unit: Unit) -> None:
    case_id = an_overdue_case(claimed_by=7, claimed_until=clock.now() - timedelta(seconds=1))
    assert (climb_overdue(), climb_overdue()) == (1, 0), "the next have their time too"
    with database.transaction() as session:
        case = session.get_one(Case, case_id)
        assert case.due_at is not None
        assert timedelta(hours=23) < case.due_at - clock.now() <= timedelta(hours=24)
        case.due_at = clock.now()
    assert climb_overdue() == 1
    with database.transaction() as session:
        case = session.get_one(Case, case_id)
        assert case.climbed == escalation.TOP
        case.due_at = clock.now()
    assert climb_overdue() == 0
    assert unit.of(CaseClimbed) == [CaseClimbed(case_id)] * 2


def test_an_appeal_that_nobody_heard_goes_to_the_top_at_once_and_stays_late(unit: Unit) -> None:
    due = clock.now() - timedelta(seconds=1)
    case_id = an_overdue_case(kind=CaseKind.APPEAL, due_at=due)
    assert climb_overdue() == 1
    with database.read_transaction() as session:
        case = session.get_one(Case, case_id)
        assert (case.climbed, case.due_at) == (escalation.TOP, due)


def a_waiting_post(board_slug: str, author: str = "ana", **values: Any) -> int:
    with database.transaction() as session:
        board = session.query(Board).filter_by(slug=board_slug).one_or_none() or a_board(session, board_slug)
        person = session.query(Person).filter_by(username=author).one_or_none() or a_person(session, author)
        known = {"state": PostState.HELD, "held_until": clock.now() - timedelta(seconds=1)}
        _, post = a_thread(session, board, person, **{**known, **values})
        a_case(session, board, post.uri, kind=CaseKind.HELD, post_id=post.id)
        return post.id


@pytest.mark.parametrize(
    "values",
    [
        {"held_until": None},
        {"held_until": clock.now() + timedelta(hours=1)},
        {"state": PostState.REMOVED},
        {"state": PostState.DELETED},
    ],
)
def test_what_waits_for_a_look_or_its_time_or_was_decided_on_is_not_shown(
    unit: Unit, values: dict[str, Any]
) -> None:
    post_id = a_waiting_post("respite", **values)
    assert release_in_time() == 0
    with database.read_transaction() as session:
        assert session.get_one(Post, post_id).state is values.get("state", PostState.HELD)


def test_a_post_whose_time_has_come_is_shown_and_its_case_closed(unit: Unit) -> None:
    post_id = a_waiting_post("respite")
    assert release_in_time() == 1
    with database.read_transaction() as session:
        post, case = session.get_one(Post, post_id), session.query(Case).one()
        assert (post.state, post.held_until, case.state) == (PostState.VISIBLE, None, CaseState.CLOSED)
    assert [one.post_id for one in unit.of(PostPublished)] == [post_id]


@pytest.mark.parametrize("is_hold", [True, False])
def test_whoever_was_kept_off_meanwhile_waits_for_a_look_instead(unit: Unit, is_hold: bool) -> None:
    post_id = a_waiting_post("respite")
    with database.transaction() as session:
        post = session.get_one(Post, post_id)
        a_ban(
            session,
            session.get_one(Board, post.board_id),
            session.get_one(Person, post.person_id),
            is_hold=is_hold,
        )
    release_in_time()
    with database.transaction() as session:
        post, case = session.get_one(Post, post_id), session.query(Case).one()
        assert (post.state, post.held_until, case.state) == (PostState.HELD, None, CaseState.OPEN)
        session.query(Ban).delete()
    assert release_in_time() == 0, "and is not forgotten to wait by itself"
    assert unit.of(PostPublished) == []
