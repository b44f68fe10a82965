"""Posts found by their ids: never those that stay here."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum.post_lookup import find_post, is_any_here
from fedconnect.models.post import PostState
from support.unit import a_board, a_person, a_thread


def test_a_post_that_stays_here_is_found_by_nobody_outside(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    _, hidden = a_thread(session, board, ana, visibility=Visibility.LOCAL_ONLY)
    _, held = a_thread(session, board, ana, state=PostState.HELD)
    assert find_post(session, hidden.uri) is None
    assert find_post(session, held.uri) is held
    assert not is_any_here(session, {hidden.uri, "https://home.example/none"})
    assert not is_any_here(session, set())
    assert is_any_here(session, {hidden.uri, held.uri})
