"""Whoever looks after a board lifts nothing from their own post that somebody else, or a rule, put on it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import FedConnectError, NotPermitted
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.actions import registry
from fedconnect.moderation.actions.action import ActionParams
from support.moderation_rows import a_context, somebody_of_the_team
from support.unit import a_board, a_thread

RESTRICTED: dict[str, dict[str, Any]] = {
    "held": {"state": PostState.HELD}, "removed": {"state": PostState.REMOVED}, "covered": {"covered": "Sad"},
}  # fmt: skip


def is_restricted(post: Post) -> bool:
    return post.state is not PostState.VISIBLE or bool(post.covered)


@pytest.mark.parametrize("how", sorted(RESTRICTED))
@pytest.mark.parametrize("first", sorted(registry.ACTIONS))
def test_no_action_before_it_makes_a_restriction_ones_own_to_lift(
    session: Session, how: str, first: str
) -> None:
    board = a_board(session)
    mo, _ = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    _, own = a_thread(session, board, mo, **RESTRICTED[how])
    context = a_context(board, mo)
    with suppress(FedConnectError):  # it cannot be done to such a post, or not by them
        registry.perform(session, context, own, first, ActionParams(warning="Other words", title="A title"))
    for lift in ("release", "restore", "uncover"):
        with suppress(NotPermitted):
            registry.perform(session, context, own, lift, ActionParams())
    assert is_restricted(own)
