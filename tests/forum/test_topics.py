"""Topics that a reader told us of: theirs alone, each once, with a bound."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.forum import topics
from fedconnect.forum.topics import add_topics, drop_topic, forget_topics, list_topics
from fedconnect.models.reader import Reader
from support.unit import a_person, a_reader


@pytest.fixture
def reader(session: Session) -> Reader:
    return a_reader(session, a_person(session))


@pytest.fixture
def other(session: Session) -> Reader:
    return a_reader(session, a_person(session, "ben"))


def names(session: Session, reader: Reader) -> list[str]:
    return [one.topic for one in list_topics(session, reader.id)]


def test_nobody_takes_away_or_forgets_what_another_reader_named(
    session: Session, reader: Reader, other: Reader
) -> None:
    add_topics(session, reader.id, ["care"])
    (topic,) = list_topics(session, reader.id)
    assert not drop_topic(session, other.id, topic.id)
    forget_topics(session, other.id)
    assert names(session, reader) == ["care"]
    assert drop_topic(session, reader.id, topic.id)
    assert not drop_topic(session, reader.id, topic.id)


def test_a_reader_forgets_all_of_theirs_at_once(session: Session, reader: Reader, other: Reader) -> None:
    add_topics(session, reader.id, ["care", "respite"])
    add_topics(session, other.id, ["care"])
    forget_topics(session, reader.id)
    assert (names(session, reader), names(session, other)) == ([], ["care"])


def test_a_topic_is_one_however_it_is_spelt_and_stands_by_name(session: Session, reader: Reader) -> None:
    add_topics(session, reader.id, ["Respite", "#respite", " RESPITE ", "", "#", "care\u202e", "x" * 200])
    add_topics(session, reader.id, ["#Care"])
    assert names(session, reader) == ["care", "respite", "x" * 100]


def test_where_it_came_from_stays_with_a_topic(session: Session, reader: Reader) -> None:
    add_topics(session, reader.id, ["mine"])
    add_topics(session, reader.id, ["mine", "theirs"], from_home=True)
    assert {one.topic: one.is_from_home for one in list_topics(session, reader.id)} == {
        "mine": False,
        "theirs": True,
    }


def test_a_home_that_follows_everything_fills_the_room_and_no_more(
    session: Session, reader: Reader, other: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "MOST", 3)
    add_topics(session, other.id, ["a", "b", "c"])
    add_topics(session, reader.id, ["d", "e"])
    add_topics(session, reader.id, (letter for letter in "fgh"), from_home=True)
    assert names(session, reader) == ["d", "e", "f"]
    add_topics(session, reader.id, ["i"])
    monkeypatch.setattr(topics, "MOST", 99)
    assert names(session, reader) == ["d", "e", "f"]
