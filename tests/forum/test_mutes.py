"""What a reader does not want to see: people, servers and words, for them alone."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.forum import mutes
from fedconnect.forum.mutes import NONE, Mutes, add_mute, import_mutes, list_mutes, mutes_of, raise_own
from fedconnect.foundation.errors import Malformed
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import MuteKind
from support.forum_rows import a_line
from support.unit import a_person, a_reader


@pytest.fixture
def reader(session: Session) -> Reader:
    return a_reader(session, a_person(session))


@pytest.fixture
def other(session: Session) -> Reader:
    return a_reader(session, a_person(session, "ben"))


def subjects(session: Session, reader: Reader) -> list[str]:
    return [one.subject for one in list_mutes(session, reader.id)]


def muting(session: Session, reader: Reader, kind: MuteKind, *what: str) -> Mutes:
    for one in what:
        add_mute(session, reader.id, kind, one)
    return mutes_of(session, reader.id)


def test_nobody_takes_down_what_another_reader_put_up(
    session: Session, reader: Reader, other: Reader
) -> None:
    muting(session, reader, MuteKind.PERSON, "@eve@evil.example")
    (row,) = list_mutes(session, reader.id)
    assert not mutes.remove_mute(session, other.id, row.id)
    assert subjects(session, reader) == ["eve@evil.example"]
    assert mutes.remove_mute(session, reader.id, row.id)
    assert not mutes.remove_mute(session, reader.id, row.id)
    assert subjects(session, reader) == []


def test_what_one_reader_hides_another_still_sees(session: Session, reader: Reader, other: Reader) -> None:
    muting(session, reader, MuteKind.PERSON, "@eve@evil.example")
    assert mutes_of(session, other.id) is NONE
    assert list_mutes(session, other.id) == []


def test_a_muted_server_hides_all_of_its_people_and_nobody_elses(session: Session, reader: Reader) -> None:
    held_up = muting(session, reader, MuteKind.SERVER, "evil.example")
    assert held_up.against_person("@eve@evil.example")
    assert held_up.against_person("@ADA@EVIL.example")
    assert not held_up.against_person("@eve@notevil.example")
    assert not held_up.against_person("@eve@sub.evil.example")
    assert not held_up.against_person("@evil.example@home.example")


def test_a_muted_person_is_hidden_on_their_own_server_alone(session: Session, reader: Reader) -> None:
    held_up = muting(session, reader, MuteKind.PERSON, "@Eve@Evil.example")
    assert held_up.against_person("@eve@evil.example")
    assert held_up.against_person("EVE@evil.example")
    assert not held_up.against_person("@eve@home.example")
    assert not held_up.against_person("@eva@evil.example")


def test_the_boards_own_words_have_no_handle_and_are_never_hidden_by_one(
    session: Session, reader: Reader
) -> None:
    muting(session, reader, MuteKind.PERSON, "@eve@evil.example", "", "@", "  ")
    held_up = muting(session, reader, MuteKind.SERVER, "evil.example", "")
    assert not held_up.against_person("")
    assert sorted(subjects(session, reader)) == ["eve@evil.example", "evil.example"]


@pytest.mark.parametrize(
    ("text", "is_hidden"),
    [
        ("the EU votes", True), ("(eu)", True), ("EU", True), ("museum", False), ("neu", False), ("eu_1", False), ("", False),
        ("a.b", True), ("axb", False), ("war and peace", False), ("civil war!", True), ("civil  war", False),
    ],
)  # fmt: skip
def test_words_are_hidden_whole_and_as_they_are_written(
    session: Session, reader: Reader, text: str, is_hidden: bool
) -> None:
    held_up = muting(session, reader, MuteKind.WORDS, "eu", "a.b", "Civil War")
    assert held_up.against_words(text) is is_hidden
    assert held_up.against_words("nothing", text) is is_hidden


def test_without_words_no_text_is_hidden(session: Session, reader: Reader) -> None:
    held_up = muting(session, reader, MuteKind.PERSON, "eve@evil.example")
    assert not held_up.against_words("eve@evil.example", "")
    assert not NONE.against_words("")


def test_a_list_goes_without_hidden_people_titles_and_excerpts(session: Session, reader: Reader) -> None:
    muting(session, reader, MuteKind.PERSON, "eve@evil.example")
    held_up = muting(session, reader, MuteKind.WORDS, "storm")
    lines = [
        a_line(id=1, author_handle="@eve@evil.example"), a_line(id=2, title="A storm"), a_line(id=3, excerpt="After the storm"),
        a_line(id=4), a_line(id=5, author_handle="", author=None, title="Brainstorming"),
    ]  # fmt: skip
    assert [line.id for line in held_up.visible(lines)] == [4, 5]
    assert [line.id for line in NONE.visible(lines)] == [1, 2, 3, 4, 5]


def test_the_same_shield_twice_is_one_and_each_kind_has_its_own(session: Session, reader: Reader) -> None:
    muting(session, reader, MuteKind.SERVER, "evil.example", " EVIL.example ", "@evil.example")
    muting(session, reader, MuteKind.WORDS, "evil.example")
    assert [(one.kind, one.subject) for one in list_mutes(session, reader.id)] == [
        (MuteKind.SERVER, "evil.example"),
        (MuteKind.WORDS, "evil.example"),
    ]


def test_an_endless_subject_is_cut_to_what_the_column_holds(session: Session, reader: Reader) -> None:
    muting(session, reader, MuteKind.WORDS, "x" * 301)
    assert subjects(session, reader) == ["x" * 300]


def test_by_hand_a_reader_puts_up_so_many_and_no_more(
    session: Session, reader: Reader, other: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutes, "MOST", 2)
    muting(session, other, MuteKind.WORDS, "one", "two")
    raise_own(session, reader.id, MuteKind.WORDS, "one")
    raise_own(session, reader.id, MuteKind.WORDS, "two")
    with pytest.raises(Malformed):
        raise_own(session, reader.id, MuteKind.WORDS, "three")
    assert subjects(session, reader) == ["one", "two"]


def test_what_home_says_replaces_what_home_said_and_nothing_else(
    session: Session, reader: Reader, other: Reader
) -> None:
    server = MuteKind.SERVER
    raise_own(session, reader.id, MuteKind.PERSON, "eve@evil.example")
    import_mutes(session, other.id, [(server, "old.example")])
    import_mutes(session, reader.id, [(server, "old.example"), (MuteKind.PERSON, "eve@evil.example")])
    assert import_mutes(session, reader.id, iter([(server, "new.example")])) == 1
    kept = {one.subject: one.is_from_home for one in list_mutes(session, reader.id)}
    assert kept == {"eve@evil.example": False, "new.example": True}
    assert subjects(session, other) == ["old.example"]
    assert import_mutes(session, reader.id, []) == 0
    assert subjects(session, reader) == ["eve@evil.example"]


def test_a_home_that_lists_without_end_is_heard_up_to_the_bound(
    session: Session, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutes, "MOST", 3)
    found = [(MuteKind.SERVER, f"s{number}.example") for number in range(9)]
    assert import_mutes(session, reader.id, found) == 3
    assert len(subjects(session, reader)) == 3
