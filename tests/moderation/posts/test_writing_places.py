"""Where somebody may write: what keeps them from it, in each of three places, and whom they answer there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Gone, NotFound, NotPermitted
from fedconnect.models.post import PostState
from fedconnect.models.submission import SubmissionKind
from fedconnect.models.thread import ThreadState
from fedconnect.moderation.posts.writing_places import (
    WritingPlace,
    handle_answered,
    place_to_edit,
    place_to_reply,
    place_to_start,
)
from support.moderation_rows import a_ban, a_visit
from support.more_moderation_rows import a_local_board, a_local_post, a_writer, address_of
from support.unit import a_board, a_person, a_post, a_thread

PLACES: dict[str, Callable[[Session, Visit, PostAddress], WritingPlace]] = {
    "start": lambda session, visit, address: place_to_start(session, visit, address.slug),
    "reply": place_to_reply,
    "edit": place_to_edit,
}
ON_A_POST = ("reply", "edit")


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize(
    "granted", [None, {"withheld": "write"}, {"scopes": "read:accounts"}, {"ended_at": clock.now()}]
)
def test_who_did_not_permit_writing_is_asked_for_it_and_for_nothing_else(
    session: Session, kind: str, granted: dict[str, object] | None
) -> None:
    board, ana = a_board(session), a_person(session)
    _, post = a_thread(session, board, ana)
    visit = a_visit(session, ana) if granted is None else a_writer(session, ana, **granted)
    with pytest.raises(PermissionNeeded) as needed:
        PLACES[kind](session, visit, address_of(board, post))
    assert needed.value.permission is Permission.WRITE


@pytest.mark.parametrize("kind", PLACES)
def test_who_is_kept_off_writes_nothing_until_that_is_over(session: Session, kind: str) -> None:
    board, ana = a_board(session), a_person(session)
    _, post = a_thread(session, board, ana)
    visit, ban = a_writer(session, ana), a_ban(session, board, ana)
    with pytest.raises(NotPermitted):
        PLACES[kind](session, visit, address_of(board, post))
    ban.until = clock.now() - timedelta(seconds=1)
    session.flush()
    assert PLACES[kind](session, visit, address_of(board, post)).board is board


def test_who_is_watched_or_kept_off_elsewhere_writes(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    a_ban(session, board, ana, is_hold=True)
    a_ban(session, a_board(session, "other"), ana)
    assert place_to_start(session, a_writer(session, ana), "respite").kind is SubmissionKind.START


@pytest.mark.parametrize("kind", PLACES)
def test_a_board_that_stays_here_is_written_to_on_its_own_pages_alone(session: Session, kind: str) -> None:
    board, ana = a_local_board(session), a_person(session)
    post = a_local_post(session, board, ana)
    with pytest.raises(NotFound):
        PLACES[kind](session, a_writer(session, ana), address_of(board, post))


@pytest.mark.parametrize("kind", ON_A_POST)
@pytest.mark.parametrize(
    ("state", "error"), [(PostState.HELD, NotFound), (PostState.REMOVED, Gone), (PostState.DELETED, Gone)]
)
def test_what_is_out_of_sight_is_neither_answered_nor_edited(
    session: Session, kind: str, state: PostState, error: type[Exception]
) -> None:
    board, ana = a_board(session), a_person(session)
    _, post = a_thread(session, board, ana, state=state)
    with pytest.raises(error):
        PLACES[kind](session, a_writer(session, ana), address_of(board, post))


@pytest.mark.parametrize("kind", ON_A_POST)
def test_a_post_is_written_to_where_it_stands_alone(session: Session, kind: str) -> None:
    board, ana = a_board(session), a_person(session)
    other, _ = a_board(session, "other"), a_thread(session, board, ana)
    _, post = a_thread(session, board, ana)
    place, visit = address_of(board, post), a_writer(session, ana)
    for wrong in (replace(place, slug=other.slug), replace(place, thread_id=0), replace(place, post_id=0)):
        with pytest.raises(NotFound):
            PLACES[kind](session, visit, wrong)


def test_nobody_edits_what_somebody_else_or_the_board_wrote(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    visit = a_writer(session, ana)
    for author in (a_person(session, "bea"), None):
        with pytest.raises(NotFound):
            place_to_edit(session, visit, address_of(board, a_thread(session, board, author)[1]))


def test_a_closed_conversation_is_edited_and_not_answered(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    _, post = a_thread(session, board, ana, thread_state=ThreadState.LOCKED)
    visit = a_writer(session, ana)
    with pytest.raises(NotPermitted):
        place_to_reply(session, visit, address_of(board, post))
    place = place_to_edit(session, visit, address_of(board, post))
    assert (place.kind, place.about, place.title) == (SubmissionKind.EDIT, post, "Respite in August")


def test_where_a_conversation_begins_nothing_is_answered(session: Session) -> None:
    a_board(session)
    visit = a_writer(session, a_person(session))
    place = place_to_start(session, visit, "respite")
    assert (place.about, place.about_uri, place.title, place.answered, place.answered_name) == (
        None,
        "",
        "",
        "",
        "",
    )
    assert place.handle == "@respite@forum.example"
    assert (place.reader.id, place.home.id) == (visit.reader_id, visit.home_id)


def test_whoever_is_answered_is_named_by_handle_and_name_and_nobody_names_themselves(
    session: Session,
) -> None:
    board, ana = a_board(session), a_person(session)
    bea, plain = a_person(session, "bea"), a_person(session, "plain")
    plain.name = ""
    visit = a_writer(session, ana)
    named = []
    for author in (bea, plain, ana, None):
        _, post = a_thread(session, board, author)
        place = place_to_reply(session, visit, address_of(board, post))
        assert (place.kind, place.about_uri) == (SubmissionKind.REPLY, post.uri)
        named.append((place.answered, place.answered_name))
    assert named == [(bea.handle, "Bea"), (plain.handle, "plain"), ("", ""), ("", "")]


def test_an_edit_names_nobody(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    thread, _ = a_thread(session, board, a_person(session, "bea"))
    answer = a_post(session, thread, ana)
    assert place_to_edit(session, a_writer(session, ana), address_of(board, answer)).answered == ""


def test_what_a_post_answers_is_named_where_its_author_is_known(session: Session) -> None:
    board, bea = a_board(session), a_person(session, "bea")
    thread, starter = a_thread(session, board, bea)
    _, boards_own = a_thread(session, board)
    assert handle_answered(session, a_post(session, thread, parent_id=starter.id)) == bea.handle
    assert handle_answered(session, a_post(session, thread, parent_id=boards_own.id)) == ""
    assert handle_answered(session, starter) == ""
