"""Create: a post that names a board begins a thread; one that answers a post here joins its thread."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.drafts import PostDraft
from fedconnect.events import PrivateMessageRefused, emit
from fedconnect.federation import authority
from fedconnect.federation.results import Gathered, Handled, Ignored, Result, Waits
from fedconnect.forum import posting
from fedconnect.forum.boards import boards_named, slug_of
from fedconnect.hooks.views import Verdict
from fedconnect.models.board import Board
from fedconnect.models.person import Person


def apply(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Publish the signer's post where it belongs."""
    draft = gathered.draft
    if draft is None:
        return Ignored("no post that we can take")
    return publish(session, draft, gathered)


def publish(session: Session, draft: PostDraft, gathered: Gathered) -> Result:
    """Put a draft on a board or under the post that it answers; also the road of an Update."""
    author = gathered.person
    if draft.author_uri != author.uri or authority.is_ours(draft.uri):
        return Ignored("not the signer's own post")
    slugs = tuple(slug for uri in draft.boards if (slug := slug_of(uri)) is not None)
    boards = boards_named(session, slugs)
    if not draft.visibility.is_open:
        return _refuse_private(session, draft, author, boards)
    if gathered.verdict is Verdict.REFUSE:
        return Ignored("refused by screening")
    held = gathered.verdict is Verdict.HOLD
    if draft.in_reply_to is not None:
        parent = posting.find_post(session, draft.in_reply_to)
        if parent is not None:
            addressed = any(board.id == parent.board_id for board in boards)
            return Handled(posting.reply(session, parent, draft, author, addressed=addressed, held=held))
        if not (boards and gathered.parent_is_elsewhere):
            return Waits(draft.in_reply_to)
    if not boards:
        return Ignored("names no board of ours")
    return Handled(posting.start_thread(session, boards[0], draft, author, held=held))


def _refuse_private(session: Session, draft: PostDraft, author: Person, boards: list[Board]) -> Result:
    if boards and draft.in_reply_to is None:
        emit(session, PrivateMessageRefused(boards[0].id, author.id, draft.uri))
    return Ignored("private: not kept", forget_body=True)
