"""What an action is given: how long something lasts, and whom it is about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import Malformed
from fedconnect.moderation.actions.action import ActionParams, Target, nowhere
from support.moderation_rows import stop_the_clock
from support.unit import a_board, a_person, a_thread

URI = "https://home.example/posts/x"


def test_days_are_counted_from_now_and_none_is_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    now = stop_the_clock(monkeypatch)
    assert ActionParams(days=0).end is None
    assert ActionParams(days=1).end == now + timedelta(days=1)
    assert ActionParams().end == now + timedelta(days=7), "a week where nothing was said"


def test_a_moment_goes_before_days(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = stop_the_clock(monkeypatch) + timedelta(hours=3)
    assert {ActionParams(until=moment, days=days).end for days in (0, 1, 7)} == {moment}


def test_what_only_has_an_id_has_neither_post_nor_author(session: Session) -> None:
    with pytest.raises(Malformed):
        Target(URI).need_post()
    with pytest.raises(Malformed):
        Target(URI).need_author(session)


def test_somebody_as_such_is_no_post(session: Session) -> None:
    ana = a_person(session)
    assert Target(ana.uri, person=ana).need_author(session) is ana
    with pytest.raises(Malformed):
        Target(ana.uri, person=ana).need_post()


def test_a_post_leads_to_its_author_and_the_boards_own_words_to_nobody(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    _, post = a_thread(session, board, ana)
    _, own = a_thread(session, board)
    assert Target(post.uri, post).need_post() is post
    assert Target(post.uri, post).need_author(session) is ana
    with pytest.raises(Malformed, match="author"):
        Target(own.uri, own).need_author(session)
    assert not nowhere(post, board)
