"""What a reader hides: whom or what is said plainly, and only their own is shown again."""

from __future__ import annotations

import pytest

from fedconnect.accounts.home_account_import import HomeList, HomeMutes
from fedconnect.forum import mutes
from fedconnect.home_servers import imports
from fedconnect.models.reader_state import MuteKind
from fedconnect.web.you import mutes as view
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.signed_in(reader_id=12, person_id=13)
    return desk.open(view.blueprint)


def test_nobody_hides_anything_without_signing_in(opened: Desk) -> None:
    opened.sign_out()
    calls = [
        opened.watch(mutes, "raise_own"),
        opened.watch(mutes, "remove_mute"),
        opened.watch(imports, "import_mutes"),
    ]
    form = {"kind": "words", "subject": "war"}
    assert {
        opened.post(f"/you/shields{path}", form).status_code for path in ("", "/7/end", "/from-home")
    } == {401}
    assert calls == [[]] * 3


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("", "war"), ("WORDS", "war"), ("everything", "war"), ("words", ""), ("words", " \n\t "), ("server", ""),
        ("person", "ana"), ("person", "@ana"), ("person", "@"), ("person", "  @ana  "),
    ],
)  # fmt: skip
def test_what_says_not_whom_or_what_hides_nothing(opened: Desk, kind: str, subject: str) -> None:
    raised = opened.watch(mutes, "raise_own")
    answer = opened.post("/you/shields", {"kind": kind, "subject": subject})
    assert (answer.status_code, "@ana@example.social" in answer.text) == (400, True)
    assert raised == []


@pytest.mark.parametrize(
    ("kind", "subject", "hidden"),
    [
        ("person", "@ana@b.example", "@ana@b.example"), ("person", "ana@b.example", "ana@b.example"),
        ("server", "b.example", "b.example"), ("words", "@home", "@home"), ("words", "a  b", "a b"),
        ("words", "x" * 300, "x" * 300), ("words", "x" * 301, "x" * 300),
    ],
)  # fmt: skip
def test_a_person_is_a_whole_handle_and_everything_else_is_taken_as_it_is(
    opened: Desk, kind: str, subject: str, hidden: str
) -> None:
    raised = opened.watch(mutes, "raise_own")
    answer = opened.post("/you/shields", {"kind": kind, "subject": subject})
    assert (answer.status_code, answer.location) == (303, "/you/reading")
    assert raised == [{"reader_id": 12, "kind": MuteKind(kind), "subject": hidden}]


def test_what_is_not_theirs_is_not_shown_again(opened: Desk) -> None:
    removed = opened.watch(mutes, "remove_mute", False)
    for number in ("7", "x", "0"):
        assert opened.post(f"/you/shields/{number}/end").status_code == 404
    opened.watch(mutes, "remove_mute", True)
    answer = opened.post("/you/shields/7/end")
    assert (answer.status_code, answer.location) == (303, "/you/reading")
    assert removed == [{"reader_id": 12, "mute_id": number} for number in (7, 0, 0)]


def test_from_home_is_asked_by_its_own_button_alone(opened: Desk) -> None:
    found = HomeMutes((), (HomeList.MUTES, HomeList.FILTERS), (HomeList.SERVERS,))
    taken = opened.watch(imports, "import_mutes", found)
    assert opened.get("/you/shields/from-home").status_code == 405
    assert taken == []
    answer = opened.post("/you/shields/from-home")
    assert answer.location == "/you/reading?taken=mutes.filters&missing=servers"
    assert taken == [{"visit": opened.visit}]
