"""A report is kept here whatever the reader's own server says of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation.errors import NotFound
from fedconnect.home_servers import report_forwarding
from fedconnect.models.case import Case, Severity
from support.forum import Forum
from support.home import FakeHomeServer
from support.rows import signed_in, visit_of, written_by
from support.visitor import Visitor
from support.visitor import home as home  # a server that answers over HTTP, not the table of conftest.py


def test_a_post_that_is_not_there_is_reported_to_nobody(forum: Forum) -> None:
    dora, post = signed_in("dora"), written_by(signed_in("eve"))
    place = PostAddress("respite", post.thread_id, post.id)
    for elsewhere in (replace(place, slug="benefits"), replace(place, post_id=1)):
        with pytest.raises(NotFound):
            report_forwarding.report_post(dora, elsewhere, "Words", Severity.RULES, passes_on=True)
    assert forum.rows(Case) == []


def test_without_the_permission_to_pass_it_on_it_is_kept_and_said_so(forum: Forum) -> None:
    dora, post = signed_in("dora"), written_by(signed_in("eve"))
    place = PostAddress("respite", post.thread_id, post.id)
    reported = report_forwarding.report_post(dora, place, "It mocks.", Severity.HURT, passes_on=True)
    assert str(reported.problem) == "You have not permitted this yet."
    (case,) = forum.rows(Case)
    assert (case.words, case.severity, case.post_id) == ("It mocks.", Severity.HURT, post.id)


def test_it_is_passed_on_where_that_is_wished_alone(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    visitor.sign_in(home, "dora", wanted=("report",))
    post = written_by(signed_in("eve"))
    home.known[post.uri] = "77"
    place = PostAddress("respite", post.thread_id, post.id)
    for passes_on, told in ((False, 0), (True, 1)):
        reported = report_forwarding.report_post(
            visit_of(visitor), place, "It mocks.", Severity.RULES, passes_on=passes_on
        )
        assert reported.problem is None
        assert len(home.calls("/api/v1/reports")) == told
