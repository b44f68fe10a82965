"""Deciding: on a case, on several alike, on a post that nobody has reported; and taking it back at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.board import Board
from fedconnect.models.case import CaseState
from fedconnect.models.decision import Decision
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation import wording
from fedconnect.moderation.actions import case_action, registry
from fedconnect.moderation.actions.leave import LEAVE
from fedconnect.moderation.authorization import ModerationContext
from fedconnect.moderation.boards import board_rules, team
from fedconnect.moderation.cases import claims
from fedconnect.moderation.casework import case_access, case_work, queue
from fedconnect.moderation.casework.decision_form import DecisionForm, OfferedForm, offer_form
from fedconnect.moderation.decisions import undo_recent


def decide_case(session: Session, visit: Visit, case_id: int, form: DecisionForm) -> Decision | None:
    """Decide on a case; None where nothing changed: then it stays open.

    Raises:
        NotFound: not theirs to look at. Malformed: a colleague has it open or has decided on it meanwhile, it has a page
            of its own, or the rule, the reason or what the action needs is missing. NotPermitted: as `authorization.authorize`.
    """
    case, person = case_access.get_case(session, visit, case_id)
    case_work.keep_for(session, case, person)
    board = session.get_one(Board, case.board_id)
    context = _context(session, board, person, form, case.id)
    return case_action.decide(session, context, case, form.action, form.params)


def decide_cases(
    session: Session, visit: Visit, case_ids: Sequence[int], form: DecisionForm
) -> list[Decision]:
    """Decide on several cases alike, each once and with those of its wave; return the decisions that were written. What
    one of them closes together with another, as a decision on a post does, needs none of its own.

    Raises: as decide_case; then none of it happens. Malformed where no case was chosen.
    """
    if not case_ids:
        raise Malformed("nothing chosen", safe="Please choose at least one case.")
    chosen = [case_access.get_case(session, visit, one)[0] for one in dict.fromkeys(case_ids)]
    for case in chosen:
        claims.check_open(session, case)
    made = []
    for case in chosen:
        if case.state is CaseState.OPEN:
            made += [decide_case(session, visit, one, form) for one in queue.list_alike(session, case)]
    return [one for one in made if one is not None]


def get_decidable(session: Session, visit: Visit, address: PostAddress) -> tuple[Board, Post, Person]:
    """Return a post in whatever state with its board, and who is asking, where they look after it. Raises NotFound."""
    board, person = team.get_looked_after(session, visit, address.slug)
    post = session.get(Post, address.post_id)
    if post is None or post.board_id != board.id or post.thread_id != address.thread_id:
        raise NotFound("no such post")
    return board, post, person


def offer_on_post(session: Session, visit: Visit, address: PostAddress) -> tuple[Board, OfferedForm]:
    """Return the form for a decision on a post that nobody has reported. Raises NotFound."""
    board, post, _ = get_decidable(session, visit, address)
    return board, offer_form(session, board, post)


def decide_post(
    session: Session, visit: Visit, address: PostAddress, form: DecisionForm
) -> tuple[Board, Post, Decision | None]:
    """Decide on a post; return where it stands now, and the decision: None where it makes no sense for the post as it is
    now, and nothing changed.

    Raises:
        NotFound: no such post on a board of theirs. Malformed, NotPermitted: as decide_case.
    """
    board, post, person = get_decidable(session, visit, address)
    context = _context(session, board, person, form)
    made = None
    if registry.makes_sense(post, board, form.action):
        made = registry.perform(session, context, post, form.action, form.params)
    return session.get_one(Board, post.board_id), post, made


def undo(session: Session, visit: Visit, first: int, last: int) -> int:
    """Take back what whoever is asking decided just now, from one decision to another; return how much that was.
    Raises NotFound where they look after no board."""
    person, _ = case_access.get_caretaker(session, visit)
    return undo_recent.undo(
        session, person, first, last, "Taken back at once by who decided: it was a mistake."
    )


def _context(
    session: Session, board: Board, person: Person, form: DecisionForm, case_id: int | None = None
) -> ModerationContext:
    gentle = form.gentle if form.gentle in wording.GENTLE and registry.takes_gentle(form.action) else ""
    if gentle:  # with care for its author: no rule was broken, and nothing is to be said of why
        return ModerationContext(board, person, "", gentle=gentle, case_id=case_id)
    rule, is_nothing = (
        board_rules.check_rule(session, board, form.rule.strip()),
        form.action == LEAVE.kind.value,
    )
    return ModerationContext(
        board, person, form.reason.strip(), rule, case_id=case_id, is_without_rule=is_nothing
    )
