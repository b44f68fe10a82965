"""A reader's report to the team of a board: of a post, or of the sentence with which one was passed on. Whoever wrote it does
not learn whose it was."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.accounts import sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.forum.post_addresses import PostAddress, get_post_at
from fedconnect.foundation import own_address
from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.case import Severity
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation.cases import reports
from fedconnect.moderation.posts import local_board_access
from fedconnect.surfacing.hearing import passed_on_places

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


def report_sentence(
    session: Session, visit: Visit, address: PostAddress, words: str, said: Severity
) -> tuple[Board, Post]:
    """Report the sentence with which a post was passed on to a reader, and so who wrote it, to the team of the post's board;
    it is quoted there. Return where the post stands. Raises NotFound, also where nobody passed it on to them; Gone."""
    board, _, post = get_post_at(session, address)
    by, sentence = get_passed_on(session, visit, post)
    quoted = f"“{sentence}” (beside {own_address.base_url()}/boards/{board.slug}/threads/{post.thread_id}/{post.id})"
    reporter = sessions.person_of(session, visit)
    reports.report_person(session, board, by.uri, reporter, words, "", said, quoted)
    return board, post


def get_passed_on(session: Session, visit: Visit, post: Post) -> tuple[Person, str]:
    """Return who passed a post on to a reader, and their sentence. Raises NotFound."""
    found = passed_on_places.find_passed_on(session, visit.reader_id, visit.person_id, post.id)
    if found is None:
        raise NotFound("nobody passed it on to this reader")
    return found


def report_local_post(
    session: Session, visit: Visit, address: PostAddress, words: str, said: Severity
) -> tuple[Board, Post]:
    """The same on a board that does not federate; nobody else is told. Raises NotFound, also for who is kept off."""
    board, person, post = local_board_access.get_post(session, visit, address)
    reports.report_post(session, board, post, person, words, "", said)
    return board, post
