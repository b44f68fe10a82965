"""What the reader who is asking brings to each list: what they mute, what is new, names or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.forum import mutes, read_markers
from fedconnect.forum.mutes import Mutes
from fedconnect.forum.thread_lists import ThreadItem
from fedconnect.models.reader_state import MuteKind
from fedconnect.web import viewer_context
from fedconnect.web.viewer_context import ViewerContext
from support.forum_rows import a_line, at
from support.unit import a_board, a_person, a_reader, a_thread
from support.web_rows import a_reader_asking

NO_QUERY: Any = None  # whoever asks this session for something fails
EVE = Mutes(people=frozenset({"eve@evil.example"}))


def of_eve(**values: Any) -> ThreadItem:
    return a_line(id=2, author_handle="@eve@evil.example", **values)


def news(viewer: ViewerContext, lines: list[ThreadItem], opened: dict[int, datetime | None]) -> list[str]:
    return [line.news for line in viewer.apply(NO_QUERY, lines, opened=opened)]


def test_somebody_who_is_not_signed_in_sees_what_is_there_and_nothing_as_new() -> None:
    nobody = ViewerContext(None, mutes.NONE)
    assert nobody.hides_authors is None
    lines = [a_line(), of_eve()]
    assert nobody.apply(NO_QUERY, lines) == lines
    assert nobody.apply(NO_QUERY, lines, opened={1: None, 2: None}) == lines


@pytest.mark.parametrize("choice", [None, True])
def test_who_is_muted_is_not_there_even_where_lists_go_without_names(choice: bool | None) -> None:
    visit = a_reader_asking(hides_authors=choice, joined_at=at(0))
    shown = ViewerContext(visit, EVE).apply(NO_QUERY, [a_line(), of_eve(hides_authors=True)], opened={})
    assert [line.id for line in shown] == [1]


@pytest.mark.parametrize(
    ("choice", "board_hides", "is_named"),
    [
        (None, False, True),
        (None, True, False),
        (True, False, False),
        (True, True, False),
        (False, True, True),
    ],
)
def test_a_reader_decides_over_names_and_the_board_where_they_did_not(
    choice: bool | None, board_hides: bool, is_named: bool
) -> None:
    viewer = ViewerContext(a_reader_asking(hides_authors=choice), mutes.NONE)
    (line,) = viewer.apply(NO_QUERY, [a_line(hides_authors=board_hides)], opened={})
    assert (line.author is not None) is is_named
    assert bool(line.author_handle) is bool(line.starter_uri) is is_named


def test_nothing_is_new_that_was_there_before_the_reader_or_is_their_own() -> None:
    viewer = ViewerContext(a_reader_asking(joined_at=at(0)), mutes.NONE)
    lines = [
        a_line(published=at(0)),
        a_line(id=2, published=at(1)),
        a_line(id=3, published=at(1), author_handle="@dora@home.example"),
    ]
    assert news(viewer, lines, {}) == ["", "thread", ""]


def test_whose_own_a_thread_is_is_known_before_its_name_is_taken_off() -> None:
    viewer = ViewerContext(a_reader_asking(joined_at=at(0), hides_authors=True), mutes.NONE)
    own = a_line(published=at(1), author_handle="@dora@home.example")
    assert news(viewer, [own], {}) == [""]


def test_answers_are_new_since_the_thread_was_open_as_far_as_that_is_known() -> None:
    viewer = ViewerContext(a_reader_asking(joined_at=at(0)), mutes.NONE)
    line = a_line(last_post_at=at(5))
    assert [news(viewer, [line], {1: at(minute)}) for minute in (4, 5)] == [["answers"], [""]]


def test_where_it_is_not_known_it_is_looked_up_for_this_reader(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    dora, ben = (a_reader(session, a_person(session, name, "readers.example")) for name in ("dora", "ben"))
    thread, _ = a_thread(session, board, ana)
    line = a_line(id=thread.id, published=at(-5), last_post_at=at(5))
    read_markers.mark_seen(session, {(dora.id, thread.id): at(9), (ben.id, thread.id): at(1)})
    for reader, told in ((dora, ""), (ben, "answers")):
        viewer = ViewerContext(a_reader_asking(reader_id=reader.id, joined_at=at(0)), mutes.NONE)
        assert [one.news for one in viewer.apply(session, [line])] == [told]
    new = replace(line, published=at(1))
    stranger = ViewerContext(a_reader_asking(reader_id=999, joined_at=at(0)), mutes.NONE)
    assert [one.news for one in stranger.apply(session, [new])] == ["thread"]


def test_a_reader_brings_their_own_shields_and_a_stranger_none(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    dora, ben = (a_reader(session, a_person(session, name)) for name in ("dora", "ben"))
    mutes.add_mute(session, dora.id, MuteKind.PERSON, "@eve@evil.example")
    for reader, is_hidden in ((dora, True), (ben, False), (None, False)):
        visit = a_reader_asking(reader_id=reader.id) if reader is not None else None
        monkeypatch.setattr(viewer_context, "find_visit", lambda visit=visit: visit)
        viewer = viewer_context.load(session)
        assert viewer.visit is visit
        assert viewer.mutes.against_person("@eve@evil.example") is is_hidden
