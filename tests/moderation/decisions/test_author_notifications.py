"""What authors find on their own page of a decision on their post: only what takes or gives something."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import DecisionMade
from fedconnect.models.decision import DecisionKind
from fedconnect.models.reader_state import Notification, NotificationKind
from fedconnect.moderation.actions import registry
from fedconnect.moderation.decisions.author_notifications import notify_author
from support.moderation_rows import a_decision
from support.unit import a_board, a_person, a_reader, a_thread

OF_NO_CONCERN = [DecisionKind.LEAVE, DecisionKind.PIN, DecisionKind.SAFEGUARD, DecisionKind.UNPIN, DecisionKind.UNSAFEGUARD]  # fmt: skip


def told(session: Session) -> list[tuple[NotificationKind, int]]:
    return [(one.kind, one.post_id) for one in session.execute(select(Notification)).scalars()]


@pytest.mark.parametrize("kind", OF_NO_CONCERN)
def test_of_what_takes_nothing_from_them_authors_are_not_told(session: Session, kind: DecisionKind) -> None:
    board, ana = a_board(session), a_person(session)
    a_reader(session, ana)
    _, post = a_thread(session, board, ana)
    notify_author(
        session, DecisionMade(a_decision(session, board, kind=kind, post_id=post.id).id, was_said=False)
    )
    assert told(session) == []


@pytest.mark.parametrize("kind", sorted(set(registry.TYPES) - set(OF_NO_CONCERN)))
def test_of_everything_else_on_their_post_they_are(session: Session, kind: DecisionKind) -> None:
    board, ana = a_board(session), a_person(session)
    a_reader(session, ana)
    _, post = a_thread(session, board, ana)
    notify_author(
        session, DecisionMade(a_decision(session, board, kind=kind, post_id=post.id).id, was_said=False)
    )
    assert told(session) == [(NotificationKind.DECISION, post.id)]


def test_a_decision_on_no_post_is_on_nobodys_page(session: Session) -> None:
    board = a_board(session)
    a_reader(session, a_person(session))
    notify_author(session, DecisionMade(a_decision(session, board, kind=DecisionKind.BAN).id, was_said=False))
    assert told(session) == []
