"""What need not be kept is found a slice at a time and goes, or loses its words; nothing else does."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.models.person import Person
from fedconnect.models.stale_rows import stale
from support.unit import a_person


def test_only_what_was_found_is_forgotten(session: Session) -> None:
    people = [a_person(session, name) for name in ("ana", "ben", "lea")]
    old = stale(Person, Person.username != "lea", Person.host == "home.example")
    some = old.some(session, 1)
    assert len(some) == 1
    assert sorted(old.some(session, 5)) == [people[0].id, people[1].id]
    old.forget(session, some)
    left = set(session.execute(select(Person.id)).scalars())
    assert left == {one.id for one in people} - set(some)
    old.forget(session, old.some(session, 5))
    assert old.some(session, 5) == []
    assert list(session.execute(select(Person.username)).scalars()) == ["lea"]


def test_where_only_words_go_the_row_stays(session: Session) -> None:
    a_person(session, "ana", url="https://a.example")
    a_person(session, "ben", url="https://b.example")
    old = stale(Person, Person.username == "ana", Person.name != "", emptied={"name": "", "url": ""})
    old.forget(session, old.some(session, 5))
    found = session.execute(select(Person.username, Person.name, Person.url).order_by(Person.username)).all()
    assert [tuple(row) for row in found] == [("ana", "", ""), ("ben", "Ben", "https://b.example")]
    assert old.some(session, 5) == [], "and is not found again"
