"""A board that stays here: who is kept off it finds nothing there, everybody else what can be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotFound
from fedconnect.models.post import PostState
from fedconnect.moderation.posts import local_board_access
from support.moderation_rows import a_ban, a_visit, emitted
from support.more_moderation_rows import a_local_board, a_local_post, address_of
from support.unit import a_board, a_person, a_thread

DEEDS: dict[str, Callable[..., object]] = {
    "enter": lambda session, visit, place: local_board_access.enter(session, visit, place.slug),
    "get_post": local_board_access.get_post,
    "delete_own": local_board_access.delete_own,
}


@pytest.mark.parametrize("deed", DEEDS)
def test_whoever_is_kept_off_finds_nothing_and_deletes_nothing(session: Session, deed: str) -> None:
    board, ana = a_local_board(session), a_person(session)
    post = a_local_post(session, board, ana)
    a_ban(session, board, ana)
    with pytest.raises(NotFound):
        DEEDS[deed](session, a_visit(session, ana), address_of(board, post))
    assert post.state is PostState.VISIBLE


@pytest.mark.parametrize("deed", DEEDS)
def test_a_board_that_federates_is_none_of_these(session: Session, deed: str) -> None:
    board, ana = a_board(session), a_person(session)
    _, post = a_thread(session, board, ana)
    visit = a_visit(session, ana)
    for slug in (board.slug, "nowhere", ""):
        with pytest.raises(NotFound):
            DEEDS[deed](session, visit, PostAddress(slug, post.thread_id, post.id))
    assert post.state is PostState.VISIBLE


def test_who_only_waits_for_a_look_or_whose_time_is_over_comes_in(session: Session) -> None:
    board = a_local_board(session)
    held, back = a_person(session, "held"), a_person(session, "back")
    a_ban(session, board, held, is_hold=True)
    a_ban(session, board, back, until=clock.now() - timedelta(seconds=1))
    for person in (held, back):
        assert local_board_access.enter(session, a_visit(session, person), board.slug) == (board, person)


def test_whoever_is_kept_off_another_board_comes_in(session: Session) -> None:
    board, other, ana = a_local_board(session), a_local_board(session, "other"), a_person(session)
    a_ban(session, other, ana)
    assert local_board_access.enter(session, a_visit(session, ana), board.slug)[0] is board


@pytest.mark.parametrize("state", [PostState.HELD, PostState.REMOVED, PostState.DELETED])
def test_what_is_out_of_sight_is_not_read_not_even_by_its_author(session: Session, state: PostState) -> None:
    board, ana = a_local_board(session), a_person(session)
    post = a_local_post(session, board, ana, state=state)
    with pytest.raises(NotFound):
        local_board_access.get_post(session, a_visit(session, ana), address_of(board, post))


def test_a_post_is_read_where_it_stands_and_nowhere_else(session: Session) -> None:
    board, other, ana = a_local_board(session), a_local_board(session, "other"), a_person(session)
    post, visit = a_local_post(session, board, ana), a_visit(session, a_person(session, "bea"))
    place = address_of(board, post)
    found = local_board_access.get_post(session, visit, place)
    assert (found[0], found[1].id, found[2]) == (board, visit.person_id, post)
    for wrong in (replace(place, slug=other.slug), replace(place, thread_id=0), replace(place, post_id=0)):
        with pytest.raises(NotFound):
            local_board_access.get_post(session, visit, wrong)


def test_nobody_deletes_what_somebody_else_wrote_or_what_stands_elsewhere(session: Session) -> None:
    board, other = a_local_board(session), a_local_board(session, "other")
    ana, bea = a_person(session), a_person(session, "bea")
    post, hers = a_local_post(session, board, ana), a_visit(session, ana)
    place = address_of(board, post)
    for visit, wrong in (
        (a_visit(session, bea), place), (hers, replace(place, slug=other.slug)),
        (hers, replace(place, thread_id=place.thread_id + 1)), (hers, replace(place, post_id=0)),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            local_board_access.delete_own(session, visit, wrong)
    assert (post.state, post.sealed != "") == (PostState.VISIBLE, True)


@pytest.mark.parametrize("state", [PostState.VISIBLE, PostState.HELD, PostState.REMOVED])
def test_ones_own_post_goes_with_its_words_in_whatever_state_and_no_server_hears_of_it(
    session: Session, state: PostState
) -> None:
    board, ana = a_local_board(session), a_person(session)
    post = a_local_post(session, board, ana, state=state)
    place, before = address_of(board, post), len(emitted(session))
    assert local_board_access.delete_own(session, a_visit(session, ana), place) is post
    assert (post.state, post.sealed, len(emitted(session))) == (PostState.DELETED, "", before)
