"""Create: a post that names a board begins a thread; one that answers a post here joins its thread."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft
from fedconnect.events import PostRefused, emit
from fedconnect.federation import authority, submissions
from fedconnect.federation.activities import post, private_message, sister
from fedconnect.federation.activities.activity_type import ActivityType, Incoming
from fedconnect.federation.activities.post import PreparedPost
from fedconnect.federation.backfill import tasks
from fedconnect.federation.results import Handled, Ignored, Result, Waits
from fedconnect.forum import posting, withdrawing
from fedconnect.forum.boards import boards_named, slug_of
from fedconnect.forum.posting import Outcome
from fedconnect.hooks.views import Verdict
from fedconnect.models.board import Board
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.moderation import admission
from fedconnect.moderation.hold import Hold
from fedconnect.moderation.standing import Standing


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
    if prepared.verdict is Verdict.REFUSE:
        if boards:
            _tell_refused(session, boards[0], incoming, draft, "screening")
        return Ignored("refused by screening")
    if draft.in_reply_to is None:
        loose = submissions.find_loose_reply(session, author, draft.uri)
        if loose is not None and loose.parent_uri is None:
            return Waits(
                f"{author.uri}#submission"
            )  # their server delivers before it has answered our request
        if loose is not None:
            draft = replace(draft, in_reply_to=loose.parent_uri)
            prepared = replace(prepared, draft=draft)
    if draft.in_reply_to is not None:
        parent = posting.find_post(session, draft.in_reply_to)
        if parent is not None:
            return _reply(session, incoming, prepared, parent, boards)
        if not (incoming.stands_alone or _nobody_looks(session, incoming, draft, boards)):
            return Waits(draft.in_reply_to)
    return _start(session, incoming, prepared, boards)


def _nobody_looks(session: Session, incoming: Incoming, draft: PostDraft, boards: list[Board]) -> bool:
    """Whether what a post answers would be looked for and cannot be: waiting two weeks would be for nothing."""
    if not boards or draft.in_reply_to is None:
        return False
    return not tasks.fetch_ancestors(
        session, draft.in_reply_to, incoming.inbound_id, asker=incoming.person.host
    )


def _reply(
    session: Session, incoming: Incoming, prepared: PreparedPost, parent: Post, boards: list[Board]
) -> Result:
    author, draft = incoming.person, prepared.draft
    board = session.get_one(Board, parent.board_id)
    standing = admission.standing_of(session, board, author)
    if standing.is_banned:
        return Ignored("banned from the board")
    approval = prepared.approval if authority.needs_approval(parent, author) else None
    if approval == "" or (approval and withdrawing.is_revoked(session, approval, parent)):
        return Ignored("the author of what it answers takes no such answers")
    starter = withdrawing.starter_of(session, parent)
    if starter.state in {PostState.HELD, PostState.REMOVED}:
        return Waits(starter.uri)  # it is shown once the conversation is, and never if that is not
    addressed = any(named.id == board.id for named in boards)
    if not (addressed or board.takes_unaddressed):
        return Ignored("the board takes only what names it")
    if not addressed and incoming.arrival is not Arrival.SENT and author.asks_no_bots:
        return Ignored("its author asks not to be passed on")
    hold = _why_held(session, board, incoming, prepared, standing, is_thread=False)
    outcome = posting.reply(
        session, parent, draft, author,
        addressed=addressed, held=hold is not None, arrival=incoming.arrival, approval=approval or "",
        newcomer_host="" if standing.was_known else author.host,
    )  # fmt: skip
    if approval and outcome in {Outcome.PUBLISHED, Outcome.HELD}:
        tasks.revisit(session, approval, "")
    if outcome is Outcome.LOCKED and addressed:
        _tell_refused(session, board, incoming, draft, "locked")
    _let_wait(session, outcome, draft, hold)
    _mind_copies(session, outcome, incoming, draft)
    relay = _relayed(session, outcome, incoming, draft, board)
    return Handled(outcome, relay if addressed else None)


def _start(session: Session, incoming: Incoming, prepared: PreparedPost, boards: list[Board]) -> Result:
    author, draft = incoming.person, prepared.draft
    sister_uri = None
    if not boards and incoming.for_board:
        boards, sister_uri = boards_named(session, (incoming.for_board,)), incoming.sister_uri
        if author.asks_no_bots:
            return Ignored("its author asks not to be passed on")
    if not boards:
        return Ignored("names no board of ours")
    board = boards[0]
    if board.moved_to:
        return Ignored("the board has moved")
    standing = admission.standing_of(session, board, author)
    if standing.is_banned:
        return Ignored("banned from the board")
    hold = _why_held(session, board, incoming, prepared, standing, is_thread=True)
    outcome = posting.start_thread(
        session, board, draft, author,
        held=hold is not None, arrival=incoming.arrival, sister_uri=sister_uri,
        newcomer_host="" if standing.was_known else author.host,
    )  # fmt: skip
    _let_wait(session, outcome, draft, hold)
    _mind_copies(session, outcome, incoming, draft)
    if outcome is Outcome.PUBLISHED and board.takes_unaddressed:
        tasks.fetch_replies(session, draft.uri, prepared.collections, asker=author.host)
    return Handled(outcome, _relayed(session, outcome, incoming, draft, board))


def _why_held(
    session: Session,
    board: Board,
    incoming: Incoming,
    prepared: PreparedPost,
    standing: Standing,
    *,
    is_thread: bool,
) -> Hold | None:
    return admission.why_held(
        session,
        board,
        incoming.person,
        prepared.draft,
        standing,
        is_thread=is_thread,
        screened=prepared.screened,
    )


def _let_wait(session: Session, outcome: Outcome, draft: PostDraft, hold: Hold | None) -> None:
    """Let moderators and the author know of a post that waits."""
    if outcome is Outcome.HELD and hold is not None:
        held = posting.find_post(session, draft.uri)
        assert held is not None
        admission.put_on_hold(session, held, hold)


def _tell_refused(session: Session, board: Board, incoming: Incoming, draft: PostDraft, why: str) -> None:
    """Let an author know that what they sent here is not on the board; whoever sent it elsewhere is not written to."""
    if incoming.arrival in {Arrival.SENT, Arrival.ADOPTED}:
        emit(session, PostRefused(board.id, incoming.person.id, draft.uri, why))


def _mind_copies(session: Session, outcome: Outcome, incoming: Incoming, draft: PostDraft) -> None:
    """See to it that a post which its author's server did not send us does not outlive its original."""
    if outcome is Outcome.PUBLISHED and incoming.arrival is not Arrival.SENT:
        tasks.revisit(session, draft.uri, incoming.sister_uri)


def _relayed(
    session: Session, outcome: Outcome, incoming: Incoming, draft: PostDraft, board: Board
) -> Board | None:
    """Whose threadiverse followers hear of it: of what was sent to us, names the board and stands on it now."""
    if incoming.arrival is not Arrival.SENT:
        return None
    if outcome is Outcome.KNOWN and _was_adopted(session, draft):
        return board
    return board if outcome is Outcome.PUBLISHED else None


def _was_adopted(session: Session, draft: PostDraft) -> bool:
    """Whether a post that was written here is now sent by its own server as well, for the first time."""
    known = posting.find_post(session, draft.uri)
    if known is None or known.arrival is not Arrival.ADOPTED:
        return False
    known.arrival = Arrival.SENT
    return known.state is PostState.VISIBLE


CREATE = ActivityType(
    "Create", post.prepare, apply,
    in_envelope=sister.fetch_target, carries_post=True, can_be_forwarded=True, is_relayed=True,
)  # fmt: skip
