"""The form for a decision as it was typed: each field in its place, and none without an end."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.foundation.errors import TooMany
from fedconnect.foundation.rate_limit import DECLARED
from fedconnect.moderation.casework.decision_form import DecisionForm, OfferedForm
from fedconnect.web.current_visit import SignInNeeded
from fedconnect.web.moderation.decision_form import deciding_visit, form_facts, read_decision
from support.web_rows import a_bare_app, a_reader_asking, somebody_asks


def typed(form: dict[str, str], query: str = "") -> DecisionForm:
    with a_bare_app().test_request_context(f"/?{query}", method="POST", data=form):
        return read_decision()


def test_an_empty_form_decides_nothing_and_would_keep_nobody_off_for_good() -> None:
    found = typed({})
    assert (found.action, found.reason, found.rule, found.gentle) == ("", "", "", "")
    assert (found.params.title, found.params.board, found.params.thread, found.params.warning) == ("",) * 4
    assert (found.params.days, found.params.until) == (7, None)


def test_a_link_decides_nothing() -> None:
    assert typed({}, "action=remove&reason=x&rule=1&days=0") == typed({})


def test_each_field_comes_in_its_own_place() -> None:
    names = ("action", "reason", "rule", "gentle", "title", "board", "thread", "warning")
    found = typed({**{name: f"the {name}" for name in names}, "days": "30"})
    assert (found.action, found.reason) == ("the action", "the reason")
    assert (found.rule, found.gentle) == ("the rule", "the gentle")
    assert (found.params.title, found.params.board) == ("the title", "the board")
    assert (found.params.thread, found.params.warning, found.params.days) == ("the thread", "the warning", 30)


@pytest.mark.parametrize(("name", "most"), [("title", 400), ("board", 24), ("thread", 400), ("warning", 500)])
def test_what_is_typed_is_cut_at_its_end(name: str, most: int) -> None:
    for length in (most, most + 1, most * 9):
        assert len(getattr(typed({name: "x" * length}).params, name)) == most
    assert len(getattr(typed({name: "x" * (most - 1)}).params, name)) == most - 1


@pytest.mark.parametrize(("days", "read"), [("0", 0), ("8", 7), ("-1", 7), ("", 7), ("٣", 7), ("3000", 7)])
def test_nobody_is_kept_off_for_a_time_that_is_not_offered(days: str, read: int) -> None:
    assert typed({"days": days}).params.days == read


def test_a_page_is_told_each_part_of_the_form_by_its_name() -> None:
    parts: dict[str, Any] = {
        "post": "p", "thread": "t", "actions": ["a"], "rules": ["r"], "gentle": {"g": "G"}, "others": ["o"], "days": [1],
    }  # fmt: skip
    assert form_facts(OfferedForm(**parts)) == parts


def test_nobody_decides_without_signing_in(monkeypatch: pytest.MonkeyPatch) -> None:
    somebody_asks(monkeypatch, None)
    with a_bare_app().test_request_context("/", method="POST"), pytest.raises(SignInNeeded):
        deciding_visit()


@pytest.mark.usefixtures("time_stands_still")
def test_whoever_decides_is_known_and_decides_three_hundred_times_in_five_minutes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visit = a_reader_asking(reader_id=12)
    somebody_asks(monkeypatch, visit)
    for _ in range(299):
        assert not DECLARED["decisions of a moderator"].take("12")
    with a_bare_app().test_request_context("/", method="POST"):
        assert deciding_visit() is visit
        with pytest.raises(TooMany):
            deciding_visit()
