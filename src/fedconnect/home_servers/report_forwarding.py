"""A report that the reader's own server hears of as well."""

from __future__ import annotations

from dataclasses import dataclass

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.forum.post_addresses import PostAddress, get_post_at
from fedconnect.foundation import database, html
from fedconnect.foundation.errors import FedConnectError
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.home_servers import client_actions
from fedconnect.models.board import Board
from fedconnect.models.case import Severity
from fedconnect.models.post import Post
from fedconnect.moderation import reporting as team_reports

LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Reported:
    """A post that was reported, and its board; `problem`: why the reader's own server was not told, if it was to be;
    `needs`: the permission that was missing for it."""

    board: Board
    post: Post
    problem: Sentence | None = None
    needs: Permission | None = None


def report_post(
    visit: Visit, address: PostAddress, words: str, said: Severity, *, passes_on: bool
) -> Reported:
    """Report a post to its board's team, and where it `passes_on` to those of the reader's own server. It is kept here
    whatever that server says. Opens its own transactions.

    Raises:
        NotFound, Gone: no such post.
    """
    words = html.plain_lines(words, LONGEST)
    with database.transaction() as session:
        board, post = team_reports.report_post(session, visit, address, words, said)
    if not passes_on:
        return Reported(board, post)
    return _pass_on(visit, board, post, words)


def pass_on(visit: Visit, address: PostAddress, words: str) -> Reported:
    """Tell the reader's own server of a post that is reported here already: what was pressed, once it is permitted. Opens
    its own transactions.

    Raises:
        NotFound, Gone: no such post.
    """
    with database.read_transaction() as session:
        board, _, post = get_post_at(session, address)
    return _pass_on(visit, board, post, html.plain_lines(words, LONGEST))


def _pass_on(visit: Visit, board: Board, post: Post, words: str) -> Reported:
    try:
        with outbound_slot():
            client_actions.pass_report_on(visit, post, words)
    except PermissionNeeded as error:
        return Reported(board, post, error.sentence, error.permission)
    except FedConnectError as error:
        return Reported(board, post, error.sentence)
    return Reported(board, post)
