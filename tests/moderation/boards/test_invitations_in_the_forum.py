"""Asking somebody to look after a board: who may, and whose the answer is."""

from __future__ import annotations

import pytest

from fedconnect.accounts import sessions
from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.board import Moderator
from fedconnect.models.board_rules import Invitation
from fedconnect.moderation.boards import board_settings, invitations, team
from support.forum import Forum
from support.remote import RemotePerson
from support.rows import moderator, signed_in


def asked(forum: Forum) -> Invitation:
    (found,) = forum.rows(Invitation)
    assert isinstance(found, Invitation)
    return found


def test_who_does_not_look_after_a_board_asks_nobody_and_no_server_hears_of_it(
    forum: Forum, ana: RemotePerson
) -> None:
    handle = f"@ana@{ana.server.host}"
    with pytest.raises(NotFound):
        invitations.ask_by_handle(signed_in("dora"), "respite", handle, "", "", is_handover=False)
    assert ana.server.received == []


def test_a_handle_that_nobody_has_is_no_error_of_ours(forum: Forum, ana: RemotePerson) -> None:
    with pytest.raises(Malformed):
        invitations.ask_by_handle(moderator("mo"), "respite", f"@no@{ana.server.host}", "", "", is_handover=False)  # fmt: skip
    assert forum.rows(Invitation) == []


def test_whoever_is_asked_by_handle_has_an_invitation(forum: Forum, ana: RemotePerson) -> None:
    ana.server.names(ana)
    handle = f"@ana@{ana.server.host}"
    invitations.ask_by_handle(moderator("mo"), "respite", handle, "Please!", "", is_handover=True)
    assert (asked(forum).words, asked(forum).is_handover) == ("Please!", True)


def test_an_invitation_is_read_and_answered_by_whom_it_is_for_alone(forum: Forum) -> None:
    mo, dora, eve = moderator("mo"), signed_in("dora"), signed_in("eve")
    with database.transaction() as session:
        context = team.get_context(session, mo, boards.get_board(session, "respite"))
        board_settings.invite(session, context, sessions.person_of(session, dora), "", is_handover=False)
    number = asked(forum).id
    for visit, wanted in ((eve, number), (dora, 0)):
        with pytest.raises(NotFound), database.transaction() as session:
            invitations.respond(session, visit, wanted, accepts=True)
    with database.transaction() as session:
        board, looks_after = invitations.respond(session, dora, number, accepts=True)
    assert (board.slug, looks_after) == ("respite", True)
    assert {one.person_id for one in forum.rows(Moderator)} == {mo.person_id, dora.person_id}
