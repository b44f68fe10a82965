"""Create: a post that names a board begins a thread; one that answers a post here joins its thread."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft
from fedconnect.federation import authority
from fedconnect.federation.activities import linked_group, placement, post, private_message, submitted_replies
from fedconnect.federation.activities.activity_type import ActivityType, Incoming
from fedconnect.federation.activities.post import PreparedPost
from fedconnect.federation.activities.result import NOTHING_THAT_COMES, Deferred, Ignored, Result
from fedconnect.federation.backfill import fetch_queue
from fedconnect.forum import post_lookup
from fedconnect.forum.boards import boards_named, slug_of
from fedconnect.hooks.views import Verdict
from fedconnect.models.board import Board


def apply(session: Session, incoming: Incoming, prepared: PreparedPost | None) -> Result:
    """Publish the signer's post where it belongs."""
    if prepared is None:
        return Ignored("no post that we can take")
    return publish(session, incoming, prepared)


def publish(session: Session, incoming: Incoming, prepared: PreparedPost) -> Result:
    """Put a post on a board or under the one that it answers; also the road of an Update."""
    author, draft = incoming.person, prepared.draft
    if draft.author_uri != author.uri or authority.is_ours(draft.uri):
        return Ignored("not the signer's own post")
    boards = boards_named(session, tuple(slug for uri in draft.boards if (slug := slug_of(uri)) is not None))
    if not draft.visibility.is_open:
        return private_message.take(session, draft, author, boards)
    if prepared.verdict is Verdict.REFUSE:  # told where it would have begun; whatever it answers
        if not boards:
            return Ignored("refused by screening")
        return placement.start_thread(session, incoming, prepared, boards[0])
    if draft.in_reply_to is None:
        loose = submitted_replies.find_loose_reply(session, author, draft.uri)
        if loose is not None and loose.parent_uri is None:
            return Deferred(NOTHING_THAT_COMES)  # their server delivers before it has answered our request
        if loose is not None:
            draft = replace(draft, in_reply_to=loose.parent_uri)
            prepared = replace(prepared, draft=draft)
    if draft.in_reply_to is not None:
        parent = post_lookup.find_post(session, draft.in_reply_to)
        if parent is not None:
            is_addressed = any(named.id == parent.board_id for named in boards)
            approval = prepared.approval if authority.needs_approval(parent, author) else None
            return placement.reply(
                session, incoming, prepared, parent, is_addressed=is_addressed, approval=approval
            )
        if not (incoming.stands_alone or _nobody_looks(session, incoming, draft, boards)):
            return Deferred(draft.in_reply_to)
    return _start(session, incoming, prepared, boards)


def _nobody_looks(session: Session, incoming: Incoming, draft: PostDraft, boards: list[Board]) -> bool:
    """Whether what a post answers would be looked for and cannot be: waiting two weeks would be for nothing."""
    if not boards or draft.in_reply_to is None:
        return False
    return not fetch_queue.fetch_ancestors(
        session, draft.in_reply_to, incoming.inbound_id, asker=incoming.person.host
    )


def _start(session: Session, incoming: Incoming, prepared: PreparedPost, boards: list[Board]) -> Result:
    linked_group_uri = None
    if not boards and incoming.for_board:
        boards, linked_group_uri = boards_named(session, (incoming.for_board,)), incoming.linked_group_uri
    if not boards:
        return Ignored("names no board of ours")
    return placement.start_thread(session, incoming, prepared, boards[0], linked_group_uri)


CREATE = ActivityType(
    "Create", post.prepare, apply,
    in_envelope=linked_group.fetch_target, carries_post=True, can_be_forwarded=True, is_once=True, is_relayed=True,
)  # fmt: skip
