"""A decision on a case: on its post, on somebody who was reported, or that it stays as it is."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind
from fedconnect.models.decision import Decision
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation.actions import leave, registry
from fedconnect.moderation.actions.action import Action, ActionParams, Target
from fedconnect.moderation.actions.leave import LEAVE
from fedconnect.moderation.authorization import ModerationContext
from fedconnect.moderation.cases import cases, claims

_ON_THEIR_OWN_PAGE = frozenset({CaseKind.APPEAL, CaseKind.ANONYMOUS})


def offered(case: Case, post: Post | None, board: Board) -> list[Action]:
    """Return what makes sense for a case as it is now."""
    if post is not None:
        return registry.offered(post, board)
    return registry.offered_for_person() if case.kind is CaseKind.REPORT else [LEAVE]


def decide(
    session: Session, context: ModerationContext, case: Case, name: str, params: ActionParams
) -> Decision | None:
    """Decide on a case and close it; None where nothing changed, or where it makes no sense for the post as it is now:
    then it stays open.

    Raises:
        Malformed: a colleague was faster, it is decided elsewhere, or there is no such action for it, or it would leave
            a post that waits as it is. NotPermitted: as permit().
    """
    claims.check_open(session, case)
    if case.kind in _ON_THEIR_OWN_PAGE:
        raise Malformed("own page", safe="This is decided on its own page: somebody waits for an answer.")
    post = session.get(Post, case.post_id) if case.post_id is not None else None
    if name == LEAVE.kind:
        # one that was moved away has a case with its new board: this one goes, and says nothing of the post
        here = post if post is not None and post.board_id == case.board_id else None
        decision = leave.perform(session, context, Target(case.subject_uri, here), params)
    elif post is not None:
        if not registry.makes_sense(post, context.board, name):
            return None
        decision = registry.perform(session, context, post, name, params)
    else:
        named = select(Person).where(Person.uri == case.subject_uri)
        subject = session.execute(named).scalar_one_or_none()
        if subject is None or case.kind is not CaseKind.REPORT:
            raise Malformed("action", safe="Please choose what to do.")
        decision = registry.perform_on_person(session, context, subject, name, params)
    if decision is not None:
        cases.close(session, case)
    return decision
