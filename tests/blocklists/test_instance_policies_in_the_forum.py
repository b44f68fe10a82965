"""Who decides on other servers, and a list that is not to be had."""

from __future__ import annotations

import pytest

from fedconnect.blocklists import blocklists, instance_policies
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.blocklist import Blocklist
from fedconnect.models.instance import Policy
from support.forum import Forum
from support.rows import admin, moderator


def test_whoever_looks_after_a_board_does_not_run_the_forum(forum: Forum) -> None:
    mo, ada = moderator("mo"), admin("ada")
    with database.read_transaction() as session:
        with pytest.raises(NotFound):
            instance_policies.get_admin(session, mo)
        assert instance_policies.get_admin(session, ada).id == ada.person_id


def test_a_list_that_is_not_to_be_had_is_said_so_and_not_kept(forum: Forum) -> None:
    with pytest.raises(Malformed):
        blocklists.add_while_waiting("https://127.0.0.9:1/list.csv", None, Policy.BLOCKED)
    assert forum.rows(Blocklist) == []
    assert blocklists.add_while_waiting("a.csv", b"domain\nspam.example\n", Policy.BLOCKED) == 1
