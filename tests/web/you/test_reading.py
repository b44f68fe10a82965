"""How a reader wants to read: words first, names first, or as each board does."""

from __future__ import annotations

import pytest

from fedconnect.accounts import preferences
from fedconnect.foundation import clock, database
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.web.you import reading as view
from support.surfacing_rows import a_topic
from support.unit import a_person, a_reader, add
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    return desk.open(view.blueprint)


def test_nobody_chooses_without_signing_in(opened: Desk) -> None:
    chosen = opened.watch(preferences, "choose_first")
    opened.sign_out()
    assert (opened.get("/you/reading").status_code, opened.post("/you/reading").status_code) == (401, 401)
    assert chosen == []


@pytest.mark.parametrize(
    ("sent", "content"),
    [
        ("words", True),
        ("names", False),
        ("board", None),
        ("", None),
        ("Words", None),
        ("true", None),
        (None, None),
    ],
)
def test_what_is_neither_words_nor_names_is_no_choice(
    opened: Desk, sent: str | None, content: bool | None
) -> None:
    chosen = opened.watch(preferences, "choose_first")
    answer = opened.post("/you/reading", {} if sent is None else {"first": sent})
    assert (answer.status_code, answer.location) == (303, "/you/reading")
    (call,) = chosen
    assert call["visit"] is opened.visit
    assert call["content"] is content


def test_the_page_shows_what_is_theirs_alone(opened: Desk) -> None:
    with database.transaction() as session:
        for name in ("dora", "ana"):
            reader = a_reader(session, a_person(session, name))
            a_topic(session, reader, f"topic of {name}")
            add(session, Mute(reader_id=reader.id, kind=MuteKind.WORDS, subject=name, since=clock.now()))
            if name == "dora":
                opened.signed_in(reader_id=reader.id, person_id=reader.person_id)
    assert opened.get("/you/reading").status_code == 200
    assert opened.visit is not None
    assert opened.shown["reader"].id == opened.visit.reader_id
    assert [one.subject for one in opened.shown["mutes"]] == ["dora"]
    assert [one.topic for one in opened.shown["topics"]] == ["topic of dora"]
