"""Who answered a post: what counts as an answer, and when answers end a hearing before its time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from fedconnect.events import CaseReported, DecisionMade, LikeChanged, PostPublished, PostWithdrawn
from fedconnect.foundation import clock, database, ids
from fedconnect.models.case import Case, CaseKind, CaseState
from fedconnect.models.decision import Decision
from fedconnect.models.hearing import RUNNING, Hearing, HearingState
from fedconnect.models.listener import KeptAway
from fedconnect.models.person import Person
from fedconnect.models.post import Post, Reaction, ReactionKind
from fedconnect.models.visibility import from_silenced, hides, in_sight, may_surface
from fedconnect.surfacing.hearing import lifecycle, promise
from fedconnect.surfacing.parameters import in_force

_MET = timedelta(days=1)  # whoever came later ends nobody's hearing
_MOST = 1_000
_NO_PERSONS = ("Service", "Application", "Group")


def note_published(session: Session, event: PostPublished) -> None:
    """Count an answer for its thread's starter, and for the answer that it replies to."""
    _recount_above(session, event.post_id)


def note_withdrawn(session: Session, event: PostWithdrawn) -> None:
    """An answer that is gone counts nowhere; what ended because of it goes on."""
    _recount_above(session, event.post_id)


def note_reported(session: Session, event: CaseReported) -> None:
    """An answer that somebody reported does not count until a moderator has looked."""
    case = session.get_one(Case, event.case_id)
    if case.post_id is not None:
        _recount_above(session, case.post_id)


def note_decided(session: Session, event: DecisionMade) -> None:
    """An answer counts again once a moderator has left it where it is."""
    decision = session.get_one(Decision, event.decision_id)
    if decision.post_id is not None:
        _recount_above(session, decision.post_id)


def note_liked(session: Session, event: LikeChanged) -> None:
    """What an author likes among the answers to them has answered them, as long as they do."""
    post = session.get_one(Post, event.post_id)
    if not post.is_starter:
        starter = _of_starter(session, post.thread_id)
        if starter is not None and starter.person_id == event.person_id:
            recount(session, starter)


def recount(session: Session, hearing: Hearing) -> None:
    """Count who answered a post as it stands now, and end its hearing, or let it go on, by that (at most 3 queries).

    Other people count, one by one, with what stands: no bots; nobody of a silenced server; nobody whom the author hides or
    keeps away; nothing that is reported and not looked at yet.
    """
    session.flush()  # the count sees the answer
    answers = session.execute(
        select(Post.person_id, Person.host, func.min(Post.received))
        .join(Person, Person.id == Post.person_id)
        .where(*_answers(hearing))
        .group_by(Post.person_id, Person.host)
        .limit(_MOST)
    ).all()
    hearing.answerers = len(answers)
    hearing.first_answer_at = min((row[2] for row in answers), default=None)
    if hearing.state not in {*RUNNING, HearingState.ANSWERED}:
        return
    met_before = ids.first_id_at(clock.now() - _MET)
    hosts = [host for person, host, _ in answers if person is not None and person < met_before]
    if hearing.is_starter:
        is_answered = promise.is_answered(hosts, in_force().hearing) or (
            bool(answers) and _is_acknowledged(session, hearing)
        )
    else:
        is_answered = bool(answers)
    if hearing.state in RUNNING and is_answered:
        lifecycle.end(hearing, HearingState.ANSWERED)
    elif hearing.state is HearingState.ANSWERED and not is_answered:
        _go_on(session, hearing)


def _recount_above(session: Session, post_id: int) -> None:
    answer = session.get(Post, post_id)
    if answer is None or answer.is_starter:
        return
    starter = _of_starter(session, answer.thread_id)
    parent = lifecycle.find_hearing(session, answer.parent_id) if answer.parent_id is not None else None
    for hearing in dict.fromkeys((starter, parent)):
        if hearing is not None:
            recount(session, hearing)


def _of_starter(session: Session, thread_id: int) -> Hearing | None:
    of_starter = select(Hearing).where(Hearing.thread_id == thread_id, Hearing.is_starter.is_(True))
    return session.execute(of_starter).scalar_one_or_none()


def _answers(hearing: Hearing) -> tuple[ColumnElement[bool], ...]:
    """Posts (joined to Person) that count as answers to a post: in its thread or, where it is an answer itself, to it."""
    reported = exists().where(
        Case.post_id == Post.id, Case.kind == CaseKind.REPORT, Case.state == CaseState.OPEN
    )
    kept_away = exists().where(KeptAway.author_id == hearing.person_id, KeptAway.listener_id == Person.id)
    return (
        Post.thread_id == hearing.thread_id if hearing.is_starter else Post.parent_id == hearing.post_id,
        in_sight(),
        Post.is_starter.is_(False),
        Post.person_id.is_distinct_from(hearing.person_id),
        Person.kind.not_in(_NO_PERSONS),
        Person.quarantined_at.is_(None),
        ~from_silenced(),
        ~hides(hearing.person_id),
        ~kept_away,
        ~reported,
    )


def _is_acknowledged(session: Session, hearing: Hearing) -> bool:
    """Whether the author replied to an answer that counts, or liked one: they know best that they were answered."""
    back = aliased(Post)
    replied = exists().where(back.parent_id == Post.id, back.person_id == hearing.person_id, in_sight(back))
    liked = exists().where(
        Reaction.post_id == Post.id,
        Reaction.person_id == hearing.person_id,
        Reaction.kind == ReactionKind.LIKE,
    )
    acknowledged = (
        select(Post.id)
        .join(Person, Person.id == Post.person_id)
        .where(*_answers(hearing), or_(replied, liked))
    )
    return session.execute(acknowledged.limit(1)).first() is not None


def _go_on(session: Session, hearing: Hearing) -> None:
    """What ended it early is gone: the hearing goes on while there is time; after that nobody may have answered."""
    surfaces = select(Post.id).outerjoin(Person, Person.id == Post.person_id)
    if session.execute(surfaces.where(Post.id == hearing.post_id, may_surface())).first() is None:
        return  # its author wants no hearing by now
    if hearing.ends_at <= clock.now():
        if not hearing.answerers:
            hearing.move(HearingState.MISSED)
        return
    hearing.move(HearingState.OPEN if hearing.was_placed else HearingState.WAITING)
    hearing.ended_at = None
    if not hearing.was_placed:
        database.enqueue_after_commit(session, "hearings")
