"""A private message: to a service, “stop” to a board's note, a report of a post, or words for a board's moderators.

Whatever is none of these is not kept.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft
from fedconnect.events import PrivateMessageTaken, emit
from fedconnect.federation.activities.result import Ignored, Result
from fedconnect.federation.outbound import bot_actors
from fedconnect.forum import direct_messages, links_to_posts
from fedconnect.foundation import html
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.moderation.cases import cases
from fedconnect.surfacing.hearing import opt_outs


def take(session: Session, draft: PostDraft, author: Person, boards: list[Board]) -> Result:
    """Bring a private message to whom it is meant for; `boards` are those that it names."""
    if _is_for_bot(session, draft, author):
        return Ignored("a message to a service, passed on to its plugin")
    if _says_stop(session, draft, author):
        return Ignored("said no to being surfaced")
    if boards and _is_meant_for_board(session, draft, author):
        _report_or_tell(session, boards, draft, author)
        return Ignored("a private message, for the moderators")
    return Ignored("private: not kept")


def _is_for_bot(session: Session, draft: PostDraft, author: Person) -> bool:
    named = (bot_actors.find_bot(session, uri) for uri in (*draft.mentions, *draft.addressees))
    bot = next((one for one in named if one is not None), None)
    if bot is None:
        return False
    bot_actors.receive_message(session, bot, author, html.text_of(draft.html), draft.uri)
    return True


def _says_stop(session: Session, draft: PostDraft, author: Person) -> bool:
    """Whether this is somebody's “stop” to a board's note to them; it holds from now on."""
    direct_message = direct_messages.find_replied_to(session, draft.in_reply_to or "", author)
    if direct_message is None or not opt_outs.means_stop(html.text_of(draft.html)):
        return False
    opt_outs.opt_out(session, author.id, direct_message.board_id)
    return True


def _is_meant_for_board(session: Session, draft: PostDraft, author: Person) -> bool:
    """Whether a private message is to a board: a new one, or an answer to what the board wrote to them. In an
    answer to somebody else a board's name may only have been left in."""
    return (
        draft.in_reply_to is None
        or direct_messages.find_replied_to(session, draft.in_reply_to, author) is not None
    )


def _report_or_tell(session: Session, boards: list[Board], draft: PostDraft, author: Person) -> None:
    """Bring it to the moderators whom it is to; one with a link to a post on their board reports that post. A post of
    another board is no reason to show what was said to these people to others."""
    words = html.text_of(draft.html)
    reported = links_to_posts.find_linked(session, draft.html)
    board = next((one for one in boards if reported is not None and one.id == reported.board_id), None)
    if board is not None and reported is not None:
        cases.report_post(session, board, reported, author, words, "")
    else:
        board = boards[0]
        cases.take_message(session, board, draft.uri, author.uri, words)
    emit(session, PrivateMessageTaken(board.id, author.id, draft.uri))
