"""Two purses for each fetch: twenty for one cause, fifty an hour for one registrable domain."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select, update

from fedconnect.federation import fetch_budget
from fedconnect.federation.fetch_budget import MOST_PER_DOMAIN, MOST_PER_KEY, BudgetExceeded
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import AddressRefused, Busy, NotPermitted
from fedconnect.models.fetch_task import FetchBudget
from fedconnect.models.instance import Policy
from support.federation_rows import an_instance
from support.unit import Unit, add

URI = "https://far.example/posts/1"


@pytest.fixture(autouse=True)
def within_one_hour(unit: Unit) -> Iterator[None]:
    with time_machine.travel("2026-11-23T14:30:00Z"):
        yield


def spent() -> dict[str, int]:
    """What was taken out of each purse, by its first part: cause or domain."""
    with database.read_transaction() as session:
        rows = session.execute(select(FetchBudget.purse, FetchBudget.fetches)).all()
    return {purse.split(":20")[0]: number for purse, number in rows}


def has_spent(purse: str, number: int) -> None:
    with database.transaction() as session:
        add(session, FetchBudget(purse=purse, fetches=number, since=clock.now()))


def this_hour(domain: str) -> str:
    return f"domain:{domain}:{clock.now():%Y-%m-%dT%H}"


@pytest.mark.parametrize("host", ["evil.example", "a.evil.example"])
def test_nothing_is_asked_of_a_blocked_server_and_that_costs_nothing(host: str) -> None:
    with database.transaction() as session:
        an_instance(session, "evil.example", policy=Policy.BLOCKED)
    with pytest.raises(NotPermitted, match="blocked"):
        fetch_budget.charge("x", f"https://{host}/1")
    assert spent() == {}


def test_a_cause_has_twenty_for_good_and_what_is_refused_costs_the_domain_nothing() -> None:
    has_spent("cause:x", MOST_PER_KEY - 1)
    fetch_budget.charge("x", URI)
    with pytest.raises(BudgetExceeded) as caught:
        fetch_budget.charge("x", URI)
    assert caught.value.retryable is False
    assert spent() == {"cause:x": 20, "domain:far.example": 1}
    fetch_budget.charge("y", URI)


def test_a_domain_has_fifty_an_hour_with_all_of_its_subdomains_and_what_is_refused_costs_the_cause_nothing() -> (
    None
):
    has_spent(this_hour("far.example"), MOST_PER_DOMAIN - 1)
    fetch_budget.charge("x", "https://a.far.example:8443/1")
    with pytest.raises(Busy) as caught:
        fetch_budget.charge("x", "https://b.far.example/1")
    assert caught.value.retryable is True
    assert spent() == {"cause:x": 1, "domain:far.example": 50}
    fetch_budget.charge("x", "https://other.example/1")


def test_an_hour_later_a_domain_may_be_asked_again() -> None:
    has_spent(this_hour("far.example"), MOST_PER_DOMAIN)
    with database.transaction() as session:
        session.execute(update(FetchBudget).values(purse="domain:far.example:2020-01-01T00"))
    fetch_budget.charge("x", URI)
    assert spent()["cause:x"] == 1


def test_what_is_no_address_costs_nothing() -> None:
    with pytest.raises(AddressRefused):
        fetch_budget.charge("x", "urn:nothing")
    assert spent() == {}
