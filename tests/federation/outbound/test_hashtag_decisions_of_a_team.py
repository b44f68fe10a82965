"""What a board gathers is its team's to decide, each with their own token."""

from __future__ import annotations

import pytest

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.federation.outbound import hashtag_decisions
from fedconnect.federation.outbound.hashtag_decisions import HashtagAction
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import NotFound
from fedconnect.models.decision import Decision
from fedconnect.models.hashtag import FollowedHashtag
from support.forum import Forum
from support.rows import board_of, moderator, signed_in


@pytest.mark.parametrize("deed", HashtagAction)
def test_nobody_else_decides_on_what_is_gathered(forum: Forum, deed: HashtagAction) -> None:
    for visit in (signed_in("dora"), moderator("other", "benefits")):
        with pytest.raises(NotFound):
            hashtag_decisions.carry_out(visit, "respite", 1, deed)
        with database.transaction() as session, pytest.raises(NotFound):
            hashtag_decisions.follow_tag(session, visit, "respite", "#dementia")
        with database.read_transaction() as session, pytest.raises(NotFound):
            hashtag_decisions.read_page(session, visit, "respite")
    assert forum.rows(Decision) == []


def test_a_board_that_stays_here_gathers_nothing(forum: Forum) -> None:
    board_of("shelter", is_local_only=True)
    mo = moderator("mo", "shelter")
    with database.read_transaction() as session, pytest.raises(NotFound):
        hashtag_decisions.read_page(session, mo, "shelter")


def test_a_moderator_who_has_not_permitted_it_is_asked_to(forum: Forum) -> None:
    mo = moderator("mo")
    with database.transaction() as session, pytest.raises(PermissionNeeded):
        hashtag_decisions.follow_tag(session, mo, "respite", "#dementia")
    assert forum.rows(FollowedHashtag) == []


def test_what_the_team_does_is_a_decision_of_theirs(forum: Forum) -> None:
    mo = moderator("mo")
    with pytest.raises(NotFound):
        hashtag_decisions.carry_out(mo, "respite", 1, HashtagAction.UNTIE)
    assert forum.rows(Decision) == []
    with database.transaction() as session:
        tied = FollowedHashtag(board_id=board_of().id, tag="care", reader_id=mo.reader_id, since=clock.now())
        session.add(tied)
        session.flush()
        number = tied.id
    hashtag_decisions.carry_out(mo, "respite", number, HashtagAction.UNTIE)
    (decision,) = forum.rows(Decision)
    assert (decision.detail, decision.person_id) == ("gathers a hashtag no more", mo.person_id)
    with database.read_transaction() as session:
        shown = hashtag_decisions.read_page(session, mo, "respite")
    assert (shown.board.slug, shown.tags, shown.found) == ("respite", [], [])
