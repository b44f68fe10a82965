"""A post as its origin tells it: every server on the way there is paid for and looked at before it is asked."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from fedconnect.federation.backfill import fetch_handlers, posts_from_origin
from fedconnect.federation.fetch_budget import MOST_PER_KEY, BudgetExceeded
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FetchFailed, NotPermitted
from fedconnect.models.fetch_task import FetchBudget, FetchKind
from fedconnect.models.instance import Policy
from support.federation_rows import OtherServers, a_task, an_instance, note_document, with_keys
from support.unit import Unit, add

AUTHOR, TRUE, COPY = "https://far.example/users/fay", "https://far.example/1", "https://copies.example/1"


@pytest.fixture(autouse=True)
def a_copy(unit: Unit, others: OtherServers) -> None:
    """One server shows another's post under an address of its own."""
    with_keys()
    others.say(COPY, note_document(TRUE, AUTHOR))
    others.say(TRUE, note_document(TRUE, AUTHOR))


def spent() -> dict[str, int]:
    with database.read_transaction() as session:
        rows = session.execute(select(FetchBudget.purse, FetchBudget.fetches)).all()
    return {purse.split(":20")[0]: number for purse, number in rows}


def test_a_post_that_is_at_home_elsewhere_costs_both_servers(others: OtherServers) -> None:
    found = posts_from_origin.fetch_note("x", COPY)
    assert found is not None
    assert found[0].id == TRUE
    assert spent() == {"cause:x": 2, "domain:copies.example": 1, "domain:far.example": 1}


def test_a_blocked_server_is_not_asked_by_way_of_another(others: OtherServers) -> None:
    with database.transaction() as session:
        an_instance(session, "far.example", policy=Policy.BLOCKED)
    with pytest.raises(NotPermitted, match="blocked"):
        posts_from_origin.fetch_note("x", COPY)
    assert others.asked == [("GET", COPY)]


@pytest.mark.parametrize("document", [{"id": TRUE}, {"id": COPY, "type": "Create", "object": COPY + "/note"}])
def test_whoever_has_one_fetch_left_asks_once(others: OtherServers, document: dict[str, Any]) -> None:
    others.say(COPY, document)
    with database.transaction() as session:
        add(session, FetchBudget(purse="cause:x", fetches=MOST_PER_KEY - 1, since=clock.now()))
    with pytest.raises(BudgetExceeded):
        posts_from_origin.fetch_note("x", COPY)
    assert others.asked == [("GET", COPY)]


@pytest.mark.parametrize("kind", [FetchKind.REPLIES, FetchKind.FOLLOWERS])
def test_a_collection_that_is_at_home_elsewhere_costs_both_servers(
    others: OtherServers, kind: FetchKind
) -> None:
    others.say(COPY, {"id": TRUE, "type": "Collection"})
    others.say(TRUE, {"id": TRUE, "type": "Collection", "items": []})
    with database.transaction() as session:
        task = a_task(session, COPY, kind=kind, cause="x", linked_group_uri=AUTHOR)
        add(session, FetchBudget(purse="cause:x", fetches=MOST_PER_KEY - 1, since=clock.now()))
    with pytest.raises(BudgetExceeded):
        fetch_handlers._RUN[kind](task)
    assert others.asked == [("GET", COPY)]


def test_an_author_whose_address_shows_somebody_else_is_asked_for_once(others: OtherServers) -> None:
    others.say(AUTHOR, {"id": "https://victim.example/users/vic"})
    with database.transaction() as session:
        task = a_task(session, TRUE, cause="x")
    found = posts_from_origin.fetch_note("x", TRUE)
    assert found is not None
    with pytest.raises(FetchFailed, match="another actor"):
        posts_from_origin.keep(task, *found)
    assert ("GET", "https://victim.example/users/vic") not in others.asked
