"""Received activities for tests of a single module, beside one post that stands here."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation.inbound import preparing
from fedconnect.federation.inbound.preparing import Prepared
from fedconnect.federation.inbound.received import Batch, Received
from fedconnect.foundation import clock, database
from fedconnect.models.post import Arrival
from support.federation_rows import (
    OtherServers,
    an_activity,
    an_instance,
    note_document,
    with_keys,
)
from support.forum import BASE
from support.unit import Unit, a_board, a_person, a_thread

ANA, BOARD = "https://home.example/users/ana", f"{BASE}/boards/respite"
HERE, NEW, FAR = (
    "https://home.example/posts/here",
    "https://home.example/posts/new",
    "https://far.example/posts/1",
)


@pytest.fixture
def home(unit: Unit, others: OtherServers) -> None:
    """One board with one post, and a server that is known."""
    with_keys()
    with database.transaction() as session:
        an_instance(session, "home.example", software="mastodon", asked_at=clock.now())
        a_thread(session, a_board(session), a_person(session), uri=HERE)


def prepare(activity: Activity, batch: Batch | None = None, **values: Any) -> Prepared:
    """What comes of preparing an activity that arrived by itself, or as `values` say."""
    known = {
        "arrival": Arrival.SENT,
        "stands_alone": False,
        "cause": "",
        "for_board": "",
        "linked_group_uri": "",
        **values,
    }
    return preparing.prepare(Received(1, activity, "", clock.now(), **known), batch or Batch())


def create(note: object = None, actor: str = ANA, **fields: Any) -> Activity:
    """A Create of a note of its actor's."""
    return an_activity("Create", actor, note if note is not None else note_document(NEW, ANA, **fields))
