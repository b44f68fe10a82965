"""What is looked for is read from the query: bounded, and refused in one line where it is nothing."""

from __future__ import annotations

from datetime import date

import pytest

from fedconnect.forum.search import Question
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.web.search.query import query, read_handle, read_question
from support.web_rows import a_bare_app


def asked(**fields: str) -> Question:
    with a_bare_app().test_request_context("/search", query_string=fields):
        return read_question()


@pytest.mark.parametrize(
    "fields",
    [
        {"board": "a" * 25}, {"board": "Respite"}, {"board": "../x"}, {"language": "d" * 13}, {"language": "d e"},
        {"since": "yesterday"}, {"until": "2026-13-01"}, {"since": "2026-11-31"},
    ],
)  # fmt: skip
def test_what_is_no_board_language_or_day_is_said_to_be_none(fields: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        asked(**fields)


@pytest.mark.parametrize(
    "handle",
    [
        "ana",
        "@ana",
        "a b@home.example",
        "@ana@home.example/x",
        "@ana@",
        "@@home.example",
        "a@b@c",
        "a" * 256 + "@b.example",
    ],
)
def test_what_is_no_handle_is_nobody(handle: str) -> None:
    with pytest.raises(NotFound):
        read_handle(handle)
    with pytest.raises(NotFound):
        asked(person=handle[:200] if len(handle) <= 200 else "a" * 200)


@pytest.mark.parametrize("handle", ["@ana@home.example", "ana@home.example:8000", "a" * 255 + "@b.example"])
def test_a_handle_is_taken_with_and_without_its_first_sign(handle: str) -> None:
    assert read_handle(handle) == handle


def test_each_field_says_its_own_part() -> None:
    found = asked(
        q="respite",
        board="benefits",
        person="@ana@home.example",
        language="de",
        since="2026-11-01",
        until="2026-11-29",
    )
    assert found == Question(
        "respite", "benefits", "@ana@home.example", "de", date(2026, 11, 1), date(2026, 11, 29)
    )
    assert asked() == Question("", "", "", "")


def test_other_fields_are_not_read_and_each_is_cut() -> None:
    with a_bare_app().test_request_context(
        "/search", query_string={"q": "x" * 300, "order": "best", "board": ""}
    ):
        assert query() == {"q": "x" * 200}
