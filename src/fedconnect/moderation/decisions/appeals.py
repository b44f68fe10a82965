"""Appeals: once for each decision, heard by somebody who did not make it, within a fortnight. Ref: DSA 20."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import AppealHeard, emit
from fedconnect.forum import moderators
from fedconnect.foundation import clock, html
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.board import Board, Moderator
from fedconnect.models.board_rules import Admin
from fedconnect.models.case import CaseKind
from fedconnect.models.decision import Appeal, AppealState, Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation.actions import registry
from fedconnect.moderation.authorization import ModerationContext, record_decision
from fedconnect.moderation.cases import cases

HEARD_WITHIN = timedelta(days=14)
OPEN_FOR = timedelta(days=183)  # half a year: DSA 20


def concerns(session: Session, decision: Decision) -> int | None:
    """Return whom a decision concerns: the author of its post, or the person it names."""
    if decision.post_id is not None:
        return session.execute(select(Post.person_id).where(Post.id == decision.post_id)).scalar_one_or_none()
    return session.execute(select(Person.id).where(Person.uri == decision.subject_uri)).scalar_one_or_none()


def may_object(session: Session, decision: Decision, person_id: int) -> bool:
    """Whether somebody can still object to a decision: it concerns them, and nobody has objected yet."""
    return (
        decision.kind in registry.APPEALABLE
        and decision.board_id is not None
        and clock.now() - decision.at < OPEN_FOR
        and concerns(session, decision) == person_id
        and find_appeal(session, decision) is None
    )


def find_appeal(session: Session, decision: Decision) -> Appeal | None:
    """Return the appeal against a decision."""
    return session.execute(select(Appeal).where(Appeal.decision_id == decision.id)).scalar_one_or_none()


def object_to(session: Session, decision: Decision, person: Person, words: str) -> Appeal:
    """Ask for a decision to be looked at again by somebody else.

    Raises:
        NotFound: it does not concern them. Malformed: they have objected already, it is too late, or no word was
        said why.
    """
    if concerns(session, decision) != person.id:
        raise NotFound("somebody else's decision")
    words = html.plain_lines(words, 2000)
    if not words:
        raise Malformed("words", safe="Please say in a sentence why you object.")
    if not may_object(session, decision, person.id):
        raise Malformed("once", safe="You can object once to a decision, within half a year.")
    assert decision.board_id is not None
    now = clock.now()
    appeal = Appeal(
        decision_id=decision.id, person_id=person.id, words=words, at=now, due_at=now + HEARD_WITHIN
    )
    session.add(appeal)
    session.flush()  # its case names it
    board = session.get_one(Board, decision.board_id)
    cases.open_appeal_case(session, board, appeal.id, decision.post_id, appeal.due_at)
    return appeal


def may_hear(session: Session, decision: Decision, appeal: Appeal, person: Person) -> bool:
    """Whether somebody may hear an appeal; see `hearable`."""
    if decision.board_id is None:
        return False
    board = session.get_one(Board, decision.board_id)
    return hearable(session, person, [(appeal, decision, board)]) != set()


def hearable(session: Session, person: Person, made: Sequence[tuple[Appeal, Decision, Board]]) -> set[int]:
    """Return the ids of the appeals that somebody may hear, however many there are (2 queries).

    Another moderator of the board hears one; where there is none, one of another board; where there is none either,
    or its time is over, an admin. Never who decided, never who objects. What is said on a board that stays here,
    nobody of another board reads.
    """
    teams, is_admin = _teams(session), moderators.is_admin(session, person)
    everybody: set[int] = set().union(*teams.values())
    found = set()
    for appeal, decision, board in made:
        barred = {decision.person_id, appeal.person_id}
        own = teams.get(board.id, set())
        if person.id in barred:
            continue
        if own - barred:
            is_theirs = person.id in own
        elif everybody - own - barred and not board.is_local_only:
            is_theirs = person.id in everybody
        else:
            is_theirs = is_admin
        if is_theirs or (is_admin and appeal.due_at <= clock.now()):
            found.add(appeal.id)
    return found


def who_hears(session: Session, board: Board) -> str:
    """Return who would hear an appeal on a board: `board`, `others`, `admin` or, where there is nobody, `nobody`."""
    return who_hears_each(session, [board])[board.id]


def who_hears_each(session: Session, boards: Sequence[Board]) -> dict[int, str]:
    """Return who would hear an appeal on each board (2 queries). A board with one moderator has nobody else of its
    own, whoever decided."""
    teams = _teams(session)
    everybody: set[int] = set().union(*teams.values())
    otherwise = "admin" if session.execute(select(Admin.id).limit(1)).first() is not None else "nobody"
    found = {}
    for board in boards:
        own = teams.get(board.id, set())
        found[board.id] = (
            "board"
            if len(own) > 1
            else "others"
            if everybody - own and not board.is_local_only
            else otherwise
        )
    return found


def hear(session: Session, appeal: Appeal, person: Person, answer: str, *, overturn: bool) -> None:
    """Decide on an appeal, and take the decision back where it was wrong; the outcome is logged and told.

    Raises:
        NotFound: not theirs to hear. Malformed: no answer was given, or it was heard already.
    """
    decision = session.get_one(Decision, appeal.decision_id)
    if not may_hear(session, decision, appeal, person):
        raise NotFound("not theirs to hear")
    answer = html.plain_lines(answer, 2000)
    if not answer:
        raise Malformed("answer", safe="Please tell the author in a sentence why.")
    if appeal.state is not AppealState.OPEN:
        raise Malformed("heard", safe="Somebody has heard this appeal already.")
    assert decision.board_id is not None
    board = session.get_one(Board, decision.board_id)
    appeal.move(AppealState.OVERTURNED if overturn else AppealState.UPHELD)
    appeal.heard_by, appeal.answer, appeal.heard_at = person.id, answer, clock.now()
    context = ModerationContext(board, None, answer, decision.rule or "appeal", is_told=True)
    if overturn:
        registry.take_back(session, context, decision)  # where a thread stands, it is left
    kind = DecisionKind.OVERTURN if overturn else DecisionKind.UPHOLD
    post = session.get(Post, decision.post_id) if decision.post_id is not None else None
    record_decision(session, context, kind, decision.subject_uri, post=post, detail=decision.kind)
    case = cases.find_case(session, board.id, CaseKind.APPEAL, f"appeal:{appeal.id}")
    if case is not None:
        cases.close(session, case)
    emit(session, AppealHeard(appeal.id))


def _teams(session: Session) -> dict[int, set[int]]:
    """Return who looks after each board, and is still who they were when they were asked to."""
    teams: dict[int, set[int]] = {}
    for board_id, person_id in session.execute(
        select(Moderator.board_id, Moderator.person_id)
        .join(Person, Person.id == Moderator.person_id)
        .where(moderators.in_office())
    ):
        teams.setdefault(board_id, set()).add(person_id)
    return teams
