"""Who speaks is looked up no more often than somebody here is concerned, and never on a blocked server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import NotPermitted
from fedconnect.models.instance import Policy
from support.federation_rows import (
    OtherServers,
    actor_document,
    an_activity,
    an_instance,
)
from support.received_rows import FAR, HERE, home, prepare
from support.unit import a_person

__all__ = ["home"]
pytestmark = pytest.mark.usefixtures("home")


def test_a_blocked_server_is_asked_nothing(others: OtherServers) -> None:
    with database.transaction() as session:
        an_instance(session, "evil.example", policy=Policy.BLOCKED)
    with pytest.raises(NotPermitted):
        prepare(an_activity("Like", "https://a.evil.example/users/eve", HERE))
    assert others.asked == []


def test_a_known_sender_is_asked_about_anew_only_where_somebody_here_is_concerned(
    others: OtherServers,
) -> None:
    with database.transaction() as session:
        a_person(session, "old", fetched_at=clock.now() - timedelta(days=9))
    old = "https://home.example/users/old"
    others.say(old, actor_document(old))
    for activity, values in (
        (an_activity("Like", old, FAR), {}),
        (an_activity("Delete", old, old), {}),
        (an_activity("Like", old, HERE), {"cause": "x"}),
    ):
        prepare(activity, **values)
    assert others.asked == []
    prepare(an_activity("Like", old, HERE))
    assert others.asked == [("GET", old)]
