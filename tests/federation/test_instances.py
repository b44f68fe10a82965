"""What we know of other servers: asked once a week, believed of a handle only what both domains say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.federation import instances
from fedconnect.foundation import caches, clock, database
from fedconnect.foundation.errors import FetchFailed
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from support.federation_rows import OtherServers, an_instance
from support.moderation_rows import every, stop_the_clock
from support.unit import Unit, a_person

HOME, DOMAIN = "a.home.example", "home.example"
ANA = f"https://{HOME}/users/ana"
NODEINFO = f"https://{HOME}/.well-known/nodeinfo"


def finger(host: str, name: str = "ana", scheme: str = "https") -> str:
    return f"{scheme}://{host}/.well-known/webfinger?resource=acct%3A{name}%40{host}"


def account(subject: str, actor: str = ANA) -> dict[str, Any]:
    link = {"rel": "self", "type": "application/activity+json", "href": actor}
    return {"subject": f"acct:{subject}", "links": [link]}


def runs(others: OtherServers, software: object, host: str = HOME, scheme: str = "https") -> None:
    base = f"{scheme}://{host}"
    link = {"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": f"{base}/nodeinfo/2.0"}
    others.say(f"{base}/.well-known/nodeinfo", {"links": [link]})
    others.say(f"{base}/nodeinfo/2.0", {"software": {"name": software}})


@pytest.fixture
def ana(unit: Unit, others: OtherServers) -> Person:
    """Ana, whose server runs Mastodon, and whose handle is on the domain that it belongs to."""
    runs(others, "mastodon")
    others.say(finger(HOME), account(f"ana@{DOMAIN}"))
    others.say(finger(DOMAIN), account(f"ana@{DOMAIN}"))
    with database.transaction() as session:
        return a_person(session, "ana", HOME)


def known() -> tuple[str, str]:
    """What stands here of Ana's server: what it runs, and the domain of its handles."""
    with database.read_transaction() as session:
        row = session.execute(select(Instance).where(Instance.host == HOME)).scalar_one()
    return row.software, row.handle_host


def with_row(asked_at: datetime | None, **values: Any) -> None:
    with database.transaction() as session:
        an_instance(session, HOME, asked_at=asked_at, **values)


def handle_of(person: Person) -> str:
    with database.read_transaction() as session:
        return session.get_one(Person, person.id).handle


def test_a_server_that_is_met_first_is_trusted_as_the_domain_that_it_belongs_to(session: Session) -> None:
    an_instance(session, "blocked.example", policy=Policy.BLOCKED, by_lists=True)
    an_instance(session, "limited.example", policy=Policy.LIMITED)
    instances.ensure_instances(
        session, ["a.blocked.example", "b.limited.example", "notblocked.example", "blocked.example.org"]
    )
    found = {row.host: (row.policy, row.by_lists) for row in every(session, Instance)}
    assert found["a.blocked.example"] == (Policy.BLOCKED, True)
    assert found["b.limited.example"] == (Policy.LIMITED, False)
    assert found["notblocked.example"] == found["blocked.example.org"] == (Policy.OPEN, False)


def test_a_server_that_is_known_stays_as_it_was_decided_on(session: Session) -> None:
    an_instance(session, "blocked.example", policy=Policy.BLOCKED)
    kept = an_instance(session, "a.blocked.example", software="mastodon", failures=3)
    instances.ensure_instances(session, ["a.blocked.example", "new.example", "new.example"])
    instances.ensure_instances(session, [])
    session.refresh(kept)
    assert (kept.policy, kept.software, kept.failures) == (Policy.OPEN, "mastodon", 3)
    fresh = session.execute(select(Instance).where(Instance.host == "new.example")).scalar_one()
    assert (fresh.software, fresh.asked_at, fresh.failures, fresh.bad_days) == ("", None, 0, 0)


def test_a_server_is_asked_what_it_runs_and_how_its_handles_are_spelt(
    ana: Person, others: OtherServers
) -> None:
    learned = instances.learn_software(ana)
    assert known() == ("mastodon", DOMAIN)
    assert (learned.id, learned.handle) == (ana.id, "@ana@home.example")
    assert handle_of(ana) == "@ana@home.example"
    asked = [url for _, url in others.asked]
    assert asked == [NODEINFO, f"https://{HOME}/nodeinfo/2.0", finger(HOME), finger(DOMAIN)]


@pytest.mark.parametrize(
    "answer",
    [
        account(f"ana@{DOMAIN}", "https://evil.example/users/ana"),
        account(f"eve@{DOMAIN}"),
        account("ana@evil.example"),
        account(f"ana@{HOME}"),
        {"subject": f"acct:ana@{DOMAIN}"},
        [],
    ],
)
def test_a_domain_that_does_not_say_the_same_gives_nobody_its_handle(
    ana: Person, others: OtherServers, answer: object
) -> None:
    others.say(finger(DOMAIN), answer)
    assert instances.learn_software(ana).handle == "@ana@a.home.example"
    assert handle_of(ana) == "@ana@a.home.example"


