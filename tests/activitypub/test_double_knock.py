"""Which form of signature a server is asked in, and when the other one is tried."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from fedconnect.activitypub import double_knock, signature_forms
from fedconnect.foundation import caches, database
from fedconnect.foundation.errors import FetchFailed
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.models.instance import Instance, SignatureForm
from support.federation_rows import an_instance
from support.unit import Unit

HOST = "home.example"
NOW = datetime(2026, 11, 1, 10, tzinfo=UTC)
CAVAGE, RFC9421 = SignatureForm.CAVAGE, SignatureForm.RFC9421
READS_BOTH = {CAVAGE: 202, RFC9421: 202}
READS_CAVAGE = {CAVAGE: 202, RFC9421: 401}
READS_RFC9421 = {CAVAGE: 401, RFC9421: 202}
READS_NONE = {CAVAGE: 401, RFC9421: 401}


class Server:
    """A server that answers each form with a status of its own; `asked` keeps the forms."""

    def __init__(self, statuses: dict[SignatureForm, int], body: bytes = b"", **headers: str) -> None:
        self.statuses, self.body, self.headers = statuses, body, headers
        self.asked: list[SignatureForm] = []

    def __call__(self, form: SignatureForm) -> HttpResponse:
        self.asked.append(form)
        headers = {name.replace("_", "-"): value for name, value in self.headers.items()}
        return HttpResponse(self.statuses[form], headers, self.body, "https://home.example/inbox")

    def knock(self) -> int:
        """Ask once, as a process does that remembers nothing of the last time."""
        self.asked.clear()
        caches.clear_all()
        return double_knock.knock(HOST, self).status


@pytest.fixture(autouse=True)
def moment() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def known(unit: Unit) -> None:
    with database.transaction() as session:
        an_instance(session, HOST)


def runs(software: str) -> None:
    with database.transaction() as session:
        session.scalars(select(Instance)).one().software = software


def remembered() -> SignatureForm | None:
    with database.read_transaction() as session:
        return session.scalars(select(Instance)).one().signature_form


def test_one_that_takes_everything_and_is_not_known_never_gets_what_it_may_drop() -> None:
    server = Server(READS_BOTH)
    assert server.knock() == 202
    assert server.asked == [CAVAGE]
    assert remembered() is None


@pytest.mark.parametrize("software", ["pixelfed", "sharkey"])
def test_software_that_drops_rfc_9421_in_silence_never_gets_it(software: str) -> None:
    server = Server(READS_RFC9421)
    assert server.knock() == 202, "as long as nobody knows what it is"
    runs(software)
    assert server.knock() == 401
    assert server.asked == [CAVAGE]


@pytest.mark.parametrize("status", [200, 202, 302, 404, 410, 429, 500, 503])
def test_what_says_nothing_of_a_signature_is_not_asked_again(status: int) -> None:
    server = Server({CAVAGE: status, RFC9421: 202})
    assert server.knock() == status
    assert server.asked == [CAVAGE]


@pytest.mark.parametrize("status", [400, 403])
def test_a_no_for_another_reason_is_no_wish_for_rfc_9421(status: int) -> None:
    server = Server({CAVAGE: status, RFC9421: 202}, b"blocked by a firewall")
    assert server.knock() == status
    assert server.asked == [CAVAGE]


@pytest.mark.parametrize("status", [400, 403])
@pytest.mark.parametrize(("body", "headers"), [(b'{"error":"Invalid Signature"}', {}), (b"", {"accept_signature": "sig1=()"})])  # fmt: skip
def test_a_no_that_speaks_of_the_signature_is(status: int, body: bytes, headers: dict[str, str]) -> None:
    server = Server({CAVAGE: status, RFC9421: 202}, body, **headers)
    assert server.knock() == 202
    assert remembered() is RFC9421


@pytest.mark.parametrize("software", ["mastodon", "hollo", "ghost"])
def test_software_that_reads_rfc_9421_gets_it_first(software: str) -> None:
    runs(software)
    server = Server(READS_BOTH)
    assert server.knock() == 202
    assert server.asked == [RFC9421]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_one_of_its_older_releases_is_asked_once_more_and_not_twice_each_time(status: int) -> None:
    runs("mastodon")
    server = Server({**READS_CAVAGE, RFC9421: status})
    assert server.knock() == 202
    assert server.asked == [RFC9421, CAVAGE]
    assert server.knock() == 202
    assert server.asked == [CAVAGE]


def test_one_that_no_longer_reads_the_draft_is_remembered_and_not_knocked_at_twice() -> None:
    server = Server(READS_RFC9421)
    assert server.knock() == 202
    assert server.asked == [CAVAGE, RFC9421]
    assert server.knock() == 202
    assert server.asked == [RFC9421]


@pytest.mark.parametrize(("days", "asked"), [(13.9, [CAVAGE]), (14.1, [RFC9421])])
def test_a_fall_back_is_remembered_for_two_weeks(
    moment: Any, days: float, asked: list[SignatureForm]
) -> None:
    runs("mastodon")
    Server(READS_CAVAGE).knock()
    moment.shift(timedelta(days=days))
    server = Server(READS_BOTH)
    server.knock()
    assert server.asked == asked


@pytest.mark.parametrize("software", ["", "mastodon"])
def test_one_that_refuses_both_is_asked_in_both_once_an_hour_and_answers_as_to_the_draft(
    moment: Any, software: str
) -> None:
    runs(software)
    server = Server({CAVAGE: 401, RFC9421: 400 if software == "" else 403})
    assert server.knock() == 401
    assert len(server.asked) == 2
    moment.shift(timedelta(minutes=59))
    server.knock()
    assert len(server.asked) == 1
    assert remembered() is None
    moment.shift(timedelta(minutes=2))
    server.knock()
    assert len(server.asked) == 2


def test_one_that_changes_its_mind_is_asked_in_the_other_form_again(moment: Any) -> None:
    Server(READS_RFC9421).knock()
    moment.shift(timedelta(hours=2))
    assert Server(READS_CAVAGE).knock() == 202
    assert remembered() is CAVAGE


def test_trouble_the_second_time_teaches_nothing_and_is_what_counts() -> None:
    assert Server({CAVAGE: 401, RFC9421: 503}).knock() == 503
    assert remembered() is None

    class Silent(Server):
        def __call__(self, form: SignatureForm) -> HttpResponse:
            if form is RFC9421:
                raise FetchFailed("timeout")
            return super().__call__(form)

    runs("pleroma")
    with database.transaction() as session:
        session.scalars(select(Instance)).one().knocked_at = None
    with pytest.raises(FetchFailed):
        Silent(READS_NONE).knock()


def test_a_server_without_a_row_is_remembered_by_its_process() -> None:
    server = Server(READS_RFC9421)
    for asked in ([CAVAGE, RFC9421], [RFC9421]):
        server.asked.clear()
        assert double_knock.knock("new.example", server).status == 202
        assert server.asked == asked


def test_nothing_is_read_or_written_for_one_that_is_known_to_take_what_it_gets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server(READS_BOTH)
    server.knock()
    monkeypatch.setattr(signature_forms, "database", None)
    assert double_knock.knock(HOST, server).status == 202


def test_one_that_took_neither_gets_the_draft_until_it_is_knocked_at_again() -> None:
    runs("mastodon")
    server = Server({CAVAGE: 401, RFC9421: 401})
    assert server.knock() == 401
    server = Server(READS_CAVAGE)
    assert server.knock() == 202
    assert server.asked == [CAVAGE]
