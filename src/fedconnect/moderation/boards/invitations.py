"""Asking somebody to look after a board, and their answer: what of it stands before and after `care`."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.accounts import sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.activitypub import remote_actors, webfinger
from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.foundation.errors import FetchFailed, Malformed, NotFound
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.models.board import Board
from fedconnect.models.board_rules import Invitation
from fedconnect.models.person import Person
from fedconnect.moderation.boards import board_settings, team


def ask_by_handle(
    visit: Visit, slug: str, handle: str, words: str, reason: str, *, is_handover: bool
) -> None:
    """Ask somebody, by the handle that was typed, to look after a board; with a handover, whoever asks steps back
    once they say yes. Opens its own transactions, and asks their server in between.

    Raises:
        NotFound: who asks does not look after the board. Malformed: there is no such account, or as `board_settings.invite`.
        NotPermitted: they cannot look after it. Busy: too much is asked of other servers just now.
    """
    with database.read_transaction() as session:
        team.get_looked_after(session, visit, slug)
    found = _look_up(handle)
    with database.transaction() as session:
        context = team.get_context(session, visit, boards.get_any_board(session, slug), reason)
        asked = session.merge(found, load=False)
        board_settings.invite(session, context, asked, words, is_handover=is_handover)


def get_invitation(session: Session, visit: Visit, invitation_id: int) -> tuple[Invitation, Board]:
    """Return what a reader was asked, and for which board. Raises NotFound, also where somebody else was."""
    found = session.get(Invitation, invitation_id)
    if found is None or found.person_id != visit.person_id:
        raise NotFound("no such invitation, or somebody else's")
    return found, session.get_one(Board, found.board_id)


def respond(session: Session, visit: Visit, invitation_id: int, *, accepts: bool) -> tuple[Board, bool]:
    """Say yes or no; return the board, and whether they look after it now. Raises NotFound."""
    invitation, board = get_invitation(session, visit, invitation_id)
    person = sessions.person_of(session, visit)
    return board, board_settings.respond_to_invitation(session, invitation, person, accepts=accepts)


def _look_up(handle: str) -> Person:
    try:
        with outbound_slot():
            account = webfinger.look_up(webfinger.parse_handle(handle))
            return remote_actors.ensure_person(account.actor_uri)
    except FetchFailed as error:
        raise Malformed(error.detail, safe="That account could not be found. Is the handle whole?") from error
