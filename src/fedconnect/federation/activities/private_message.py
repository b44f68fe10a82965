"""A private message: to a service, a request that a board understands, a report of a post, or words for its moderators.

Whatever is none of these is not kept.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft
from fedconnect.events import PrivateMessageTaken, emit
from fedconnect.federation.activities import private_requests
from fedconnect.federation.activities.result import Ignored, Result
from fedconnect.federation.outbound import bot_actors
from fedconnect.federation.outbound.bot_actors import BotActor
from fedconnect.forum import direct_messages, links_to_posts
from fedconnect.foundation import html
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.moderation.cases import reports, sealed_messages


def take(session: Session, draft: PostDraft, author: Person, boards: list[Board]) -> Result:
    """Bring a private message to whom it is meant for; `boards` are those that it names.

    An answer to what a board wrote to them is meant for the board; in an answer to anything else its name may only
    have been left in.
    """
    bot = _bot_named(session, draft)
    if bot is not None:
        bot_actors.receive_message(session, bot, author, html.text_of(draft.html), draft.uri)
        return Ignored("a message to a service, passed on to its plugin")
    answered = None
    if draft.in_reply_to is not None:
        answered = direct_messages.find_replied_to(session, draft.in_reply_to, author)
        if answered is not None and not boards:  # some apps leave the name out of a reply
            boards = [session.get_one(Board, answered.board_id)]
    is_to_a_board = answered is not None or draft.in_reply_to is None
    if is_to_a_board and private_requests.heed(session, draft, author, boards, answered):
        return Ignored("a private request, which was heeded")
    if boards and is_to_a_board:
        _report_or_tell(session, boards, draft, author)
        return Ignored("a private message, for the moderators")
    return Ignored("private: not kept")


def _bot_named(session: Session, draft: PostDraft) -> BotActor | None:
    named = (bot_actors.find_bot(session, uri) for uri in (*draft.mentions, *draft.addressees))
    return next((one for one in named if one is not None), None)


def _report_or_tell(session: Session, boards: list[Board], draft: PostDraft, author: Person) -> None:
    """Bring it to the moderators whom it is to; one with a link to a post on their board reports that post. A post of
    another board is no reason to show what was said to these people to others."""
    words = html.text_of(draft.html)
    reported = links_to_posts.find_linked(session, draft.html)
    board = next((one for one in boards if reported is not None and one.id == reported.board_id), None)
    if board is not None and reported is not None:
        reports.report_post(session, board, reported, author, words, "")
    else:
        board = boards[0]
        sealed_messages.take_message(session, board, draft.uri, author.uri, words)
    emit(session, PrivateMessageTaken(board.id, author.id, draft.uri))
