"""What a reader takes over from home needs their permission for it."""

from __future__ import annotations

import pytest

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.home_servers import imports
from fedconnect.models.reader_state import Mute, Topic
from support.forum import Forum
from support.home import FakeHomeServer
from support.rows import visit_of
from support.visitor import Visitor
from support.visitor import home as home  # a server that answers over HTTP, not the table of conftest.py


def test_nothing_is_asked_at_home_without_the_permission_for_it(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    visitor.sign_in(home, "dora")
    asked = len(home.received)
    for take_over in (imports.import_topics, imports.import_mutes):
        with pytest.raises(PermissionNeeded):
            take_over(visit_of(visitor))
    assert len(home.received) == asked


def test_hashtags_and_whom_they_hide_are_taken_over(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    home.mutes = {
        "/api/v1/followed_tags": [{"name": "dementia"}],
        "/api/v1/mutes": [{"acct": "eve@x.example"}],
    }
    visitor.sign_in(home, "dora", wanted=("interests", "shields"))
    imports.import_topics(visit_of(visitor))
    imports.import_mutes(visit_of(visitor))
    assert [(one.topic, one.is_from_home) for one in forum.rows(Topic)] == [("dementia", True)]
    assert [(one.subject, one.is_from_home) for one in forum.rows(Mute)] == [("eve@x.example", True)]
