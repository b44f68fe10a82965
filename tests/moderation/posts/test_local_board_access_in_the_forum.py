"""A board that does not federate is for those who are not kept off it, and a report of it stays there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fedconnect.accounts import sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.forum import local_only
from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.models.case import Case, Severity
from fedconnect.models.decision import Ban
from fedconnect.models.post import Post, PostState
from fedconnect.moderation import reporting
from fedconnect.moderation.posts import local_board_access
from fedconnect.moderation.reporting import read_severity
from support.forum import Forum
from support.rows import board_of, signed_in


def said(visit: Visit, text: str = "A word\nof mine") -> PostAddress:
    """A post on @shelter, which is made."""
    board_of("shelter", is_local_only=True)
    with database.transaction() as session:
        board, person = local_only.get_board(session, "shelter"), sessions.person_of(session, visit)
        draft, words = local_only.draft_of(board, person, text, is_thread=True)
        post = local_only.start_thread(session, board, person, draft, words, state=PostState.VISIBLE)
        return PostAddress("shelter", post.thread_id, post.id)


def test_whoever_is_kept_off_reads_deletes_and_reports_nothing(forum: Forum) -> None:
    dora = signed_in("dora")
    place = said(dora)
    with database.transaction() as session:
        board = local_only.get_board(session, "shelter")
        session.add(Ban(board_id=board.id, person_id=dora.person_id))
    with database.transaction() as session:
        for deed in (local_board_access.get_post, local_board_access.delete_own):
            with pytest.raises(NotFound):
                deed(session, dora, place)
        with pytest.raises(NotFound):
            local_board_access.enter(session, dora, "shelter")
        with pytest.raises(NotFound):
            reporting.report_local_post(session, dora, place, "Words", Severity.RULES)
    assert forum.rows(Case) == []


def test_a_board_that_federates_is_not_entered(forum: Forum) -> None:
    with database.read_transaction() as session, pytest.raises(NotFound):
        local_board_access.enter(session, signed_in("dora"), "respite")


def test_a_post_is_deleted_by_its_author_alone(forum: Forum) -> None:
    dora, eve = signed_in("dora"), signed_in("eve")
    place = said(dora)
    for visit, where in (
        (eve, place),
        (dora, replace(place, thread_id=0)),
        (dora, replace(place, post_id=1)),
    ):
        with database.transaction() as session, pytest.raises(NotFound):
            local_board_access.delete_own(session, visit, where)
    with database.transaction() as session:
        assert local_board_access.delete_own(session, dora, place).is_starter
    (post,) = forum.rows(Post, Post.id == place.post_id)
    assert (post.state, post.sealed) == (PostState.DELETED, "")


@pytest.mark.parametrize(("word", "severity"), [("danger", Severity.DANGER), ("hurt", Severity.HURT), ("", Severity.RULES), ("x", Severity.RULES)])  # fmt: skip
def test_how_bad_it_is_is_what_somebody_says(forum: Forum, word: str, severity: Severity) -> None:
    place, eve = said(signed_in("dora")), signed_in("eve")
    with database.transaction() as session:
        reporting.report_local_post(session, eve, place, "It mocks.", read_severity(word))
    assert forum.rows(Case)[0].severity == severity
