"""An edit of a post by its own author, from whichever door: facts, decision, rows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.events import Cause
from fedconnect.forum import posting, removal
from fedconnect.models.post import PostState
from fedconnect.moderation.boards import moderator_activity
from fedconnect.moderation.posts import fact_queries, held_posts
from fedconnect.moderation.posts.decision import decide_edit
from fedconnect.moderation.posts.fact_queries import Rows
from fedconnect.moderation.posts.facts import Need
from fedconnect.moderation.posts.outcome_types import EditDecision, Edited, Left, Narrowed
from fedconnect.moderation.posts.submitted_post import PostEdit


def edit_post(session: Session, edit: PostEdit) -> EditDecision:
    """Take over an edit, hold it or leave it; return what was decided. That it is its author's was proven before."""
    rows = Rows()
    facts = fact_queries.edit_facts(edit)
    while isinstance(decision := decide_edit(facts), Need):
        facts = fact_queries.read_of_edit(session, edit, facts, decision, rows)
    write_edit(session, edit, decision)
    return decision


def write_edit(session: Session, edit: PostEdit, decision: EditDecision) -> None:
    """Write what was decided."""
    post, draft = edit.post, edit.draft
    if isinstance(decision.outcome, Left):
        removal.withdraw(session, post, Cause.LEFT)
        return
    is_brought_back = edit.is_restored and isinstance(decision.outcome, Edited)
    if is_brought_back:
        post.move(PostState.HELD)  # in nobody's sight until it is known whether it waits
    if decision.is_attended:
        moderator_activity.note_active(session, edit.author)
    if decision.is_put_on_hold and decision.hold is not None:
        removal.hold(session, post)
        held_posts.put_on_hold(session, post, decision.hold)  # also where it waited for its time alone
    posting.take_votes(post, draft)
    if isinstance(decision.outcome, Narrowed):
        removal.withdraw(session, post, Cause.NARROWED)
    elif isinstance(decision.outcome, Edited):
        posting.edit(session, post, draft)
    if is_brought_back and not decision.is_put_on_hold:
        removal.release(session, post)