@pytest.mark.parametrize(
    "answer",
    [
        account(f"ana@{DOMAIN}", "https://a.home.example/users/ben"),
        account(f"ana@{HOME}"),
        {"subject": f"ana@{DOMAIN}", "links": []},
        {},
        b"<html>",
    ],
)
def test_a_server_that_claims_no_other_domain_for_this_actor_makes_us_ask_none(
    ana: Person, others: OtherServers, answer: object
) -> None:
    others.say(finger(HOME), answer)
    assert instances.learn_software(ana).handle == "@ana@a.home.example"
    assert known() == ("mastodon", "")
    assert ("GET", finger(DOMAIN)) not in others.asked


@pytest.mark.parametrize("software", [None, 7, "", "a/b", "x" * 41, ["mastodon", "x"]])
def test_a_name_that_no_software_can_have_is_none(
    ana: Person, others: OtherServers, software: object
) -> None:
    runs(others, software)
    instances.learn_software(ana)
    assert known() == ("", DOMAIN)


def test_a_server_that_does_not_answer_is_taken_for_a_microblog_and_left_alone_for_a_day(
    ana: Person, others: OtherServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = stop_the_clock(monkeypatch, clock.now().replace(microsecond=0))
    others.fail(NODEINFO, FetchFailed("timeout"))
    others.fail(finger(HOME), FetchFailed("timeout"))
    assert instances.learn_software(ana).handle == "@ana@a.home.example"
    assert known() == ("", "")
    asked = len(others.asked)
    for hours, more in ((23, 0), (24, 0), (25, 2)):
        caches.clear_all()
        stop_the_clock(monkeypatch, now + timedelta(hours=hours))
        instances.learn_software(ana)
        assert len(others.asked) == asked + more


@pytest.mark.parametrize(
    ("software", "since", "is_asked"),
    [
        ("mastodon", timedelta(days=7), False),
        ("mastodon", timedelta(days=7, seconds=1), True),
        ("", timedelta(days=1), False),
        ("", timedelta(days=1, seconds=1), True),
        ("mastodon", None, True),
    ],
)
def test_a_server_is_asked_once_a_week_and_one_that_named_nothing_once_a_day(
    ana: Person,
    others: OtherServers,
    monkeypatch: pytest.MonkeyPatch,
    software: str,
    since: timedelta | None,
    is_asked: bool,
) -> None:
    now = stop_the_clock(monkeypatch, clock.now().replace(microsecond=0))
    with_row(None if since is None else now - since, software=software)
    instances.learn_software(ana)
    assert (("GET", NODEINFO) in others.asked) is is_asked


def test_a_process_that_met_a_server_just_now_reads_no_row_of_it(ana: Person, others: OtherServers) -> None:
    instances.learn_software(ana)
    with database.transaction() as session:
        session.execute(select(Instance)).scalar_one().asked_at = None
    asked = len(others.asked)
    with database.read_transaction() as session:
        instances.learn_software(session.get_one(Person, ana.id))
    assert len(others.asked) == asked


def test_somebody_else_of_a_server_that_is_known_is_proven_by_themselves(
    ana: Person, others: OtherServers
) -> None:
    with_row(clock.now(), software="mastodon", handle_host=DOMAIN)
    with database.transaction() as session:
        ben = a_person(session, "ben", HOME)
    others.say(finger(DOMAIN, "ben"), account(f"ben@{DOMAIN}", ben.uri))
    assert instances.learn_software(ben).handle == "@ben@home.example"
    assert others.asked == [("GET", finger(DOMAIN, "ben"))]
    assert handle_of(ana) == "@ana@a.home.example"


@pytest.mark.parametrize("handle_host", [DOMAIN, "other.example"])
def test_a_handle_that_was_proven_before_is_not_asked_for_again(
    ana: Person, others: OtherServers, handle_host: str
) -> None:
    with_row(clock.now(), software="mastodon", handle_host=DOMAIN)
    ana.handle_host = handle_host
    assert instances.learn_software(ana) is ana
    assert others.asked == []


def test_what_a_server_says_anew_goes_before_what_stood_here(ana: Person, others: OtherServers) -> None:
    long_ago = clock.now() - timedelta(days=30)
    with_row(long_ago, software="lemmy", handle_host="old.example", policy=Policy.LIMITED)
    instances.learn_software(ana)
    assert known() == ("mastodon", DOMAIN)
    with database.read_transaction() as session:
        row = session.execute(select(Instance)).scalar_one()
    assert row.policy is Policy.LIMITED
    assert row.asked_at is not None
    assert row.asked_at > long_ago


def test_a_server_that_is_reached_by_http_is_asked_by_http(unit: Unit, others: OtherServers) -> None:
    runs(others, "gotosocial", "plain.example", "http")
    with database.transaction() as session:
        fay = a_person(session, "fay", "plain.example", uri="http://plain.example/users/fay")
    instances.learn_software(fay)
    asked = [url for _, url in others.asked]
    assert asked == [
        "http://plain.example/.well-known/nodeinfo", "http://plain.example/nodeinfo/2.0",
        finger("plain.example", "fay", "http"),
    ]  # fmt: skip
