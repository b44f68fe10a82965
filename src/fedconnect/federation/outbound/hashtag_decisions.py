"""Gathering by hashtag as a board's moderators do it: tie, boost what was found, leave it out, untie; see what nobody
answered. Each deed is a decision
on how the board is run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from fedconnect.accounts import grants
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.federation.outbound import hashtag_curation, hashtag_questions
from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.models.board import Board
from fedconnect.models.hashtag import FollowedHashtag, HashtagPost
from fedconnect.moderation.authorization import ModerationContext
from fedconnect.moderation.boards import board_settings, team


class HashtagAction(StrEnum):
    """What is done with what was found, or with a hashtag."""

    BOOST = "boost"
    LEAVE = "leave"
    UNTIE = "untie"


_SAID = {
    HashtagAction.BOOST: "a gathered post was boosted",
    HashtagAction.LEAVE: "a gathered post was left",
    HashtagAction.UNTIE: "gathers a hashtag no more",
}


@dataclass(frozen=True, slots=True)
class HashtagPage:
    """What a board gathers: its hashtags, each with the handle of whose token reads it, what was asked and not answered, and
    what was found."""

    board: Board
    tags: Sequence[tuple[FollowedHashtag, str]]
    questions: Sequence[HashtagPost]
    found: Sequence[HashtagPost]


def read_page(session: Session, visit: Visit, slug: str) -> HashtagPage:
    """Return what is gathered for a board. Raises NotFound where who is asking does not look after it."""
    board = boards.get_board(session, slug)
    team.get_moderator(session, visit, board)
    return HashtagPage(
        board,
        hashtag_curation.list_tags(session, board),
        hashtag_questions.list_unanswered(session, board),
        hashtag_curation.list_found(session, board),
    )


def follow_tag(session: Session, visit: Visit, slug: str, tag: str) -> None:
    """Gather a hashtag with a moderator's own token.

    Raises:
        NotFound: they do not look after the board. PermissionNeeded: they have not permitted it. Malformed: as
        `hashtag_curation.follow_tag`.
    """
    context = _context(session, visit, slug)
    if Permission.HASHTAGS not in grants.permissions_of(session, visit):
        raise grants.PermissionNeeded(Permission.HASHTAGS)
    hashtag_curation.follow_tag(session, context.board, visit.reader_id, tag)
    board_settings.note_setting(session, context, f"gathers {tag}")


def carry_out(visit: Visit, slug: str, number: int, action: HashtagAction) -> None:
    """Boost or leave out what was found, or end a hashtag; opens its own transactions.

    Raises:
        NotFound: they do not look after the board, or there is no such post. Busy, and as `hashtag_curation.boost`.
    """
    with database.read_transaction() as session:
        board = _context(session, visit, slug).board
    if action is HashtagAction.BOOST:
        with outbound_slot():
            hashtag_curation.boost(board.id, number)
    with database.transaction() as session:
        context = _context(session, visit, slug)
        if action is HashtagAction.LEAVE:
            hashtag_curation.dismiss(session, context.board, number)
        elif action is HashtagAction.UNTIE:
            hashtag_curation.unfollow_tag(session, context.board, number)
        board_settings.note_setting(session, context, _SAID[action])


def _context(session: Session, visit: Visit, slug: str) -> ModerationContext:
    board = boards.get_board(session, slug)
    return ModerationContext(
        board, team.get_moderator(session, visit, board), "Decided by hand.", board_settings.BY_TEAM
    )
