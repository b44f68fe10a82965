"""A new post, from whichever door: its facts are read, the decision is made, and its rows are written."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from fedconnect.events import PostRefused, emit
from fedconnect.forum import local_only, posting, removal
from fedconnect.forum.local_only import SealedText
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.boards import moderator_activity
from fedconnect.moderation.hold_reason import WAVE, HoldReason
from fedconnect.moderation.posts import fact_queries, held_posts
from fedconnect.moderation.posts.decision import decide
from fedconnect.moderation.posts.fact_queries import Rows
from fedconnect.moderation.posts.facts import Need
from fedconnect.moderation.posts.outcome_types import (
    Held,
    Known,
    Locked,
    Outcome,
    PostDecision,
    Published,
    Refused,
    TakenBack,
)
from fedconnect.moderation.posts.submitted_post import NewPost


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a post, and its row: new, or known already; none where it was refused or has to wait elsewhere."""

    outcome: Outcome
    post: Post | None = None


def submit_post(session: Session, new: NewPost) -> Submitted:
    """Publish a post, hold it or refuse it.

    Moderators and authors are told of what waits, authors of what they sent here and cannot stand; the first of a wave
    are held with the one that makes it one.
    """
    rows = Rows()
    facts = fact_queries.post_facts(new)
    while isinstance(decision := decide(facts), Need):
        facts = fact_queries.read_of_post(session, new, facts, decision, rows)
    return write_post(session, new, decision, rows)


def write_post(session: Session, new: NewPost, decision: PostDecision, rows: Rows) -> Submitted:
    """Write what was decided; `rows` are those that it was decided on."""
    if decision.is_attended and new.author is not None:
        moderator_activity.note_active(session, new.author)
    for number in decision.also_held:
        other = rows.wave[number]
        if removal.hold(session, other):
            held_posts.put_on_hold(session, other, HoldReason("why_wave", wave=WAVE))
    match decision.outcome:
        case Published() | TakenBack():
            post = _write(session, new, decision, rows)
        case Held(hold):
            post = _write(session, new, decision, rows)
            held_posts.put_on_hold(session, post, hold)
        case Known():
            return Submitted(decision.outcome, rows.known)
        case Refused(told=why) | Locked(told=why) if why and new.author is not None:
            emit(session, PostRefused(new.board.id, new.author.id, new.draft.uri, why))
            return Submitted(decision.outcome)
        case _:
            return Submitted(decision.outcome)
    return Submitted(decision.outcome, post)


def _write(session: Session, new: NewPost, decision: PostDecision, rows: Rows) -> Post:
    state = _state(decision.outcome)
    newcomer_host = new.author.host if decision.is_newcomer and new.author is not None else ""
    if new.words is not None:
        return _write_here(session, new, new.words, rows, state, newcomer_host)
    if new.parent is None:
        return posting.start_thread(
            session, new.board, new.draft, new.author, state=state, arrival=new.arrival,
            linked_group_uri=new.linked_group_uri, is_anonymous=new.is_anonymous, newcomer_host=newcomer_host,
        )  # fmt: skip
    assert rows.thread is not None
    return posting.reply(
        session, rows.thread, new.parent, new.draft, new.author, addressed=new.is_addressed, state=state,
        arrival=new.arrival, approval=new.approval or "", newcomer_host=newcomer_host,
    )  # fmt: skip


def _write_here(
    session: Session, new: NewPost, words: SealedText, rows: Rows, state: PostState, newcomer_host: str
) -> Post:
    assert new.author is not None
    if new.parent is None:
        return local_only.start_thread(
            session, new.board, new.author, new.draft, words, state=state, newcomer_host=newcomer_host
        )
    assert rows.thread is not None
    return local_only.reply(
        session,
        rows.thread,
        new.parent,
        new.author,
        new.draft,
        words,
        state=state,
        newcomer_host=newcomer_host,
    )


def _state(outcome: Outcome) -> PostState:
    if isinstance(outcome, TakenBack):
        return PostState.DELETED
    return PostState.HELD if isinstance(outcome, Held) else PostState.VISIBLE
