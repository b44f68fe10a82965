"""Being forgotten here does not depend on anybody else."""

from __future__ import annotations

from fedconnect.foundation import database
from fedconnect.home_servers import account_erasure
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader import Reader
from support.forum import Forum
from support.home import FakeHomeServer
from support.rows import signed_in, visit_of, written_by
from support.visitor import Visitor
from support.visitor import home as home  # a server that answers over HTTP, not the table of conftest.py


def test_without_the_permission_nothing_is_asked_at_home_and_all_is_gone_here(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    visitor.sign_in(home, "dora")
    dora, eve = visit_of(visitor), signed_in("eve")
    written_by(dora)
    kept = written_by(eve)
    with database.read_transaction() as session:
        assert not account_erasure.may_delete_at_home(session, dora)
    account_erasure.erase_reader(dora, at_home=True)
    assert [one.method for one in home.received if one.method == "DELETE"] == []
    assert [one.id for one in forum.rows(Reader)] == [eve.reader_id]
    states = {one.id: one.state for one in forum.rows(Post, Post.person_id.is_not(None))}
    assert [number for number, state in states.items() if state is PostState.VISIBLE] == [kept.id]
    assert home.tokens == {}, "the token is given back"


def test_a_post_that_the_home_server_does_not_know_keeps_no_other(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    visitor.sign_in(home, "dora", wanted=("write",))
    dora = visit_of(visitor)
    written_by(dora, "One")
    home.unresolvable |= {one.uri for one in forum.rows(Post, Post.person_id == dora.person_id)}
    account_erasure.erase_reader(dora, at_home=True)
    assert home.calls("/api/v2/search") != []
    assert {one.state for one in forum.rows(Post, Post.person_id == dora.person_id)} == {PostState.DELETED}
