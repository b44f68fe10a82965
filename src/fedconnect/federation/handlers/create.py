"""Create: a post that names a board begins a thread; one that answers a post here joins its thread."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.drafts import PostDraft
from fedconnect.events import PostRefused, PrivateMessageTaken, emit
from fedconnect.federation import authority, services, submissions
from fedconnect.federation.backfill import tasks
from fedconnect.federation.results import Gathered, Handled, Ignored, Result, Waits
from fedconnect.forum import linked, notices, posting, withdrawing
from fedconnect.forum.boards import boards_named, slug_of
from fedconnect.forum.posting import Outcome
from fedconnect.foundation import html
from fedconnect.hooks.views import Verdict
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.moderation import admission, cases
from fedconnect.moderation.admission import Hold, Standing
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
        if boards:
            _tell_refused(session, boards[0], draft, gathered, "screening")
        return Ignored("refused by screening")
    if draft.in_reply_to is None:
        loose = submissions.find_loose_reply(session, author, draft.uri)
        if loose is not None and loose.parent_uri is None:
            return Waits(
                f"{author.uri}#submission"
            )  # their server delivers before it has answered our request
        draft = draft if loose is None else replace(draft, in_reply_to=loose.parent_uri)
    if draft.in_reply_to is not None:
        parent = posting.find_post(session, draft.in_reply_to)
        if parent is not None:
            return _reply(session, parent, draft, gathered, boards)
        if not (gathered.stands_alone or _nobody_looks(session, draft, gathered, boards)):
            return Waits(draft.in_reply_to)
    return _start(session, draft, gathered, boards)


def _nobody_looks(session: Session, draft: PostDraft, gathered: Gathered, boards: list[Board]) -> bool:
    """Whether what a post answers would be looked for and cannot be: waiting two weeks would be for nothing."""
    if not boards or draft.in_reply_to is None:
        return False
    return not tasks.fetch_ancestors(
        session, draft.in_reply_to, gathered.inbound_id, asker=gathered.person.host
    )


def _reply(
    session: Session, parent: Post, draft: PostDraft, gathered: Gathered, boards: list[Board]
) -> Result:
    author = gathered.person
    board = session.get_one(Board, parent.board_id)
    standing = admission.standing_of(session, board, author)
    if standing.is_banned:
        return Ignored("banned from the board")
    approval = gathered.approval if authority.needs_approval(parent, author) else None
    if approval == "" or (approval and withdrawing.is_revoked(session, approval, parent)):
        return Ignored("the author of what it answers takes no such answers")
    starter = withdrawing.starter_of(session, parent)
    if starter.state in {PostState.HELD, PostState.REMOVED}:
        return Waits(starter.uri)  # it is shown once the conversation is, and never if that is not
    addressed = any(named.id == board.id for named in boards)
    if not (addressed or board.takes_unaddressed):
        return Ignored("the board takes only what names it")
    if not addressed and gathered.arrival is not Arrival.SENT and author.asks_no_bots:
        return Ignored("its author asks not to be passed on")
    hold = _why_held(session, board, draft, gathered, standing, is_thread=False)
    outcome = posting.reply(
        session, parent, draft, author,
        addressed=addressed, held=hold is not None, arrival=gathered.arrival, approval=approval or "",
        newcomer_host="" if standing.was_known else author.host,
    )  # fmt: skip
    if approval and outcome in {Outcome.PUBLISHED, Outcome.HELD}:
        tasks.revisit(session, approval, "")
    if outcome is Outcome.LOCKED and addressed:
        _tell_refused(session, board, draft, gathered, "locked")
    _let_wait(session, outcome, draft, hold)
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
    standing = admission.standing_of(session, board, author)
    if standing.is_banned:
        return Ignored("banned from the board")
    hold = _why_held(session, board, draft, gathered, standing, is_thread=True)
    outcome = posting.start_thread(
        session, board, draft, author,
        held=hold is not None, arrival=gathered.arrival, sister_uri=sister,
        newcomer_host="" if standing.was_known else author.host,
    )  # fmt: skip
    _let_wait(session, outcome, draft, hold)
    _mind_copies(session, outcome, draft, gathered)
    if outcome is Outcome.PUBLISHED and board.takes_unaddressed:
        tasks.fetch_replies(session, draft.uri, gathered.collections, asker=author.host)
    return Handled(outcome, _relayed(session, outcome, draft, gathered, board))


def _why_held(
    session: Session,
    board: Board,
    draft: PostDraft,
    gathered: Gathered,
    standing: Standing,
    *,
    is_thread: bool,
) -> Hold | None:
    return admission.why_held(
        session, board, gathered.person, draft, standing, is_thread=is_thread, screened=gathered.screened
    )


def _let_wait(session: Session, outcome: Outcome, draft: PostDraft, hold: Hold | None) -> None:
    """Let moderators and the author know of a post that waits."""
    if outcome is Outcome.HELD and hold is not None:
        post = posting.find_post(session, draft.uri)
        assert post is not None
        admission.put_on_hold(session, post, hold)


def _tell_refused(session: Session, board: Board, draft: PostDraft, gathered: Gathered, why: str) -> None:
    """Let an author know that what they sent here is not on the board; whoever sent it elsewhere is not written to."""
    if gathered.arrival in {Arrival.SENT, Arrival.ADOPTED}:
        emit(session, PostRefused(board.id, gathered.person.id, draft.uri, why))


def _mind_copies(session: Session, outcome: Outcome, draft: PostDraft, gathered: Gathered) -> None:
    """See to it that a post which its author's server did not send us does not outlive its original."""
    if outcome is Outcome.PUBLISHED and gathered.arrival is not Arrival.SENT:
        tasks.revisit(session, draft.uri, gathered.sister_uri)


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
        return Ignored("a message to a service, passed on to its plugin")
    if _says_stop(session, draft, author):
        return Ignored("said no to being surfaced")
    if boards and _is_meant_for_board(session, draft, author):
        return _take_message(session, boards[0], draft, author)
    return Ignored("private: not kept")


def _is_meant_for_board(session: Session, draft: PostDraft, author: Person) -> bool:
    """Whether a private message is to a board: a new one, or an answer to what the board wrote to them. In an
    answer to somebody else a board's name may only have been left in."""
    return draft.in_reply_to is None or notices.find_answered(session, draft.in_reply_to, author) is not None


def _take_message(session: Session, board: Board, draft: PostDraft, author: Person) -> Result:
    """Bring a private message to a board's moderators; one with a link to a post of ours reports that post."""
    words = html.text_of(draft.html)
    reported = linked.find_linked(session, draft.html)
    if reported is not None:
        its_board = session.get_one(Board, reported.board_id)
        cases.report_post(session, its_board, reported, author, words, "")
    else:
        cases.take_message(session, board, draft.uri, author.uri, words)
    emit(session, PrivateMessageTaken(board.id, author.id, draft.uri))
    return Ignored("a private message, for the moderators")
