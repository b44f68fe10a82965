"""Create: a post that names a board begins a thread; one that answers a post here joins its thread."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.drafts import PostDraft
from fedconnect.events import PrivateMessageRefused, emit
from fedconnect.federation import authority, errands, services, speaking
from fedconnect.federation.results import Gathered, Handled, Ignored, Result, Waits
from fedconnect.forum import notices, posting
from fedconnect.forum.boards import boards_named, slug_of
from fedconnect.forum.posting import Outcome
from fedconnect.foundation import html
from fedconnect.hooks.views import Verdict
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.moderation.actions import is_banned
from fedconnect.surfacing import refusals


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
    boards = boards_named(session, tuple(slug for uri in draft.boards if (slug := slug_of(uri)) is not None))
    if not draft.visibility.is_open:
        return _refuse_private(session, draft, author, boards)
    if gathered.verdict is Verdict.REFUSE:
        return Ignored("refused by screening")
    if draft.in_reply_to is None:
        intended = speaking.intended_parent(session, author, draft.uri)
        if intended == "":
            return Waits(f"{author.uri}#speaking")  # their server is faster than its answer to us
        draft = replace(draft, in_reply_to=intended)
    if draft.in_reply_to is not None:
        parent = posting.find_post(session, draft.in_reply_to)
        if parent is not None:
            return _reply(session, parent, draft, gathered, boards)
        if not gathered.stands_alone:
            if boards:
                errands.fetch_ancestors(session, draft.in_reply_to, gathered.inbound_id)
            return Waits(draft.in_reply_to)
    return _start(session, draft, gathered, boards)


def _reply(
    session: Session, parent: Post, draft: PostDraft, gathered: Gathered, boards: list[Board]
) -> Result:
    author = gathered.person
    board = session.get_one(Board, parent.board_id)
    if is_banned(session, board, author):
        return Ignored("banned from the board")
    if not authority.may_answer(parent, author, approved=gathered.approved):
        return Ignored("the author of what it answers takes no such answers")
    addressed = any(named.id == board.id for named in boards)
    if not (addressed or board.takes_unaddressed):
        return Ignored("the board takes only what names it")
    if not addressed and gathered.arrival is not Arrival.SENT and author.asks_no_bots:
        return Ignored("its author asks not to be passed on")
    outcome = posting.reply(
        session, parent, draft, author,
        addressed=addressed, held=gathered.verdict is Verdict.HOLD, arrival=gathered.arrival,
    )  # fmt: skip
    _mind_copies(session, outcome, draft, gathered)
    relay = _relayed(session, outcome, draft, gathered, board)
    return Handled(outcome, relay if addressed else None)


def _start(session: Session, draft: PostDraft, gathered: Gathered, boards: list[Board]) -> Result:
    author = gathered.person
    sister = None
    if not boards and gathered.for_board:
        boards, sister = boards_named(session, (gathered.for_board,)), gathered.sister_uri
        if author.asks_no_bots:
            return Ignored("its author asks not to be passed on")
    if not boards:
        return Ignored("names no board of ours")
    board = boards[0]
    if board.moved_to:
        return Ignored("the board has moved")
    if is_banned(session, board, author):
        return Ignored("banned from the board")
    outcome = posting.start_thread(
        session, board, draft, author,
        held=gathered.verdict is Verdict.HOLD, arrival=gathered.arrival, sister_uri=sister,
    )  # fmt: skip
    _mind_copies(session, outcome, draft, gathered)
    if outcome is Outcome.PUBLISHED and board.takes_unaddressed:
        errands.fetch_answers(session, draft.uri, gathered.collections)
    return Handled(outcome, _relayed(session, outcome, draft, gathered, board))


def _mind_copies(session: Session, outcome: Outcome, draft: PostDraft, gathered: Gathered) -> None:
    """See to it that a post which its author's server did not send us does not outlive its original."""
    if outcome is Outcome.PUBLISHED and gathered.arrival is not Arrival.SENT:
        errands.look_again(session, draft.uri, gathered.sister_uri)


def _relayed(
    session: Session, outcome: Outcome, draft: PostDraft, gathered: Gathered, board: Board
) -> Board | None:
    """Whose threadiverse followers hear of it: of what was sent to us, names the board and stands on it now."""
    if gathered.arrival is not Arrival.SENT:
        return None
    if outcome is Outcome.KNOWN and _was_adopted(session, draft):
        return board
    return board if outcome is Outcome.PUBLISHED else None


def _was_adopted(session: Session, draft: PostDraft) -> bool:
    """Whether a post that was written here is now sent by its own server as well, for the first time."""
    post = posting.find_post(session, draft.uri)
    if post is None or post.arrival is not Arrival.ADOPTED:
        return False
    post.arrival = Arrival.SENT
    return post.state is PostState.VISIBLE


def _says_stop(session: Session, draft: PostDraft, author: Person) -> bool:
    """Whether this is somebody's “stop” to a board's note to them; it holds from now on."""
    notice = notices.find_answered(session, draft.in_reply_to or "", author)
    if notice is None or not refusals.means_stop(html.text_of(draft.html)):
        return False
    refusals.refuse(session, author.id, notice.board_id)
    return True


def _refuse_private(session: Session, draft: PostDraft, author: Person, boards: list[Board]) -> Result:
    named = (services.find_service(session, uri) for uri in (*draft.mentions, *draft.addressees))
    service = next((one for one in named if one is not None), None)
    if service is not None:
        services.hear(session, service, author, html.text_of(draft.html), draft.uri)
        return Ignored("a message to a service, passed on to its plugin", forget_body=True)
    if _says_stop(session, draft, author):
        return Ignored("said no to being surfaced", forget_body=True)
    if boards and draft.in_reply_to is None:
        emit(session, PrivateMessageRefused(boards[0].id, author.id, draft.uri))
    return Ignored("private: not kept", forget_body=True)
