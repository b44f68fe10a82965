"""A reader's report of a post to the team of its board. Whoever wrote the post does not learn whose it was."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.accounts import sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.forum.post_addresses import PostAddress, get_post_at
from fedconnect.models.board import Board
from fedconnect.models.case import Severity
from fedconnect.models.post import Post
from fedconnect.moderation.cases import reports
from fedconnect.moderation.posts import local_board_access

_SEVERITIES = {"danger": Severity.DANGER, "hurt": Severity.HURT}


def read_severity(word: str) -> Severity:
    """Return how bad it is to whoever reports, from the form's word; against the rules where they do not say."""
    return _SEVERITIES.get(word, Severity.RULES)


def report_post(
    session: Session, visit: Visit, address: PostAddress, words: str, said: Severity
) -> tuple[Board, Post]:
    """Report a post of a board that speaks to other servers; return where it stands. Raises NotFound, Gone."""
    board, _, post = get_post_at(session, address)
    reports.report_post(session, board, post, sessions.person_of(session, visit), words, "", said)
    return board, post


def report_local_post(
    session: Session, visit: Visit, address: PostAddress, words: str, said: Severity
) -> tuple[Board, Post]:
    """The same on a board that does not federate; nobody else is told. Raises NotFound, also for who is kept off."""
    board, person, post = local_board_access.get_post(session, visit, address)
    reports.report_post(session, board, post, person, words, "", said)
    return board, post
