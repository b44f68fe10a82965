"""Topics of a reader: named with commas, and only their own are taken away."""

from __future__ import annotations

import pytest

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.forum import topics
from fedconnect.home_servers import imports
from fedconnect.web.you import topics as view
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.signed_in(reader_id=12, person_id=13)
    return desk.open(view.blueprint)


def test_nobody_changes_anything_without_signing_in(opened: Desk) -> None:
    opened.sign_out()
    calls = [opened.watch(topics, name) for name in ("add_topics", "forget_topics", "drop_topic")]
    calls.append(opened.watch(imports, "import_topics"))
    for path in ("", "/from-home", "/end", "/7/end"):
        assert opened.post(f"/you/topics{path}", {"topics": "care"}).status_code == 401
    assert calls == [[]] * 4


def test_a_topic_that_is_not_theirs_is_not_found(opened: Desk) -> None:
    dropped = opened.watch(topics, "drop_topic", False)
    for number in ("7", "x", "-7", "0", "9" * 20):
        assert opened.post(f"/you/topics/{number}/end").status_code == 404
    assert dropped == [{"reader_id": 12, "topic_id": number} for number in (7, 0, 0, 0, 0)]


def test_one_topic_is_taken_away_and_not_all(opened: Desk) -> None:
    dropped, forgotten = opened.watch(topics, "drop_topic", True), opened.watch(topics, "forget_topics")
    answer = opened.post("/you/topics/7/end")
    assert (answer.status_code, answer.location) == (303, "/you/reading")
    assert (dropped, forgotten) == ([{"reader_id": 12, "topic_id": 7}], [])
    answer = opened.post("/you/topics/end")
    assert (answer.status_code, answer.location) == (303, "/you/reading")
    assert (len(dropped), forgotten) == (1, [{"reader_id": 12}])


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("care,bread", ["care", "bread"]), ("care, bread,,", ["care", " bread", "", ""]), ("care; bread", ["care; bread"]),
        ("", [""]), ("a" * 2000 + ",b", ["a" * 2000]), ("a" * 1998 + ",bc", ["a" * 1998, "b"]),
    ],
)  # fmt: skip
def test_topics_are_told_apart_by_commas_within_two_thousand_letters(
    opened: Desk, typed: str, named: list[str]
) -> None:
    added = opened.watch(topics, "add_topics")
    assert opened.post("/you/topics", {"topics": typed}).location == "/you/reading"
    assert added == [{"reader_id": 12, "topics": named}], "and not as if they came from home"


def test_from_home_is_asked_by_its_own_button_alone(opened: Desk) -> None:
    opened.watch(topics, "add_topics")
    taken = opened.watch(imports, "import_topics")
    opened.post("/you/topics", {"topics": "care"})
    assert taken == []
    answer = opened.post("/you/topics/from-home")
    assert (answer.status_code, answer.location) == (303, "/you/reading?taken=hashtags")
    assert taken == [{"visit": opened.visit}]
    opened.watch(imports, "import_topics", PermissionNeeded(Permission.INTERESTS))
    assert opened.post("/you/topics/from-home").status_code == 403
