"""What a process remembers of young posts' words: never what a post said before, nor of one that is gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from fedconnect.foundation.caches import clear_all
from fedconnect.models.hearing import PostVector
from fedconnect.models.post import Post
from fedconnect.surfacing.feed.encodings import read_encodings
from fedconnect.surfacing.hearing.post_tokens import forget_edited_away
from support.surfacing_rows import a_vector, encoded
from support.unit import a_board, a_person, a_thread


@pytest.fixture(autouse=True)
def a_new_process() -> Iterator[None]:
    clear_all()
    yield
    clear_all()


def stored(session: Session, text: str) -> PostVector:
    _, post = a_thread(
        session, a_board(session, text[:5]), a_person(session, text[:5]), body_html=f"<p>{text}</p>"
    )
    return a_vector(session, post, text)


def words(session: Session, *vector_ids: int) -> list[tuple[str, ...] | None]:
    return [one.words if one else None for one in read_encodings(session, vector_ids)]


def test_a_word_that_was_edited_away_is_shown_no_more_though_it_is_remembered(session: Session) -> None:
    vector = stored(session, "sleep medication")
    before = vector.id
    assert set(words(session, before)[0] or ()) == {"sleep", "medication"}
    session.get_one(Post, vector.post_id).body_html = "<p>sleep</p>"
    forget_edited_away(session, vector.post_id)
    session.flush()
    assert vector.id != before, "words have an id of their own"
    assert words(session, vector.id) == [("sleep",)]


def test_a_vector_that_is_gone_is_none_and_the_others_keep_their_order(session: Session) -> None:
    one, other = stored(session, "sleep"), stored(session, "bread")
    assert words(session, other.id, 7, one.id) == [("bread",), None, ("sleep",)]
    assert words(session) == []


def test_what_is_remembered_is_asked_of_no_database(session: Session) -> None:
    one, other = stored(session, "sleep"), stored(session, "bread")
    asked: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for ids, queries in (([one.id], 1), ([one.id], 1), ([other.id, one.id], 2), ([one.id, other.id], 2)):
        found = read_encodings(session, ids)
        assert len(asked) == queries
    assert [found[0], found[1]] == read_encodings(session, ids)
    assert found[0] is not None
    assert found[0].buckets.tolist() == encoded("sleep").buckets.tolist()
