"""What readers began to write: one text a place, their own, and gone once it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fedconnect.accounts import unsent_posts
from fedconnect.accounts.post_form import PostForm
from fedconnect.models.submission import UnsentPost
from support.account_rows import a_home_reader
from support.unit import a_board

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ABOUT = "https://home.example/posts/1"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOW, tick=False) as found:
        yield found


def test_a_text_is_found_in_its_own_place_and_by_its_own_author_alone(session: Session) -> None:
    ana, ben = a_home_reader(session), a_home_reader(session, "ben")
    board, other = a_board(session), a_board(session, "night")
    unsent_posts.save_unsent(session, ana.id, board.id, ABOUT, PostForm(text="Words"))
    for reader, where, about in ((ben, board, ABOUT), (ana, other, ABOUT), (ana, board, "")):
        assert unsent_posts.find_unsent(session, reader.id, where.id, about) is None
    assert unsent_posts.find_unsent(session, ana.id, board.id, ABOUT) == PostForm(text="Words")


def test_what_is_saved_again_takes_the_place_of_what_was_there(session: Session) -> None:
    ana, board = a_home_reader(session), a_board(session)
    for text in ("First", "Second"):
        unsent_posts.save_unsent(session, ana.id, board.id, "", PostForm(text=text))
    assert unsent_posts.find_unsent(session, ana.id, board.id, "") == PostForm(text="Second")
    assert session.execute(select(func.count(UnsentPost.id))).scalar_one() == 1


def test_the_fifty_first_text_costs_the_oldest_and_nobody_elses(
    session: Session, clock: time_machine.Coordinates
) -> None:
    ana, ben, board = a_home_reader(session), a_home_reader(session, "ben"), a_board(session)
    unsent_posts.save_unsent(session, ben.id, board.id, "", PostForm(text="Theirs"))
    for number in range(51):
        clock.shift(1)
        unsent_posts.save_unsent(session, ana.id, board.id, str(number), PostForm(text="Mine"))
        if number == 2:
            clock.shift(1)
            unsent_posts.save_unsent(session, ana.id, board.id, "0", PostForm(text="Written on"))
    mine = session.execute(select(UnsentPost.about_uri).where(UnsentPost.reader_id == ana.id)).scalars()
    assert set(mine) == {str(number) for number in range(51)} - {"1"}
    assert unsent_posts.find_unsent(session, ben.id, board.id, "") is not None


@pytest.mark.parametrize(("saved_after_s", "stays"), [(-1, False), (0, False), (1, True)])
def test_what_somebody_wrote_after_sending_stays(
    session: Session, clock: time_machine.Coordinates, saved_after_s: int, stays: bool
) -> None:
    ana, board = a_home_reader(session), a_board(session)
    clock.move_to(NOW + timedelta(seconds=saved_after_s))
    unsent_posts.save_unsent(session, ana.id, board.id, "", PostForm(text="Words"))
    unsent_posts.save_unsent(session, ana.id, board.id, ABOUT, PostForm(text="Elsewhere"))
    unsent_posts.delete_unsent(session, ana.id, board.id, "", until=NOW)
    session.flush()
    assert (unsent_posts.find_unsent(session, ana.id, board.id, "") is not None) is stays
    assert unsent_posts.find_unsent(session, ana.id, board.id, ABOUT) is not None


def test_what_is_not_there_is_forgotten_without_a_word(session: Session) -> None:
    unsent_posts.delete_unsent(session, 1, 1, "", until=NOW)
    assert session.execute(select(UnsentPost)).all() == []
