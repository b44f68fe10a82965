"""Lists as rows: imported, subscribed to, read daily; one that cannot be read stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.blocklists import blocklists
from fedconnect.blocklists.blocklists import add_list, add_while_waiting, read_due, remove_list
from fedconnect.foundation import clock, database, fetch
from fedconnect.foundation.errors import AddressRefused, FetchFailed, Malformed, NotFound
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.models.blocklist import Blocklist, ListedServer
from fedconnect.models.decision import DecisionKind
from fedconnect.models.instance import Policy
from support.moderation_rows import a_decision, a_server, count, every
from support.unit import Unit, add

SOURCE = "https://lists.example/list.csv"
LIST = b"domain,severity\nspam.example,suspend\nloud.example,silence\n"


def answering(monkeypatch: pytest.MonkeyPatch, answer: Callable[[], HttpResponse]) -> list[str]:
    """Let the list's server answer so; return which addresses are asked for, never while a transaction is open."""
    asked: list[str] = []

    def get(url: str, **_: Any) -> HttpResponse:
        assert not database.is_open()
        asked.append(url)
        return answer()

    monkeypatch.setattr(fetch, "get", get)
    return asked


def says(status: int, body: bytes = b"") -> Callable[[], HttpResponse]:
    return lambda: HttpResponse(status, {}, body, SOURCE)


def fails(error: Exception) -> Callable[[], HttpResponse]:
    def answer() -> HttpResponse:
        raise error

    return answer


def hosts() -> set[str]:
    with database.read_transaction() as session:
        return {one.host for one in every(session, ListedServer)}


def the_list() -> Blocklist:
    with database.read_transaction() as session:
        (one,) = every(session, Blocklist)
        return one


def a_day_passes() -> None:
    with database.transaction() as session:
        session.query(Blocklist).update({"tried_at": clock.now() - timedelta(hours=24, seconds=1)})


NOT_TO_BE_HAD = [
    says(404),
    says(500, LIST),
    says(204),
    says(301, LIST),
    fails(FetchFailed("timeout")),
    fails(AddressRefused("private")),
]


@pytest.mark.parametrize("answer", NOT_TO_BE_HAD)
def test_a_list_that_is_not_to_be_had_leaves_no_row(
    unit: Unit, monkeypatch: pytest.MonkeyPatch, answer: Callable[[], HttpResponse]
) -> None:
    answering(monkeypatch, answer)
    with pytest.raises((FetchFailed, AddressRefused)):
        add_list(SOURCE, None)
    with database.read_transaction() as session:
        assert count(session, Blocklist) == 0


def test_whoever_waits_in_a_browser_is_told_in_a_sentence(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, says(500))
    with pytest.raises(Malformed) as told:
        add_while_waiting(SOURCE, None, Policy.BLOCKED)
    assert "not to be had" in told.value.safe


@pytest.mark.parametrize(
    "answer", [*NOT_TO_BE_HAD, says(200, b"<html>"), says(200), says(200, b"\xff\xfe\xff")]
)
def test_a_list_that_cannot_be_read_again_stays_as_it_was_and_says_why(
    unit: Unit, monkeypatch: pytest.MonkeyPatch, answer: Callable[[], HttpResponse]
) -> None:
    answering(monkeypatch, says(200, LIST))
    assert add_list(SOURCE, None) == 2
    read_at = the_list().read_at
    a_day_passes()
    answering(monkeypatch, answer)
    assert read_due() == 1
    one = the_list()
    assert hosts() == {"spam.example", "loud.example"}
    assert one.problem != ""
    assert one.read_at == read_at
    assert read_due() == 0, "it is asked once a day, however it answers"


def test_a_list_is_read_again_after_a_day_and_not_before(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, says(200, LIST))
    add_list(SOURCE, None)
    assert read_due() == 0
    a_day_passes()
    answering(monkeypatch, says(500))
    read_due()
    a_day_passes()
    asked = answering(monkeypatch, says(200, b"domain\nspam.example\n"))
    assert read_due() == 1
    assert asked == [SOURCE]
    assert (hosts(), the_list().problem) == ({"spam.example"}, "")


def test_an_imported_file_is_asked_for_nowhere(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, says(200, LIST))
    add_list("mine.csv", LIST)
    a_day_passes()
    assert (read_due(), asked) == (0, [])
    assert not the_list().is_subscribed


def test_the_same_list_again_takes_the_place_of_itself(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    add_list("mine.csv", LIST, Policy.SILENCED)
    assert add_list("mine.csv", b"domain\nother.example\n") == 1
    assert hosts() == {"other.example"}
    assert the_list().at_most is Policy.BLOCKED


def test_fifty_lists_are_enough(unit: Unit) -> None:
    with database.transaction() as session:
        for number in range(blocklists.MOST_LISTS - 1):
            add(session, Blocklist(source=f"{number}.csv", is_subscribed=False))
    add_list("last.csv", LIST)
    with pytest.raises(Malformed):
        add_list("more.csv", LIST)
    assert add_list("last.csv", LIST) == 2, "one that is here can be read anew"


def test_a_list_that_is_left_takes_its_servers_with_it(session: Session) -> None:
    one, other = (add(session, Blocklist(source=source, is_subscribed=False)) for source in "ab")
    for each in (one, other):
        add(session, ListedServer(list_id=each.id, host="x.example", digest="x", policy=Policy.BLOCKED))
    remove_list(session, one.id)
    assert [row.list_id for row in every(session, ListedServer)] == [other.id]
    assert [(row.source, number) for row, number in blocklists.list_lists(session)] == [("b", 1)]
    with pytest.raises(NotFound):
        remove_list(session, one.id)


def test_our_own_list_says_the_latest_reason_and_nothing_that_a_spreadsheet_would_run(
    session: Session,
) -> None:
    a_server(session, "open.example", Policy.OPEN)
    a_server(session, "spam.example", Policy.BLOCKED)
    a_server(session, "held.example", Policy.LIMITED)
    for days, reason in ((2, "Old"), (1, "=cmd()")):
        a_decision(session, None, kind=DecisionKind.SERVER, subject_uri="spam.example", reason=reason,
                   at=clock.now() - timedelta(days=days))  # fmt: skip
    lines = blocklists.export(session).splitlines()
    assert lines[1:] == [
        "held.example,filter,False,False,,False",
        "spam.example,suspend,False,False,cmd(),False",
    ]
