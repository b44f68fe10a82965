"""Writing on a board that stays here: as who is signed in, in the conversation that was meant."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.models.post import PostState
from fedconnect.web.local_boards import write as view
from support.moderation_rows import a_visit
from support.more_moderation_rows import a_local_board
from support.unit import a_board, a_person
from support.views_unit import Call, Desk

WRITTEN: Any = SimpleNamespace(id=99, thread_id=88, state=PostState.VISIBLE)
HELD: Any = SimpleNamespace(id=99, thread_id=88, state=PostState.HELD)


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        a_local_board(session)
        a_board(session)
        desk.visit = a_visit(session, a_person(session, "dora"))
    return desk.open(view.blueprint)


@pytest.fixture
def written(opened: Desk) -> list[Call]:
    return opened.watch(view, "submit_local_post", WRITTEN)


def test_nobody_writes_without_signing_in_nor_to_a_board_that_federates(
    opened: Desk, written: list[Call]
) -> None:
    for path in ("/here/respite", "/here/respite/88", "/here/nowhere"):
        assert opened.post(path, {"text": "Hello"}).status_code == 404
    opened.sign_out()
    for path in ("/here/shelter", "/here/shelter/88", "/here/nowhere"):
        assert opened.post(path, {"text": "Hello"}).status_code == 401
    assert written == []


@pytest.mark.parametrize(
    ("path", "thread_id"),
    [("/here/shelter", None), ("/here/shelter/88", 88), ("/here/shelter/x", 0), ("/here/shelter/0", 0),
     ("/here/shelter/" + "9" * 25, 0)],
)  # fmt: skip
def test_what_names_no_conversation_begins_none_by_mistake(
    opened: Desk, written: list[Call], path: str, thread_id: int | None
) -> None:
    answer = opened.post(path, {"text": "A title\nwords"})
    assert (answer.status_code, answer.location) == (303, "/here/shelter/88#post-99")
    (call,) = written
    assert opened.visit is not None
    assert (call["board"].slug, call["person"].id) == ("shelter", opened.visit.person_id)
    assert (call["typed"], call["thread_id"]) == ("A title\nwords", thread_id)


def test_whose_post_waits_is_told_so(opened: Desk) -> None:
    opened.watch(view, "submit_local_post", HELD)
    assert opened.post("/here/shelter").location == "/here/shelter/88?waits=1#post-99"


def test_what_is_refused_leads_nowhere(opened: Desk) -> None:
    opened.watch(view, "submit_local_post", NotFound("kept off"))
    assert opened.post("/here/shelter", {"text": "Hello"}).status_code == 404


@pytest.mark.usefixtures("time_stands_still")
def test_thirty_posts_an_hour_are_enough_beginnings_and_answers_together(
    opened: Desk, written: list[Call]
) -> None:
    assert opened.visit is not None
    opened.use_up("posts of a reader that stay here", str(opened.visit.reader_id), 29)
    assert [opened.post(f"/here/shelter{path}").status_code for path in ("/88", "")] == [303, 429]
    assert len(written) == 1
