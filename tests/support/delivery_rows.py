"""One server, and deliveries to it, for the tests of sending."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from fedconnect.foundation import database
from fedconnect.models.instance import Instance
from fedconnect.models.outbound import Delivery
from support.federation_rows import a_delivery, an_instance, with_keys
from support.unit import Unit

HOST, INBOX = "home.example", "https://home.example/inbox"


@pytest.fixture(autouse=True)
def one_server(unit: Unit) -> None:
    with_keys("instance", "board:respite")
    with database.transaction() as session:
        an_instance(session, HOST)


def queue(number: int = 1, **values: Any) -> None:
    with database.transaction() as session:
        for _ in range(number):
            a_delivery(session, **values)


def rows() -> list[Delivery]:
    with database.read_transaction() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def host() -> Instance:
    with database.read_transaction() as session:
        return session.scalars(select(Instance).where(Instance.host == HOST)).one()


def change(**values: Any) -> None:
    with database.transaction() as session:
        session.execute(update(Instance).where(Instance.host == HOST).values(**values))
