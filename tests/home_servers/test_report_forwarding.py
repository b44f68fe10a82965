"""A report: kept here whatever a reader's own server says, and told there by their wish alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from fedconnect.events import CaseReported
from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation import database
from fedconnect.foundation.errors import Gone, NotFound
from fedconnect.home_servers import report_forwarding
from fedconnect.home_servers.report_forwarding import LONGEST, Reported
from fedconnect.models.case import Case, Severity
from fedconnect.models.post import Post, PostState
from support.home_server_rows import HOME, HomeOthers, Place, a_place
from support.unit import Unit

REPORTS = f"{HOME}/api/v1/reports"


@pytest.fixture
def at(unit: Unit, home: HomeOthers) -> Place:
    with database.transaction() as session:
        found = a_place(session)
    home.finds(found.post.uri, account={"id": "3"})
    home.tells(REPORTS, {})
    unit.events.clear()
    return found


def report(at: Place, words: str = "Rude", *, passes_on: bool = True) -> Reported:
    return report_forwarding.report_post(at.visit, at.address, words, Severity.HURT, passes_on=passes_on)


def cases() -> list[Case]:
    with database.read_transaction() as session:
        return list(session.scalars(select(Case)))


def test_a_post_that_is_not_there_is_reported_to_nobody(at: Place, home: HomeOthers) -> None:
    nowhere = PostAddress("respite", at.thread.id, at.post.id + 1)
    with pytest.raises(NotFound):
        report_forwarding.report_post(at.visit, nowhere, "Rude", Severity.DANGER, passes_on=True)
    with database.transaction() as session:
        session.get_one(Post, at.post.id).state = PostState.DELETED
    with pytest.raises(Gone):
        report(at)
    assert (cases(), home.asked) == ([], [])


def test_home_hears_of_nothing_where_that_is_not_wished(at: Place, home: HomeOthers) -> None:
    told = report(at, passes_on=False)
    assert (told.board.id, told.post.id, told.problem) == (at.board.id, at.post.id, None)
    assert (len(cases()), home.asked) == (1, [])


@pytest.mark.parametrize("status", [302, 401, 403, 404, 422, 429, 500])
def test_what_home_does_not_take_is_kept_here_and_its_reader_is_told_why(
    at: Place, home: HomeOthers, status: int
) -> None:
    home.tells(REPORTS, {"error": "Not today"} if status == 422 else {}, status)
    told = report(at)
    assert told.problem is not None
    assert ("Not today" in str(told.problem)) is (status == 422)
    assert [one.subject_uri for one in cases()] == [at.post.uri]


def test_who_did_not_permit_it_has_reported_here_and_asked_nobody_else(unit: Unit, home: HomeOthers) -> None:
    with database.transaction() as session:
        at = a_place(session, "read write:statuses")
    assert report(at).problem is not None
    assert (len(cases()), home.asked) == (1, [])


def test_both_hear_the_same_words_without_marks_that_nobody_sees(
    unit: Unit, at: Place, home: HomeOthers
) -> None:
    assert report(at, " Rude\u202e\r\n\r\n\r\n\r\nand loud\x07 ").problem is None
    (case,) = cases()
    assert (case.severity, case.times, case.words) == (Severity.HURT, 1, "Rude\n\nand loud")
    assert home.form["comment"] == case.words
    assert len(unit.of(CaseReported)) == 1
    assert home.waited_in_bounds()


@pytest.mark.parametrize(("length", "kept"), [(LONGEST, LONGEST), (LONGEST + 1, LONGEST)])
def test_words_have_an_end_here_and_there(at: Place, home: HomeOthers, length: int, kept: int) -> None:
    report(at, "r" * length)
    assert (len(cases()[0].words), len(home.form["comment"])) == (kept, kept)
