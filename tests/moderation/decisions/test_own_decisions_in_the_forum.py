"""A decision is shown to whom it concerns, and to nobody else."""

from __future__ import annotations

import pytest

from fedconnect.accounts import sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.moderation.actions import registry
from fedconnect.moderation.actions.action import ActionParams
from fedconnect.moderation.authorization import ModerationContext
from fedconnect.moderation.decisions import own_decisions
from support.forum import Forum
from support.rows import moderator, signed_in, written_by


def decided(forum: Forum, name: str = "remove") -> tuple[Decision, Visit]:
    """A decision of Mo's on a post of Dora's, and Dora."""
    mo, dora = moderator("mo"), signed_in("dora")
    post = written_by(dora)
    with database.transaction() as session:
        board = boards.get_board(session, "respite")
        context = ModerationContext(board, sessions.person_of(session, mo), "It mocks.", "1. Be kind.")
        decision = registry.perform(session, context, session.merge(post), name, ActionParams())
    assert decision is not None
    return decision, dora


def test_nobody_else_reads_a_decision_or_objects_to_it(forum: Forum) -> None:
    decision, dora = decided(forum)
    for visit, number in ((signed_in("eve"), decision.id), (dora, 0)):
        with database.read_transaction() as session, pytest.raises(NotFound):
            own_decisions.read_decision(session, visit, number)
        with pytest.raises(NotFound), database.transaction() as session:
            own_decisions.object_to(session, visit, number, "Why?")
        with database.read_transaction() as session:
            assert number == 0 or own_decisions.list_decisions(session, visit) == []


def test_what_nobody_may_object_to_is_no_decision_of_theirs(forum: Forum) -> None:
    decision, dora = decided(forum, "pin")
    assert decision.kind is DecisionKind.PIN
    assert DecisionKind.PIN not in registry.APPEALABLE
    with database.read_transaction() as session:
        assert own_decisions.list_decisions(session, dora) == []
        with pytest.raises(NotFound):
            own_decisions.read_decision(session, dora, decision.id)


def test_its_author_reads_it_whole_and_objects_once(forum: Forum) -> None:
    decision, dora = decided(forum)
    with database.read_transaction() as session:
        shown = own_decisions.read_decision(session, dora, decision.id)
        assert [(one.id, board.slug) for one, board in own_decisions.list_decisions(session, dora)] == [
            (decision.id, "respite")
        ]
    assert (shown.board.slug, shown.may_object, shown.appeal, shown.words) == ("respite", True, None, "")
    assert shown.post is not None
    assert shown.thread is not None
    with database.transaction() as session:
        own_decisions.object_to(session, dora, decision.id, "It did not mock.")
    with database.read_transaction() as session:
        shown = own_decisions.read_decision(session, dora, decision.id)
    assert shown.appeal is not None
    assert not shown.may_object
    with pytest.raises(Malformed), database.transaction() as session:
        own_decisions.object_to(session, dora, decision.id, "Once more.")
