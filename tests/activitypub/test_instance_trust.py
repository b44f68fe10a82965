"""How far a server is trusted: as decided on it, or else on the nearest domain that it belongs to."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.activitypub import instance_trust
from fedconnect.models.instance import Policy
from support.federation_rows import an_instance
from support.unit import a_person


@pytest.mark.parametrize(
    ("host", "line"),
    [
        ("a.b.home.example", ["a.b.home.example", "b.home.example", "home.example"]),
        ("home.example", ["home.example"]),
        ("localhost", ["localhost"]),
        ("home.example:8443", ["home.example:8443", "home.example"]),
        ("a.home.example:8443", ["a.home.example:8443", "a.home.example", "home.example"]),
        ("192.0.2.1", ["192.0.2.1"]),
        ("192.0.2.1:8443", ["192.0.2.1:8443"]),
        ("[2001:db8::1]", ["[2001:db8::1]"]),
    ],
)
def test_a_host_belongs_to_domains_of_two_labels_and_more_and_an_address_to_none(
    host: str, line: list[str]
) -> None:
    assert instance_trust.lineage(host) == line


def test_what_is_said_of_a_domain_holds_for_its_subdomains_and_for_nobody_beside_them(
    session: Session,
) -> None:
    an_instance(session, "evil.example", policy=Policy.BLOCKED)
    for host in ("evil.example", "a.evil.example", "a.b.evil.example", "evil.example:8443"):
        assert instance_trust.policy_of(session, host) is Policy.BLOCKED, host
    for host in ("notevil.example", "evil.example.good.example", "example", "good.example"):
        assert instance_trust.policy_of(session, host) is Policy.OPEN, host


def test_the_nearest_decision_counts_whether_it_is_stricter_or_milder(session: Session) -> None:
    an_instance(session, "home.example", policy=Policy.BLOCKED, by_lists=True)
    an_instance(session, "good.home.example", policy=Policy.OPEN)
    an_instance(session, "odd.good.home.example", policy=Policy.LIMITED)
    assert instance_trust.decided_on(session, "x.good.home.example") == (Policy.OPEN, False)
    assert instance_trust.decided_on(session, "odd.good.home.example") == (Policy.LIMITED, False)
    assert instance_trust.decided_on(session, "bad.home.example") == (Policy.BLOCKED, True)
    assert instance_trust.decided_on(session, "elsewhere.example") == (Policy.OPEN, False)


def test_of_many_servers_only_the_blocked_are_named(session: Session) -> None:
    an_instance(session, "evil.example", policy=Policy.BLOCKED)
    an_instance(session, "good.evil.example", policy=Policy.SILENCED)
    an_instance(session, "limited.example", policy=Policy.LIMITED)
    asked = ["evil.example", "a.evil.example", "x.good.evil.example", "limited.example", "new.example"]
    assert instance_trust.blocked_of(session, asked) == {"evil.example", "a.evil.example"}
    assert instance_trust.blocked_of(session, []) == set()


def test_a_blocked_server_is_found_among_more_than_one_query_holds(session: Session) -> None:
    an_instance(session, "z.example", policy=Policy.BLOCKED)
    hosts = {f"a{number}.example" for number in range(instance_trust._MANY)} | {"z.example"}
    assert instance_trust.blocked_of(session, hosts) == {"z.example"}


@pytest.mark.parametrize("policy", list(Policy))
def test_only_people_of_a_silenced_server_are_silenced(session: Session, policy: Policy) -> None:
    an_instance(session, "home.example", policy=policy)
    ana, ben = a_person(session), a_person(session, "ben", "other.example")
    assert instance_trust.is_silenced(session, ana.id) is (policy is Policy.SILENCED)
    assert instance_trust.is_silenced(session, ben.id) is False


def test_who_is_of_a_domain_that_is_silenced_is_silenced_unless_their_own_server_was_decided_on(
    session: Session,
) -> None:
    an_instance(session, "quiet.example", policy=Policy.SILENCED)
    an_instance(session, "good.quiet.example", policy=Policy.OPEN)
    for host, expected in (
        ("a.quiet.example", True),
        ("x.good.quiet.example", False),
        ("notquiet.example", False),
    ):
        assert instance_trust.is_silenced(session, a_person(session, host=host).id) is expected, host
    assert instance_trust.is_silenced(session, 0) is False
