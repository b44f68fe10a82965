"""What is new to a reader: threads that they never opened, and answers since they were there."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.forum.read_markers import mark_seen, with_known_unread, with_unread
from fedconnect.models.reader_state import ReadMarker
from support.forum_rows import a_line as line
from support.forum_rows import at
from support.unit import a_board, a_person, a_reader, a_thread

ME = "@me@home.example"
JOINED = at(0)


@pytest.mark.parametrize(
    ("published", "latest", "opened", "news"),
    [
        (at(-1), at(-1), None, ""),  # from before the reader came
        (at(0), at(0), None, ""),
        (at(1), at(1), None, "thread"),
        (at(-1), at(9), None, ""),  # answers do not make an old thread new
        (at(1), at(5), at(5), ""),
        (at(1), at(5), at(4), "answers"),
        (at(1), at(5), at(6), ""),
        (at(-9), at(5), at(4), "answers"),
    ],
)
def test_what_is_new_depends_on_when_it_was_opened(
    published: datetime, latest: datetime, opened: datetime | None, news: str
) -> None:
    lines = [line(id=7, published=published, last_post_at=latest)]
    (marked,) = with_known_unread({7: opened}, ME, JOINED, lines)
    assert marked.news == news


def test_nobodys_own_thread_is_new_to_them_but_answers_in_it_are() -> None:
    own = line(id=7, author_handle=ME, published=at(1), last_post_at=at(5))
    assert with_known_unread({}, ME, JOINED, [own])[0].news == ""
    assert with_known_unread({7: at(4)}, ME, JOINED, [own])[0].news == "answers"


def test_another_readers_visits_make_nothing_old(session: Session) -> None:
    board = a_board(session)
    me, other = (a_reader(session, a_person(session, name)) for name in ("me", "other"))
    threads = [a_thread(session, board, published=at(1), uri=f"https://home.example/{n}")[0] for n in (1, 2)]
    mark_seen(session, {(other.id, threads[0].id): at(9), (me.id, threads[1].id): at(9)})
    lines = [line(id=thread.id, published=at(1), last_post_at=at(1)) for thread in threads]
    assert [one.news for one in with_unread(session, me.id, ME, JOINED, lines)] == ["thread", ""]
    assert [one.id for one in with_unread(session, me.id, ME, JOINED, lines)] == [one.id for one in lines]
    assert with_unread(session, me.id, ME, JOINED, []) == []


def test_a_late_word_of_an_earlier_visit_does_not_make_read_things_new(session: Session) -> None:
    thread, _ = a_thread(session, a_board(session))
    me, other = (a_reader(session, a_person(session, name)) for name in ("me", "other"))

    def seen(reader_id: int) -> datetime:
        mine = select(ReadMarker.at).where(ReadMarker.reader_id == reader_id)
        return session.execute(mine).scalar_one()

    mark_seen(session, {(me.id, thread.id): at(5), (other.id, thread.id): at(1)})
    mark_seen(session, {(me.id, thread.id): at(3)})
    assert seen(me.id) == at(5)
    mark_seen(session, {(me.id, thread.id): at(7)})
    assert (seen(me.id), seen(other.id)) == (at(7), at(1))
    mark_seen(session, {})
