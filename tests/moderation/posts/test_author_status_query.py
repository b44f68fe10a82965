"""How somebody stands to a board: each answer is of this person on this board, and of now."""

from __future__ import annotations

from dataclasses import astuple
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.foundation import clock
from fedconnect.models.post import PostState
from fedconnect.moderation.author_status import AuthorStatus
from fedconnect.moderation.posts.author_status_query import read_author_status
from support.moderation_rows import a_ban, an_admin, somebody_of_the_team, stop_the_clock
from support.unit import a_board, a_moderator, a_person, a_post, a_thread

NOBODY = AuthorStatus(False, False, False, False, False)


def test_what_somebody_else_is_or_did_counts_for_nobody_here(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    ben = somebody_of_the_team(session, board, "ben")
    a_ban(session, board, ben)
    a_thread(session, board, ben)
    an_admin(session)
    assert read_author_status(session, board, ana) == NOBODY


def test_a_seat_elsewhere_and_a_ban_elsewhere_say_nothing(session: Session) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    a_moderator(session, other, ana)
    a_ban(session, other, ana)
    a_thread(session, other, ana)
    assert read_author_status(session, board, ana) == NOBODY
    assert read_author_status(session, other, ana) == AuthorStatus(True, True, False, True, False)


@pytest.mark.parametrize(("is_hold", "place"), [(False, 1), (True, 2)])
def test_what_has_an_end_ends_with_that_very_moment(
    session: Session, monkeypatch: pytest.MonkeyPatch, is_hold: bool, place: int
) -> None:
    board, ana = a_board(session), a_person(session)
    end = stop_the_clock(monkeypatch)
    a_ban(session, board, ana, is_hold=is_hold, until=end)
    assert read_author_status(session, board, ana) == NOBODY
    stop_the_clock(monkeypatch, end - timedelta(microseconds=1))
    assert [at for at, holds in enumerate(astuple(read_author_status(session, board, ana))) if holds] == [
        place
    ]


def test_only_posts_that_were_shown_make_somebody_who_has_posted(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    thread, _ = a_thread(session, board, a_person(session, "ben"))
    a_post(session, thread, ana, state=PostState.HELD)
    a_post(session, thread, ana, state=PostState.REMOVED)
    assert read_author_status(session, board, ana) == NOBODY
    a_post(session, thread, ana, state=PostState.DELETED, visibility=Visibility.UNLISTED)
    assert read_author_status(session, board, ana).has_posted


def test_somebody_may_both_look_after_a_board_and_run_the_installation(session: Session) -> None:
    board, ada = a_board(session), an_admin(session)
    a_moderator(session, board, ada)
    assert read_author_status(session, board, ada) == AuthorStatus(True, False, False, False, False)


def test_it_costs_one_query_for_whoever_holds_no_office(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    asked: list[str] = []
    connection = session.connection()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    read_author_status(session, board, ana)
    event.remove(connection, "before_cursor_execute", note)
    assert len(asked) == 1


def test_who_runs_the_installation_needs_no_seat_and_loses_it_with_their_account(session: Session) -> None:
    board, ada = a_board(session), an_admin(session)
    assert read_author_status(session, board, ada) == AuthorStatus(True, False, False, False, False)
    ada.gone_at = clock.now()
    session.flush()
    assert read_author_status(session, board, ada) == NOBODY
