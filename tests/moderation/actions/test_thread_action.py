"""What actions on a conversation share: a title at its limits, and that the same again is no decision."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import Malformed
from fedconnect.models.decision import Decision
from fedconnect.models.thread import ThreadState
from fedconnect.moderation.actions import retitle, warn
from fedconnect.moderation.actions.lock import LOCK
from fedconnect.moderation.actions.pin import PIN
from fedconnect.moderation.actions.thread_action import check_title
from support.moderation_rows import count
from support.more_moderation_rows import act
from support.unit import a_board, a_person, a_post, a_thread


@pytest.mark.parametrize("title", ["", "  \n ", "\u200b", "x" * 141])
def test_what_is_no_title_is_refused(session: Session, title: str) -> None:
    with pytest.raises(Malformed):
        check_title(title)
    board = a_board(session)
    thread, post = a_thread(session, board, a_person(session))
    with pytest.raises(Malformed):
        act(session, retitle, board, post, title=title)
    assert thread.title == "Respite in August"


def test_a_title_is_one_line_of_at_most_140() -> None:
    assert check_title("x" * 140) == "x" * 140
    assert check_title(" A\ttitle\n\u202eof   words ") == "A title of words"


def test_closing_and_pinning_twice_is_one_decision(session: Session) -> None:
    board = a_board(session)
    thread, starter = a_thread(session, board, a_person(session))
    answer = a_post(session, thread)
    made = act(session, LOCK, board, answer)
    assert made is not None
    assert (made.subject_uri, made.post_id, thread.state) == (starter.uri, starter.id, ThreadState.LOCKED)
    assert act(session, LOCK, board, starter) is None
    assert act(session, PIN, board, starter) is not None
    assert act(session, PIN, board, starter) is None
    assert count(session, Decision) == 2


def test_nobody_is_asked_to_mind_a_rule_for_the_boards_own_words(session: Session) -> None:
    board = a_board(session)
    assert act(session, warn, board, a_thread(session, board)[1]) is None
    assert act(session, warn, board, a_thread(session, board, a_person(session))[1]) is not None
